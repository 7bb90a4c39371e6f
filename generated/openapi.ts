// Generated from openapi.yaml by `npm run generate`. Do not edit.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the home page
         * @description Shows one page of the articles, and who is signed in. With JavaScript the page becomes an application on this API. It keeps its token in `localStorage` if the user asks to stay signed in, else in `sessionStorage`. For a user who signed in by the form, which gives a cookie, it makes a token by `POST /api/tokens`.
         */
        get: operations["showHome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the login form
         * @description Shows the form that posts to `/login`, with a field for the address or, with `by`, for the user name, and says who is signed in already. A client that prefers JSON gets a `csrf_token`, which is that of its session if it has one.
         */
        get: operations["showLoginForm"];
        put?: never;
        /**
         * Sign in
         * @description With `include_auth_token` the answer holds a token and sets no cookie; without it the answer sets the session cookie. A wrong password and an unknown user get the same answer. A form that a browser posts is answered with a redirect. A token may be given a name (`token_name`), and fewer scopes than its owner holds (`scopes`). Attempts are limited by account, by network address and by both, before the password is looked at. A browser that has signed in to the account before has an allowance of its own, so that attempts of others do not keep the owner out. An account that came from another system with a user name opens by that, too: `username` in place of `email`.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign_in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in for a token
         * @description The typed sister of `POST /login?include_auth_token`: always answers with a token, by the same rules and limits of attempts, and with problem documents. A wrong password and an unknown user get the same 400. Sets no cookie.
         */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign_in/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a code to sign in with
         * @description Sends a mail with a code of eight digits to the address, good for ten minutes, if an account has it. The answer is the same for every address. Mails are limited by address and by network address. The typed sister of `POST /us-signin/send-code`.
         */
        post: operations["startCodeSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign_in/code/completion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in for a token by a code
         * @description Answers like `POST /api/sign_in`. A code signs in once, and after five wrong ones it is dead.
         */
        post: operations["finishCodeSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/us-signin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the form to sign in with a mailed code
         * @description Shows the form that asks for a mail, and in a browser that has asked for one the form for its code. A client that prefers JSON is told the methods, and gets a `csrf_token`.
         */
        get: operations["showCodeSignIn"];
        put?: never;
        /**
         * Sign in with a mailed code, or with the password
         * @description Answers like `POST /login`. The passcode is a code that was mailed, eight digits, or the password. A wrong passcode and an unknown identity get the same answer, and count as `POST /login` counts them. The browser that asked for the mail may leave the identity out. A code signs in once, and after five wrong ones it is dead for whoever gave them.
         */
        post: operations["signInByPasscode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/us-signin/send-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a mail with a code to sign in with
         * @description Sends a mail with a code of eight digits to the address, good for ten minutes, if an account has it. The answer is the same for every address. Mails are limited by address and by network address.
         */
        post: operations["sendSignInCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password_strength": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rate a password while it is typed
         * @description Says whether a new account, or the account of the address, could have the password, by the rules of this server, and how hard it is to guess. Nothing is stored, logged or counted against an account, and no answer depends on which addresses have accounts. The current password is not known here: `POST /change` refuses it as a new one.
         */
        post: operations["ratePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the registration form
         * @description Shows the form that posts to `/register`, and says who is signed in already. A client that prefers JSON gets a `csrf_token`, which is that of its session if it has one.
         */
        get: operations["showRegistrationForm"];
        put?: never;
        /**
         * Create an account and sign in
         * @description Answers like `POST /login`. A refused address or password is a 400 whose `field_errors` give the reasons; a server that is closed for registration answers 403.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the credentials that the request carries: the token, the session, or both, and the refresh tokens of the same sign-in. They have ended when the answer is sent. Signing out twice is harmless. A form that a browser posts is answered with a redirect. A request by cookie needs no proof here if its `Content-Type` is `application/json` and it has neither `Origin` nor `Sec-Fetch-Site`: no page of another site can send that.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/refresh-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token
         * @description Gives a new token, and the next refresh token in place of this one. A sign-in with `include_auth_token` gives the first one where the server gives any (its setting `REFRESH_TOKENS`), in `user.refresh_token` or, by the same setting, in a cookie. All that follow on one sign-in are a family: its end is that of the first one, it ends when it is not used for too long, and with all access of its user, also by a new password; the new token is no fresher than that sign-in. A refresh token works once. The one before the newest works once more within a minute, since an answer can be lost, and ends what the lost answer gave; any other use of an old one ends the family and its tokens, and the user is told. Revoking a token of the family ends it, too, and so does signing out by one, or with the cookie. A token that comes as a cookie is looked at before the content, and the answer has the next one as a cookie again.
         */
        post: operations["refreshToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the form to prove the password again
         * @description Shows the form that posts to `/verify`, with a field for the code where the user has a second factor. A client that prefers JSON gets a `csrf_token`.
         */
        get: operations["showVerifyForm"];
        put?: never;
        /**
         * Prove the password again
         * @description Makes the credential of the request as fresh as a sign-in, for operations that answer 401 with `reauth_required`. With a code of the second factor, too, it is fresh by two factors. Needs no scope, because a client that knows the password could also sign in anew. A form that a browser posts is answered with a redirect.
         */
        post: operations["verifyPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password
         * @description Takes the current password as proof and ends every other token and session of the user; the credentials of the request stay valid. A refused new password is a 400 whose `field_errors` give the reasons. A form that a browser posts is answered with a redirect.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the form for another mail of confirmation
         * @description Shows the form that posts to `/confirm`. A client that prefers JSON gets a `csrf_token`.
         */
        get: operations["showConfirmationRequest"];
        put?: never;
        /**
         * Ask for another mail of confirmation
         * @description Sends a mail with a link and a code to the address, if an account has it that is not confirmed. The answer is the same for every address.
         */
        post: operations["requestConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/confirm/{link}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the page of a link that confirms an address
         * @description Shows whether the link is good, and a button. The link is shown by GET and spent by POST, so that no scanner of mails spends it; of several at once one wins. In the browser that asked for it the link is enough, anywhere else the code of the mail has to come with it.
         */
        get: operations["showConfirmation"];
        put?: never;
        /**
         * Confirm an address
         * @description Spends the link. From then on its user may sign in, on a server that asks for confirmation. A form that a browser posts is answered with a redirect.
         */
        post: operations["confirmEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the form for a forgotten password
         * @description Shows the form that posts to `/reset`. A client that prefers JSON gets a `csrf_token`.
         */
        get: operations["showResetRequest"];
        put?: never;
        /**
         * Ask for a mail to set a new password
         * @description Sends a mail with a link and a code to the address, good for an hour, if an account has it. The answer is the same for every address. Mails are limited by address and by network address.
         */
        post: operations["requestReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reset/{link}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the form for a new password
         * @description Shows the form that sets a new password by a mailed link. The link is shown by GET and spent by POST, so that no scanner of mails spends it; of several at once one wins. In the browser that asked for it the link is enough, anywhere else the code of the mail has to come with it.
         */
        get: operations["showReset"];
        put?: never;
        /**
         * Set a new password by a mailed link
         * @description Spends the link, and ends every token and session of the user and every other link; signs nobody in, and leaves a second factor as it is. A refused password leaves the link good. A form that a browser posts is answered with a redirect.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/change-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the form for another address
         * @description Shows the form that posts to `/change-email`. A client that prefers JSON gets the present address. Needs a sign-in, or a `POST /verify`, of the last hour.
         */
        get: operations["showEmailChangeRequest"];
        put?: never;
        /**
         * Ask for another address
         * @description Sends a mail with a link and a code to the new address; the account has the old one until the link is spent. Where an account has that address its holder is told, and the answer is the same. Needs a sign-in, or a `POST /verify`, of the last hour.
         */
        post: operations["requestEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/change-email/{link}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the page of a link that changes an address
         * @description Shows whether the link is good, and a button. The link is shown by GET and spent by POST, so that no scanner of mails spends it; of several at once one wins. In the browser that asked for it the link is enough, anywhere else the code of the mail has to come with it.
         */
        get: operations["showEmailChange"];
        put?: never;
        /**
         * Change an address by a mailed link
         * @description Spends the link: the account has the address that the link was mailed to. The old address is told, with a link that takes the change back. Tokens and sessions go on. A form that a browser posts is answered with a redirect.
         */
        post: operations["changeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/undo-email/{link}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the page of a link that takes a change of address back
         * @description Shows whether the link is good, and a button. The link was mailed to the old address, and is good for seven days. No browser has asked for it, so the code of the mail has to come with it.
         */
        get: operations["showEmailUndo"];
        put?: never;
        /**
         * Take a change of address back
         * @description Spends the link: the account has its old address again, every token, session and later link has ended, and so has the password, for whoever changed the address knew it. A mail to set a new one is on its way. A form that a browser posts is answered with a redirect.
         */
        post: operations["undoEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell that something was done
         * @description The page after a form that was accepted.
         */
        get: operations["showNotice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show my account
         * @description Shows who is signed in, and leads to all that the account's owner can change, take along or delete on this server. A browser that is not signed in goes to the login form and comes back.
         */
        get: operations["showAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show what happened to my account
         * @description Shows the newest events of the audit trail of the account, and the age at which they are deleted. A browser that is not signed in goes to the login form and comes back.
         */
        get: operations["showActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/delete-account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the form that deletes my account
         * @description Says what goes with the account, and that it is for good. A browser that is not signed in goes to the login form, one whose sign-in is older than an hour to `/verify`; both come back.
         */
        get: operations["showDeletionForm"];
        put?: never;
        /**
         * Delete my account by the form
         * @description What `DELETE /api/me` does, for the form of a browser, which is sent on to a page that says so. Needs a sign-in, or a `POST /verify`, of the last hour.
         */
        post: operations["deleteAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the tokens of my programs
         * @description Shows the personal tokens, and the form that makes one, or the way to a fresh proof that it needs. A browser that is not signed in goes to the login form and comes back.
         */
        get: operations["showPersonalTokens"];
        put?: never;
        /**
         * Make a token for a program by the form
         * @description What `POST /api/tokens` does with `kind: personal`, for the form of a browser: the page shows the token once. Needs a sign-in, or a `POST /verify`, of the last 24 hours, with the second factor where there is one.
         */
        post: operations["makePersonalToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The token's id, which is no secret.
                 * @example q8fWnZ3mTqK1v0sXyB7hLg
                 */
                token_id: components["parameters"]["TokenId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a token of a program by the form
         * @description What `DELETE /api/tokens/{token_id}` does, for the form of a browser, which goes back to the list. Harmless when the token has ended, or is not there.
         */
        post: operations["endPersonalToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Go to the page where one changes the password
         * @description Where password managers look for that page (W3C: A Well-Known URL for Changing Passwords).
         */
        get: operations["findPasswordChange"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign_up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an account for a token
         * @description The typed sister of `POST /register?include_auth_token`, with problem documents. On a server that asks for confirmation the answer is 202, the same whether or not an account has the address: confirm it, then sign in.
         */
        post: operations["signUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for another code that confirms an address
         * @description The typed sister of `POST /confirm`.
         */
        post: operations["startConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/confirmation/completion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an address by a code
         * @description The typed sister of `POST /confirm/{link}`.
         */
        post: operations["finishConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password_reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a code to set a new password
         * @description The typed sister of `POST /reset`.
         */
        post: operations["startReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password_reset/completion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password by a code
         * @description The typed sister of `POST /reset/{link}`.
         */
        post: operations["finishReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/email_change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a code to change the address
         * @description The typed sister of `POST /change-email`. Needs a sign-in, or a `POST /verify`, of the last hour.
         */
        post: operations["startEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/email_change/completion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the address by a code
         * @description The typed sister of `POST /change-email/{link}`.
         */
        post: operations["finishEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/email_change/undoing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a change of address back
         * @description The typed sister of `POST /undo-email/{link}`: the link and the code that were mailed to the old address.
         */
        post: operations["finishEmailUndo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tf-setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the second factor
         * @description What is set up, and what can be; for a browser the page that sets it up. A sign-in that must not end without a second factor may ask, too, by its cookie.
         */
        get: operations["showFactorSetup"];
        put?: never;
        /**
         * Begin to set up a second factor
         * @description Answers with a new secret for an authenticator, or sends a code by mail or to a telephone; the factor counts once its first code is proved. Or takes the second factor away. Needs the password of the last 24 hours, and with it the second factor where there is one (`POST /verify`); or the cookie of a sign-in that must not end without one.
         */
        post: operations["beginFactorSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tf-setup/{state}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `tf_state_token` of the set-up.
                 * @example kudosf_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu
                 */
                state: components["schemas"]["SetUpToken"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up a second factor
         * @description Takes the first code of the factor, which passes no more from then on. The first factor ends every other token and session of the user.
         */
        post: operations["finishFactorSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tf-validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the form for the code
         * @description What can be given in place of the code; for a browser the form. Needs the cookie of a sign-in that waits.
         */
        get: operations["showFactorForm"];
        put?: never;
        /**
         * Finish a sign-in by a code
         * @description Finishes the sign-in that the cookie stands for, with a session or, where `/login` was asked for one or this is, a token. A code passes once. A sign-in that must not end without a second factor is finished by the first code of the one that it has set up.
         */
        post: operations["validateFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tf-select": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the methods of a sign-in that waits
         * @description The kinds of second factor by which the sign-in that the cookie stands for can be finished.
         */
        get: operations["showFactorChoice"];
        put?: never;
        /**
         * Choose the method of a sign-in that waits
         * @description Answers as `/login` would, had the user no other method: a code by mail or to the telephone is sent now.
         */
        post: operations["chooseFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tf-rescue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the ways out
         * @description What who has lost the second factor can do, while a sign-in waits.
         */
        get: operations["showRescue"];
        put?: never;
        /**
         * Choose a way out
         * @description Answers with the ways out again. A recovery code goes to its path; `email` and `sms` send the code of a user who has that factor once more.
         */
        post: operations["rescueSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mf-recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the form for a recovery code
         * @description For a browser the form. Needs the cookie of a sign-in that waits.
         */
        get: operations["showRecoveryForm"];
        put?: never;
        /**
         * Finish a sign-in by a recovery code
         * @description As `POST /tf-validate`. The code is gone then.
         */
        post: operations["recoverSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mf-recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count my recovery codes
         * @description How many are left. The list is empty: the codes are shown once, when they are made.
         */
        get: operations["showRecoveryCodes"];
        put?: never;
        /**
         * Make new recovery codes
         * @description In place of all from before. Each stands in for the second factor once. They are shown now and never again.
         */
        post: operations["createRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/us-verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove the password or a code again
         * @description Makes the credential of the request as fresh as a sign-in by one factor. For two factors at once see `POST /verify`.
         */
        post: operations["verifyPasscode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/us-verify/send-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a code to prove the second factor again
         * @description For a user whose second factor is a code by mail or to the telephone: sends one, good for ten minutes and for the credential of this request. `POST /verify` takes it with the password, `POST /us-verify` by itself.
         */
        post: operations["sendVerificationCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign_in/second_factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish a sign-in by a code
         * @description The typed sister of `POST /tf-validate`: takes the `sign_in_token` of a `POST /api/sign_in` that answered `second-factor-required`, with a code of the factor or a recovery code, and answers with the token that was asked for. After a set-up its first code finishes the sign-in, too.
         */
        post: operations["signInBySecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign_in/second_factor/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a code to sign in
         * @description For a sign-in that waits for a code by mail or to the telephone: sends one, or one more. The typed sister of `POST /tf-rescue`. Where the user has no other method, `POST /api/sign_in` has sent the first one.
         */
        post: operations["sendFactorCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign_in/second_factor/set_up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up a second factor to sign in
         * @description For a sign-in with the step `set-up`. Begins as `POST /api/me/second_factor` does; the first code of the factor then finishes the sign-in.
         */
        post: operations["setUpFactorToSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/second_factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read my second factor
         * @description What is set up, what can be, and how many recovery codes are left.
         */
        get: operations["getMyFactor"];
        /**
         * Set up my second factor
         * @description Takes the first code of the factor, which passes no more from then on. The first factor ends every other token and session of the user.
         */
        put: operations["confirmMyFactor"];
        /**
         * Begin to set up my second factor
         * @description Answers with a new secret for an authenticator, or sends a code by mail or to a telephone; the factor counts once its first code is proved by `PUT`. A factor that is there stays until then.
         */
        post: operations["beginMyFactor"];
        /**
         * Take my second factor away
         * @description The recovery codes end with the last one. Harmless when there is none.
         */
        delete: operations["removeMyFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/recovery_codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make new recovery codes of mine
         * @description In place of all from before. Each stands in for the second factor once. They are shown now and never again.
         */
        post: operations["createMyRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Test a token
         * @description Answers a request with a valid token by a greeting. A session cookie does not count here.
         */
        get: operations["getTest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/test_session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Test a session cookie
         * @description Answers a request with a valid session cookie by a greeting. Without one, a browser is sent to the login form and any other client gets 401.
         */
        get: operations["getTestSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/article_likes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Like an article that the body names
         * @description The like belongs to the user of the token, whatever the body says. Liking an article again changes nothing and answers 200 with the same like.
         */
        post: operations["createArticleLike"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/articles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List articles
         * @description One page of articles. The next page is asked for with `next_cursor`, or by following `Link`.
         */
        get: operations["listArticles"];
        put?: never;
        /**
         * Write an article
         * @description Needs the scope `articles:write`, which authors hold. A request with an `Idempotency-Key` can be sent again until an answer comes: it writes one article.
         */
        post: operations["createArticle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/articles/{article_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
            };
            cookie?: never;
        };
        /**
         * Read an article
         * @description One article. Send its `ETag` in `If-None-Match` to be told that nothing changed, or in `If-Match` to change the article that you have seen and no later one.
         */
        get: operations["getArticle"];
        put?: never;
        post?: never;
        /**
         * Delete an article
         * @description Its likes go with it.
         */
        delete: operations["deleteArticle"];
        options?: never;
        head?: never;
        /**
         * Change an article
         * @description Changes the fields that the body names. Likes that come in between do not make it fail.
         */
        patch: operations["updateArticle"];
        trace?: never;
    };
    "/api/articles/{article_id}/likes": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
            };
            cookie?: never;
        };
        /**
         * List the likes of an article
         * @description One page of likes, newest first.
         */
        get: operations["listArticleLikes"];
        put?: never;
        /**
         * Like an article
         * @description Liking an article again changes nothing and answers 200 with the same like.
         */
        post: operations["likeArticle"];
        /**
         * Take back my like of an article
         * @description Idempotent; answers 204 also where there was no like.
         */
        delete: operations["unlikeArticle"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/articles/{article_id}/likes/{like_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
                /**
                 * @description The like.
                 * @example 7
                 */
                like_id: components["parameters"]["LikeId"];
            };
            cookie?: never;
        };
        /**
         * Read a like
         * @description One like of the article.
         */
        get: operations["getArticleLike"];
        put?: never;
        post?: never;
        /**
         * Delete a like
         * @description Only the user whose like it is may delete it.
         */
        delete: operations["deleteArticleLike"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I
         * @description The user whose token or session cookie the request carries.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        /**
         * Delete my account
         * @description Deletes the account, its likes, tokens, sessions and all else that is kept for it, for good. The audit trail keeps its events for as long as all others, without the address. Needs a sign-in, or a `POST /verify`, of the last hour.
         */
        delete: operations["deleteMe"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export my data
         * @description All that is kept about the user, in one document, without secrets: a browser saves it as a file. Needs a sign-in, or a `POST /verify`, of the last hour.
         */
        get: operations["exportMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what happened to my account
         * @description One page of the audit trail of the user's account, newest first: sign-ins and those that failed, tokens and sessions that were made and ended, changes of password, address and second factor, each with the network address that it came from. An event is deleted when it is `kept_days` old. The next page is asked for with `next_cursor`, or by following `Link`.
         */
        get: operations["listMyEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List my tokens
         * @description The tokens that act for the user, by kind, name and last use. The list does not have the tokens themselves: each is shown once, when it is made.
         */
        get: operations["listTokens"];
        put?: never;
        /**
         * Create a token
         * @description Makes one more token, for a browser that is signed in by cookie and wants to call the API, or for a program that needs fewer scopes. The new token never permits more than the credential of the request: it has no further scopes, is not valid for longer, and ends when that credential is revoked, signs out or is not used for too long. A use of the token counts as a use of that credential. A token that was made with another credential makes none itself (403). A credential makes at most 100 tokens, a user at most 300 an hour. Needs a sign-in, or a `POST /verify`, of the last 24 hours.
         *
         *     With `kind: personal` it makes a token for a program, of which all this is different: it has a lifetime of its own (`expires_in_days`), no end without use, and goes on when the credential of the request ends. It has to be narrowed by `scopes`, of which at least one has to be left after what that credential may not do. Where the user has a second factor, the sign-in of the last 24 hours needs it, too (else 401, `not-fresh`). The user is told by mail, has at most 100 such tokens, and a personal token makes no others (403). It ends when it is revoked, and with all access of its user: by a change or reset of the password (unless it carries the request), a first second factor, `DELETE /api/tokens`, `POST /api/sign_out_elsewhere`, and the closing of the account.
         */
        post: operations["createToken"];
        /**
         * Revoke every token and session
         * @description Signs the user out everywhere, here too (the lecture's reset of `fs_uniquifier`). No recent proof of the password is asked for, because this has to be quick when a token may be in the wrong hands.
         */
        delete: operations["revokeTokens"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The token's id, which is no secret.
                 * @example q8fWnZ3mTqK1v0sXyB7hLg
                 */
                token_id: components["parameters"]["TokenId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a token
         * @description Ends one of the user's tokens, and the tokens that were made with it. It may be the token of this request. The token of another user is not found.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List my sessions
         * @description The browsers in which the user is signed in by cookie.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * Revoke every session
         * @description Signs the user out of every browser, this one too; tokens stay. Needs a sign-in, or a `POST /verify`, of the last 24 hours, so that an old browser that was left open is not enough to sign its owner out of the others.
         */
        delete: operations["revokeSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The session's id, which is no secret.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                session_id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a session
         * @description Ends one of the user's sessions, and the tokens that were made with it. It may be the session of this request. The session of another user is not found.
         */
        delete: operations["revokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wan-register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List my passkeys, in the envelope
         * @description The passkeys of the user, as the lecture's framework lists them; `GET /api/passkeys` is the typed sister.
         */
        get: operations["showPasskeyRegistration"];
        put?: never;
        /**
         * Begin to register a passkey
         * @description Answers what `navigator.credentials.create` is called with, and the state that `POST /wan-register/{wan_state}` takes. Needs a sign-in of the last 24 hours, by the second factor where there is one. A passkey of the usage `first` signs its owner in without a name, so it has to be discoverable; one of the usage `secondary` is a second factor, and from then on a password alone does not sign in.
         */
        post: operations["beginPasskeyRegistration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wan-register/{wan_state}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description What was begun, from the answer that began it.
                 * @example Yx0mTq2vWc8nRkPgs5Hb1f
                 */
                wan_state: components["parameters"]["WanState"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a passkey
         * @description Takes the answer of the authenticator, once, within ten minutes, with the credential that has begun the registration. The first second factor of an account ends its other tokens and sessions.
         */
        post: operations["finishPasskeyRegistration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wan-signin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in with a passkey
         * @description Answers what `navigator.credentials.get` is called with, and the state that `POST /wan-signin/{wan_state}` takes. The answer to anybody is the same, whatever `identity` says: the authenticator knows for whom it has a passkey.
         */
        post: operations["beginPasskeySignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wan-signin/{wan_state}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description What was begun, from the answer that began it.
                 * @example Yx0mTq2vWc8nRkPgs5Hb1f
                 */
                wan_state: components["parameters"]["WanState"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a passkey
         * @description Takes the answer of the authenticator, once, within ten minutes, and answers like `POST /login`. A passkey whose user was verified (by a PIN or a finger) is two factors; without that it is one.
         */
        post: operations["finishPasskeySignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wan-verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to prove oneself again with a passkey
         * @description Answers what `navigator.credentials.get` is called with, for one of the user's own passkeys, and the state that `POST /wan-verify/{wan_state}` takes.
         */
        post: operations["beginPasskeyVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wan-verify/{wan_state}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description What was begun, from the answer that began it.
                 * @example Yx0mTq2vWc8nRkPgs5Hb1f
                 */
                wan_state: components["parameters"]["WanState"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove oneself again with a passkey
         * @description Makes the credential of the request as fresh as a sign-in, as `POST /verify` does by the password. Only a passkey of the same user does so. One whose authenticator has not verified its user, by a PIN or a fingerprint, say, is one factor: where the account has a second factor, what asks for every factor needs a new sign-in then.
         */
        post: operations["finishPasskeyVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wan-delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove the passkey of a name
         * @description Removes one of the user's passkeys; `DELETE /api/passkeys/{passkey_id}` is the typed sister. Needs a sign-in of the last 24 hours.
         */
        post: operations["deletePasskeyByName"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List my passkeys
         * @description The passkeys by which the user can sign in, with what a browser has to be told to forget the others: site, user handle and ids.
         */
        get: operations["listPasskeys"];
        put?: never;
        /**
         * Register a passkey
         * @description Takes the answer of the authenticator to the options of `POST /api/passkeys/options`, once, within ten minutes, with the credential that has asked for them. The first second factor of an account ends its other tokens and sessions.
         */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to register a passkey
         * @description Answers what `navigator.credentials.create` is called with. Needs a sign-in of the last 24 hours, by the second factor where there is one. A passkey of the usage `first` signs its owner in without a name, so it has to be discoverable; one of the usage `secondary` is a second factor, and from then on a password alone does not sign in. With `second_factor` a passkey does both, where its authenticator keeps it and verifies its user; else it becomes a `secondary` one.
         */
        post: operations["createPasskeyOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/passkeys/{passkey_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The passkey's id, which is no secret.
                 * @example Wc8nRkPgs5Hb1fYx0mTq2v
                 */
                passkey_id: components["parameters"]["PasskeyId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a passkey
         * @description Nobody signs in by it any more. Needs a sign-in of the last 24 hours, by the second factor where there is one. The passkey of another user is not found.
         */
        delete: operations["deletePasskey"];
        options?: never;
        head?: never;
        /**
         * Rename a passkey
         * @description Gives one of the user's passkeys another name. The passkey of another user is not found.
         */
        patch: operations["renamePasskey"];
        trace?: never;
    };
    "/api/sign_in/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in with a passkey
         * @description Answers what `navigator.credentials.get` is called with. The answer to anybody is the same: the authenticator knows for whom it has a passkey.
         */
        post: operations["createPasskeySignInOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign_in/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in for a token with a passkey
         * @description Takes the answer of the authenticator to the options of `POST /api/sign_in/passkey/options`, once, within ten minutes, and answers like `POST /api/sign_in`. A passkey whose user was verified (by a PIN or a finger) is two factors; without that it is one.
         */
        post: operations["signInWithPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/passkey-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where passkeys are made and managed
         * @description For password managers, which send their users there (W3C Passkey Endpoints).
         */
        get: operations["getPasskeyEndpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign_out_elsewhere": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out everywhere else
         * @description Ends every token and session of the user but those that the request carries, which stay as they are. Needs a sign-in, or a `POST /verify`, of the last 24 hours: whoever finds an old browser open must not shut its owner out of the others.
         */
        post: operations["signOutElsewhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens/exchange": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a token for a JWT
         * @description Token exchange (RFC 8693): a token of Kudos that is in force becomes a JWT (RFC 9068, `at+jwt`, ES256) that one other system, the `audience`, can verify by itself with the keys of `/.well-known/jwks.json`. The JWT lives for five minutes at most, and no longer than the token. It has the scopes of the token, or those of them that `scope` names. `sid` names the token, and `rev` the position in the log of `GET /api/revocations` up to which the token is known to have been in force. The exchange counts as a use of the token. The token in the content is all the proof there is: a session cookie is none, and Kudos itself takes no JWT. Parameters that are not declared, and empty ones, are ignored (RFC 6749, section 3.2). A user makes at most 600 in five minutes.
         */
        post: operations["exchangeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask whether a token is in force
         * @description Token introspection (RFC 7662), of the tokens of Kudos and of the JWTs that they were exchanged for. The caller needs a token of its own: it learns of the tokens of its own account, and with the scope `tokens:introspect`, which the role `resource-server` gives to tokens that are not narrowed, of those of all accounts. Of any other text it learns that it is not `active`, whatever the reason. A JWT is active as long as its token is in force and neither has been revoked. Asking is no use of the token that is asked about.
         */
        post: operations["introspectToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a token by presenting it
         * @description Token revocation (RFC 7009). Whoever has a token may end it, so nothing else is asked for. A token of Kudos ends, and with it all that were made with it and all JWTs that they were exchanged for; a JWT ends alone, and stands in `GET /api/revocations` by its `jti`. Any other text is answered like these. It takes effect before the answer: for verifiers of JWTs with their next look at that log.
         */
        post: operations["revokePresentedToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what has ended
         * @description The log of all that has ended before its time, oldest first, for systems that verify JWTs and want them dead in seconds. Begin without `after`, which gives the entries of the last ten minutes, more than any JWT lives; then ask every few seconds with `next` as `after`, at once while there is `more`. Refuse a JWT when there is an entry whose `position` is above the JWT's `rev`, and whose `jti` is that of the JWT, whose `sid` is that of the JWT, or which has neither and whose `sub` is that of the JWT, or null. Do not compare times: two clocks, or two requests at once, would let one slip through. An entry may be forgotten when it is ten minutes old. When the log cannot be read for longer than is acceptable, refuse every JWT. The log goes back 24 hours; what is older concerns no JWT that has not expired, so any position that this server has given stays good. `restarted` says that it did not give this one: the database is another one, such as a restored copy. Then drop what you keep, refuse every JWT that was issued before this answer, and go on with `next`.
         */
        get: operations["listRevocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The keys that JWTs are verified with
         * @description A JWK set (RFC 7517). It may be kept for `max-age`. A key is followed by the next after 30 days: the next one stands here an hour before it signs, and the old one until the last JWT that it has signed has expired. Accept the algorithm ES256 alone, and no key that a JWT brings or points to.
         */
        get: operations["getSigningKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What this server does as an authorization server
         * @description Authorization server metadata (RFC 8414). Below a base path, which is part of the issuer, RFC 8414 has the document at `/.well-known/oauth-authorization-server` and the base path behind it: a proxy has to lead that address here.
         */
        get: operations["getAuthorizationServer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-protected-resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What this API is as a protected resource
         * @description Protected resource metadata (RFC 9728). The API takes the opaque tokens of `POST /api/sign_in`, as `Authorization: Bearer` too, and no JWTs. The address below a base path is a matter of the proxy, as with `/.well-known/oauth-authorization-server`.
         */
        get: operations["getProtectedResource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the contract as YAML
         * @description This document, as it is written, but for the address of the server.
         */
        get: operations["getContractYaml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the contract as JSON
         * @description The same document for tools that want JSON.
         */
        get: operations["getContractJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.client.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the contract for generators of clients
         * @description The operations that answer JSON, without pages, forms, files and probes: each takes one media type and answers each status in one.
         */
        get: operations["getClientContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/arazzo.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the story of a like as a workflow
         * @description How calls follow on each other: register, sign in for a token, like an article, take the like back, sign out. An Arazzo description of this contract, which tools can play.
         */
        get: operations["getArazzo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the documentation
         * @description Swagger UI for this contract; "Authorize" takes a token, "Try it out" sends real calls.
         */
        get: operations["showDocumentation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The file's name.
                 * @example kudos.svg
                 */
                asset: string;
            };
            cookie?: never;
        };
        /**
         * Read a style sheet, script or image
         * @description The files that the pages load; pages load nothing from another host. A file whose name has a digest of its content may be kept for a year; one with a plain name such as `kudos.svg` has to be revalidated. `Accept-Encoding` decides whether a file comes as it is or compressed.
         */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/favicon.ico": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the icon
         * @description Browsers ask here for an icon when the content that they show cannot name one, such as JSON.
         */
        get: operations["getIcon"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive
         * @description Answers as long as the process can answer at all; asks nothing of the database.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process ready for requests
         * @description Ready means that the database answers and the process is not shutting down.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Format: int64
         * @description A positive integer below 2^53, so that every JSON parser reads it exactly.
         */
        Id: number;
        /** @description The id of a token or session. It is no secret and does not authenticate. */
        CredentialId: string;
        /** @description A text in the alphabet of ids. One that names no token or session is not found, whatever its length. */
        AnyCredentialId: string;
        /**
         * @description A permission that a credential can have.
         * @enum {string}
         */
        Scope: "account" | "likes:write" | "articles:write";
        /**
         * @description The token's name in the list of tokens; if empty or left out, one made from the client's `User-Agent`.
         * @example like button
         */
        TokenName: string;
        /** @description The scopes to narrow the token to; an empty list makes one that only reads. Scopes that the user, or the credential that makes the token, does not hold have no effect. A sign-in takes them only with `include_auth_token`. */
        TokenScopes: components["schemas"]["Scope"][];
        /** @description The scopes to narrow the token to; left out, it has all scopes of its user. Scopes that the user does not hold have no effect. An empty list is refused: generated clients send one where nobody has set the member, and the token would do nothing but read. */
        SignInScopes: components["schemas"]["Scope"][];
        /**
         * Format: date-time
         * @description RFC 3339, in UTC.
         */
        Timestamp: string;
        /**
         * @description An address in any spelling: case, Unicode form (NFKC), full-width characters and white space around it make no difference. Answers have it in one spelling. A new account can have an address if, in that spelling, it has at most 254 characters; in front of the `@` 1 to 64, with dots between others only, and none that is invisible or one of `<>()[]\,;:"`; and behind it labels of 1 to 63 letters, digits, underscores and hyphens inside. Another one is refused as `email-refused`.
         * @example ada@example.com
         */
        Email: string;
        /**
         * @description The user name of an account that came with one from another system; case and Unicode form (NFKC) make no difference.
         * @example ada
         */
        Username: string;
        /**
         * Format: password
         * @description A new password has 8 (a setting of the server) to 256 characters, is neither the address nor hardly more than the name in it, holds no NUL and no lone surrogate, and is not easy to guess. Another one is refused, and `field_errors` give the reasons.
         * @example correct horse battery staple
         */
        Password: string;
        /**
         * @description Proof that a call by cookie comes from our own pages; send it in `X-CSRF-Token`. It does not help where the browser itself says, in `Sec-Fetch-Site` or `Origin`, that the call comes from elsewhere.
         * @example Zm9ybS1jc3JmLXRva2Vu
         */
        CsrfToken: string;
        /**
         * @description Accepted for the lecture's front ends, and ignored: a sign-in is protected by `Sec-Fetch-Site` and `Origin`, and a call by cookie by these or by `X-CSRF-Token`.
         * @example Zm9ybS1jc3JmLXRva2Vu
         */
        UnusedCsrfToken: string;
        /**
         * @description A path on this server.
         * @example /
         */
        LocalPath: string;
        /** @description An opaque place in a list. */
        Cursor: string;
        /** @description The cursor of the next page; null on the last one. */
        NextCursor: string | null;
        /** Format: uri-reference */
        UriReference: string;
        CacheDirectives: string;
        Html: string;
        AssetText: string;
        /** @description Who signs in, by the address or the user name, and how. One of the two is required; the address counts where both are there. */
        LoginInput: {
            email?: components["schemas"]["Email"];
            username?: components["schemas"]["Username"];
            password: components["schemas"]["Password"];
            /** @description Keep the session after the browser is closed. */
            remember?: boolean;
            token_name?: components["schemas"]["TokenName"];
            scopes?: components["schemas"]["TokenScopes"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        /** @description The request does not match the contract, or the code is not good, or not for this request. */
        CodeSignInBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `mailed-code-refused`: the code is not the one of the mail, was used, or has expired; `invalid-credentials`: the account was changed or closed while the code was looked at.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:mailed-code-refused" | "urn:kudos:problem:invalid-credentials";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The ways to sign in. */
        CodeSignInStart: {
            meta: components["schemas"]["OkMeta"];
            response: {
                csrf_token: components["schemas"]["CsrfToken"];
                /** @description The methods that `POST /us-signin` takes. */
                available_methods: ("password" | "email")[];
                /** @description The methods that `POST /us-signin/send-code` sends a code by. */
                code_methods: "email"[];
                /** @description What an `identity` is. */
                identity_attributes: "email"[];
            };
        };
        CodeSignInInput: {
            request: components["schemas"]["MailRequestSecret"];
            code: components["schemas"]["MailedCode"];
            token_name?: components["schemas"]["TokenName"];
            scopes?: components["schemas"]["SignInScopes"];
        };
        SignInInput: {
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
            token_name?: components["schemas"]["TokenName"];
            scopes?: components["schemas"]["SignInScopes"];
        };
        PasswordToRate: {
            password: components["schemas"]["Password"];
            /**
             * @description The address of the account, as far as it is typed: what stands in it is easy to guess. Left out, the address of nobody.
             * @example ada@example.com
             */
            email?: string;
        };
        /** @description How hard a password is to guess, and whether it can be chosen. */
        PasswordStrength: {
            /** @description Whether the server takes it as a new password. */
            acceptable: boolean;
            /** @description From 0, one of the first thousand guesses, to 4, beyond ten thousand million guesses; below 2 if, and only if, it is not acceptable. */
            score: number;
            /** @description Sentences for the person who types it, why it is refused; empty for an acceptable one. */
            reasons: string[];
        };
        /** @description A new token of a user who has just signed in. */
        SignedInToken: {
            id: components["schemas"]["CredentialId"];
            /** @description The name that it was given, or one made from the client's `User-Agent`. */
            name: string;
            created_at: components["schemas"]["Timestamp"];
            expires_at: components["schemas"]["Timestamp"];
            /** @description The scopes that the token is narrowed to; null when it has all scopes of its user. */
            scopes: components["schemas"]["Scope"][] | null;
            authentication_token: components["schemas"]["IssuedToken"];
            user: components["schemas"]["SignedInUser"];
        };
        SignedInUser: {
            id: components["schemas"]["Id"];
            email: components["schemas"]["Email"];
        };
        /** @description The fields of the form, with the address or the user name. One of the two is required; the address counts where both are there. */
        LoginForm: {
            email?: components["schemas"]["Email"];
            username?: components["schemas"]["Username"];
            password: components["schemas"]["Password"];
            remember?: components["schemas"]["Checkbox"];
            token_name?: components["schemas"]["TokenName"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        RegisterInput: {
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
            password_confirm?: components["schemas"]["PasswordConfirm"];
            /** @description Keep the session after the browser is closed. */
            remember?: boolean;
            token_name?: components["schemas"]["TokenName"];
            scopes?: components["schemas"]["TokenScopes"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        RegisterForm: {
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
            password_confirm?: components["schemas"]["PasswordConfirm"];
            remember?: components["schemas"]["Checkbox"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        VerifyInput: {
            password: components["schemas"]["Password"];
            /**
             * @description A code of the authenticator, or one that was sent; with the password it is a proof by two factors. An empty one counts as none; one of a user who has no such factor is refused.
             * @example 123456
             */
            code?: string;
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        ChangeInput: {
            password: components["schemas"]["Password"];
            /** @example staple battery horse correct */
            new_password: components["schemas"]["Password"];
            /** @example staple battery horse correct */
            new_password_confirm?: components["schemas"]["PasswordConfirm"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        /**
         * Format: password
         * @description The password once more; if present, it must be the same.
         * @example correct horse battery staple
         */
        PasswordConfirm: string;
        /**
         * @description A form's checkbox; `on` when ticked, absent otherwise. A text that says no counts as absent: `false`, `f`, `0`, `no`, `n`, `off`, `null`, `none` and `undefined` in any case, and nothing at all.
         * @example on
         */
        Checkbox: string;
        ArticleLikeInput: {
            article_id: components["schemas"]["Id"];
            /**
             * @deprecated
             * @description Accepted whatever it is, and never used: the like belongs to the user of the token. Some front ends of the lecture send a number, others what they kept in `localStorage`: a text, or null. Only the 4,096 bytes of the whole content limit it.
             */
            user_id?: unknown;
        };
        User: {
            id: components["schemas"]["Id"];
            email: components["schemas"]["Email"];
            authentication_token?: components["schemas"]["IssuedToken"];
            refresh_token?: components["schemas"]["RefreshToken"];
        };
        /** @description The refresh token; only where a token was asked for and the server gives refresh tokens that are no cookies. Never shown again. */
        RefreshToken: string;
        RefreshInput: {
            /**
             * @description The refresh token, as it was given; not looked at where a cookie has one.
             * @example kudosr_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu
             */
            refresh_token?: string;
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        RefreshAnswer: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["RefreshAnswerDetails"];
        };
        RefreshAnswerDetails: {
            user: components["schemas"]["RefreshedUser"];
        };
        RefreshedUser: {
            authentication_token: components["schemas"]["IssuedToken"];
            refresh_token?: components["schemas"]["RefreshToken"];
        };
        /** @description There is no refresh token in the request, or it is not valid. */
        RefreshBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["RefreshBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        RefreshBadRequestDetails: {
            /**
             * @description The kind of problem. `invalid-request`: the content does not match the contract; `refresh-token-required`: neither content nor cookie has a refresh token; `refresh-token-refused`: it is not valid, was used before, or has ended.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:refresh-token-required" | "urn:kudos:problem:refresh-token-refused";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description This server gives no refresh tokens, or the request came from another site. */
        RefreshForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["RefreshForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        RefreshForbiddenDetails: {
            /**
             * @description The kind of problem. `refresh-tokens-off`: the server gives none; `cross-site-request`: the request has no proof that a page of this site made it.
             * @enum {string}
             */
            type: "urn:kudos:problem:refresh-tokens-off" | "urn:kudos:problem:cross-site-request";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The token; only when it was asked for, and never shown again. */
        IssuedToken: string;
        Authenticated: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["UserAndCsrfToken"];
        };
        UserAndCsrfToken: {
            csrf_token: components["schemas"]["CsrfToken"];
            user: components["schemas"]["User"];
        };
        /** @description The start of a sign-in by a client that wants a CSRF token first. */
        FormStart: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["CsrfTokenAlone"];
        };
        CsrfTokenAlone: {
            csrf_token: components["schemas"]["CsrfToken"];
        };
        LoggedOut: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["Nothing"];
        };
        /** @description An object without members. */
        Nothing: Record<string, never>;
        OkMeta: {
            /** @constant */
            code: 200;
        };
        Greeting: {
            msg: string;
        };
        Me: {
            id: components["schemas"]["Id"];
            email: components["schemas"]["Email"];
            username?: components["schemas"]["Username"];
            /** @description Names of the roles that the user holds. */
            roles: string[];
        };
        /** @description The entry of a token in the list, without the token itself. */
        Token: {
            id: components["schemas"]["CredentialId"];
            kind: components["schemas"]["ListedTokenKind"];
            /** @description The name that it was given, or one made from the client's `User-Agent`. */
            name: string;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description Null when it was never used.
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description The time when it ends at the latest; one that is not personal ends sooner when it is not used.
             */
            expires_at: string;
            /** @description The scopes that the token was narrowed to; null when it has all scopes of its user. */
            scopes: components["schemas"]["Scope"][] | null;
            /** @description The browser session that the token was made with, and ends with. Left out for every other token. */
            session_id?: components["schemas"]["CredentialId"];
            /** @description Whether this request carries it. */
            current: boolean;
        };
        TokenInput: {
            kind?: components["schemas"]["TokenKind"];
            name?: components["schemas"]["TokenName"];
            scopes?: components["schemas"]["TokenScopes"];
            expires_in_days?: components["schemas"]["PersonalTokenDays"];
        };
        PersonalTokenForm: {
            name: components["schemas"]["TokenName"];
            scopes?: components["schemas"]["TokenScopes"];
            days?: components["schemas"]["PersonalTokenDays"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        /**
         * @description `access`, also where it is left out: a token of a sign-in, or one that was made with such a token or a session and ends with it. `personal`: a token for a program, with scopes and a lifetime of its own.
         * @example personal
         * @enum {string}
         */
        TokenKind: "access" | "personal";
        /**
         * @description `access` or `personal`, as of a token that is made. `refresh`: the refresh tokens that follow on one sign-in, which end together, with the tokens that were got by them; `last_used_at` is the last exchange.
         * @example personal
         * @enum {string}
         */
        ListedTokenKind: "access" | "personal" | "refresh";
        /**
         * Format: int32
         * @description The days until a personal token expires; as many as the server permits (its setting `PERSONAL_TOKEN_DAYS`) where it is left out. More than that, or any number for a token of another kind, is a 400.
         * @example 90
         */
        PersonalTokenDays: number;
        /** @description The entry of a new token, with the token itself. */
        CreatedToken: {
            id: components["schemas"]["CredentialId"];
            kind: components["schemas"]["TokenKind"];
            /** @description The name that it was given, or one made from the client's `User-Agent`. */
            name: string;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description Null, because it was not used yet.
             */
            last_used_at: string | null;
            expires_at: components["schemas"]["Timestamp"];
            /** @description The scopes that the token is narrowed to; null when it has all scopes of its user. */
            scopes: components["schemas"]["Scope"][] | null;
            /** @description The browser session that the token was made with, and ends with. Left out for every other token. */
            session_id?: components["schemas"]["CredentialId"];
            /** @description False, because this request carried another credential. */
            current: boolean;
            authentication_token: components["schemas"]["IssuedToken"];
        };
        TokenList: {
            items: components["schemas"]["Token"][];
        };
        /** @description The entry of a browser's session, without the secret in its cookie. */
        Session: {
            id: components["schemas"]["CredentialId"];
            /** @description The browser and its system, made from its `User-Agent` at sign-in. */
            name: string;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description Null when it was never used.
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description The time when it ends at the latest; it ends sooner when it is not used.
             */
            expires_at: string;
            /** @description Whether this request carries it. */
            current: boolean;
        };
        SessionList: {
            items: components["schemas"]["Session"][];
        };
        Article: {
            id: components["schemas"]["Id"];
            title: string;
            author: string;
            created_at: components["schemas"]["Timestamp"];
            /** Format: int64 */
            like_count: number;
            /** @description Whether the user of the request likes it; false without credentials. */
            liked_by_me: boolean;
        };
        /** @description One line: it begins with a visible character, ends with neither white space nor a character of no width, and has no control character and none that changes the direction of text. */
        ArticleTitle: string;
        /** @description One line: it begins with a visible character, ends with neither white space nor a character of no width, and has no control character and none that changes the direction of text. */
        ArticleAuthor: string;
        ArticleInput: {
            title: components["schemas"]["ArticleTitle"];
            author: components["schemas"]["ArticleAuthor"];
        };
        ArticleChange: {
            title?: components["schemas"]["ArticleTitle"];
            author?: components["schemas"]["ArticleAuthor"];
        };
        ArticlePage: {
            items: components["schemas"]["Article"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        ArticleLike: {
            id: components["schemas"]["Id"];
            user_id: components["schemas"]["Id"];
            article_id: components["schemas"]["Id"];
            created_at: components["schemas"]["Timestamp"];
        };
        ArticleLikePage: {
            items: components["schemas"]["ArticleLike"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /**
         * @description The name of a passkey, by which its owner knows it; no two passkeys of a user have the same. White space around it does not count.
         * @example phone
         */
        PasskeyName: string;
        /**
         * @description `first` signs in by itself; `secondary` is a second factor, after a password.
         * @enum {string}
         */
        PasskeyUsage: "first" | "secondary";
        /** @description Whether it is a second factor, so that a password alone does not sign in. */
        PasskeyIsFactor: boolean;
        /** @description What was begun; good for one answer, right or wrong. */
        PasskeyState: string;
        /** @description Bytes in base64url, without padding (RFC 4648, section 5). */
        Base64url: string;
        /** @description The id of a passkey in base64url, as the authenticator has made it. */
        CredentialHandle: string;
        /** @description The user in the authenticators, in base64url; says nothing about the person. */
        UserHandle: string;
        /** @description What the authenticator signs; 32 random bytes in base64url. */
        Challenge: string;
        /** @description The ways to reach the authenticator, such as `internal`, `hybrid` or `usb`. */
        AuthenticatorTransports: string[];
        PasskeyInput: {
            name: components["schemas"]["PasskeyName"];
            /** @description `first` if it is left out. */
            usage?: components["schemas"]["PasskeyUsage"];
            /** @description Whether one of the usage `first` is a second factor, too, so that a password alone does not sign in from then on. One of the usage `secondary` is so in any case. */
            second_factor?: boolean;
            /** @description Whether the browser makes it without a question (`mediation: "conditional"`), after a sign-in with a password. */
            automatic?: boolean;
        };
        PasskeyChange: {
            name: components["schemas"]["PasskeyName"];
        };
        Passkey: {
            id: components["schemas"]["CredentialId"];
            name: string;
            credential_id: components["schemas"]["CredentialHandle"];
            usage: components["schemas"]["PasskeyUsage"];
            second_factor: components["schemas"]["PasskeyIsFactor"];
            transports: components["schemas"]["AuthenticatorTransports"];
            /** @description The model of the authenticator; all zero where it does not say. */
            aaguid: string;
            /**
             * @description Whether it may be copied to other devices of its owner (W3C Web Authentication, backup eligibility).
             * @enum {string}
             */
            device_type: "single_device" | "multi_device";
            /** @description Whether there was a copy elsewhere at the last use. */
            backed_up: boolean;
            /** @description Whether the authenticator finds it without being told its id; null where the browser did not say. */
            discoverable: boolean | null;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description Null when it was never used.
             */
            last_used_at: string | null;
        };
        PasskeyList: {
            items: components["schemas"]["Passkey"][];
            /** @description The site that the passkeys belong to. */
            rp_id: string;
            /** @description The user in the authenticators, in base64url; null for one who has never begun to register a passkey. */
            user_handle: string | null;
        };
        PasskeyRelyingParty: {
            id: string;
            name: string;
        };
        PasskeyUser: {
            id: components["schemas"]["UserHandle"];
            name: string;
            displayName: string;
        };
        PasskeyParameter: {
            /** @constant */
            type: "public-key";
            /**
             * @description The number of a signature algorithm (IANA COSE Algorithms).
             * @enum {integer}
             */
            alg: -8 | -7 | -257;
        };
        PasskeyDescriptor: {
            /** @constant */
            type: "public-key";
            id: components["schemas"]["CredentialHandle"];
            transports?: components["schemas"]["AuthenticatorTransports"];
        };
        PasskeySelection: {
            /** @enum {string} */
            residentKey: "discouraged" | "preferred" | "required";
            requireResidentKey: boolean;
            userVerification: components["schemas"]["UserVerification"];
        };
        /**
         * @description Whether the authenticator is to check who uses it, by a PIN or a finger.
         * @enum {string}
         */
        UserVerification: "discouraged" | "preferred" | "required";
        PasskeyExtensions: {
            credProps: boolean;
        };
        /** @description PublicKeyCredentialCreationOptionsJSON (W3C Web Authentication). */
        PublicKeyCreationOptions: {
            rp: components["schemas"]["PasskeyRelyingParty"];
            user: components["schemas"]["PasskeyUser"];
            challenge: components["schemas"]["Challenge"];
            pubKeyCredParams: components["schemas"]["PasskeyParameter"][];
            /** @description In milliseconds. */
            timeout: number;
            excludeCredentials: components["schemas"]["PasskeyDescriptor"][];
            authenticatorSelection: components["schemas"]["PasskeySelection"];
            /** @constant */
            attestation: "none";
            extensions: components["schemas"]["PasskeyExtensions"];
            hints: string[];
        };
        /** @description PublicKeyCredentialRequestOptionsJSON (W3C Web Authentication). */
        PublicKeyRequestOptions: {
            challenge: components["schemas"]["Challenge"];
            rpId: string;
            /** @description In milliseconds. */
            timeout: number;
            allowCredentials: components["schemas"]["PasskeyDescriptor"][];
            userVerification: components["schemas"]["UserVerification"];
        };
        PasskeyCreation: {
            state: components["schemas"]["PasskeyState"];
            expires_at: components["schemas"]["Timestamp"];
            options: components["schemas"]["PublicKeyCreationOptions"];
        };
        PasskeyRequest: {
            state: components["schemas"]["PasskeyState"];
            expires_at: components["schemas"]["Timestamp"];
            /** @description Whether it is the second factor of a sign-in that waits for one. */
            is_secondary: boolean;
            options: components["schemas"]["PublicKeyRequestOptions"];
        };
        PasskeyRegistrationInput: {
            state: components["schemas"]["PasskeyState"];
            credential: components["schemas"]["RegistrationCredential"];
        };
        PasskeySignInOptionsInput: {
            sign_in_token?: components["schemas"]["SignInToken"];
        };
        PasskeySignInInput: {
            state: components["schemas"]["PasskeyState"];
            credential: components["schemas"]["AuthenticationCredential"];
            sign_in_token?: components["schemas"]["SignInToken"];
            token_name?: components["schemas"]["TokenName"];
            scopes?: components["schemas"]["SignInScopes"];
        };
        /** @description RegistrationResponseJSON (W3C Web Authentication), as `PublicKeyCredential.toJSON()` makes it. */
        RegistrationCredential: {
            id: components["schemas"]["CredentialHandle"];
            rawId: components["schemas"]["CredentialHandle"];
            /** @constant */
            type: "public-key";
            response: components["schemas"]["AttestationResponse"];
            clientExtensionResults?: components["schemas"]["ClientExtensionResults"];
        } & {
            [key: string]: unknown;
        };
        AttestationResponse: {
            clientDataJSON: components["schemas"]["Base64url"];
            attestationObject: components["schemas"]["Base64url"];
            transports?: components["schemas"]["AuthenticatorTransports"];
        } & {
            [key: string]: unknown;
        };
        /** @description AuthenticationResponseJSON (W3C Web Authentication), as `PublicKeyCredential.toJSON()` makes it. */
        AuthenticationCredential: {
            id: components["schemas"]["CredentialHandle"];
            rawId: components["schemas"]["CredentialHandle"];
            /** @constant */
            type: "public-key";
            response: components["schemas"]["AssertionResponse"];
            clientExtensionResults?: components["schemas"]["ClientExtensionResults"];
        } & {
            [key: string]: unknown;
        };
        AssertionResponse: {
            clientDataJSON: components["schemas"]["Base64url"];
            authenticatorData: components["schemas"]["Base64url"];
            signature: components["schemas"]["Base64url"];
            userHandle?: string | null;
        } & {
            [key: string]: unknown;
        };
        /** @description What the browser's extensions have answered. */
        ClientExtensionResults: {
            [key: string]: unknown;
        };
        PasskeyEndpointUrls: {
            /**
             * Format: uri
             * @description Where a user makes a passkey.
             */
            enroll: string;
            /**
             * Format: uri
             * @description Where a user sees, renames and removes passkeys.
             */
            manage: string;
        };
        WanRegisterInput: {
            name: components["schemas"]["PasskeyName"];
            /** @description `secondary` if it is left out. */
            usage?: components["schemas"]["PasskeyUsage"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        WanAnswerInput: {
            credential: components["schemas"]["WanCredential"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        /** @description The JSON text of a RegistrationResponseJSON or AuthenticationResponseJSON (W3C Web Authentication). */
        WanCredential: string;
        WanSignInInput: {
            /** @description Accepted for the lecture's front ends; the answer is the same whatever it says. */
            identity?: string;
            /** @description Keep the session after the browser is closed. */
            remember?: boolean;
            sign_in_token?: components["schemas"]["SignInToken"];
            /** @description False for a sign-in of its own, also where another one waits for its second factor. */
            is_secondary?: boolean;
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        WanSignInAnswerInput: {
            credential: components["schemas"]["WanCredential"];
            /** @description As in `POST /wan-signin`, where it counts, too. */
            remember?: boolean;
            token_name?: components["schemas"]["TokenName"];
            scopes?: components["schemas"]["TokenScopes"];
            sign_in_token?: components["schemas"]["SignInToken"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        WanVerifyInput: {
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        WanDeleteInput: {
            name: components["schemas"]["PasskeyName"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        PasskeysEnvelope: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["EnvelopedPasskeys"];
        };
        EnvelopedPasskeys: {
            csrf_token: components["schemas"]["CsrfToken"];
            registered_credentials: components["schemas"]["RegisteredCredential"][];
        };
        /** @description A passkey, as the lecture's framework shows it. */
        RegisteredCredential: {
            name: string;
            credential_id: components["schemas"]["CredentialHandle"];
            usage: components["schemas"]["PasskeyUsage"];
            transports: components["schemas"]["AuthenticatorTransports"];
            /**
             * Format: date-time
             * @description Null when it was never used.
             */
            lastuse: string | null;
            /** @enum {string} */
            device_type: "single_device" | "multi_device";
            backup_state: boolean;
            /** @description Null where the browser did not say. */
            discoverable: boolean | null;
        };
        WanRegistrationEnvelope: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["WanRegistration"];
        };
        WanRegistration: {
            csrf_token: components["schemas"]["CsrfToken"];
            wan_state: components["schemas"]["PasskeyState"];
            credential_options: components["schemas"]["PublicKeyCreationOptions"];
        };
        WanSignInEnvelope: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["WanSignIn"];
        };
        WanSignIn: {
            csrf_token: components["schemas"]["CsrfToken"];
            wan_state: components["schemas"]["PasskeyState"];
            /** @description Whether it is the second factor of a sign-in that waits for one. */
            is_secondary: boolean;
            remember: boolean;
            credential_options: components["schemas"]["PublicKeyRequestOptions"];
        };
        WanVerificationEnvelope: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["WanVerification"];
        };
        WanVerification: {
            csrf_token: components["schemas"]["CsrfToken"];
            wan_state: components["schemas"]["PasskeyState"];
            credential_options: components["schemas"]["PublicKeyRequestOptions"];
        };
        WanDoneEnvelope: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["WanDone"];
        };
        WanDone: {
            csrf_token: components["schemas"]["CsrfToken"];
        };
        /** @description An OpenAPI document. */
        Contract: {
            openapi: string;
            info: {
                [key: string]: unknown;
            };
            paths: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        /** @description An Arazzo description. */
        WorkflowDescription: {
            arazzo: string;
            info: {
                [key: string]: unknown;
            };
            sourceDescriptions: {
                [key: string]: unknown;
            }[];
            workflows: {
                [key: string]: unknown;
            }[];
        } & {
            [key: string]: unknown;
        };
        Liveness: {
            /** @constant */
            status: "live";
        };
        Readiness: {
            /** @constant */
            status: "ready";
        };
        /** @description The phrase of the status. */
        ProblemTitle: string;
        /** @description What was wrong this time, for people. */
        ProblemDetail: string;
        /**
         * Format: uri-reference
         * @description Identifies this occurrence of the problem, by the request's id.
         */
        ProblemInstance: string;
        /** @description The faults of the request, one by one; the first 20 of them. */
        ProblemErrors: components["schemas"]["ProblemError"][];
        /** @description One fault of the request; `pointer` for a place in the body, `parameter` for a parameter. */
        ProblemError: {
            detail: components["schemas"]["ProblemDetail"];
            /** @description JSON Pointer into the body (RFC 6901); "" is the whole of it. */
            pointer?: string;
            /** @description The parameter's name. */
            parameter?: string;
        };
        /** @description True when the credential is valid but the password was given too long ago; `POST /verify` makes it fresh. Else it is left out. */
        ReauthRequired: boolean;
        /** @description Messages for people. */
        ErrorMessages: string[];
        /** @description Messages by field; the empty name is for the input as a whole. */
        FieldErrors: {
            [key: string]: components["schemas"]["ErrorMessages"];
        };
        BadRequestMeta: {
            /**
             * @description The status code.
             * @enum {integer}
             */
            code: 400;
        };
        UnauthorizedMeta: {
            /**
             * @description The status code.
             * @enum {integer}
             */
            code: 401;
        };
        ForbiddenMeta: {
            /**
             * @description The status code.
             * @enum {integer}
             */
            code: 403;
        };
        ContentTooLargeMeta: {
            /**
             * @description The status code.
             * @enum {integer}
             */
            code: 413;
        };
        UnsupportedMediaTypeMeta: {
            /**
             * @description The status code.
             * @enum {integer}
             */
            code: 415;
        };
        TooManyRequestsMeta: {
            /**
             * @description The status code.
             * @enum {integer}
             */
            code: 429;
        };
        InternalServerErrorMeta: {
            /**
             * @description The status code.
             * @enum {integer}
             */
            code: 500;
        };
        ServiceUnavailableMeta: {
            /**
             * @description The status code.
             * @enum {integer}
             */
            code: 503;
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        BadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract. */
        InvalidRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, or address and password do not belong together. */
        SignInBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `invalid-credentials`: no such user, or not their password; `confirmation-required`: the password is right, and the address has to be confirmed first.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-credentials" | "urn:kudos:problem:confirmation-required" | "urn:kudos:problem:invalid-request";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, its credentials name different users, or the cursor is of another list. */
        ArticleListBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `invalid-cursor`: the cursor was not given out by this list.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:invalid-cursor";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, its credentials name different users, or the cursor is of another list. */
        MyEventListBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `invalid-cursor`: the cursor was not given out by this list.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:invalid-cursor";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, or the cursor is of another list. */
        ArticleLikeListBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `invalid-cursor`: the cursor was not given out by this list.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:invalid-cursor";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, its credentials name different users, or the title or author is refused. */
        ArticleBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `article-refused`: the title or the author is not one line of visible text, which the pattern cannot say of lone surrogates and of invisible characters beyond U+FFFF.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:article-refused";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description Credentials are missing, wrong, expired or revoked. A problem document that also carries the envelope. */
        UnauthorizedProblem: {
            /**
             * @description The kind of problem. `authentication-required`: no credential that counts came with the request; `credential-refused`: a credential came and is wrong, expired or revoked.
             * @enum {string}
             */
            type: "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 401;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            meta: components["schemas"]["UnauthorizedMeta"];
            response: components["schemas"]["UnauthorizedDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        UnauthorizedDetails: {
            /**
             * @description The same as `type` of the problem.
             * @enum {string}
             */
            type: "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, they are valid and the operation needs the password to have been given more recently (`POST /verify`). A problem document that also carries the envelope. */
        FreshUnauthorizedProblem: {
            /**
             * @description The kind of problem. `authentication-required`: no credential that counts came with the request; `credential-refused`: a credential came and is wrong, expired or revoked; `reauthentication-required`: the credential is valid, but the password was given too long ago, `POST /verify` makes it fresh.
             * @enum {string}
             */
            type: "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused" | "urn:kudos:problem:reauthentication-required";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 401;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            reauth_required?: components["schemas"]["ReauthRequired"];
            meta: components["schemas"]["UnauthorizedMeta"];
            response: components["schemas"]["FreshUnauthorizedDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FreshUnauthorizedDetails: {
            /**
             * @description The same as `type` of the problem.
             * @enum {string}
             */
            type: "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused" | "urn:kudos:problem:reauthentication-required";
            errors: components["schemas"]["ErrorMessages"];
            reauth_required?: components["schemas"]["ReauthRequired"];
        };
        /** @description The request does not match the contract, a personal token lacks scopes or is to live for too long, or the credentials name different users. */
        TokenBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `scopes-required`: a personal token was asked for without a scope that the credential has; `lifetime-refused`: it was to live for longer than this server permits, or the token is no personal one, which alone has a lifetime of its own.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:scopes-required" | "urn:kudos:problem:lifetime-refused";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The form does not match the contract, lacks scopes, or asks for too long a lifetime. */
        TokenFormBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["TokenFormBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        TokenFormBadRequestDetails: {
            /**
             * @description The kind of problem. `scopes-required`: no scope was chosen; `lifetime-refused`: the token was to live for longer than this server permits; `invalid-request`: the content does not match the contract, `field_errors` tell where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:scopes-required" | "urn:kudos:problem:lifetime-refused" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description No session, or one that has ended; or, with `reauth_required`, the password and the second factor were proved too long ago. */
        TokenFormUnauthorizedEnvelope: {
            meta: components["schemas"]["UnauthorizedMeta"];
            response: components["schemas"]["TokenFormUnauthorizedDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        TokenFormUnauthorizedDetails: {
            /**
             * @description The kind of problem. `reauthentication-required`, `not-fresh`: the session is valid, but the user has to prove the password and the second factor again by `POST /verify`; `authentication-required`: no session came with the request; `credential-refused`: it is wrong, expired or revoked; `credential-ended`: it was revoked while the request was under way.
             * @enum {string}
             */
            type: "urn:kudos:problem:reauthentication-required" | "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused" | "urn:kudos:problem:credential-ended" | "urn:kudos:problem:not-fresh";
            errors: components["schemas"]["ErrorMessages"];
            reauth_required?: components["schemas"]["ReauthRequired"];
        };
        /** @description There are too many tokens, or the request came from another site. */
        TokenFormForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["TokenFormForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        TokenFormForbiddenDetails: {
            /**
             * @description The kind of problem. `too-many-tokens`: the user has 1,000 tokens that are in force, or 100 personal ones; `token-not-derivable`: the credential makes no tokens; `insufficient-scope`: the credential lacks a scope; `cross-site-request`: the request has no proof that a page of this site made it.
             * @enum {string}
             */
            type: "urn:kudos:problem:too-many-tokens" | "urn:kudos:problem:token-not-derivable" | "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:cross-site-request";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, they are valid and the operation needs the password to have been given more recently (`POST /verify`). A problem document that also carries the envelope. */
        TokenUnauthorizedProblem: {
            /**
             * @description The kind of problem. `authentication-required`: no credential that counts came with the request; `credential-refused`: a credential came and is wrong, expired or revoked; `credential-ended`: the credential was revoked while the request was under way; `reauthentication-required`: the credential is valid, but the password was given too long ago, `POST /verify` makes it fresh; `not-fresh`: the same where a personal token is wanted, for which the second factor is needed, too, if there is one.
             * @enum {string}
             */
            type: "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused" | "urn:kudos:problem:credential-ended" | "urn:kudos:problem:reauthentication-required" | "urn:kudos:problem:not-fresh";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 401;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            reauth_required?: components["schemas"]["ReauthRequired"];
            meta: components["schemas"]["UnauthorizedMeta"];
            response: components["schemas"]["TokenUnauthorizedDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        TokenUnauthorizedDetails: {
            /**
             * @description The same as `type` of the problem.
             * @enum {string}
             */
            type: "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused" | "urn:kudos:problem:credential-ended" | "urn:kudos:problem:reauthentication-required" | "urn:kudos:problem:not-fresh";
            errors: components["schemas"]["ErrorMessages"];
            reauth_required?: components["schemas"]["ReauthRequired"];
        };
        /** @description The credential lacks a scope. */
        ForbiddenProblem: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The credential lacks a scope, or a request by cookie came from another site. */
        AccountForbiddenProblem: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:cross-site-request";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The credential lacks a scope, or the like belongs to another user. */
        LikeForbiddenProblem: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `like-of-another`: the like belongs to another user.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:like-of-another";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The credential lacks a scope or may not make tokens, or a request by cookie came from another site. */
        TokenForbiddenProblem: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `token-not-derivable`: the token of the request was made with another credential, or is a personal one; `too-many-tokens`: the credential has made 100 tokens that are in force, or its user has 1,000, or 100 personal ones.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:token-not-derivable" | "urn:kudos:problem:too-many-tokens";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description There is no such article. */
        ArticleNotFoundProblem: {
            /**
             * @description The kind of problem. `article-not-found`: no article has that id.
             * @enum {string}
             */
            type: "urn:kudos:problem:article-not-found";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 404;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description There is no such like of this article. */
        LikeNotFoundProblem: {
            /**
             * @description The kind of problem. `like-not-found`: the article has no like of that id, or there is no such article.
             * @enum {string}
             */
            type: "urn:kudos:problem:like-not-found";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 404;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The user has no such token. */
        TokenNotFoundProblem: {
            /**
             * @description The kind of problem. `token-not-found`: the user has no token of that id.
             * @enum {string}
             */
            type: "urn:kudos:problem:token-not-found";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 404;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The user has no such session. */
        SessionNotFoundProblem: {
            /**
             * @description The kind of problem. `session-not-found`: the user has no session of that id.
             * @enum {string}
             */
            type: "urn:kudos:problem:session-not-found";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 404;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description There is no such file. */
        AssetNotFoundProblem: {
            /**
             * @description The kind of problem. `asset-not-found`: there is no file of that name.
             * @enum {string}
             */
            type: "urn:kudos:problem:asset-not-found";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 404;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description No representation that the client accepts. */
        NotAcceptableProblem: {
            /**
             * @description The kind of problem. `about:blank`: none of the media types that the operation answers in is acceptable.
             * @enum {string}
             */
            type: "about:blank";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 406;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description No representation that the client accepts: by its media type, or by its content coding. */
        CodingNotAcceptableProblem: {
            /**
             * @description The kind of problem. `about:blank`: none of the media types that the operation answers in is acceptable; `coding-not-acceptable`: the client accepts no content coding that there is, not even none.
             * @enum {string}
             */
            type: "about:blank" | "urn:kudos:problem:coding-not-acceptable";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 406;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The first request with this `Idempotency-Key` has no answer yet. */
        RequestInFlightProblem: {
            /**
             * @description The kind of problem. `request-in-flight`: send the same request again after `Retry-After`.
             * @enum {string}
             */
            type: "urn:kudos:problem:request-in-flight";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 409;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description This `Idempotency-Key` names another request. */
        IdempotencyKeyReusedProblem: {
            /**
             * @description The kind of problem. `idempotency-key-reused`: another request has been sent by this key.
             * @enum {string}
             */
            type: "urn:kudos:problem:idempotency-key-reused";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 422;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The article has been changed since; `If-Match` names an older state of it. */
        PreconditionFailedProblem: {
            /**
             * @description The kind of problem. `article-changed`: `If-Match` names an older state of the article.
             * @enum {string}
             */
            type: "urn:kudos:problem:article-changed";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 412;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The body is larger than the operation takes. */
        ContentTooLargeProblem: {
            /**
             * @description The kind of problem. `about:blank`: the content is longer than the operation takes.
             * @enum {string}
             */
            type: "about:blank";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 413;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The body is in a media type that the operation does not take. */
        UnsupportedMediaTypeProblem: {
            /**
             * @description The kind of problem. `about:blank`: the content is in a media type, a charset or a coding that the operation does not take.
             * @enum {string}
             */
            type: "about:blank";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 415;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The change has to say in `If-Match` which state it is meant for (RFC 6585, section 3). */
        PreconditionRequiredProblem: {
            /**
             * @description The kind of problem. `about:blank`: `If-Match` is missing.
             * @enum {string}
             */
            type: "about:blank";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 428;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The allowance is used up; try again after `Retry-After`. */
        TooManyRequestsProblem: {
            /**
             * @description The kind of problem. `too-many-attempts`: the allowance is used up, `Retry-After` says when to try again.
             * @enum {string}
             */
            type: "urn:kudos:problem:too-many-attempts";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 429;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description A fault of the server; its log has the reason under the request id. */
        InternalServerErrorProblem: {
            /**
             * @description The kind of problem. `about:blank`: a fault of the server.
             * @enum {string}
             */
            type: "about:blank";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 500;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description Another process is writing to the database for longer than usual, or the database cannot be used now. */
        ServiceUnavailableProblem: {
            /**
             * @description The kind of problem. `database-busy`: another process is writing to the database for longer than usual; `database-unavailable`: the database cannot be used, the operator has to read in the log why; `about:blank`: the server has no room for the request at the moment.
             * @enum {string}
             */
            type: "urn:kudos:problem:database-busy" | "urn:kudos:problem:database-unavailable" | "about:blank";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 503;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description Too many sign-ins are under way, or the database is busy, or fails. */
        SignInServiceUnavailableProblem: {
            /**
             * @description The kind of problem. `database-busy`: another process is writing to the database for longer than usual; `database-unavailable`: the database cannot be used, the operator has to read in the log why; `about:blank`: the server has no room for the request at the moment; `hashing-queue-full`: too many passwords wait to be looked at; `hashing-unavailable`: none can be looked at now.
             * @enum {string}
             */
            type: "urn:kudos:problem:hashing-queue-full" | "urn:kudos:problem:hashing-unavailable" | "urn:kudos:problem:database-busy" | "urn:kudos:problem:database-unavailable" | "about:blank";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 503;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The request does not match the contract, its credentials name different users, or the user has a passkey of that name. */
        PasskeyNameBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `passkey-name-taken`: the user has a passkey of that name.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:passkey-name-taken";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, its credentials name different users, or the passkey is not accepted. */
        PasskeyAdditionBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `passkey-name-taken`: the user has a passkey of that name; `passkey-refused`: the answer of the authenticator does not hold here, for whatever reason; `passkey-attempt-ended`: what was begun has been answered, is too old, or was begun by another user or credential.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:passkey-name-taken" | "urn:kudos:problem:passkey-refused" | "urn:kudos:problem:passkey-attempt-ended";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, or the passkey is not accepted. */
        PasskeySignInBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `passkey-refused`: the answer of the authenticator does not hold here, for whatever reason; `passkey-unknown`: no passkey of that id is registered here, and the browser may be told to forget it; `passkey-attempt-ended`: what was begun has been answered, is too old, or was begun by another user or credential; `invalid-credentials`: the account was closed, or its password changed, in the meantime; `sign-in-ended`: the sign-in that waited for a second factor has ended, by its time, its tries or a change of the account.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:passkey-refused" | "urn:kudos:problem:passkey-unknown" | "urn:kudos:problem:passkey-attempt-ended" | "urn:kudos:problem:invalid-credentials" | "urn:kudos:problem:sign-in-ended";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The credential lacks a scope, a request by cookie came from another site, or the server or the user can have no more passkeys. */
        PasskeyForbiddenProblem: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `too-many-passkeys`: the user has as many passkeys as are allowed; `passkeys-unavailable`: the server has no PUBLIC_URL, which passkeys belong to; `factors-closed`: nobody sets up a second factor on this server.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:too-many-passkeys" | "urn:kudos:problem:passkeys-unavailable" | "urn:kudos:problem:factors-closed";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The credential lacks a scope, or the server takes no passkeys. */
        PasskeyListForbiddenProblem: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `passkeys-unavailable`: the server has no PUBLIC_URL, which passkeys belong to.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:passkeys-unavailable";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The server takes no passkeys. */
        PasskeysUnavailableProblem: {
            /**
             * @description The kind of problem. `passkeys-unavailable`: the server has no PUBLIC_URL, which passkeys belong to.
             * @enum {string}
             */
            type: "urn:kudos:problem:passkeys-unavailable";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The user has no such passkey. */
        PasskeyNotFoundProblem: {
            /**
             * @description The kind of problem. `passkey-not-found`: the user has no such passkey.
             * @enum {string}
             */
            type: "urn:kudos:problem:passkey-not-found";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 404;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["WanBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the sign-in that waited has ended. */
        WanSignInStartBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["WanSignInStartBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanSignInStartBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `sign-in-ended`: the sign-in that waited for a second factor has ended, by its time, its tries or a change of the account.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:sign-in-ended";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanRegisterBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["WanRegisterBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanRegisterBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `passkey-name-taken`: the user has a passkey of that name.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:passkey-name-taken";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanRegistrationBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["WanRegistrationBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanRegistrationBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `passkey-name-taken`: the user has a passkey of that name; `passkey-refused`: the answer of the authenticator does not hold here, for whatever reason; `passkey-attempt-ended`: what was begun has been answered, is too old, or was begun by another user or credential.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:passkey-name-taken" | "urn:kudos:problem:passkey-refused" | "urn:kudos:problem:passkey-attempt-ended";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The input is refused; `field_errors` tell which field and why. */
        WanSignInBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["WanSignInBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanSignInBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `passkey-refused`: the answer of the authenticator does not hold here, for whatever reason; `passkey-unknown`: no passkey of that id is registered here, and the browser may be told to forget it; `passkey-attempt-ended`: what was begun has been answered, is too old, or was begun by another user or credential; `invalid-credentials`: the account was closed, or its password changed, in the meantime; `session-not-narrowed`: `scopes` came without `include_auth_token`, and a session cannot be narrowed; `sign-in-ended`: the sign-in that waited for a second factor has ended, by its time, its tries or a change of the account.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:passkey-refused" | "urn:kudos:problem:passkey-unknown" | "urn:kudos:problem:passkey-attempt-ended" | "urn:kudos:problem:invalid-credentials" | "urn:kudos:problem:session-not-narrowed" | "urn:kudos:problem:sign-in-ended";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanVerificationBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["WanVerificationBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanVerificationBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `passkey-refused`: the answer of the authenticator does not hold here, for whatever reason; `passkey-attempt-ended`: what was begun has been answered, is too old, or was begun by another user or credential.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:passkey-refused" | "urn:kudos:problem:passkey-attempt-ended";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanDeleteBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["WanDeleteBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanDeleteBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `passkey-name-unknown`: the user has no passkey of that name; `factor-required`: the account needs a second factor, so the last one cannot be removed.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:passkey-name-unknown" | "urn:kudos:problem:passkey-required";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, they are valid and the user has to prove again who they are. */
        WanFreshUnauthorizedEnvelope: {
            meta: components["schemas"]["UnauthorizedMeta"];
            response: components["schemas"]["WanFreshUnauthorizedDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanFreshUnauthorizedDetails: {
            /**
             * @description The kind of problem, as in a problem document. `authentication-required`: no credential that counts came with the request; `credential-refused`: a credential came and is wrong, expired or revoked; `reauthentication-required`: the credential is valid, but the user proved who they are too long ago, or by too little.
             * @enum {string}
             */
            type: "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused" | "urn:kudos:problem:reauthentication-required";
            errors: components["schemas"]["ErrorMessages"];
            reauth_required?: components["schemas"]["ReauthRequired"];
        };
        /** @description The credential lacks a scope. */
        WanScopeForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["WanScopeForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanScopeForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The credential lacks a scope, or a request by cookie came from another site. */
        WanForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["WanForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:cross-site-request";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The credential lacks a scope, a request by cookie came from another site, or the server or the user can have no more passkeys. */
        WanRegisterForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["WanRegisterForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanRegisterForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `too-many-passkeys`: the user has as many passkeys as are allowed; `passkeys-unavailable`: the server has no PUBLIC_URL, which passkeys belong to; `factors-closed`: nobody sets up a second factor on this server.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:too-many-passkeys" | "urn:kudos:problem:passkeys-unavailable" | "urn:kudos:problem:factors-closed";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The server takes no passkeys. */
        WanSignInForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["WanSignInForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanSignInForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `passkeys-unavailable`: the server has no PUBLIC_URL, which passkeys belong to.
             * @enum {string}
             */
            type: "urn:kudos:problem:passkeys-unavailable";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The request came from another site, or the server takes no passkeys. */
        WanFinishSignInForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["WanFinishSignInForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanFinishSignInForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `passkeys-unavailable`: the server has no PUBLIC_URL, which passkeys belong to.
             * @enum {string}
             */
            type: "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:passkeys-unavailable";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description A request by cookie came from another site, or the server takes no passkeys. */
        WanVerifyForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["WanVerifyForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WanVerifyForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `passkeys-unavailable`: the server has no PUBLIC_URL, which passkeys belong to.
             * @enum {string}
             */
            type: "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:passkeys-unavailable";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The request does not match the contract, or no sign-in waits for a second factor. */
        PasskeyOptionsBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `sign-in-ended`: the sign-in that waited for a second factor has ended, by its time, its tries or a change of the account.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:sign-in-ended";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, its credentials name different users, or the passkey is the last second factor of an account that needs one. */
        PasskeyRemovalBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `factor-required`: the account needs a second factor, so the last one cannot be removed.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:passkey-required";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The passkey is accepted, and a second factor is missing: `POST /api/sign_in/second_factor` takes it, with `sign_in_token`. Or the server takes no passkeys. */
        PasskeySignInForbiddenProblem: {
            /**
             * @description The kind of problem. `second-factor-required`: the passkey alone does not suffice, and `sign_in_token` finishes the sign-in together with another factor; `passkeys-unavailable`: the server has no PUBLIC_URL, which passkeys belong to.
             * @enum {string}
             */
            type: "urn:kudos:problem:second-factor-required" | "urn:kudos:problem:passkeys-unavailable";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            sign_in_token?: components["schemas"]["SignInToken"];
            step?: components["schemas"]["SignInStep"];
            methods?: components["schemas"]["FactorMethods"];
            available_methods?: components["schemas"]["SettableMethods"];
            expires_at?: components["schemas"]["Timestamp"];
        };
        /** @description Not ready now; send requests elsewhere. */
        NotReadyProblem: {
            /**
             * @description The kind of problem. `not-ready`: the database does not answer, or the server is about to stop.
             * @enum {string}
             */
            type: "urn:kudos:problem:not-ready";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 503;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The input is refused; `field_errors` tell which field and why. */
        LoginBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["LoginBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        LoginBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `identity-missing`: neither an address nor a user name came; `invalid-credentials`: the address or the password is wrong, or nobody may sign in by them; `session-not-narrowed`: `scopes` came without `include_auth_token`, and a session cannot be narrowed; `confirmation-required`: the password is right, and the address has to be confirmed first.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:identity-missing" | "urn:kudos:problem:invalid-credentials" | "urn:kudos:problem:confirmation-required" | "urn:kudos:problem:session-not-narrowed";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The input is refused; `field_errors` tell which field and why. */
        RegistrationBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["RegistrationBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        RegistrationBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `email-taken`: an account with this address exists; `email-refused`: no account can have this address; `password-refused`: the password is not good enough, `field_errors` gives the reasons; `passwords-differ`: the repetition of the password is another one; `session-not-narrowed`: `scopes` came without `include_auth_token`, and a session cannot be narrowed; `invalid-credentials`: the address or the password is wrong, or nobody may sign in by them.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:email-taken" | "urn:kudos:problem:email-refused" | "urn:kudos:problem:password-refused" | "urn:kudos:problem:passwords-differ" | "urn:kudos:problem:session-not-narrowed" | "urn:kudos:problem:invalid-credentials";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        LogoutBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["LogoutBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        LogoutBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        VerificationBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["VerificationBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        VerificationBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `wrong-password`: the current password is wrong; `code-refused`: the code is not right, or was used before; `no-second-factor`: the account has no second factor that has codes, and a code is given; no password was compared.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:wrong-password" | "urn:kudos:problem:code-refused" | "urn:kudos:problem:no-second-factor";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        PasswordChangeBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["PasswordChangeBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        PasswordChangeBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `wrong-password`: the current password is wrong; `new-password-refused`: the new password is not good enough, `field_errors` gives the reasons; `passwords-differ`: the repetition of the password is another one.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:wrong-password" | "urn:kudos:problem:new-password-refused" | "urn:kudos:problem:passwords-differ";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description Credentials are missing, wrong, expired or revoked. */
        FormUnauthorizedEnvelope: {
            meta: components["schemas"]["UnauthorizedMeta"];
            response: components["schemas"]["FormUnauthorizedDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FormUnauthorizedDetails: {
            /**
             * @description The kind of problem, as in a problem document. `authentication-required`: no credential that counts came with the request; `credential-refused`: a credential came and is wrong, expired or revoked.
             * @enum {string}
             */
            type: "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The request came from another site. */
        FormForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["FormForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FormForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it.
             * @enum {string}
             */
            type: "urn:kudos:problem:cross-site-request";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The request came from another site, or the server is closed for registration. */
        RegistrationForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["RegistrationForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        RegistrationForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `registration-closed`: the operator has closed the registration of new accounts.
             * @enum {string}
             */
            type: "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:registration-closed";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The request came from another site, or the credential lacks a scope. */
        PasswordChangeForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["PasswordChangeForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        PasswordChangeForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names.
             * @enum {string}
             */
            type: "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:insufficient-scope";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The body is larger than the operation takes. */
        FormContentTooLargeEnvelope: {
            meta: components["schemas"]["ContentTooLargeMeta"];
            response: components["schemas"]["FormContentTooLargeDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FormContentTooLargeDetails: {
            /**
             * @description The kind of problem, as in a problem document. `about:blank`: the content is longer than the operation takes.
             * @enum {string}
             */
            type: "about:blank";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The body is in a media type that the operation does not take. */
        FormUnsupportedMediaTypeEnvelope: {
            meta: components["schemas"]["UnsupportedMediaTypeMeta"];
            response: components["schemas"]["FormUnsupportedMediaTypeDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FormUnsupportedMediaTypeDetails: {
            /**
             * @description The kind of problem, as in a problem document. `about:blank`: the content is in a media type, a charset or a coding that the operation does not take.
             * @enum {string}
             */
            type: "about:blank";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description Too many attempts; the right password gets this answer too, and so does a sign-in beyond ten to one account at the same moment from one address. An attempt that is refused so is not counted, and the longest wait is that of one window. */
        FormTooManyRequestsEnvelope: {
            meta: components["schemas"]["TooManyRequestsMeta"];
            response: components["schemas"]["FormTooManyRequestsDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FormTooManyRequestsDetails: {
            /**
             * @description The kind of problem, as in a problem document. `too-many-attempts`: the allowance is used up, `Retry-After` says when to try again.
             * @enum {string}
             */
            type: "urn:kudos:problem:too-many-attempts";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description A fault of the server; its log has the reason under the request id. */
        FormInternalServerErrorEnvelope: {
            meta: components["schemas"]["InternalServerErrorMeta"];
            response: components["schemas"]["FormInternalServerErrorDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FormInternalServerErrorDetails: {
            /**
             * @description The kind of problem, as in a problem document. `about:blank`: a fault of the server.
             * @enum {string}
             */
            type: "about:blank";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description Too many sign-ins are under way, and this one does not count as an attempt; or the database is busy, or fails. */
        FormServiceUnavailableEnvelope: {
            meta: components["schemas"]["ServiceUnavailableMeta"];
            response: components["schemas"]["FormServiceUnavailableDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FormServiceUnavailableDetails: {
            /**
             * @description The kind of problem, as in a problem document. `hashing-queue-full`: too many passwords wait to be checked, this one does not count as an attempt; `hashing-unavailable`: passwords cannot be checked, this one does not count as an attempt; `database-busy`: another process is writing to the database for longer than usual; `database-unavailable`: the database cannot be used, the operator has to read in the log why; `about:blank`: the server has no room for the request at the moment.
             * @enum {string}
             */
            type: "urn:kudos:problem:hashing-queue-full" | "urn:kudos:problem:hashing-unavailable" | "urn:kudos:problem:database-busy" | "urn:kudos:problem:database-unavailable" | "about:blank";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The database is busy, or fails: the credentials may not have ended, so sign out again. */
        LogoutServiceUnavailableEnvelope: {
            meta: components["schemas"]["ServiceUnavailableMeta"];
            response: components["schemas"]["LogoutServiceUnavailableDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        LogoutServiceUnavailableDetails: {
            /**
             * @description The kind of problem, as in a problem document. `database-busy`: another process is writing to the database for longer than usual; `database-unavailable`: the database cannot be used, the operator has to read in the log why; `about:blank`: the server has no room for the request at the moment.
             * @enum {string}
             */
            type: "urn:kudos:problem:database-busy" | "urn:kudos:problem:database-unavailable" | "about:blank";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The address is missing or none. */
        MailRequestBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["MailRequestBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        MailRequestBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The link is not whole, or no longer good. */
        LinkBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["LinkBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        LinkBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `mailed-link-refused`: the link, or the request that it was mailed for, was used, has expired, or ended with a change of the account.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:mailed-link-refused";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The link is no longer good, or the code is another one. */
        ConfirmationBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["ConfirmationBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        ConfirmationBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `mailed-link-refused`: the link, or the request that it was mailed for, was used, has expired, or ended with a change of the account; `mailed-code-refused`: the code is not the one of the mail, or is missing; after a few wrong ones the link ends.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:mailed-link-refused" | "urn:kudos:problem:mailed-code-refused";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The link is no longer good, or the code or the password is refused. A refused password leaves the link good. */
        PasswordResetBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["PasswordResetBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        PasswordResetBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `mailed-link-refused`: the link, or the request that it was mailed for, was used, has expired, or ended with a change of the account; `mailed-code-refused`: the code is not the one of the mail, or is missing; after a few wrong ones the link ends; `password-refused`: the password is not good enough, the reasons are told; `passwords-differ`: the repetition of the password is another one.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:mailed-link-refused" | "urn:kudos:problem:mailed-code-refused" | "urn:kudos:problem:password-refused" | "urn:kudos:problem:passwords-differ";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The link is no longer good, the code is another one, or an account has got the address since. */
        EmailChangeBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["EmailChangeBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        EmailChangeBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `mailed-link-refused`: the link, or the request that it was mailed for, was used, has expired, or ended with a change of the account; `mailed-code-refused`: the code is not the one of the mail, or is missing; after a few wrong ones the link ends; `email-taken`: an account with this address exists.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:mailed-link-refused" | "urn:kudos:problem:mailed-code-refused" | "urn:kudos:problem:email-taken";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The address is none that an account can have, or is the one of the account already. */
        EmailChangeRequestBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["EmailChangeRequestBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        EmailChangeRequestBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `email-refused`: no account can have this address; `email-unchanged`: it is the address of the account already.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:email-refused" | "urn:kudos:problem:email-unchanged";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        EmailPageBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["EmailPageBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        EmailPageBadRequestDetails: {
            /**
             * @description The kind of problem, as in a problem document. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, they are valid and the operation needs the password to have been given more recently (`POST /verify`). */
        FreshFormUnauthorizedEnvelope: {
            meta: components["schemas"]["UnauthorizedMeta"];
            response: components["schemas"]["FreshFormUnauthorizedDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FreshFormUnauthorizedDetails: {
            /**
             * @description The kind of problem, as in a problem document. `authentication-required`: no credential that counts came with the request; `credential-refused`: a credential came and is wrong, expired or revoked; `reauthentication-required`: the credential is valid, but the password was given too long ago, `POST /verify` makes it fresh.
             * @enum {string}
             */
            type: "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused" | "urn:kudos:problem:reauthentication-required";
            errors: components["schemas"]["ErrorMessages"];
            reauth_required?: components["schemas"]["ReauthRequired"];
        };
        /** @description This server sends no mail. */
        NoMailFormForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["NoMailFormForbiddenDetails"];
        };
        /** @description The request came from another site, or this server sends no mail. */
        MailForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["MailForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        NoMailFormForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `mail-not-configured`: this server sends no mail, so nobody can prove an address here.
             * @enum {string}
             */
            type: "urn:kudos:problem:mail-not-configured";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        MailForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `mail-not-configured`: this server sends no mail, so nobody can prove an address here.
             * @enum {string}
             */
            type: "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:mail-not-configured";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The request came from another site, the credential lacks a scope, or this server sends no mail. */
        EmailChangeForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["EmailChangeForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        EmailChangeForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `mail-not-configured`: this server sends no mail, so nobody can prove an address here.
             * @enum {string}
             */
            type: "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:mail-not-configured";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The credential lacks a scope, or this server sends no mail. */
        EmailPageForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["EmailPageForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        EmailPageForbiddenDetails: {
            /**
             * @description The kind of problem, as in a problem document. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `mail-not-configured`: this server sends no mail, so nobody can prove an address here.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:mail-not-configured";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The database is busy, or fails. */
        MailServiceUnavailableEnvelope: {
            meta: components["schemas"]["ServiceUnavailableMeta"];
            response: components["schemas"]["MailServiceUnavailableDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        MailServiceUnavailableDetails: {
            /**
             * @description The kind of problem, as in a problem document. `database-busy`: another process is writing to the database for longer than usual; `database-unavailable`: the database cannot be used, the operator has to read in the log why; `about:blank`: the server has no room for the request at the moment.
             * @enum {string}
             */
            type: "urn:kudos:problem:database-busy" | "urn:kudos:problem:database-unavailable" | "about:blank";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description This server sends no mail. */
        MailPageForbiddenProblem: {
            /**
             * @description The kind of problem. `mail-not-configured`: this server sends no mail, so nobody can prove an address here.
             * @enum {string}
             */
            type: "urn:kudos:problem:mail-not-configured";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description This server sends no mail. */
        NoMailForbiddenProblem: {
            /**
             * @description The kind of problem. `mail-not-configured`: this server sends no mail, so nobody can prove an address here.
             * @enum {string}
             */
            type: "urn:kudos:problem:mail-not-configured";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The request does not match the contract, or what was mailed is no longer good, or the code is another one. */
        MailedProofBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `mailed-link-refused`: the link, or the request that it was mailed for, was used, has expired, or ended with a change of the account; `mailed-code-refused`: the code is not the one of the mail, or is missing; after a few wrong ones the link ends.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:mailed-link-refused" | "urn:kudos:problem:mailed-code-refused";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, what was mailed is no longer good, or the code or the password is refused. A refused password leaves the link good. */
        NewPasswordBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `mailed-link-refused`: the link, or the request that it was mailed for, was used, has expired, or ended with a change of the account; `mailed-code-refused`: the code is not the one of the mail, or is missing; after a few wrong ones the link ends; `password-refused`: the password is not good enough, the reasons are told.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:mailed-link-refused" | "urn:kudos:problem:mailed-code-refused" | "urn:kudos:problem:password-refused";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, what was mailed is no longer good, the code is another one, or an account has got the address since. */
        NewEmailBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `mailed-link-refused`: the link, or the request that it was mailed for, was used, has expired, or ended with a change of the account; `mailed-code-refused`: the code is not the one of the mail, or is missing; after a few wrong ones the link ends; `email-taken`: an account with this address exists.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:mailed-link-refused" | "urn:kudos:problem:mailed-code-refused" | "urn:kudos:problem:email-taken";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, its credentials name different users, or the address is none that an account can have or is the one of the account already. */
        NewEmailRequestBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `email-refused`: no account can have this address; `email-unchanged`: it is the address of the account already.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:email-refused" | "urn:kudos:problem:email-unchanged";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The credential lacks a scope, a request by cookie came from another site, or this server sends no mail. */
        NewEmailForbiddenProblem: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `mail-not-configured`: this server sends no mail, so nobody can prove an address here.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:mail-not-configured";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description The request does not match the contract, or the address or the password is refused. */
        SignUpBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `email-taken`: an account with this address exists; `email-refused`: no account can have this address; `password-refused`: the password is not good enough, the reasons are told; `invalid-credentials`: the password was changed, or the account closed, before the token could be issued.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:email-taken" | "urn:kudos:problem:email-refused" | "urn:kudos:problem:password-refused" | "urn:kudos:problem:invalid-credentials";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description This server makes no accounts for strangers. */
        SignUpForbiddenProblem: {
            /**
             * @description The kind of problem. `registration-closed`: the operator makes the accounts of this server.
             * @enum {string}
             */
            type: "urn:kudos:problem:registration-closed";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description No content coding that the client accepts. */
        EmailPageNotAcceptableProblem: {
            /**
             * @description The kind of problem. `coding-not-acceptable`: the client accepts no content coding of the answer.
             * @enum {string}
             */
            type: "urn:kudos:problem:coding-not-acceptable";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 406;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** @description A mailed link that is good. */
        LinkState: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["LinkDemand"];
        };
        LinkDemand: {
            csrf_token: components["schemas"]["CsrfToken"];
            /** @description Whether the code of the mail has to come with the link, because another browser asked for it. */
            code_required: boolean;
        };
        CurrentEmail: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["CurrentEmailDetails"];
        };
        CurrentEmailDetails: {
            csrf_token: components["schemas"]["CsrfToken"];
            current_email: components["schemas"]["Email"];
            user: components["schemas"]["Nothing"];
        };
        MailRequest: {
            request: components["schemas"]["MailRequestSecret"];
        };
        /** @description What only the client that asked for a mail knows. It goes back with the code of the mail. */
        MailRequestSecret: string;
        /** @description What stands behind the last slash of a mailed link. */
        MailedLinkToken: string;
        /**
         * @description The code of the mail, eight digits; spaces and hyphens in it do not count. Not needed in the browser that asked.
         * @example 12345678
         */
        MailedCode: string;
        AddressInput: {
            email: components["schemas"]["Email"];
        };
        AddressForm: {
            email: components["schemas"]["Email"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        CodeForm: {
            code?: components["schemas"]["MailedCode"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        ResetForm: {
            password: components["schemas"]["Password"];
            password_confirm: components["schemas"]["PasswordConfirm"];
            code?: components["schemas"]["MailedCode"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        /** @description The proof that one reads the mails to an address, by its code and either the link or the request. */
        MailedProof: {
            link?: components["schemas"]["MailedLinkToken"];
            request?: components["schemas"]["MailRequestSecret"];
            code: components["schemas"]["MailedCode"];
        };
        /** @description A new password, and the proof that one reads the mails to the address. */
        NewPasswordInput: {
            link?: components["schemas"]["MailedLinkToken"];
            request?: components["schemas"]["MailRequestSecret"];
            code: components["schemas"]["MailedCode"];
            password: components["schemas"]["Password"];
        };
        /** @description The user; an empty object where the address has to be confirmed before one can sign in. */
        RegisteredUser: {
            id?: components["schemas"]["Id"];
            email?: components["schemas"]["Email"];
            authentication_token?: components["schemas"]["IssuedToken"];
            refresh_token?: components["schemas"]["RefreshToken"];
        };
        Registration: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["RegistrationDetails"];
        };
        RegistrationDetails: {
            csrf_token: components["schemas"]["CsrfToken"];
            /** @description Whether a second factor is missing; the user is not signed in then, and `user` is left out. */
            tf_required?: boolean;
            user?: components["schemas"]["RegisteredUser"];
            /**
             * @description `ready` when `POST /tf-validate` waits for a code; `setup_from_login` when a factor has to be set up first, by `POST /tf-setup`.
             * @enum {string}
             */
            tf_state?: "ready" | "setup_from_login";
            tf_method?: components["schemas"]["FactorMethod"];
            tf_primary_method?: components["schemas"]["FactorMethod"];
            /** @description The user has several methods, and chooses one by `POST /tf-select`. */
            tf_select?: boolean;
            tf_setup_methods?: components["schemas"]["FactorMethods"];
            sign_in_token?: components["schemas"]["SignInToken"];
        };
        /**
         * @description What the page tells.
         * @enum {string}
         */
        Notice: "mail-sent" | "confirmed" | "password-reset" | "email-changed" | "email-restored" | "account-deleted";
        /** @description All that is kept about a user, without secrets. */
        OwnData: {
            exported_at: components["schemas"]["Timestamp"];
            user: components["schemas"]["OwnUser"];
            tokens: components["schemas"]["OwnToken"][];
            sessions: components["schemas"]["OwnSession"][];
            passkeys: components["schemas"]["OwnPasskey"][];
            /** @description The second factor besides passkeys, without its secret; null for none. */
            second_factor: components["schemas"]["OwnFactor"] | null;
            /**
             * Format: int64
             * @description How many recovery codes are left; of the codes themselves only digests are kept.
             */
            recovery_codes: number;
            /** @description The likes, newest first. */
            likes: components["schemas"]["OwnLike"][];
            /** @description The audit trail of the account, newest first. */
            events: components["schemas"]["OwnEvent"][];
        };
        OwnUser: {
            username?: components["schemas"]["Username"];
            id: components["schemas"]["Id"];
            email: components["schemas"]["Email"];
            /** @description Whether the user may sign in. */
            active: boolean;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description The time at which the user proved to read the mails to the address; null before.
             */
            confirmed_at: string | null;
            /** @description Whether a password is kept, as a hash of it. */
            has_password: boolean;
            /** @description Names of the roles that the user holds. */
            roles: string[];
        };
        OwnToken: {
            id: components["schemas"]["CredentialId"];
            kind: components["schemas"]["ListedTokenKind"];
            name: string;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description Null when it was never used.
             */
            last_used_at: string | null;
            expires_at: components["schemas"]["Timestamp"];
            /** @description The scopes that the token was narrowed to; null when it has all scopes of its user. */
            scopes: components["schemas"]["Scope"][] | null;
        };
        OwnSession: {
            id: components["schemas"]["CredentialId"];
            name: string;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description Null when it was never used.
             */
            last_used_at: string | null;
            expires_at: components["schemas"]["Timestamp"];
        };
        OwnPasskey: {
            id: components["schemas"]["CredentialId"];
            name: string;
            /** @description The id by which browsers know it. */
            credential_id: string;
            /** @enum {string} */
            usage: "first" | "secondary";
            second_factor: components["schemas"]["PasskeyIsFactor"];
            transports: string[];
            /** @description The kind of its authenticator. */
            aaguid: string;
            /** @description Whether it is copied to other devices. */
            backed_up: boolean;
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description Null when it was never used.
             */
            last_used_at: string | null;
        };
        OwnFactor: {
            /** @enum {string} */
            method: "authenticator" | "email" | "sms";
            /** @description The telephone number that codes are sent to (E.164); null for none. */
            phone: string | null;
            created_at: components["schemas"]["Timestamp"];
        };
        OwnLike: {
            id: components["schemas"]["Id"];
            article_id: components["schemas"]["Id"];
            article_title: string;
            created_at: components["schemas"]["Timestamp"];
        };
        OwnEvent: {
            at: components["schemas"]["Timestamp"];
            /** @description What happened, such as `login` or `password_changed`. */
            kind: string;
            /** @description The person who did it; `user:` and an id, `cli` for the operator, `anonymous`. */
            actor: string;
            /** @description The network address that it came from; null at the machine itself. */
            address: string | null;
            /** @description The token or session that was given, used or ended, by its id; null for none. */
            credential: string | null;
            /** @description The name of a role, or the credential that a token was made with; null for none. */
            detail: string | null;
        };
        MyEventPage: {
            items: components["schemas"]["MyEvent"][];
            next_cursor: components["schemas"]["NextCursor"];
            /** @description The age in days at which an event is deleted. */
            kept_days: number;
        };
        MyEvent: {
            id: components["schemas"]["Id"];
            at: components["schemas"]["Timestamp"];
            /** @description What happened, such as `login` or `password_changed`. Later versions have more kinds. */
            kind: string;
            /** @description Who did it: `user` for somebody who was signed in to the account, `cli` for the operator at the machine of the server, `anonymous` for anybody else. */
            actor: string;
            /** @description The network address that it came from; null at the machine itself. */
            address: string | null;
            /** @description The token or session that was given, used or ended, by its id, which is no secret; null for none. */
            credential: string | null;
            /** @description The name of a role, the kind of a second factor, a passkey by its id, or the credential that a token was made with; null for none. */
            detail: string | null;
        };
        /** @description The code is refused, or no sign-in waits for one. */
        CodeBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["CodeBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        CodeBadRequestDetails: {
            /**
             * @description The kind of problem. `code-refused`: the code is not right, or was used before; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `sign-in-ended`: no sign-in waits for a code, or its time or its tries are over; `set-up-ended`: nothing is being set up with this credential, or its time or its tries are over.
             * @enum {string}
             */
            type: "urn:kudos:problem:code-refused" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:sign-in-ended" | "urn:kudos:problem:set-up-ended";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The method is not available, or the credentials name different users. */
        VerificationCodeBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["VerificationCodeBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        VerificationCodeBadRequestDetails: {
            /**
             * @description The kind of problem. `factor-unavailable`: the account does not have the method; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:factor-unavailable" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description No sign-in waits for a code that can be sent, or the request does not match the contract. */
        FactorCodeBadRequestProblem: {
            /**
             * @description The kind of problem. `sign-in-ended`: no sign-in waits for a code, or its time or its tries are over; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `factor-unavailable`: the user has no factor whose codes are sent.
             * @enum {string}
             */
            type: "urn:kudos:problem:sign-in-ended" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:factor-unavailable";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description No sign-in waits for a second factor, or the method is not available. */
        WaitingBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["WaitingBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        WaitingBadRequestDetails: {
            /**
             * @description The kind of problem. `sign-in-ended`: no sign-in waits for a code, or its time or its tries are over; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `factor-unavailable`: the account does not have the method.
             * @enum {string}
             */
            type: "urn:kudos:problem:sign-in-ended" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:factor-unavailable";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The method is not available, or has to stay; or the credentials name different users. */
        FactorSetupBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["FactorSetupBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FactorSetupBadRequestDetails: {
            /**
             * @description The kind of problem. `factor-unavailable`: the method is proved already, or cannot be taken away here; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `factor-required`: the account needs a second factor, so the last one stays; `sign-in-ended`: no sign-in waits for a code, or its time or its tries are over; `phone-refused`: the telephone number is missing, or is none.
             * @enum {string}
             */
            type: "urn:kudos:problem:factor-unavailable" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:factor-required" | "urn:kudos:problem:sign-in-ended" | "urn:kudos:problem:phone-refused";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        FactorSetupReadBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["FactorSetupReadBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FactorSetupReadBadRequestDetails: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The code is refused, nothing is being set up, or the credentials name different users. */
        FactorConfirmBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["FactorConfirmBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FactorConfirmBadRequestDetails: {
            /**
             * @description The kind of problem. `code-refused`: the code is not right, or was used before; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `set-up-ended`: nothing is being set up with this credential, or its time or its tries are over.
             * @enum {string}
             */
            type: "urn:kudos:problem:code-refused" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:set-up-ended";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description There is no second factor, or the credentials name different users. */
        RecoveryCodesBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["RecoveryCodesBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        RecoveryCodesBadRequestDetails: {
            /**
             * @description The kind of problem. `no-second-factor`: the account has none; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:no-second-factor" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description Nobody is signed in; or, with `reauth_required`, the password and the second factor were proved too long ago. */
        FactorUnauthorizedEnvelope: {
            meta: components["schemas"]["UnauthorizedMeta"];
            response: components["schemas"]["FactorUnauthorizedDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FactorUnauthorizedDetails: {
            /**
             * @description The kind of problem. `not-fresh`: the credential is valid, but the user has to prove the password and the second factor again by `POST /verify`; `not-signed-in`: no credential that counts came with the request.
             * @enum {string}
             */
            type: "urn:kudos:problem:not-fresh" | "urn:kudos:problem:not-signed-in";
            errors: components["schemas"]["ErrorMessages"];
            reauth_required?: components["schemas"]["ReauthRequired"];
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, the password and the second factor were proved too long ago. */
        FactorFreshUnauthorizedEnvelope: {
            meta: components["schemas"]["UnauthorizedMeta"];
            response: components["schemas"]["FactorFreshUnauthorizedDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FactorFreshUnauthorizedDetails: {
            /**
             * @description The kind of problem. `reauthentication-required`: the credential is valid, but the user has to prove the password and the second factor again by `POST /verify`; `authentication-required`: no credential that counts came with the request; `credential-refused`: a credential came and is wrong, expired or revoked.
             * @enum {string}
             */
            type: "urn:kudos:problem:reauthentication-required" | "urn:kudos:problem:authentication-required" | "urn:kudos:problem:credential-refused";
            errors: components["schemas"]["ErrorMessages"];
            reauth_required?: components["schemas"]["ReauthRequired"];
        };
        /** @description The request came from another site, or this server sends no such codes. */
        CodeForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["CodeForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        CodeForbiddenDetails: {
            /**
             * @description The kind of problem. `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `factor-not-offered`: this server does not offer the method, since it sends no mail or no SMS.
             * @enum {string}
             */
            type: "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:factor-not-offered";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description This server does not offer the method. */
        FactorChoiceForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["FactorChoiceForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FactorChoiceForbiddenDetails: {
            /**
             * @description The kind of problem. `factor-not-offered`: this server does not offer the method, since it sends no mail or no SMS.
             * @enum {string}
             */
            type: "urn:kudos:problem:factor-not-offered";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description This server sends no such codes. */
        FactorCodeForbiddenProblem: {
            /**
             * @description The kind of problem. `factor-not-offered`: this server does not send the codes of the user's second factor, since it sends no mail or no SMS.
             * @enum {string}
             */
            type: "urn:kudos:problem:factor-not-offered";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description This server does not offer the method, or nobody sets up a second factor here. */
        SignInSetupForbiddenProblem: {
            /**
             * @description The kind of problem. `factors-closed`: nobody sets up a second factor on this server; `factor-not-offered`: this server does not offer the method, since it sends no mail or no SMS.
             * @enum {string}
             */
            type: "urn:kudos:problem:factors-closed" | "urn:kudos:problem:factor-not-offered";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request came from another site, nobody sets up a second factor here, or this server does not offer the method. */
        FactorSetupForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["FactorSetupForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FactorSetupForbiddenDetails: {
            /**
             * @description The kind of problem. `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `factors-closed`: nobody sets up a second factor on this server; `factor-not-offered`: this server does not offer the method, since it sends no mail or no SMS.
             * @enum {string}
             */
            type: "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:factors-closed" | "urn:kudos:problem:factor-not-offered";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The credential lacks a scope, or the request came from another site. */
        FactorForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["FactorForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FactorForbiddenDetails: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:cross-site-request";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The credential lacks a scope. */
        FactorReadForbiddenEnvelope: {
            meta: components["schemas"]["ForbiddenMeta"];
            response: components["schemas"]["FactorReadForbiddenDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        FactorReadForbiddenDetails: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope";
            errors: components["schemas"]["ErrorMessages"];
        };
        /** @description The input is refused, `field_errors` tell why; or the credentials name different users. */
        PasscodeBadRequestEnvelope: {
            meta: components["schemas"]["BadRequestMeta"];
            response: components["schemas"]["PasscodeBadRequestDetails"];
        };
        /** @description What was wrong, for a front end of the lecture. */
        PasscodeBadRequestDetails: {
            /**
             * @description The kind of problem. `code-refused`: the code is not right, or was used before; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `wrong-password`: the current password is wrong; `no-second-factor`: six digits are given, as of an authenticator, and the account has no second factor that has codes.
             * @enum {string}
             */
            type: "urn:kudos:problem:code-refused" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:wrong-password" | "urn:kudos:problem:no-second-factor";
            errors: components["schemas"]["ErrorMessages"];
            field_errors?: components["schemas"]["FieldErrors"];
        };
        /** @description The password is right, and a second factor is missing: `POST /api/sign_in/second_factor` takes it, with `sign_in_token`. */
        SecondFactorRequiredProblem: {
            /**
             * @description The kind of problem. `second-factor-required`: the password is right, and `sign_in_token` finishes the sign-in together with a code.
             * @enum {string}
             */
            type: "urn:kudos:problem:second-factor-required";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            sign_in_token: components["schemas"]["SignInToken"];
            step: components["schemas"]["SignInStep"];
            methods: components["schemas"]["FactorMethods"];
            available_methods?: components["schemas"]["SettableMethods"];
            expires_at: components["schemas"]["Timestamp"];
        };
        /** @description The code is refused, or no sign-in waits for one. */
        SignInCodeBadRequestProblem: {
            /**
             * @description The kind of problem. `code-refused`: the code is not right, or was used before; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `sign-in-ended`: no sign-in waits for a code, or its time or its tries are over; `set-up-ended`: nothing is being set up with this credential, or its time or its tries are over.
             * @enum {string}
             */
            type: "urn:kudos:problem:code-refused" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:sign-in-ended" | "urn:kudos:problem:set-up-ended";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description No sign-in waits for a factor to be set up, or the request does not match the contract. */
        SignInSetupBadRequestProblem: {
            /**
             * @description The kind of problem. `sign-in-ended`: no sign-in waits for a code, or its time or its tries are over; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `factor-unavailable`: this sign-in has proved the method already; `phone-refused`: the telephone number is missing, or is none.
             * @enum {string}
             */
            type: "urn:kudos:problem:sign-in-ended" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:factor-unavailable" | "urn:kudos:problem:phone-refused";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        MyFactorSetupBadRequestProblem: {
            /**
             * @description The kind of problem. `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `phone-refused`: the telephone number is missing, or is none.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:phone-refused";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The code is refused, nothing is being set up, or the credentials name different users. */
        MyFactorBadRequestProblem: {
            /**
             * @description The kind of problem. `code-refused`: the code is not right, or was used before; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice; `set-up-ended`: nothing is being set up with this credential, or its time or its tries are over.
             * @enum {string}
             */
            type: "urn:kudos:problem:code-refused" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials" | "urn:kudos:problem:set-up-ended";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The factor has to stay, or the credentials name different users. */
        MyFactorRemovalBadRequestProblem: {
            /**
             * @description The kind of problem. `factor-required`: the account needs a second factor, so the last one stays; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:factor-required" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description There is no second factor, or the credentials name different users. */
        MyRecoveryCodesBadRequestProblem: {
            /**
             * @description The kind of problem. `no-second-factor`: the account has none; `invalid-request`: parameters or content do not match the contract, `errors` tells where; `conflicting-credentials`: valid credentials of different users, or one credential header twice.
             * @enum {string}
             */
            type: "urn:kudos:problem:no-second-factor" | "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 400;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        /** @description The credential lacks a scope, the request came from another site, nobody sets up a second factor here, or this server does not offer the method. */
        MyFactorSetupForbiddenProblem: {
            /**
             * @description The kind of problem. `insufficient-scope`: the credential lacks a scope that `WWW-Authenticate` names; `cross-site-request`: a request by cookie, or one that sets one, without proof that a page of this site made it; `factors-closed`: nobody sets up a second factor on this server; `factor-not-offered`: this server does not offer the method, since it sends no mail or no SMS.
             * @enum {string}
             */
            type: "urn:kudos:problem:insufficient-scope" | "urn:kudos:problem:cross-site-request" | "urn:kudos:problem:factors-closed" | "urn:kudos:problem:factor-not-offered";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
            errors?: components["schemas"]["ProblemErrors"];
        };
        SignInAnswer: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["SignInAnswerDetails"];
        };
        SignInAnswerDetails: {
            csrf_token: components["schemas"]["CsrfToken"];
            /** @description Whether a second factor is missing; the user is not signed in then, and `user` is left out. */
            tf_required: boolean;
            user?: components["schemas"]["User"];
            /**
             * @description `ready` when `POST /tf-validate` waits for a code; `setup_from_login` when a factor has to be set up first, by `POST /tf-setup`.
             * @enum {string}
             */
            tf_state?: "ready" | "setup_from_login";
            tf_method?: components["schemas"]["FactorMethod"];
            tf_primary_method?: components["schemas"]["FactorMethod"];
            /**
             * @description Where a passkey is asked for, if that is the method.
             * @enum {string}
             */
            tf_signin_url?: "/wan-signin";
            /** @description The user has several methods, and chooses one by `POST /tf-select`. */
            tf_select?: boolean;
            tf_setup_methods?: components["schemas"]["FactorMethods"];
            sign_in_token?: components["schemas"]["SignInToken"];
        };
        FactorSetupState: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["FactorSetupStateDetails"];
        };
        FactorSetupStateDetails: {
            csrf_token: components["schemas"]["CsrfToken"];
            /** @description Whether the account needs a second factor. */
            tf_required: boolean;
            tf_method: components["schemas"]["NullableFactorMethod"];
            tf_primary_method: components["schemas"]["NullableFactorMethod"];
            tf_phone_number: components["schemas"]["NullablePhone"];
            /** @description What `setup` takes; `disable` takes the factor away. */
            tf_available_methods: ("disable" | "authenticator" | "email" | "sms")[];
        };
        FactorSetupBegun: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["FactorSetupBegunDetails"];
        };
        FactorSetupBegunDetails: {
            csrf_token: components["schemas"]["CsrfToken"];
            user?: components["schemas"]["Nothing"];
            /** @enum {string} */
            tf_state?: "validating_profile";
            tf_method?: components["schemas"]["FactorMethod"];
            tf_primary_method?: components["schemas"]["FactorMethod"];
            tf_state_token?: components["schemas"]["SetUpTokenOrNull"];
            /** @description The secret in groups of four, to be typed. */
            tf_authr_key?: string;
            tf_authr_b32key?: components["schemas"]["AuthenticatorSecret"];
            tf_authr_username?: components["schemas"]["Email"];
            tf_authr_issuer?: string;
            tf_authr_uri?: components["schemas"]["AuthenticatorUri"];
            tf_authr_qr?: components["schemas"]["QrCode"];
        };
        FactorConfirmed: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["FactorConfirmedDetails"];
        };
        FactorConfirmedDetails: {
            csrf_token: components["schemas"]["CsrfToken"];
            tf_method: components["schemas"]["FactorMethod"];
            tf_primary_method: components["schemas"]["FactorMethod"];
            tf_phone: components["schemas"]["NullablePhone"];
        };
        WaitingSignInState: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["WaitingSignInDetails"];
        };
        WaitingSignInDetails: {
            csrf_token: components["schemas"]["CsrfToken"];
            /** @description Ways out for who has lost the second factor, with their paths. */
            recovery_options?: {
                recovery_code?: components["schemas"]["LocalPath"];
                email?: components["schemas"]["LocalPath"];
                sms?: components["schemas"]["LocalPath"];
            };
            user?: components["schemas"]["Nothing"];
        };
        FactorChoice: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["FactorChoiceDetails"];
        };
        FactorChoiceDetails: {
            csrf_token: components["schemas"]["CsrfToken"];
            tf_required?: boolean;
            /** @enum {string} */
            tf_state?: "ready";
            tf_method?: components["schemas"]["FactorMethod"];
            tf_primary_method?: components["schemas"]["FactorMethod"];
            /**
             * @description Where a passkey is asked for, if that is the method.
             * @enum {string}
             */
            tf_signin_url?: "/wan-signin";
            tf_select?: boolean;
            tf_setup_methods?: components["schemas"]["FactorMethods"];
        };
        RecoveryCodesState: {
            meta: components["schemas"]["OkMeta"];
            response: components["schemas"]["RecoveryCodesDetails"];
        };
        RecoveryCodesDetails: {
            csrf_token: components["schemas"]["CsrfToken"];
            /** @description The codes, right after they were made; they cannot be read again. */
            recovery_codes: components["schemas"]["RecoveryCode"][];
            recovery_codes_left: number;
        };
        /**
         * @description A kind of second factor.
         * @enum {string}
         */
        FactorMethod: "authenticator" | "email" | "sms" | "webauthn";
        /**
         * @description A kind of second factor; null for none.
         * @enum {string|null}
         */
        NullableFactorMethod: "authenticator" | "email" | "sms" | null;
        /** @description The kinds of second factor that the user has. */
        FactorMethods: components["schemas"]["FactorMethod"][];
        /** @description The last digits of the telephone number that codes are sent to; null for none. */
        NullablePhone: string | null;
        /**
         * @description `factor`: a code is missing. `set-up`: the account has no second factor and needs one; `POST /api/sign_in/second_factor/set_up` begins it.
         * @enum {string}
         */
        SignInStep: "factor" | "set-up";
        /**
         * @description Finishes this sign-in together with a code, and does nothing else. It holds for ten minutes and a few tries, and ends with the password.
         * @example kudosp_Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1zaWduLWlu
         */
        SignInToken: string;
        /**
         * @description Finishes this set-up together with its first code, and does nothing else. It holds for half an hour and a few tries.
         * @example kudosf_Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1zZXQtdXA
         */
        SetUpToken: string;
        /**
         * @description Ends the path of `POST /tf-setup/{state}`; null when a sign-in waits for the set-up, which `POST /tf-validate` finishes.
         * @example kudosf_Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1zZXQtdXA
         */
        SetUpTokenOrNull: string | null;
        /**
         * @description The secret of the authenticator in base 32 (RFC 4648); 160 bits.
         * @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
         */
        AuthenticatorSecret: string;
        /**
         * Format: uri
         * @description What an authenticator reads, as a link or from the QR code.
         */
        AuthenticatorUri: string;
        /** @description The same as a QR code, in SVG. */
        QrCode: string;
        /**
         * @description A code of the authenticator, six digits, or one that was sent, eight digits; white space and hyphens in it do not count. A JSON number counts as its digits, with zeros in front up to six.
         * @example 123456
         */
        FactorCode: string | number;
        /**
         * @description A code of the authenticator, six digits, or one that was sent, eight digits; white space and hyphens in it do not count.
         * @example 123456
         */
        FactorCodeText: string;
        /**
         * @description A recovery code, 12 hex digits; capitals, white space and hyphens make no difference.
         * @example 4512-e001-3407
         */
        RecoveryCode: string;
        FactorCodeInput: {
            code: components["schemas"]["FactorCode"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        FactorCodeForm: {
            code: components["schemas"]["FactorCodeText"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        RecoveryCodeInput: {
            code: components["schemas"]["RecoveryCode"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        FactorSetupInput: {
            /**
             * @description The method, or `disable` to take the second factor away.
             * @enum {string}
             */
            setup: "authenticator" | "email" | "sms" | "disable";
            phone?: components["schemas"]["PhoneInput"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        FactorChoiceInput: {
            which: components["schemas"]["FactorMethod"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        RescueInput: {
            /**
             * @description A key of `recovery_options`.
             * @enum {string}
             */
            help_setup: "recovery_code" | "email" | "sms";
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        EmptyFormInput: {
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
        };
        UnifiedSignInInput: {
            identity?: components["schemas"]["Email"];
            passcode: components["schemas"]["Password"];
            /** @description Keep the session after the browser is closed. */
            remember?: boolean;
            token_name?: components["schemas"]["TokenName"];
            scopes?: components["schemas"]["TokenScopes"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        PasscodeInput: {
            /**
             * Format: password
             * @description The password, or a code of the authenticator, or one that was sent.
             * @example 123456
             */
            passcode: string;
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        PasscodeForm: {
            identity?: components["schemas"]["Email"];
            passcode: components["schemas"]["Password"];
            remember?: components["schemas"]["Checkbox"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        SendCodeInput: {
            identity: components["schemas"]["Email"];
            /**
             * @description The way that the code is sent.
             * @enum {string}
             */
            chosen_method?: "email";
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        /** @description One of the two codes. The recovery code counts where both are there; without either the answer is `code-refused`. */
        SignInCodeInput: {
            sign_in_token: components["schemas"]["SignInToken"];
            code?: components["schemas"]["FactorCodeText"];
            recovery_code?: components["schemas"]["RecoveryCode"];
        };
        SignInSetupInput: {
            sign_in_token: components["schemas"]["SignInToken"];
            method?: components["schemas"]["SetUpMethod"];
            phone?: components["schemas"]["PhoneInput"];
        };
        /**
         * @description A method that can be set up. `email` sends to the address of the account, `sms` to the telephone number `phone`.
         * @enum {string}
         */
        SetUpMethod: "authenticator" | "email" | "sms";
        /** @description The methods that can be set up to finish the sign-in; left out where a factor is there (step `factor`). */
        SettableMethods: components["schemas"]["SetUpMethod"][];
        /**
         * @description For `sms` alone: a telephone number with its country code (E.164); white space, hyphens, full stops and parentheses in it do not count.
         * @example +14155550123
         */
        PhoneInput: string;
        /** @description The place that the code was sent to, most of it hidden. */
        SentTo: string;
        FactorCodeRequest: {
            sign_in_token: components["schemas"]["SignInToken"];
        };
        FactorCodeSending: {
            method: components["schemas"]["FactorMethod"];
            sent_to: components["schemas"]["SentTo"];
        };
        VerificationCodeInput: {
            /**
             * @description The way that the code is sent; that of the user when it is left out.
             * @enum {string}
             */
            chosen_method?: "email" | "sms";
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["LocalPath"];
        };
        MyFactorSetupInput: {
            method: components["schemas"]["SetUpMethod"];
            phone?: components["schemas"]["PhoneInput"];
        };
        MyFactorInput: {
            set_up_token: components["schemas"]["SetUpToken"];
            code: components["schemas"]["FactorCodeText"];
        };
        MyFactor: {
            /**
             * @description Who needs a second factor on this server.
             * @enum {string}
             */
            policy: "optional" | "required" | "off";
            method: components["schemas"]["NullableFactorMethod"];
            /** @description Whether a second factor is asked for after the password, by the method or a passkey. */
            has_factor: boolean;
            phone: components["schemas"]["NullablePhone"];
            /**
             * Format: date-time
             * @description Null where there is none.
             */
            added_at: string | null;
            /** @description The methods that can be set up here. */
            available_methods: components["schemas"]["FactorMethod"][];
            recovery_codes_left: number;
        };
        /** @description The secret, its link and its picture belong to an authenticator; `sent_to` to a code that was sent. */
        MyFactorSetup: {
            set_up_token: components["schemas"]["SetUpToken"];
            method: components["schemas"]["FactorMethod"];
            secret?: components["schemas"]["AuthenticatorSecret"];
            uri?: components["schemas"]["AuthenticatorUri"];
            qr_svg?: components["schemas"]["QrCode"];
            sent_to?: components["schemas"]["SentTo"];
            expires_at: components["schemas"]["Timestamp"];
        };
        MyRecoveryCodes: {
            recovery_codes: components["schemas"]["RecoveryCode"][];
        };
        /** @description Other members are ignored; all of the content has at most 65,536 bytes. */
        TokenExchangeInput: {
            /** @description `urn:ietf:params:oauth:grant-type:token-exchange`. */
            grant_type: string;
            subject_token: components["schemas"]["AnyToken"];
            /** @description `urn:ietf:params:oauth:token-type:access_token`. */
            subject_token_type: string;
            /** @description The system that the JWT is for, one of those that the operator has listed. */
            audience: string;
            /** @description Scopes, separated by spaces; all of them have to be scopes of the token. Left out or empty, all of the token. */
            scope?: string;
            /** @description `urn:ietf:params:oauth:token-type:access_token` or `urn:ietf:params:oauth:token-type:jwt`; the JWT is the same. */
            requested_token_type?: string;
            /** @description Refused, unless it is empty; `audience` names the system. */
            resource?: string;
            /** @description Refused, unless it is empty; nobody acts for another here. */
            actor_token?: string;
        } & {
            [key: string]: unknown;
        };
        /** @description A token of Kudos, or a JWT. */
        AnyToken: string;
        /** @description Other members are ignored; all of the content has at most 65,536 bytes. */
        PresentedToken: {
            token: components["schemas"]["AnyToken"];
            /** @description The kind of the token; it does not matter, since the token shows its kind. */
            token_type_hint?: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * @description A kind of token (RFC 8693, section 3).
         * @enum {string}
         */
        TokenTypeUri: "urn:ietf:params:oauth:token-type:access_token" | "urn:ietf:params:oauth:token-type:jwt";
        /** @description Scopes, each once, separated by spaces. */
        ScopeList: string;
        ExchangedToken: {
            /** @description The JWT. */
            access_token: string;
            issued_token_type: components["schemas"]["TokenTypeUri"];
            /** @enum {string} */
            token_type: "Bearer";
            /** @description Seconds. */
            expires_in: number;
            /** @description The scopes of the JWT, separated by spaces; left out where it has none. */
            scope?: string;
        };
        /** @description What was wrong this time, for people; in the characters of RFC 6749. */
        OAuthErrorDescription: string;
        TokenExchangeError: {
            /**
             * @description The error as OAuth 2.0 names it; a token that is not in force is an `invalid_request` (RFC 8693, section 2.2.2).
             * @enum {string}
             */
            error: "invalid_request" | "invalid_scope" | "invalid_target" | "unsupported_grant_type";
            error_description?: components["schemas"]["OAuthErrorDescription"];
            /**
             * @description The kind of problem. `invalid-request`: the content does not match the contract; `grant-type-unsupported`: it asks for another grant; `exchange-unsupported`: it asks for another kind of token, or for an actor or resource; `subject-token-refused`: the token is not in force; `audience-unknown`: the system is none that there are JWTs for; `scope-exceeded`: the token does not have all of the scopes.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:grant-type-unsupported" | "urn:kudos:problem:exchange-unsupported" | "urn:kudos:problem:subject-token-refused" | "urn:kudos:problem:audience-unknown" | "urn:kudos:problem:scope-exceeded";
        };
        TokenExchangeClosed: {
            /** @enum {string} */
            error: "unsupported_grant_type";
            error_description?: components["schemas"]["OAuthErrorDescription"];
            /**
             * @description The kind of problem. `jwt-unavailable`: the server has no JWT_AUDIENCES, or in production no PUBLIC_URL.
             * @enum {string}
             */
            type: "urn:kudos:problem:jwt-unavailable";
        };
        IntrospectionError: {
            /** @enum {string} */
            error: "invalid_request";
            error_description?: components["schemas"]["OAuthErrorDescription"];
            /**
             * @description The kind of problem. `invalid-request`: the content does not match the contract; `conflicting-credentials`: two valid credentials of different users came with the request.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request" | "urn:kudos:problem:conflicting-credentials";
        };
        RevocationError: {
            /** @enum {string} */
            error: "invalid_request";
            error_description?: components["schemas"]["OAuthErrorDescription"];
            /**
             * @description The kind of problem. `invalid-request`: the content does not match the contract.
             * @enum {string}
             */
            type: "urn:kudos:problem:invalid-request";
        };
        /**
         * Format: int64
         * @description Seconds since 1970 (RFC 7519, section 2).
         */
        NumericDate: number;
        /** @description The id of a user, in decimal digits. */
        JwtSubject: string;
        /** @description A credential of Kudos, by its id. */
        JwtParent: string;
        /**
         * Format: int64
         * @description A position in the log of revocations; positions rise.
         */
        LogPosition: number;
        /** @description All other members come with a token that is active alone; `aud`, `jti` and `rev` with a JWT alone. */
        IntrospectedToken: {
            active: boolean;
            /** @enum {string} */
            token_type?: "Bearer";
            iss?: components["schemas"]["HttpUrl"];
            sub?: components["schemas"]["JwtSubject"];
            aud?: string;
            exp?: components["schemas"]["NumericDate"];
            iat?: components["schemas"]["NumericDate"];
            jti?: components["schemas"]["CredentialId"];
            /** @enum {string} */
            client_id?: "kudos";
            scope?: components["schemas"]["ScopeList"];
            auth_time?: components["schemas"]["NumericDate"];
            /** @description How the user has authenticated (RFC 8176). */
            amr?: string[];
            /**
             * @description Two factors were proved.
             * @enum {string}
             */
            acr?: "urn:kudos:acr:two-factor";
            sid?: components["schemas"]["JwtParent"];
            rev?: components["schemas"]["LogPosition"];
        };
        RevocationPage: {
            items: components["schemas"]["Revocation"][];
            next: components["schemas"]["LogPosition"];
            /** @description Whether there are entries behind these already. */
            more: boolean;
            /** @description Whether `after` is no position of this log. */
            restarted: boolean;
        };
        /** @description With `jti` a JWT has ended; with `sid` a token or session, and all that was made with it or exchanged for it; with neither all that the user had, or with `sub` null all that everybody had. */
        Revocation: {
            position: components["schemas"]["LogPosition"];
            at: components["schemas"]["Timestamp"];
            sub: components["schemas"]["JwtSubject"] | null;
            sid: components["schemas"]["JwtParent"] | null;
            jti: components["schemas"]["CredentialId"] | null;
        };
        /** @description 32 bytes in base64url. */
        Coordinate: string;
        SigningKeySet: {
            keys: components["schemas"]["PublishedSigningKey"][];
        };
        /** @description A public key (RFC 7517; RFC 7518, section 6.2.1). Its `kid` is its thumbprint (RFC 7638). */
        PublishedSigningKey: {
            /** @enum {string} */
            kty: "EC";
            /** @enum {string} */
            crv: "P-256";
            x: components["schemas"]["Coordinate"];
            y: components["schemas"]["Coordinate"];
            kid: components["schemas"]["Coordinate"];
            /** @enum {string} */
            use: "sig";
            /** @enum {string} */
            alg: "ES256";
        };
        /** @description The server gives out no JWTs. */
        JwtUnavailableProblem: {
            /**
             * @description The kind of problem. `jwt-unavailable`: the server has no JWT_AUDIENCES, or in production no PUBLIC_URL.
             * @enum {string}
             */
            type: "urn:kudos:problem:jwt-unavailable";
            title: components["schemas"]["ProblemTitle"];
            /** @enum {integer} */
            status: 403;
            detail?: components["schemas"]["ProblemDetail"];
            instance?: components["schemas"]["ProblemInstance"];
        };
        /** Format: uri */
        HttpUrl: string;
        AllScopes: ("account" | "likes:write" | "articles:write" | "tokens:introspect")[];
        AuthorizationServerMetadata: {
            issuer: components["schemas"]["HttpUrl"];
            token_endpoint: components["schemas"]["HttpUrl"];
            jwks_uri: components["schemas"]["HttpUrl"];
            introspection_endpoint: components["schemas"]["HttpUrl"];
            revocation_endpoint: components["schemas"]["HttpUrl"];
            scopes_supported: components["schemas"]["AllScopes"];
            /** @description None, since there is no authorization endpoint. */
            response_types_supported: string[];
            grant_types_supported: "urn:ietf:params:oauth:grant-type:token-exchange"[];
            token_endpoint_auth_methods_supported: "none"[];
            /** @description A token of the caller, in `Authorization`. */
            introspection_endpoint_auth_methods_supported: "Bearer"[];
            revocation_endpoint_auth_methods_supported: "none"[];
            service_documentation: components["schemas"]["HttpUrl"];
        };
        ProtectedResourceMetadata: {
            resource: components["schemas"]["HttpUrl"];
            /** @enum {string} */
            resource_name: "Kudos";
            authorization_servers: components["schemas"]["HttpUrl"][];
            scopes_supported: components["schemas"]["AllScopes"];
            bearer_methods_supported: "header"[];
            resource_documentation: components["schemas"]["HttpUrl"];
        };
    };
    responses: {
        /** @description The page. */
        Page: {
            headers: {
                /**
                 * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                 * @example br
                 */
                "Content-Encoding"?: "br" | "gzip";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The page with the forms, or the methods and a CSRF token. */
        CodeSignInPage: {
            headers: {
                /**
                 * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                 * @example br
                 */
                "Content-Encoding"?: "br" | "gzip";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "text/html": components["schemas"]["Html"];
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "available_methods": [
                 *           "password",
                 *           "email"
                 *         ],
                 *         "code_methods": [
                 *           "email"
                 *         ],
                 *         "identity_attributes": [
                 *           "email"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CodeSignInStart"];
            };
        };
        /** @description The request does not match the contract, or the code is not good, or not for this request. */
        CodeSignInBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:mailed-code-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This is not the code of the mail."
                 *     }
                 */
                "application/problem+json": components["schemas"]["CodeSignInBadRequestProblem"];
            };
        };
        /** @description The page with the form, or a CSRF token. */
        FormPage: {
            headers: {
                /**
                 * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                 * @example br
                 */
                "Content-Encoding"?: "br" | "gzip";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "text/html": components["schemas"]["Html"];
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormStart"];
            };
        };
        /** @description Signed in. */
        SignedIn: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["SignInAnswer"];
            };
        };
        /** @description A new token, and the next refresh token. */
        Refreshed: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "user": {
                 *           "authentication_token": "kudos_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *           "refresh_token": "kudosr_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RefreshAnswer"];
            };
        };
        /** @description There is no refresh token in the request, or it is not valid, has been used, or has ended. */
        RefreshBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:refresh-token-refused",
                 *         "errors": [
                 *           "This refresh token is not valid, was used before, or has ended. Please sign in again."
                 *         ],
                 *         "field_errors": {
                 *           "refresh_token": [
                 *             "This refresh token is not valid, was used before, or has ended. Please sign in again."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RefreshBadRequestEnvelope"];
            };
        };
        /** @description This server gives no refresh tokens, or the request came from another site. */
        RefreshForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:refresh-tokens-off",
                 *         "errors": [
                 *           "This server gives no refresh tokens."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RefreshForbiddenEnvelope"];
            };
        };
        /** @description Signed in; the token cannot be read again later. */
        TokenIssued: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "id": "q8fWnZ3mTqK1v0sXyB7hLg",
                 *       "name": "like button",
                 *       "created_at": "2026-01-31T12:00:00.000Z",
                 *       "expires_at": "2026-03-02T12:00:00.000Z",
                 *       "scopes": [
                 *         "likes:write"
                 *       ],
                 *       "authentication_token": "kudos_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *       "user": {
                 *         "id": 42,
                 *         "email": "ada@example.com"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SignedInToken"];
            };
        };
        /** @description The rating. */
        PasswordRated: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "acceptable": true,
                 *       "score": 4,
                 *       "reasons": []
                 *     }
                 */
                "application/json": components["schemas"]["PasswordStrength"];
            };
        };
        /** @description The request does not match the contract, or address and password do not belong together. */
        SignInBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-credentials",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The e-mail address or the password is wrong. If you are sure of both, ask for a new password."
                 *     }
                 */
                "application/problem+json": components["schemas"]["SignInBadRequestProblem"];
            };
        };
        /** @description Too many sign-ins are under way, and this one does not count as an attempt; or the database is busy, or fails. */
        SignInServiceUnavailable: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:hashing-queue-full",
                 *       "title": "Service Unavailable",
                 *       "status": 503,
                 *       "detail": "Too busy; try again soon."
                 *     }
                 */
                "application/problem+json": components["schemas"]["SignInServiceUnavailableProblem"];
            };
        };
        /** @description The account exists, and its owner is signed in. Where addresses have to be confirmed, `user` is empty and nobody is signed in: a mail is on its way, and the answer is the same for an address that has an account. */
        Registered: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        /** @description Signed out. */
        SignedOut: {
            headers: {
                /**
                 * @description The kinds of stored data that the browser is to delete (W3C Clear Site Data).
                 * @example "cache", "storage"
                 */
                "Clear-Site-Data"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {}
                 *     }
                 */
                "application/json": components["schemas"]["LoggedOut"];
            };
        };
        /** @description Signed out; the next page is at `Location`. */
        LoggedOutSeeOther: {
            headers: {
                /**
                 * @description The address to go to next.
                 * @example /
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description The kinds of stored data that the browser is to delete (W3C Clear Site Data).
                 * @example "cache", "storage"
                 */
                "Clear-Site-Data"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The password was right, and the request is carried out. */
        PasswordAccepted: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Authenticated"];
            };
        };
        /** @description A form in a browser was accepted; the next page is at `Location`. */
        FormSeeOther: {
            headers: {
                /**
                 * @description The address to go to next.
                 * @example /
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The credentials work. */
        Greeted: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "msg": "Hello World"
                 *     }
                 */
                "application/json": components["schemas"]["Greeting"];
            };
        };
        /** @description The article is there. */
        ArticleCreated: {
            headers: {
                /**
                 * @description The article's own address.
                 * @example /api/articles/101
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Strong entity tag of the answer.
                 * @example "5d41402abc4b2a76"
                 */
                ETag: string;
                /**
                 * @description The answer is that of an earlier request with this `Idempotency-Key`.
                 * @example true
                 */
                "Idempotent-Replayed"?: "true";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Article"];
            };
        };
        /** @description The token; it cannot be read again later. The user may make as many more as `RateLimit` tells. */
        TokenCreated: {
            headers: {
                /**
                 * @description The rest of the allowance, and the seconds until it is full again (draft-ietf-httpapi-ratelimit-headers).
                 * @example "account-address";r=0;t=840
                 */
                RateLimit?: string;
                /**
                 * @description The allowances that apply (draft-ietf-httpapi-ratelimit-headers).
                 * @example "account-address";q=10;w=900
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "id": "q8fWnZ3mTqK1v0sXyB7hLg",
                 *       "kind": "access",
                 *       "name": "like button",
                 *       "created_at": "2026-01-31T12:00:00.000Z",
                 *       "last_used_at": null,
                 *       "expires_at": "2026-03-02T12:00:00.000Z",
                 *       "scopes": [
                 *         "likes:write"
                 *       ],
                 *       "current": false,
                 *       "authentication_token": "kudos_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu"
                 *     }
                 */
                "application/json": components["schemas"]["CreatedToken"];
            };
        };
        /** @description The article as it is now. */
        ArticleUpdated: {
            headers: {
                /**
                 * @description Strong entity tag of the answer.
                 * @example "5d41402abc4b2a76"
                 */
                ETag: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Article"];
            };
        };
        /** @description The article is liked. */
        Liked: {
            headers: {
                /**
                 * @description The like's own address.
                 * @example /api/articles/1/likes/7
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ArticleLike"];
            };
        };
        /** @description The article was liked before; this is that like. */
        AlreadyLiked: {
            headers: {
                /**
                 * @description The like's own address.
                 * @example /api/articles/1/likes/7
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ArticleLike"];
            };
        };
        /** @description Done; the answer has no content. */
        NoContent: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Revoked; every request that starts now with a revoked credential is refused. */
        AccessRevoked: {
            headers: {
                /**
                 * @description The kinds of stored data that the browser is to delete (W3C Clear Site Data).
                 * @example "cache", "storage"
                 */
                "Clear-Site-Data"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Revoked; every request that starts now with another credential than those of this one is refused. */
        OthersRevoked: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The client's copy is current. */
        NotModified: {
            headers: {
                /**
                 * @description Strong entity tag of the answer.
                 * @example "5d41402abc4b2a76"
                 */
                ETag: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        BadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not match the contract.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/article_id",
                 *           "detail": "must be an integer"
                 *         },
                 *         {
                 *           "parameter": "limit",
                 *           "detail": "must be at most 100"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["BadRequestProblem"];
            };
        };
        /** @description The request does not match the contract. */
        InvalidRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not match the contract.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/article_id",
                 *           "detail": "must be an integer"
                 *         },
                 *         {
                 *           "parameter": "limit",
                 *           "detail": "must be at most 100"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["InvalidRequestProblem"];
            };
        };
        /** @description The request does not match the contract, its credentials name different users, or the cursor is of another list. */
        ArticleListBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not match the contract.",
                 *       "errors": [
                 *         {
                 *           "parameter": "limit",
                 *           "detail": "must be at most 100"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["ArticleListBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, its credentials name different users, or the cursor is of another list. */
        MyEventListBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not match the contract.",
                 *       "errors": [
                 *         {
                 *           "parameter": "limit",
                 *           "detail": "must be at most 100"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["MyEventListBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, or the cursor is of another list. */
        ArticleLikeListBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not match the contract.",
                 *       "errors": [
                 *         {
                 *           "parameter": "limit",
                 *           "detail": "must be at most 100"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["ArticleLikeListBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, its credentials name different users, or the title or author is refused. */
        ArticleBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not match the contract.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/article_id",
                 *           "detail": "must be an integer"
                 *         },
                 *         {
                 *           "parameter": "limit",
                 *           "detail": "must be at most 100"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["ArticleBadRequestProblem"];
            };
        };
        /** @description Credentials are missing, wrong, expired or revoked. */
        Unauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:authentication-required",
                 *       "title": "Unauthorized",
                 *       "status": 401,
                 *       "detail": "You are not authenticated. Please sign in and send your credentials.",
                 *       "meta": {
                 *         "code": 401
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:authentication-required",
                 *         "errors": [
                 *           "You are not authenticated. Please sign in and send your credentials."
                 *         ]
                 *       }
                 *     }
                 */
                "application/problem+json": components["schemas"]["UnauthorizedProblem"];
            };
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, they are valid and the operation needs the password to have been given more recently (`POST /verify`). */
        FreshUnauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["FreshUnauthorizedProblem"];
            };
        };
        /** @description The request does not match the contract, a personal token lacks scopes or is to live for too long, or the credentials name different users. */
        TokenBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:scopes-required",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "A personal token needs at least one scope that the credential of the request has.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/scopes",
                 *           "detail": "A personal token needs at least one scope that the credential of the request has."
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["TokenBadRequestProblem"];
            };
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, they are valid and the operation needs the password, and for a personal token the second factor, to have been given more recently (`POST /verify`). */
        TokenUnauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["TokenUnauthorizedProblem"];
            };
        };
        /** @description The credential lacks a scope. */
        Forbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:insufficient-scope",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "Your credential does not have what this needs: articles:write."
                 *     }
                 */
                "application/problem+json": components["schemas"]["ForbiddenProblem"];
            };
        };
        /** @description The credential lacks a scope, or a request by cookie came from another site. */
        AccountForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:insufficient-scope",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "Your credential does not have what this needs: articles:write."
                 *     }
                 */
                "application/problem+json": components["schemas"]["AccountForbiddenProblem"];
            };
        };
        /** @description The credential lacks a scope, or the like belongs to another user. */
        LikeForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:insufficient-scope",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "Your credential does not have what this needs: articles:write."
                 *     }
                 */
                "application/problem+json": components["schemas"]["LikeForbiddenProblem"];
            };
        };
        /** @description The form does not match the contract, lacks scopes, or asks for too long a lifetime. */
        TokenFormBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:scopes-required",
                 *         "errors": [
                 *           "A personal token needs at least one scope that the credential of the request has."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TokenFormBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description No session, or one that has ended; or, with `reauth_required`, the password and the second factor were proved too long ago. */
        TokenFormUnauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 401
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:reauthentication-required",
                 *         "errors": [
                 *           "It is too long ago that you proved who you are. Please do so again."
                 *         ],
                 *         "reauth_required": true
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TokenFormUnauthorizedEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description There are too many tokens, or the request came from another site. */
        TokenFormForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:too-many-tokens",
                 *         "errors": [
                 *           "There are too many tokens that are in force. Revoke some of them first."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TokenFormForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The credential lacks a scope or may not make tokens, or a request by cookie came from another site. */
        TokenForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:insufficient-scope",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "Your credential does not have what this needs: articles:write."
                 *     }
                 */
                "application/problem+json": components["schemas"]["TokenForbiddenProblem"];
            };
        };
        /** @description There is no such article. */
        ArticleNotFound: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:article-not-found",
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "detail": "There is no such article."
                 *     }
                 */
                "application/problem+json": components["schemas"]["ArticleNotFoundProblem"];
            };
        };
        /** @description There is no such like of this article. */
        LikeNotFound: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:like-not-found",
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "detail": "There is no such like of this article."
                 *     }
                 */
                "application/problem+json": components["schemas"]["LikeNotFoundProblem"];
            };
        };
        /** @description The user has no such token. */
        TokenNotFound: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:token-not-found",
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "detail": "There is no such token."
                 *     }
                 */
                "application/problem+json": components["schemas"]["TokenNotFoundProblem"];
            };
        };
        /** @description The user has no such session. */
        SessionNotFound: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:session-not-found",
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "detail": "There is no such session."
                 *     }
                 */
                "application/problem+json": components["schemas"]["SessionNotFoundProblem"];
            };
        };
        /** @description There is no such file. */
        AssetNotFound: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:asset-not-found",
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "detail": "There is no such file."
                 *     }
                 */
                "application/problem+json": components["schemas"]["AssetNotFoundProblem"];
            };
        };
        /** @description No representation that the client accepts. */
        NotAcceptable: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Not Acceptable",
                 *       "status": 406,
                 *       "detail": "This operation answers in other media types."
                 *     }
                 */
                "application/problem+json": components["schemas"]["NotAcceptableProblem"];
            };
        };
        /** @description No representation that the client accepts: by its media type, or by its content coding. */
        CodingNotAcceptable: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Not Acceptable",
                 *       "status": 406,
                 *       "detail": "This operation answers in other media types."
                 *     }
                 */
                "application/problem+json": components["schemas"]["CodingNotAcceptableProblem"];
            };
        };
        /** @description The first request with this `Idempotency-Key` has no answer yet. */
        RequestInFlight: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:request-in-flight",
                 *       "title": "Conflict",
                 *       "status": 409,
                 *       "detail": "The first request with this Idempotency-Key is still in flight. Try again shortly."
                 *     }
                 */
                "application/problem+json": components["schemas"]["RequestInFlightProblem"];
            };
        };
        /** @description This `Idempotency-Key` names another request. */
        IdempotencyKeyReused: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:idempotency-key-reused",
                 *       "title": "Unprocessable Content",
                 *       "status": 422,
                 *       "detail": "This Idempotency-Key belongs to another request. Take a new one for each request."
                 *     }
                 */
                "application/problem+json": components["schemas"]["IdempotencyKeyReusedProblem"];
            };
        };
        /** @description The article has been changed since; `If-Match` names an older state of it. */
        PreconditionFailed: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:article-changed",
                 *       "title": "Precondition Failed",
                 *       "status": 412,
                 *       "detail": "The article was changed by somebody else in the meantime."
                 *     }
                 */
                "application/problem+json": components["schemas"]["PreconditionFailedProblem"];
            };
        };
        /** @description The body is larger than the operation takes. */
        ContentTooLarge: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Content Too Large",
                 *       "status": 413,
                 *       "detail": "The content is longer than 4096 bytes."
                 *     }
                 */
                "application/problem+json": components["schemas"]["ContentTooLargeProblem"];
            };
        };
        /** @description The body is in a media type that the operation does not take. */
        UnsupportedMediaType: {
            headers: {
                /**
                 * @description The media types that the operation takes (RFC 9110, section 12.5.1).
                 * @example application/json
                 */
                Accept?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Unsupported Media Type",
                 *       "status": 415,
                 *       "detail": "The content must be application/json, in UTF-8."
                 *     }
                 */
                "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
            };
        };
        /** @description The change has to say in `If-Match` which state it is meant for (RFC 6585, section 3). */
        PreconditionRequired: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Precondition Required",
                 *       "status": 428,
                 *       "detail": "Say in If-Match, by its ETag, which state this change is meant for."
                 *     }
                 */
                "application/problem+json": components["schemas"]["PreconditionRequiredProblem"];
            };
        };
        /** @description The allowance is used up; try again after `Retry-After`. */
        TooManyRequests: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description The rest of the allowance, and the seconds until it is full again (draft-ietf-httpapi-ratelimit-headers).
                 * @example "account-address";r=0;t=840
                 */
                RateLimit?: string;
                /**
                 * @description The allowances that apply (draft-ietf-httpapi-ratelimit-headers).
                 * @example "account-address";q=10;w=900
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:too-many-attempts",
                 *       "title": "Too Many Requests",
                 *       "status": 429,
                 *       "detail": "Too many attempts. Try again later."
                 *     }
                 */
                "application/problem+json": components["schemas"]["TooManyRequestsProblem"];
            };
        };
        /** @description A fault of the server; its log has the reason under the request id. */
        InternalServerError: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Internal Server Error",
                 *       "status": 500,
                 *       "detail": "Something went wrong on our side. Quote the request id when you report it."
                 *     }
                 */
                "application/problem+json": components["schemas"]["InternalServerErrorProblem"];
            };
        };
        /** @description Another process is writing to the database for longer than usual, or the database cannot be used now. */
        ServiceUnavailable: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:database-busy",
                 *       "title": "Service Unavailable",
                 *       "status": 503,
                 *       "detail": "The database is busy. Try again shortly."
                 *     }
                 */
                "application/problem+json": components["schemas"]["ServiceUnavailableProblem"];
            };
        };
        /** @description The passkeys, oldest first. */
        PasskeysListed: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "rp_id": "kudos.example",
                 *       "user_handle": "bm90LWEtcmVhbC1oYW5kbGU",
                 *       "items": [
                 *         {
                 *           "id": "Wc8nRkPgs5Hb1fYx0mTq2v",
                 *           "name": "phone",
                 *           "credential_id": "s5Hb1fYx0mTq2vWc8nRkPg",
                 *           "usage": "first",
                 *           "second_factor": false,
                 *           "transports": [
                 *             "internal"
                 *           ],
                 *           "aaguid": "00000000-0000-0000-0000-000000000000",
                 *           "device_type": "multi_device",
                 *           "backed_up": true,
                 *           "discoverable": true,
                 *           "created_at": "2026-01-31T12:00:00.000Z",
                 *           "last_used_at": null
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PasskeyList"];
            };
        };
        /** @description Registered. */
        PasskeyAdded: {
            headers: {
                /**
                 * @description The passkey's own address.
                 * @example /api/passkeys/Wc8nRkPgs5Hb1fYx0mTq2v
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "id": "Wc8nRkPgs5Hb1fYx0mTq2v",
                 *       "name": "phone",
                 *       "credential_id": "s5Hb1fYx0mTq2vWc8nRkPg",
                 *       "usage": "first",
                 *       "second_factor": false,
                 *       "transports": [
                 *         "internal"
                 *       ],
                 *       "aaguid": "00000000-0000-0000-0000-000000000000",
                 *       "device_type": "multi_device",
                 *       "backed_up": true,
                 *       "discoverable": true,
                 *       "created_at": "2026-01-31T12:00:00.000Z",
                 *       "last_used_at": null
                 *     }
                 */
                "application/json": components["schemas"]["Passkey"];
            };
        };
        /** @description The passkey, with its new name. */
        PasskeyRenamed: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "id": "Wc8nRkPgs5Hb1fYx0mTq2v",
                 *       "name": "phone",
                 *       "credential_id": "s5Hb1fYx0mTq2vWc8nRkPg",
                 *       "usage": "first",
                 *       "second_factor": false,
                 *       "transports": [
                 *         "internal"
                 *       ],
                 *       "aaguid": "00000000-0000-0000-0000-000000000000",
                 *       "device_type": "multi_device",
                 *       "backed_up": true,
                 *       "discoverable": true,
                 *       "created_at": "2026-01-31T12:00:00.000Z",
                 *       "last_used_at": null
                 *     }
                 */
                "application/json": components["schemas"]["Passkey"];
            };
        };
        /** @description What the browser is to be asked for. */
        PasskeyCreationOptions: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "state": "Yx0mTq2vWc8nRkPgs5Hb1f",
                 *       "expires_at": "2026-01-31T12:10:00.000Z",
                 *       "options": {
                 *         "rp": {
                 *           "id": "kudos.example",
                 *           "name": "Kudos"
                 *         },
                 *         "user": {
                 *           "id": "bm90LWEtcmVhbC1oYW5kbGU",
                 *           "name": "ada@example.com",
                 *           "displayName": "ada@example.com"
                 *         },
                 *         "challenge": "bm90LWEtcmVhbC1jaGFsbGVuZ2UtYnV0LWFuLWV4YW0",
                 *         "pubKeyCredParams": [
                 *           {
                 *             "type": "public-key",
                 *             "alg": -8
                 *           },
                 *           {
                 *             "type": "public-key",
                 *             "alg": -7
                 *           },
                 *           {
                 *             "type": "public-key",
                 *             "alg": -257
                 *           }
                 *         ],
                 *         "timeout": 60000,
                 *         "excludeCredentials": [],
                 *         "authenticatorSelection": {
                 *           "residentKey": "required",
                 *           "requireResidentKey": true,
                 *           "userVerification": "preferred"
                 *         },
                 *         "attestation": "none",
                 *         "extensions": {
                 *           "credProps": true
                 *         },
                 *         "hints": []
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PasskeyCreation"];
            };
        };
        /** @description What the browser is to be asked for. */
        PasskeyRequestOptions: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "state": "Yx0mTq2vWc8nRkPgs5Hb1f",
                 *       "expires_at": "2026-01-31T12:10:00.000Z",
                 *       "is_secondary": false,
                 *       "options": {
                 *         "challenge": "bm90LWEtcmVhbC1jaGFsbGVuZ2UtYnV0LWFuLWV4YW0",
                 *         "rpId": "kudos.example",
                 *         "timeout": 60000,
                 *         "allowCredentials": [],
                 *         "userVerification": "preferred"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PasskeyRequest"];
            };
        };
        /** @description The passkeys, oldest first. */
        PasskeysEnveloped: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "registered_credentials": [
                 *           {
                 *             "name": "phone",
                 *             "credential_id": "s5Hb1fYx0mTq2vWc8nRkPg",
                 *             "usage": "first",
                 *             "transports": [
                 *               "internal"
                 *             ],
                 *             "lastuse": null,
                 *             "device_type": "multi_device",
                 *             "backup_state": true,
                 *             "discoverable": true
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PasskeysEnvelope"];
            };
        };
        /** @description What the browser is to be asked for. */
        PasskeyRegistrationBegun: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "wan_state": "Yx0mTq2vWc8nRkPgs5Hb1f",
                 *         "credential_options": {
                 *           "rp": {
                 *             "id": "kudos.example",
                 *             "name": "Kudos"
                 *           },
                 *           "user": {
                 *             "id": "bm90LWEtcmVhbC1oYW5kbGU",
                 *             "name": "ada@example.com",
                 *             "displayName": "ada@example.com"
                 *           },
                 *           "challenge": "bm90LWEtcmVhbC1jaGFsbGVuZ2UtYnV0LWFuLWV4YW0",
                 *           "pubKeyCredParams": [
                 *             {
                 *               "type": "public-key",
                 *               "alg": -8
                 *             },
                 *             {
                 *               "type": "public-key",
                 *               "alg": -7
                 *             },
                 *             {
                 *               "type": "public-key",
                 *               "alg": -257
                 *             }
                 *           ],
                 *           "timeout": 60000,
                 *           "excludeCredentials": [],
                 *           "authenticatorSelection": {
                 *             "residentKey": "required",
                 *             "requireResidentKey": true,
                 *             "userVerification": "preferred"
                 *           },
                 *           "attestation": "none",
                 *           "extensions": {
                 *             "credProps": true
                 *           },
                 *           "hints": []
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanRegistrationEnvelope"];
            };
        };
        /** @description What the browser is to be asked for. */
        PasskeySignInBegun: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "wan_state": "Yx0mTq2vWc8nRkPgs5Hb1f",
                 *         "is_secondary": false,
                 *         "remember": false,
                 *         "credential_options": {
                 *           "challenge": "bm90LWEtcmVhbC1jaGFsbGVuZ2UtYnV0LWFuLWV4YW0",
                 *           "rpId": "kudos.example",
                 *           "timeout": 60000,
                 *           "allowCredentials": [],
                 *           "userVerification": "preferred"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanSignInEnvelope"];
            };
        };
        /** @description What the browser is to be asked for. */
        PasskeyVerificationBegun: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "wan_state": "Yx0mTq2vWc8nRkPgs5Hb1f",
                 *         "credential_options": {
                 *           "challenge": "bm90LWEtcmVhbC1jaGFsbGVuZ2UtYnV0LWFuLWV4YW0",
                 *           "rpId": "kudos.example",
                 *           "timeout": 60000,
                 *           "allowCredentials": [],
                 *           "userVerification": "preferred"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanVerificationEnvelope"];
            };
        };
        /** @description Done. */
        WanDoneAnswer: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanDoneEnvelope"];
            };
        };
        /** @description The pages. */
        PasskeyEndpoints: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "enroll": "https://kudos.example/#/security",
                 *       "manage": "https://kudos.example/#/security"
                 *     }
                 */
                "application/json": components["schemas"]["PasskeyEndpointUrls"];
            };
        };
        /** @description The request does not match the contract, its credentials name different users, or the user has a passkey of that name. */
        PasskeyNameBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:passkey-name-taken",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "You have a passkey of this name. Choose another one.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/name",
                 *           "detail": "You have a passkey of this name. Choose another one."
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeyNameBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, its credentials name different users, or the passkey is not accepted. */
        PasskeyAdditionBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:passkey-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This passkey was not accepted.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/credential",
                 *           "detail": "This passkey was not accepted."
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeyAdditionBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, or the passkey is not accepted. */
        PasskeySignInBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:passkey-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This passkey was not accepted.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/credential",
                 *           "detail": "This passkey was not accepted."
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeySignInBadRequestProblem"];
            };
        };
        /** @description The credential lacks a scope, a request by cookie came from another site, or the server or the user can have no more passkeys. */
        PasskeyForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:too-many-passkeys",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "There are too many passkeys. Remove some of them first."
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeyForbiddenProblem"];
            };
        };
        /** @description The credential lacks a scope, or the server takes no passkeys. */
        PasskeyListForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:passkeys-unavailable",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "This server takes no passkeys."
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeyListForbiddenProblem"];
            };
        };
        /** @description The server takes no passkeys. */
        PasskeysUnavailable: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:passkeys-unavailable",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "This server takes no passkeys."
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeysUnavailableProblem"];
            };
        };
        /** @description The user has no such passkey. */
        PasskeyNotFound: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:passkey-not-found",
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "detail": "There is no such passkey."
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeyNotFoundProblem"];
            };
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "The request does not match the contract."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the sign-in that waited has ended. */
        WanSignInStartBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "The request does not match the contract."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanSignInStartBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanRegisterBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:passkey-name-taken",
                 *         "errors": [
                 *           "You have a passkey of this name. Choose another one."
                 *         ],
                 *         "field_errors": {
                 *           "name": [
                 *             "You have a passkey of this name. Choose another one."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanRegisterBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanRegistrationBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:passkey-refused",
                 *         "errors": [
                 *           "This passkey was not accepted."
                 *         ],
                 *         "field_errors": {
                 *           "credential": [
                 *             "This passkey was not accepted."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanRegistrationBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused; `field_errors` tell which field and why. */
        WanSignInBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:passkey-refused",
                 *         "errors": [
                 *           "This passkey was not accepted."
                 *         ],
                 *         "field_errors": {
                 *           "credential": [
                 *             "This passkey was not accepted."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanSignInBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanVerificationBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:passkey-refused",
                 *         "errors": [
                 *           "This passkey was not accepted."
                 *         ],
                 *         "field_errors": {
                 *           "credential": [
                 *             "This passkey was not accepted."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanVerificationBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        WanDeleteBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:passkey-name-unknown",
                 *         "errors": [
                 *           "There is no such passkey."
                 *         ],
                 *         "field_errors": {
                 *           "name": [
                 *             "There is no such passkey."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanDeleteBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, they are valid and the user has to prove again who they are. */
        WanFreshUnauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 401
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:authentication-required",
                 *         "errors": [
                 *           "You are not authenticated. Please sign in and send your credentials."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanFreshUnauthorizedEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The credential lacks a scope. */
        WanScopeForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:insufficient-scope",
                 *         "errors": [
                 *           "Your credential does not have what this needs: account."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanScopeForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The credential lacks a scope, or a request by cookie came from another site. */
        WanForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:insufficient-scope",
                 *         "errors": [
                 *           "Your credential does not have what this needs: account."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The credential lacks a scope, a request by cookie came from another site, or the server or the user can have no more passkeys. */
        WanRegisterForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:too-many-passkeys",
                 *         "errors": [
                 *           "There are too many passkeys. Remove some of them first."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanRegisterForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The server takes no passkeys. */
        WanSignInForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:passkeys-unavailable",
                 *         "errors": [
                 *           "This server takes no passkeys."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanSignInForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request came from another site, or the server takes no passkeys. */
        WanFinishSignInForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:cross-site-request",
                 *         "errors": [
                 *           "The request comes from a page of another site and is refused."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanFinishSignInForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description A request by cookie came from another site, or the server takes no passkeys. */
        WanVerifyForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:cross-site-request",
                 *         "errors": [
                 *           "The request comes from a page of another site and is refused."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WanVerifyForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request does not match the contract, or no sign-in waits for a second factor. */
        PasskeyOptionsBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:sign-in-ended",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "There is no sign-in that waits for a code. Please sign in again.",
                 *       "errors": [
                 *         {
                 *           "pointer": "",
                 *           "detail": "There is no sign-in that waits for a code. Please sign in again."
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeyOptionsBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, its credentials name different users, or the passkey is the last second factor of an account that needs one. */
        PasskeyRemovalBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:passkey-required",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "Your account needs a second factor, so the last one cannot be taken away.",
                 *       "errors": [
                 *         {
                 *           "pointer": "",
                 *           "detail": "Your account needs a second factor, so the last one cannot be taken away."
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeyRemovalBadRequestProblem"];
            };
        };
        /** @description The passkey is accepted, and a second factor is missing: `POST /api/sign_in/second_factor` takes it, with `sign_in_token`. Or the server takes no passkeys. */
        PasskeySignInForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:passkeys-unavailable",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "This server takes no passkeys."
                 *     }
                 */
                "application/problem+json": components["schemas"]["PasskeySignInForbiddenProblem"];
            };
        };
        /** @description Not ready now; send requests elsewhere. */
        NotReady: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:not-ready",
                 *       "title": "Service Unavailable",
                 *       "status": 503,
                 *       "detail": "The database does not answer."
                 *     }
                 */
                "application/problem+json": components["schemas"]["NotReadyProblem"];
            };
        };
        /** @description The request does not match the contract. */
        PageBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not match the contract.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/article_id",
                 *           "detail": "must be an integer"
                 *         },
                 *         {
                 *           "parameter": "limit",
                 *           "detail": "must be at most 100"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["InvalidRequestProblem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request does not match the contract, or the cursor is of another list. */
        HomeBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not match the contract.",
                 *       "errors": [
                 *         {
                 *           "parameter": "limit",
                 *           "detail": "must be at most 100"
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["ArticleLikeListBadRequestProblem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description No representation that the client accepts. */
        PageNotAcceptable: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Not Acceptable",
                 *       "status": 406,
                 *       "detail": "This operation answers in other media types."
                 *     }
                 */
                "application/problem+json": components["schemas"]["CodingNotAcceptableProblem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description A fault of the server; its log has the reason under the request id. */
        PageInternalServerError: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Internal Server Error",
                 *       "status": 500,
                 *       "detail": "Something went wrong on our side. Quote the request id when you report it."
                 *     }
                 */
                "application/problem+json": components["schemas"]["InternalServerErrorProblem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The database cannot be used now. */
        PageServiceUnavailable: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:database-busy",
                 *       "title": "Service Unavailable",
                 *       "status": 503,
                 *       "detail": "The database is busy. Try again shortly."
                 *     }
                 */
                "application/problem+json": components["schemas"]["ServiceUnavailableProblem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused; `field_errors` tell which field and why. */
        LoginBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "email is required"
                 *         ],
                 *         "field_errors": {
                 *           "email": [
                 *             "is required"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["LoginBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused; `field_errors` tell which field and why. */
        RegistrationBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "email is required"
                 *         ],
                 *         "field_errors": {
                 *           "email": [
                 *             "is required"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RegistrationBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        LogoutBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "email is required"
                 *         ],
                 *         "field_errors": {
                 *           "email": [
                 *             "is required"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["LogoutBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        VerificationBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "email is required"
                 *         ],
                 *         "field_errors": {
                 *           "email": [
                 *             "is required"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["VerificationBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused, `field_errors` tell which field and why; or the credentials name different users. */
        PasswordChangeBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "email is required"
                 *         ],
                 *         "field_errors": {
                 *           "email": [
                 *             "is required"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PasswordChangeBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description Credentials are missing, wrong, expired or revoked. */
        FormUnauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 401
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:authentication-required",
                 *         "errors": [
                 *           "You are not authenticated. Please sign in and send your credentials."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormUnauthorizedEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request came from another site. */
        FormForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:cross-site-request",
                 *         "errors": [
                 *           "The request comes from a page of another site and is refused."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request came from another site, or the server is closed for registration. */
        RegistrationForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:cross-site-request",
                 *         "errors": [
                 *           "The request comes from a page of another site and is refused."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RegistrationForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request came from another site, or the credential lacks a scope. */
        PasswordChangeForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:cross-site-request",
                 *         "errors": [
                 *           "The request comes from a page of another site and is refused."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PasswordChangeForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The body is larger than the operation takes. */
        FormContentTooLarge: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 413
                 *       },
                 *       "response": {
                 *         "type": "about:blank",
                 *         "errors": [
                 *           "The content is longer than 32768 bytes."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormContentTooLargeEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The body is in a media type that the operation does not take. */
        FormUnsupportedMediaType: {
            headers: {
                /**
                 * @description The media types that the operation takes (RFC 9110, section 12.5.1).
                 * @example application/json
                 */
                Accept?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 415
                 *       },
                 *       "response": {
                 *         "type": "about:blank",
                 *         "errors": [
                 *           "The content must be application/json, in UTF-8."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormUnsupportedMediaTypeEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description Too many attempts; the right password gets this answer too, and so does a sign-in beyond ten to one account at the same moment from one address. An attempt that is refused so is not counted, and the longest wait is that of one window. */
        FormTooManyRequests: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description The rest of the allowance, and the seconds until it is full again (draft-ietf-httpapi-ratelimit-headers).
                 * @example "account-address";r=0;t=840
                 */
                RateLimit?: string;
                /**
                 * @description The allowances that apply (draft-ietf-httpapi-ratelimit-headers).
                 * @example "account-address";q=10;w=900
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 429
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:too-many-attempts",
                 *         "errors": [
                 *           "Too many attempts. Try again later."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormTooManyRequestsEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description A fault of the server; its log has the reason under the request id. */
        FormInternalServerError: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 500
                 *       },
                 *       "response": {
                 *         "type": "about:blank",
                 *         "errors": [
                 *           "Something went wrong on our side. Quote the request id when you report it."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormInternalServerErrorEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description Too many sign-ins are under way, and this one does not count as an attempt; or the database is busy, or fails. */
        FormServiceUnavailable: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 503
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:hashing-queue-full",
                 *         "errors": [
                 *           "Too many sign-ins are under way. Try again shortly."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormServiceUnavailableEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The database is busy, or fails: the credentials may not have ended, so sign out again. */
        LogoutServiceUnavailable: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 503
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:database-busy",
                 *         "errors": [
                 *           "The database is busy. Try again shortly."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["LogoutServiceUnavailableEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The address is missing or none. */
        MailRequestBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "The request does not match the contract."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["MailRequestBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The link is not whole, or no longer good. */
        LinkBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:mailed-link-refused",
                 *         "errors": [
                 *           "This link is no longer good. Ask for a new one."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["LinkBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The link is no longer good, or the code is another one. */
        ConfirmationBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:mailed-link-refused",
                 *         "errors": [
                 *           "This link is no longer good. Ask for a new one."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ConfirmationBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The link is no longer good, or the code or the password is refused. A refused password leaves the link good. */
        PasswordResetBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:mailed-link-refused",
                 *         "errors": [
                 *           "This link is no longer good. Ask for a new one."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PasswordResetBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The link is no longer good, the code is another one, or an account has got the address since. */
        EmailChangeBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:mailed-link-refused",
                 *         "errors": [
                 *           "This link is no longer good. Ask for a new one."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EmailChangeBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The address is none that an account can have, or is the one of the account already. */
        EmailChangeRequestBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:email-refused",
                 *         "errors": [
                 *           "This is not a usable e-mail address."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EmailChangeRequestBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        EmailPageBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "The request does not match the contract."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EmailPageBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, they are valid and the operation needs the password to have been given more recently (`POST /verify`). */
        FreshFormUnauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 401
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:authentication-required",
                 *         "errors": [
                 *           "You are not authenticated. Please sign in and send your credentials."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FreshFormUnauthorizedEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description This server sends no mail. */
        NoMailFormForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:mail-not-configured",
                 *         "errors": [
                 *           "This server sends no mail."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NoMailFormForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request came from another site, or this server sends no mail. */
        MailForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:mail-not-configured",
                 *         "errors": [
                 *           "This server sends no mail."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["MailForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request came from another site, the credential lacks a scope, or this server sends no mail. */
        EmailChangeForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:mail-not-configured",
                 *         "errors": [
                 *           "This server sends no mail."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EmailChangeForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description No content coding that the client accepts. */
        EmailPageNotAcceptable: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:coding-not-acceptable",
                 *       "title": "Not Acceptable",
                 *       "status": 406,
                 *       "detail": "There is no content coding here that the client accepts."
                 *     }
                 */
                "application/problem+json": components["schemas"]["EmailPageNotAcceptableProblem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The credential lacks a scope, or this server sends no mail. */
        EmailPageForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:mail-not-configured",
                 *         "errors": [
                 *           "This server sends no mail."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EmailPageForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The database is busy, or fails. */
        MailServiceUnavailable: {
            headers: {
                /**
                 * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 503
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:database-busy",
                 *         "errors": [
                 *           "The database is busy. Try again shortly."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["MailServiceUnavailableEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description This server sends no mail. */
        MailPageForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:mail-not-configured",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "This server sends no mail."
                 *     }
                 */
                "application/problem+json": components["schemas"]["MailPageForbiddenProblem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description This server sends no mail. */
        NoMailForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:mail-not-configured",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "This server sends no mail."
                 *     }
                 */
                "application/problem+json": components["schemas"]["NoMailForbiddenProblem"];
            };
        };
        /** @description The request does not match the contract, or what was mailed is no longer good, or the code is another one. */
        MailedProofBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:mailed-code-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This is not the code of the mail."
                 *     }
                 */
                "application/problem+json": components["schemas"]["MailedProofBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, what was mailed is no longer good, or the code or the password is refused. A refused password leaves the link good. */
        NewPasswordBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:mailed-code-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This is not the code of the mail."
                 *     }
                 */
                "application/problem+json": components["schemas"]["NewPasswordBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, what was mailed is no longer good, the code is another one, or an account has got the address since. */
        NewEmailBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:mailed-code-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This is not the code of the mail."
                 *     }
                 */
                "application/problem+json": components["schemas"]["NewEmailBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, its credentials name different users, or the address is none that an account can have or is the one of the account already. */
        NewEmailRequestBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:email-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This is not a usable e-mail address."
                 *     }
                 */
                "application/problem+json": components["schemas"]["NewEmailRequestBadRequestProblem"];
            };
        };
        /** @description The credential lacks a scope, a request by cookie came from another site, or this server sends no mail. */
        NewEmailForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:mail-not-configured",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "This server sends no mail."
                 *     }
                 */
                "application/problem+json": components["schemas"]["NewEmailForbiddenProblem"];
            };
        };
        /** @description The request does not match the contract, or the address or the password is refused. */
        SignUpBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:email-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This is not a usable e-mail address."
                 *     }
                 */
                "application/problem+json": components["schemas"]["SignUpBadRequestProblem"];
            };
        };
        /** @description This server makes no accounts for strangers. */
        SignUpForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:registration-closed",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "Registration is closed."
                 *     }
                 */
                "application/problem+json": components["schemas"]["SignUpForbiddenProblem"];
            };
        };
        /** @description If the address is one that this is for, a mail is on its way. The answer is the same, and takes as long, for every address. */
        MailOnItsWay: {
            headers: {
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormStart"];
            };
        };
        /** @description The page that spends the link by its button, or whether the link asks for the code of the mail. */
        LinkPage: {
            headers: {
                /**
                 * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                 * @example br
                 */
                "Content-Encoding"?: "br" | "gzip";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "text/html": components["schemas"]["Html"];
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "code_required": true
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["LinkState"];
            };
        };
        /** @description Done, and the link is spent. */
        LinkSpent: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {}
                 *     }
                 */
                "application/json": components["schemas"]["LoggedOut"];
            };
        };
        /** @description The account has the new address, and the link is spent. */
        EmailChanged: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {}
                 *     }
                 */
                "application/json": components["schemas"]["LoggedOut"];
            };
        };
        /** @description A form in a browser was accepted; the next page is at `Location`. */
        LinkSeeOther: {
            headers: {
                /**
                 * @description The address to go to next.
                 * @example /
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The page with the form, or the present address. */
        EmailPage: {
            headers: {
                /**
                 * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                 * @example br
                 */
                "Content-Encoding"?: "br" | "gzip";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "text/html": components["schemas"]["Html"];
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "current_email": "ada@example.com",
                 *         "user": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CurrentEmail"];
            };
        };
        /** @description A mail is on its way to the new address, or, where an account has it, to its holder. The answer is the same for both. */
        EmailChangeOnItsWay: {
            headers: {
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "current_email": "ada@example.com",
                 *         "user": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CurrentEmail"];
            };
        };
        /** @description If the address is one that this is for, a mail is on its way. The answer is the same, and takes as long, for every address. `request` and the code of the mail together are as good as the link. */
        MailRequested: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "request": "Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1yZXF1ZXN0LTA"
                 *     }
                 */
                "application/json": components["schemas"]["MailRequest"];
            };
        };
        /** @description The account and all that was kept for it are gone; the next page is at `Location`. */
        AccountDeletedSeeOther: {
            headers: {
                /**
                 * @description The address to go to next.
                 * @example /
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description The kinds of stored data that the browser is to delete (W3C Clear Site Data).
                 * @example "cache", "storage"
                 */
                "Clear-Site-Data"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The account and all that was kept for it are gone. */
        AccountDeleted: {
            headers: {
                /**
                 * @description The kinds of stored data that the browser is to delete (W3C Clear Site Data).
                 * @example "cache", "storage"
                 */
                "Clear-Site-Data"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The code is refused, or no sign-in waits for one. */
        CodeBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:code-refused",
                 *         "errors": [
                 *           "This code is not right, or was used before."
                 *         ],
                 *         "field_errors": {
                 *           "code": [
                 *             "This code is not right, or was used before."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CodeBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The code is on its way. */
        VerificationCodeSent: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FormStart"];
            };
        };
        /** @description The method is not available, or the credentials name different users. */
        VerificationCodeBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:factor-unavailable",
                 *         "errors": [
                 *           "This method is not available."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["VerificationCodeBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description No sign-in waits for a code that can be sent, or the request does not match the contract. */
        FactorCodeBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:sign-in-ended",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "There is no sign-in that waits for a code. Please sign in again."
                 *     }
                 */
                "application/problem+json": components["schemas"]["FactorCodeBadRequestProblem"];
            };
        };
        /** @description The code is on its way. */
        FactorCodeSent: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "method": "email",
                 *       "sent_to": "a…@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["FactorCodeSending"];
            };
        };
        /** @description No sign-in waits for a second factor, or the method is not available. */
        WaitingBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:sign-in-ended",
                 *         "errors": [
                 *           "There is no sign-in that waits for a code. Please sign in again."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WaitingBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The method is not available, or has to stay; or the credentials name different users. */
        FactorSetupBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:factor-unavailable",
                 *         "errors": [
                 *           "This method is not available."
                 *         ],
                 *         "field_errors": {
                 *           "setup": [
                 *             "This method is not available."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorSetupBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        FactorSetupReadBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:invalid-request",
                 *         "errors": [
                 *           "The request does not match the contract."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorSetupReadBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The code is refused, nothing is being set up, or the credentials name different users. */
        FactorConfirmBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:code-refused",
                 *         "errors": [
                 *           "This code is not right, or was used before."
                 *         ],
                 *         "field_errors": {
                 *           "code": [
                 *             "This code is not right, or was used before."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorConfirmBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description There is no second factor, or the credentials name different users. */
        RecoveryCodesBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:no-second-factor",
                 *         "errors": [
                 *           "There is no second factor. Set one up first."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RecoveryCodesBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description Nobody is signed in; or, with `reauth_required`, the password and the second factor were proved too long ago. */
        FactorUnauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 401
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:not-fresh",
                 *         "errors": [
                 *           "It is too long ago that you proved who you are. Please do so again."
                 *         ],
                 *         "reauth_required": true
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorUnauthorizedEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description Credentials are missing, wrong, expired or revoked; or, with `reauth_required`, the password and the second factor were proved too long ago. */
        FactorFreshUnauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 401
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:reauthentication-required",
                 *         "errors": [
                 *           "It is too long ago that you proved who you are. Please do so again."
                 *         ],
                 *         "reauth_required": true
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorFreshUnauthorizedEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request came from another site, or this server sends no such codes. */
        CodeForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:factor-not-offered",
                 *         "errors": [
                 *           "This server does not offer this method."
                 *         ],
                 *         "field_errors": {
                 *           "help_setup": [
                 *             "This server does not offer this method."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CodeForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description This server does not offer the method. */
        FactorChoiceForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:factor-not-offered",
                 *         "errors": [
                 *           "This server does not offer this method."
                 *         ],
                 *         "field_errors": {
                 *           "which": [
                 *             "This server does not offer this method."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorChoiceForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description This server sends no such codes. */
        FactorCodeForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:factor-not-offered",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "This server does not offer this method.",
                 *       "errors": [
                 *         {
                 *           "pointer": "",
                 *           "detail": "This server does not offer this method."
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["FactorCodeForbiddenProblem"];
            };
        };
        /** @description This server does not offer the method, or nobody sets up a second factor here. */
        SignInSetupForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:factor-not-offered",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "This server does not offer this method.",
                 *       "errors": [
                 *         {
                 *           "pointer": "/method",
                 *           "detail": "This server does not offer this method."
                 *         }
                 *       ]
                 *     }
                 */
                "application/problem+json": components["schemas"]["SignInSetupForbiddenProblem"];
            };
        };
        /** @description The request came from another site, nobody sets up a second factor here, or this server does not offer the method. */
        FactorSetupForbidden: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:cross-site-request",
                 *         "errors": [
                 *           "The request comes from a page of another site and is refused."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorSetupForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The credential lacks a scope, or the request came from another site. */
        FactorForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:insufficient-scope",
                 *         "errors": [
                 *           "The request comes from a page of another site and is refused."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The credential lacks a scope. */
        FactorReadForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 403
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:insufficient-scope",
                 *         "errors": [
                 *           "Your credential does not have what this needs: account."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorReadForbiddenEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused, `field_errors` tell why; or the credentials name different users. */
        PasscodeBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 400
                 *       },
                 *       "response": {
                 *         "type": "urn:kudos:problem:code-refused",
                 *         "errors": [
                 *           "This code is not right, or was used before."
                 *         ],
                 *         "field_errors": {
                 *           "passcode": [
                 *             "This code is not right, or was used before."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PasscodeBadRequestEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The password is right, and a second factor is missing: `POST /api/sign_in/second_factor` takes it, with `sign_in_token`. */
        SecondFactorRequired: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:second-factor-required",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "A second factor is needed to sign in.",
                 *       "sign_in_token": "kudosp_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *       "step": "factor",
                 *       "methods": [
                 *         "authenticator"
                 *       ],
                 *       "expires_at": "2026-01-31T12:10:00.000Z"
                 *     }
                 */
                "application/problem+json": components["schemas"]["SecondFactorRequiredProblem"];
            };
        };
        /** @description The code is refused, or no sign-in waits for one. */
        SignInCodeBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:code-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This code is not right, or was used before."
                 *     }
                 */
                "application/problem+json": components["schemas"]["SignInCodeBadRequestProblem"];
            };
        };
        /** @description No sign-in waits for a factor to be set up, or the request does not match the contract. */
        SignInSetupBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:sign-in-ended",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "There is no sign-in that waits for a code. Please sign in again."
                 *     }
                 */
                "application/problem+json": components["schemas"]["SignInSetupBadRequestProblem"];
            };
        };
        /** @description The request does not match the contract, or its credentials name different users. */
        MyFactorSetupBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:invalid-request",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This method is not available."
                 *     }
                 */
                "application/problem+json": components["schemas"]["MyFactorSetupBadRequestProblem"];
            };
        };
        /** @description The code is refused, nothing is being set up, or the credentials name different users. */
        MyFactorBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:code-refused",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "This code is not right, or was used before."
                 *     }
                 */
                "application/problem+json": components["schemas"]["MyFactorBadRequestProblem"];
            };
        };
        /** @description The factor has to stay, or the credentials name different users. */
        MyFactorRemovalBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:factor-required",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "Your account needs a second factor, so the last one cannot be taken away."
                 *     }
                 */
                "application/problem+json": components["schemas"]["MyFactorRemovalBadRequestProblem"];
            };
        };
        /** @description There is no second factor, or the credentials name different users. */
        MyRecoveryCodesBadRequest: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:no-second-factor",
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "There is no second factor. Set one up first."
                 *     }
                 */
                "application/problem+json": components["schemas"]["MyRecoveryCodesBadRequestProblem"];
            };
        };
        /** @description The credential lacks a scope, the request came from another site, nobody sets up a second factor here, or this server does not offer the method. */
        MyFactorSetupForbidden: {
            headers: {
                /**
                 * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
                 * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
                 */
                "WWW-Authenticate"?: string;
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:factors-closed",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "Nobody sets up a second factor on this server."
                 *     }
                 */
                "application/problem+json": components["schemas"]["MyFactorSetupForbiddenProblem"];
            };
        };
        /** @description The second factor as it is, or the page to set one up. */
        FactorSetupStateAnswer: {
            headers: {
                /**
                 * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                 * @example br
                 */
                "Content-Encoding"?: "br" | "gzip";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "tf_required": false,
                 *         "tf_method": null,
                 *         "tf_primary_method": null,
                 *         "tf_phone_number": null,
                 *         "tf_available_methods": [
                 *           "authenticator"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorSetupState"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The secret for the authenticator, shown this once; or the second factor was taken away. */
        FactorSetupBegunAnswer: {
            headers: {
                /**
                 * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                 * @example br
                 */
                "Content-Encoding"?: "br" | "gzip";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "tf_state": "validating_profile",
                 *         "tf_method": "authenticator",
                 *         "tf_primary_method": "authenticator",
                 *         "tf_state_token": "kudosf_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *         "tf_authr_key": "NBWW-2DPB-NBWW-2DPB-NBWW-2DPB-NBWW-2DPB",
                 *         "tf_authr_b32key": "NBWW2DPBNBWW2DPBNBWW2DPBNBWW2DPB",
                 *         "tf_authr_username": "ada@example.com",
                 *         "tf_authr_issuer": "Kudos",
                 *         "tf_authr_uri": "otpauth://totp/Kudos:ada%40example.com?issuer=Kudos&secret=NBWW2DPB",
                 *         "tf_authr_qr": "<svg></svg>"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorSetupBegun"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The second factor is set up. */
        FactorConfirmedAnswer: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "tf_method": "authenticator",
                 *         "tf_primary_method": "authenticator",
                 *         "tf_phone": null
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorConfirmed"];
            };
        };
        /** @description Signed in. */
        FactorAccepted: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                /**
                 * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
                 * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
                 */
                "Set-Cookie"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "user": {
                 *           "id": 42,
                 *           "email": "ada@example.com"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Authenticated"];
            };
        };
        /** @description What can be given in place of the code, or the page with the form. */
        WaitingSignIn: {
            headers: {
                /**
                 * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                 * @example br
                 */
                "Content-Encoding"?: "br" | "gzip";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "recovery_options": {
                 *           "recovery_code": "/mf-recovery"
                 *         },
                 *         "user": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["WaitingSignInState"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The methods to choose from, or the one that was chosen. */
        FactorChoiceAnswer: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "tf_select": true,
                 *         "tf_setup_methods": [
                 *           "authenticator"
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["FactorChoice"];
            };
        };
        /** @description The recovery codes, where they were just made; how many are left. */
        RecoveryCodes: {
            headers: {
                /**
                 * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                 * @example br
                 */
                "Content-Encoding"?: "br" | "gzip";
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "code": 200
                 *       },
                 *       "response": {
                 *         "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *         "recovery_codes": [
                 *           "4512-e001-3407"
                 *         ],
                 *         "recovery_codes_left": 10
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RecoveryCodesState"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The second factor as it is. */
        MyFactorAnswer: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "policy": "optional",
                 *       "method": "authenticator",
                 *       "has_factor": true,
                 *       "phone": null,
                 *       "added_at": "2026-01-31T12:00:00.000Z",
                 *       "available_methods": [
                 *         "authenticator"
                 *       ],
                 *       "recovery_codes_left": 10
                 *     }
                 */
                "application/json": components["schemas"]["MyFactor"];
            };
        };
        /** @description The secret for the authenticator, shown this once. */
        MyFactorSetupAnswer: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "set_up_token": "kudosf_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *       "method": "authenticator",
                 *       "secret": "NBWW2DPBNBWW2DPBNBWW2DPBNBWW2DPB",
                 *       "uri": "otpauth://totp/Kudos:ada%40example.com?issuer=Kudos&secret=NBWW2DPB",
                 *       "qr_svg": "<svg></svg>",
                 *       "expires_at": "2026-01-31T12:30:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["MyFactorSetup"];
            };
        };
        /** @description The new recovery codes, shown this once; those from before are dead. */
        MyRecoveryCodesAnswer: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "recovery_codes": [
                 *         "4512-e001-3407"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["MyRecoveryCodes"];
            };
        };
        /** @description A browser has to sign in, or to prove the password again, at `Location`, and comes back. */
        PageSeeOther: {
            headers: {
                /**
                 * @description The address to go to next.
                 * @example /
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description A browser is sent to the sign-in page. */
        ToSignIn: {
            headers: {
                /**
                 * @description The address to go to next.
                 * @example /
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The JWT (RFC 8693, section 2.2.1). The user may make as many more as `RateLimit` tells. */
        TokenExchanged: {
            headers: {
                /**
                 * @description The rest of the allowance, and the seconds until it is full again (draft-ietf-httpapi-ratelimit-headers).
                 * @example "account-address";r=0;t=840
                 */
                RateLimit?: string;
                /**
                 * @description The allowances that apply (draft-ietf-httpapi-ratelimit-headers).
                 * @example "account-address";q=10;w=900
                 */
                "RateLimit-Policy"?: string;
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "access_token": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl",
                 *       "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
                 *       "token_type": "Bearer",
                 *       "expires_in": 300,
                 *       "scope": "account"
                 *     }
                 */
                "application/json": components["schemas"]["ExchangedToken"];
            };
        };
        /** @description The exchange is refused (RFC 6749, section 5.2; RFC 8693, section 2.2.2). */
        TokenExchangeBadRequest: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "invalid_target",
                 *       "error_description": "The server gives out no tokens for this audience.",
                 *       "type": "urn:kudos:problem:audience-unknown"
                 *     }
                 */
                "application/json": components["schemas"]["TokenExchangeError"];
            };
        };
        /** @description The server gives out no JWTs. */
        TokenExchangeForbidden: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "unsupported_grant_type",
                 *       "error_description": "This server gives out no tokens for other systems.",
                 *       "type": "urn:kudos:problem:jwt-unavailable"
                 *     }
                 */
                "application/json": components["schemas"]["TokenExchangeClosed"];
            };
        };
        /** @description What is known of the token (RFC 7662, section 2.2). */
        TokenIntrospected: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["IntrospectedToken"];
            };
        };
        /** @description The request does not match the contract, or its credentials name different users (RFC 6749, section 5.2). */
        IntrospectionBadRequest: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "invalid_request",
                 *       "error_description": "token is missing",
                 *       "type": "urn:kudos:problem:invalid-request"
                 *     }
                 */
                "application/json": components["schemas"]["IntrospectionError"];
            };
        };
        /** @description The token is not in force, whether it was or not; the answer has no content. */
        TokenEnded: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The request does not match the contract (RFC 6749, section 5.2). */
        RevocationBadRequest: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "invalid_request",
                 *       "error_description": "token is missing",
                 *       "type": "urn:kudos:problem:invalid-request"
                 *     }
                 */
                "application/json": components["schemas"]["RevocationError"];
            };
        };
        /** @description Entries of the log. */
        RevocationsListed: {
            headers: {
                /**
                 * @description The answer is personal; no cache may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "items": [
                 *         {
                 *           "position": 42,
                 *           "at": "2026-01-31T12:00:00.000Z",
                 *           "sub": "7",
                 *           "sid": "token:Zt0c5xUe2RkPj9aVbN4oMw",
                 *           "jti": null
                 *         },
                 *         {
                 *           "position": 43,
                 *           "at": "2026-01-31T12:00:01.000Z",
                 *           "sub": "8",
                 *           "sid": null,
                 *           "jti": null
                 *         }
                 *       ],
                 *       "next": 43,
                 *       "more": false,
                 *       "restarted": false
                 *     }
                 */
                "application/json": components["schemas"]["RevocationPage"];
            };
        };
        /** @description The keys, the oldest first. */
        SigningKeys: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "keys": [
                 *         {
                 *           "kty": "EC",
                 *           "crv": "P-256",
                 *           "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                 *           "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                 *           "kid": "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
                 *           "use": "sig",
                 *           "alg": "ES256"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SigningKeySet"];
            };
        };
        /** @description The server gives out no JWTs. */
        JwtUnavailable: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:kudos:problem:jwt-unavailable",
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "This server gives out no tokens for other systems."
                 *     }
                 */
                "application/problem+json": components["schemas"]["JwtUnavailableProblem"];
            };
        };
        /** @description The metadata. */
        AuthorizationServer: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "issuer": "https://kudos.example",
                 *       "token_endpoint": "https://kudos.example/api/tokens/exchange",
                 *       "jwks_uri": "https://kudos.example/.well-known/jwks.json",
                 *       "introspection_endpoint": "https://kudos.example/introspect",
                 *       "revocation_endpoint": "https://kudos.example/revoke",
                 *       "scopes_supported": [
                 *         "account",
                 *         "likes:write",
                 *         "articles:write",
                 *         "tokens:introspect"
                 *       ],
                 *       "response_types_supported": [],
                 *       "grant_types_supported": [
                 *         "urn:ietf:params:oauth:grant-type:token-exchange"
                 *       ],
                 *       "token_endpoint_auth_methods_supported": [
                 *         "none"
                 *       ],
                 *       "introspection_endpoint_auth_methods_supported": [
                 *         "Bearer"
                 *       ],
                 *       "revocation_endpoint_auth_methods_supported": [
                 *         "none"
                 *       ],
                 *       "service_documentation": "https://kudos.example/docs"
                 *     }
                 */
                "application/json": components["schemas"]["AuthorizationServerMetadata"];
            };
        };
        /** @description The metadata. */
        ProtectedResource: {
            headers: {
                /**
                 * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheDirectives"];
                /**
                 * @description The request headers that chose this answer.
                 * @example Origin, Accept
                 */
                Vary?: string;
                /**
                 * @description Names this request in the server's log; quote it when you report a fault.
                 * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                 */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "resource": "https://kudos.example",
                 *       "resource_name": "Kudos",
                 *       "authorization_servers": [
                 *         "https://kudos.example"
                 *       ],
                 *       "scopes_supported": [
                 *         "account",
                 *         "likes:write",
                 *         "articles:write",
                 *         "tokens:introspect"
                 *       ],
                 *       "bearer_methods_supported": [
                 *         "header"
                 *       ],
                 *       "resource_documentation": "https://kudos.example/docs"
                 *     }
                 */
                "application/json": components["schemas"]["ProtectedResourceMetadata"];
            };
        };
    };
    parameters: {
        /**
         * @description The article.
         * @example 1
         */
        ArticleId: components["schemas"]["Id"];
        /**
         * @description The like.
         * @example 7
         */
        LikeId: components["schemas"]["Id"];
        /**
         * @description The token's id, which is no secret.
         * @example q8fWnZ3mTqK1v0sXyB7hLg
         */
        TokenId: components["schemas"]["AnyCredentialId"];
        /**
         * @description The session's id, which is no secret.
         * @example mB3yHq0LwTz6nE8cRkS1Xg
         */
        SessionId: components["schemas"]["AnyCredentialId"];
        /**
         * @description The secret of a mailed link.
         * @example Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1saW5rLTAwMDA
         */
        MailedLink: components["schemas"]["MailedLinkToken"];
        /**
         * @description What was done.
         * @example mail-sent
         */
        About: components["schemas"]["Notice"];
        /**
         * @description What was begun, from the answer that began it.
         * @example Yx0mTq2vWc8nRkPgs5Hb1f
         */
        WanState: components["schemas"]["PasskeyState"];
        /**
         * @description The passkey's id, which is no secret.
         * @example Wc8nRkPgs5Hb1fYx0mTq2v
         */
        PasskeyId: components["schemas"]["AnyCredentialId"];
        /**
         * @description How many items a page holds at most.
         * @example 20
         */
        Limit: number;
        /** @description Where the page starts, as `next_cursor` of the same list's page before said; leave it out for the first page. */
        PageCursor: components["schemas"]["Cursor"];
        /**
         * @description Entity tags that the client has; if one is current, the answer is 304 (RFC 9110, section 13.1.2).
         * @example "5d41402abc4b2a76"
         */
        IfNoneMatch: string;
        /**
         * @description A name for this request, a new one for each: a UUID is a good one. The same request with the same name is done once, and for a day each gets the first answer (draft-ietf-httpapi-idempotency-key-header-07). Names belong to one user. An answer that is an error is not kept. The quotation marks may be left out.
         * @example "8e03978e-40d5-43e8-bc93-6894a57f9324"
         */
        IdempotencyKey: string;
        /** @description The `ETag` of the article that the change is meant for (RFC 9110, section 13.1.1); 428 without it, 412 when the article has been changed since. `*` stands for any current state. */
        IfMatch: string;
        /**
         * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
         * @example Zm9ybS1jc3JmLXRva2Vu
         */
        CsrfField: components["schemas"]["CsrfToken"];
        /**
         * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
         * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
         */
        DeviceCookie: string;
        /**
         * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
         * @example mB3yHq0LwTz6nE8cRkS1Xg
         */
        AskCookie: string;
        /**
         * @description A refresh token, where the server gives them as cookies: only `POST /refresh-token` and `POST /logout` look at it. A browser keeps and sends it by itself. Behind https its name is `__Host-kudos_refresh`.
         * @example kudosr_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu
         */
        RefreshCookie: string;
        /**
         * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
         * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
         */
        SignInCookie: string;
        /**
         * @description Asks for a token. Counts when present, also without a value, unless the value is `false`, in any case, or `0`.
         * @example true
         */
        IncludeAuthToken: string;
        /**
         * @description Front ends of Flask-Security send it with every call. No token is issued here: the credentials of the request stay good, and are fresh from now on.
         * @example true
         */
        KnownAuthTokenFlag: string;
        /**
         * @description The path on this server that a browser goes to after signing in; anything else is ignored.
         * @example /docs
         */
        Next: components["schemas"]["LocalPath"];
        /**
         * @description The position after which to read, `next` of an earlier answer; left out, the entries of the last ten minutes.
         * @example 41
         */
        AfterPosition: components["schemas"]["LogPosition"];
        /**
         * @description The most entries of an answer.
         * @example 100
         */
        RevocationLimit: number;
    };
    requestBodies: never;
    headers: {
        /**
         * @description The media types that the operation takes (RFC 9110, section 12.5.1).
         * @example application/json
         */
        Accept: string;
        /**
         * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
         * @example no-cache
         */
        CacheControl: components["schemas"]["CacheDirectives"];
        /**
         * @description The content is a file to be saved, and its name (RFC 6266).
         * @example attachment; filename="account-2026-01-31.json"
         */
        ContentDisposition: string;
        /**
         * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
         * @example br
         */
        ContentEncoding: "br" | "gzip";
        /**
         * @description The answer is personal; no cache may keep it.
         * @example no-store
         */
        NoStore: components["schemas"]["CacheDirectives"];
        /**
         * @description The kinds of stored data that the browser is to delete (W3C Clear Site Data).
         * @example "cache", "storage"
         */
        ClearSiteData: string;
        /**
         * @description Strong entity tag of the answer.
         * @example "5d41402abc4b2a76"
         */
        ETag: string;
        /**
         * @description The next page as `rel="next"` (RFC 8288), if there is one.
         * @example </api/me/events?limit=1&cursor=ZXZlbnRzOjc>; rel="next"
         */
        Link: string;
        /**
         * @description The address to go to next.
         * @example /
         */
        Location: components["schemas"]["UriReference"];
        /**
         * @description The article's own address.
         * @example /api/articles/101
         */
        ArticleLocation: components["schemas"]["UriReference"];
        /**
         * @description The like's own address.
         * @example /api/articles/1/likes/7
         */
        LikeLocation: components["schemas"]["UriReference"];
        /**
         * @description The passkey's own address.
         * @example /api/passkeys/Wc8nRkPgs5Hb1fYx0mTq2v
         */
        PasskeyLocation: components["schemas"]["UriReference"];
        /**
         * @description The rest of the allowance, and the seconds until it is full again (draft-ietf-httpapi-ratelimit-headers).
         * @example "account-address";r=0;t=840
         */
        RateLimit: string;
        /**
         * @description The allowances that apply (draft-ietf-httpapi-ratelimit-headers).
         * @example "account-address";q=10;w=900
         */
        RateLimitPolicy: string;
        /**
         * @description Names this request in the server's log; quote it when you report a fault.
         * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
         */
        RequestId: string;
        /**
         * @description The answer is that of an earlier request with this `Idempotency-Key`.
         * @example true
         */
        IdempotentReplayed: "true";
        /**
         * @description Seconds to wait before trying again (RFC 9110, section 10.2.3).
         * @example 5
         */
        RetryAfter: number;
        /**
         * @description Sets or clears the session cookie. A sign-in without a token sets `kudos_device`, too, which is no credential: a browser that sends it back has an allowance of attempts of its own. Behind https both names begin with `__Host-`.
         * @example kudos_session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
         */
        SetCookie: string;
        /**
         * @description The request headers that chose this answer.
         * @example Origin, Accept
         */
        Vary: string;
        /**
         * @description The scope that is missing (RFC 6750, section 3.1), if that is the reason.
         * @example Bearer realm="kudos", error="insufficient_scope", scope="articles:write"
         */
        ScopeChallenge: string;
        /**
         * @description How to authenticate (RFC 9110, section 11.6.1). Where a valid credential is only too old it says `insufficient_user_authentication` (RFC 9470).
         * @example Bearer realm="kudos"
         */
        WwwAuthenticate: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    showHome: {
        parameters: {
            query?: {
                /** @description Where the page starts, as `next_cursor` of the same list's page before said; leave it out for the first page. */
                cursor?: components["parameters"]["PageCursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            400: components["responses"]["HomeBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    showLoginForm: {
        parameters: {
            query?: {
                /**
                 * @description What the form asks for; the address where it is left out.
                 * @example username
                 */
                by?: "email" | "username";
                /**
                 * @description The path on this server that a browser goes to after signing in; anything else is ignored.
                 * @example /docs
                 */
                next?: components["parameters"]["Next"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["FormPage"];
            400: components["responses"]["PageBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    login: {
        parameters: {
            query?: {
                /**
                 * @description Asks for a token. Counts when present, also without a value, unless the value is `false`, in any case, or `0`.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["IncludeAuthToken"];
                /**
                 * @description The path on this server that a browser goes to after signing in; anything else is ignored.
                 * @example /docs
                 */
                next?: components["parameters"]["Next"];
            };
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The address or the user name, and the password of the account. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginInput"];
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "correct horse battery staple",
                 *       "remember": "on",
                 *       "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *       "next": "/"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["LoginForm"];
            };
        };
        responses: {
            200: components["responses"]["SignedIn"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["LoginBadRequest"];
            403: components["responses"]["FormForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The address and the password of the account. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "correct horse battery staple",
                 *       "token_name": "like button",
                 *       "scopes": [
                 *         "likes:write"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SignInInput"];
            };
        };
        responses: {
            201: components["responses"]["TokenIssued"];
            400: components["responses"]["SignInBadRequest"];
            403: components["responses"]["SecondFactorRequired"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["SignInServiceUnavailable"];
        };
    };
    startCodeSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The address. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["AddressInput"];
            };
        };
        responses: {
            202: components["responses"]["MailRequested"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["NoMailForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    finishCodeSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The code of the mail, and the request that it was mailed for. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "request": "Zm9yLWV4YW1wbGUtb25seQ",
                 *       "code": "12345678",
                 *       "token_name": "like button"
                 *     }
                 */
                "application/json": components["schemas"]["CodeSignInInput"];
            };
        };
        responses: {
            201: components["responses"]["TokenIssued"];
            400: components["responses"]["CodeSignInBadRequest"];
            403: components["responses"]["SecondFactorRequired"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    showCodeSignIn: {
        parameters: {
            query?: {
                /**
                 * @description The path on this server that a browser goes to after signing in; anything else is ignored.
                 * @example /docs
                 */
                next?: components["parameters"]["Next"];
            };
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["CodeSignInPage"];
            400: components["responses"]["PageBadRequest"];
            403: components["responses"]["MailPageForbidden"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    signInByPasscode: {
        parameters: {
            query?: {
                /**
                 * @description Asks for a token. Counts when present, also without a value, unless the value is `false`, in any case, or `0`.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["IncludeAuthToken"];
                /**
                 * @description The path on this server that a browser goes to after signing in; anything else is ignored.
                 * @example /docs
                 */
                next?: components["parameters"]["Next"];
            };
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The address of the account, and the code or the password. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "identity": "ada@example.com",
                 *       "passcode": "12345678"
                 *     }
                 */
                "application/json": components["schemas"]["UnifiedSignInInput"];
                /**
                 * @example {
                 *       "passcode": "12345678",
                 *       "remember": "on",
                 *       "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *       "next": "/"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["PasscodeForm"];
            };
        };
        responses: {
            200: components["responses"]["SignedIn"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["LoginBadRequest"];
            403: components["responses"]["FormForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    sendSignInCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The address of the account. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "identity": "ada@example.com",
                 *       "chosen_method": "email"
                 *     }
                 */
                "application/json": components["schemas"]["SendCodeInput"];
                /**
                 * @example {
                 *       "identity": "ada@example.com",
                 *       "chosen_method": "email",
                 *       "csrf_token": "Zm9ybS1jc3JmLXRva2Vu"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["SendCodeInput"];
            };
        };
        responses: {
            200: components["responses"]["MailOnItsWay"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["MailRequestBadRequest"];
            403: components["responses"]["MailForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["MailServiceUnavailable"];
        };
    };
    ratePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The password, and the address of the account that it is for. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "correct horse battery staple"
                 *     }
                 */
                "application/json": components["schemas"]["PasswordToRate"];
            };
        };
        responses: {
            200: components["responses"]["PasswordRated"];
            400: components["responses"]["InvalidRequest"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["SignInServiceUnavailable"];
        };
    };
    showRegistrationForm: {
        parameters: {
            query?: {
                /**
                 * @description The path on this server that a browser goes to after signing in; anything else is ignored.
                 * @example /docs
                 */
                next?: components["parameters"]["Next"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["FormPage"];
            400: components["responses"]["PageBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    register: {
        parameters: {
            query?: {
                /**
                 * @description Asks for a token. Counts when present, also without a value, unless the value is `false`, in any case, or `0`.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["IncludeAuthToken"];
                /**
                 * @description The path on this server that a browser goes to after signing in; anything else is ignored.
                 * @example /docs
                 */
                next?: components["parameters"]["Next"];
            };
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The account to create. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "correct horse battery staple"
                 *     }
                 */
                "application/json": components["schemas"]["RegisterInput"];
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "correct horse battery staple",
                 *       "password_confirm": "correct horse battery staple",
                 *       "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *       "next": "/"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["RegisterForm"];
            };
        };
        responses: {
            200: components["responses"]["Registered"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["RegistrationBadRequest"];
            403: components["responses"]["RegistrationForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: {
                /**
                 * @description A refresh token, where the server gives them as cookies: only `POST /refresh-token` and `POST /logout` look at it. A browser keeps and sends it by itself. Behind https its name is `__Host-kudos_refresh`.
                 * @example kudosr_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu
                 */
                kudos_refresh?: components["parameters"]["RefreshCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["SignedOut"];
            303: components["responses"]["LoggedOutSeeOther"];
            400: components["responses"]["LogoutBadRequest"];
            403: components["responses"]["FormForbidden"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    refreshToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A refresh token, where the server gives them as cookies: only `POST /refresh-token` and `POST /logout` look at it. A browser keeps and sends it by itself. Behind https its name is `__Host-kudos_refresh`.
                 * @example kudosr_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu
                 */
                kudos_refresh?: components["parameters"]["RefreshCookie"];
            };
        };
        /** @description The refresh token; nothing where a cookie has it. */
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "refresh_token": "kudosr_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu"
                 *     }
                 */
                "application/json": components["schemas"]["RefreshInput"];
            };
        };
        responses: {
            200: components["responses"]["Refreshed"];
            400: components["responses"]["RefreshBadRequest"];
            403: components["responses"]["RefreshForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    showVerifyForm: {
        parameters: {
            query?: {
                /**
                 * @description The path on this server that a browser goes to after signing in; anything else is ignored.
                 * @example /docs
                 */
                next?: components["parameters"]["Next"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["FormPage"];
            302: components["responses"]["ToSignIn"];
            400: components["responses"]["PageBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    verifyPassword: {
        parameters: {
            query?: {
                /**
                 * @description Front ends of Flask-Security send it with every call. No token is issued here: the credentials of the request stay good, and are fresh from now on.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["KnownAuthTokenFlag"];
            };
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: {
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The user's password. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse battery staple"
                 *     }
                 */
                "application/json": components["schemas"]["VerifyInput"];
                /**
                 * @example {
                 *       "password": "correct horse battery staple",
                 *       "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *       "next": "/"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["VerifyInput"];
            };
        };
        responses: {
            200: components["responses"]["PasswordAccepted"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["VerificationBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["FormForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    changePassword: {
        parameters: {
            query?: {
                /**
                 * @description Front ends of Flask-Security send it with every call. No token is issued here: the credentials of the request stay good, and are fresh from now on.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["KnownAuthTokenFlag"];
            };
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: {
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The current password and the new one. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse battery staple",
                 *       "new_password": "staple battery horse correct"
                 *     }
                 */
                "application/json": components["schemas"]["ChangeInput"];
                /**
                 * @example {
                 *       "password": "correct horse battery staple",
                 *       "new_password": "staple battery horse correct",
                 *       "new_password_confirm": "staple battery horse correct",
                 *       "csrf_token": "Zm9ybS1jc3JmLXRva2Vu",
                 *       "next": "/"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["ChangeInput"];
            };
        };
        responses: {
            200: components["responses"]["PasswordAccepted"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["PasswordChangeBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["PasswordChangeForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    showConfirmationRequest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["FormPage"];
            400: components["responses"]["PageBadRequest"];
            403: components["responses"]["MailPageForbidden"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    requestConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        /** @description The address. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["AddressForm"];
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "csrf_token": "Zm9ybS1jc3JmLXRva2Vu"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["AddressForm"];
            };
        };
        responses: {
            200: components["responses"]["MailOnItsWay"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["MailRequestBadRequest"];
            403: components["responses"]["MailForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["MailServiceUnavailable"];
        };
    };
    showConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The secret of a mailed link.
                 * @example Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1saW5rLTAwMDA
                 */
                link: components["parameters"]["MailedLink"];
            };
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["LinkPage"];
            400: components["responses"]["LinkBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    confirmEmail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The secret of a mailed link.
                 * @example Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1saW5rLTAwMDA
                 */
                link: components["parameters"]["MailedLink"];
            };
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        /** @description The code of the mail, where this is not the browser that asked for it. */
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "code": "12345678"
                 *     }
                 */
                "application/json": components["schemas"]["CodeForm"];
                /**
                 * @example {
                 *       "code": "12345678"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["CodeForm"];
            };
        };
        responses: {
            200: components["responses"]["LinkSpent"];
            303: components["responses"]["LinkSeeOther"];
            400: components["responses"]["ConfirmationBadRequest"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["MailServiceUnavailable"];
        };
    };
    showResetRequest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["FormPage"];
            400: components["responses"]["PageBadRequest"];
            403: components["responses"]["MailPageForbidden"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    requestReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        /** @description The address. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["AddressForm"];
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "csrf_token": "Zm9ybS1jc3JmLXRva2Vu"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["AddressForm"];
            };
        };
        responses: {
            200: components["responses"]["MailOnItsWay"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["MailRequestBadRequest"];
            403: components["responses"]["MailForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["MailServiceUnavailable"];
        };
    };
    showReset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The secret of a mailed link.
                 * @example Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1saW5rLTAwMDA
                 */
                link: components["parameters"]["MailedLink"];
            };
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["LinkPage"];
            400: components["responses"]["LinkBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The secret of a mailed link.
                 * @example Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1saW5rLTAwMDA
                 */
                link: components["parameters"]["MailedLink"];
            };
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        /** @description The new password, and the code of the mail where this is not the browser that asked for it. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "staple battery horse correct",
                 *       "password_confirm": "staple battery horse correct",
                 *       "code": "12345678"
                 *     }
                 */
                "application/json": components["schemas"]["ResetForm"];
                /**
                 * @example {
                 *       "password": "staple battery horse correct",
                 *       "password_confirm": "staple battery horse correct",
                 *       "code": "12345678"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["ResetForm"];
            };
        };
        responses: {
            200: components["responses"]["LinkSpent"];
            303: components["responses"]["LinkSeeOther"];
            400: components["responses"]["PasswordResetBadRequest"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    showEmailChangeRequest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["EmailPage"];
            /** @description A browser without a fresh session goes to the login form and comes back after signing in. */
            302: {
                headers: {
                    /**
                     * @description The address to go to next.
                     * @example /
                     */
                    Location: components["schemas"]["UriReference"];
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["EmailPageBadRequest"];
            401: components["responses"]["FreshFormUnauthorized"];
            403: components["responses"]["EmailPageForbidden"];
            406: components["responses"]["EmailPageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    requestEmailChange: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        /** @description The address. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["AddressForm"];
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "csrf_token": "Zm9ybS1jc3JmLXRva2Vu"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["AddressForm"];
            };
        };
        responses: {
            200: components["responses"]["EmailChangeOnItsWay"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["EmailChangeRequestBadRequest"];
            401: components["responses"]["FreshFormUnauthorized"];
            403: components["responses"]["EmailChangeForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["MailServiceUnavailable"];
        };
    };
    showEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The secret of a mailed link.
                 * @example Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1saW5rLTAwMDA
                 */
                link: components["parameters"]["MailedLink"];
            };
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["LinkPage"];
            400: components["responses"]["LinkBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The secret of a mailed link.
                 * @example Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1saW5rLTAwMDA
                 */
                link: components["parameters"]["MailedLink"];
            };
            cookie?: {
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        /** @description The code of the mail, where this is not the browser that asked for it. */
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "code": "12345678"
                 *     }
                 */
                "application/json": components["schemas"]["CodeForm"];
                /**
                 * @example {
                 *       "code": "12345678"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["CodeForm"];
            };
        };
        responses: {
            200: components["responses"]["EmailChanged"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["EmailChangeBadRequest"];
            403: components["responses"]["MailForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["MailServiceUnavailable"];
        };
    };
    showEmailUndo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The secret of a mailed link.
                 * @example Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1saW5rLTAwMDA
                 */
                link: components["parameters"]["MailedLink"];
            };
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["LinkPage"];
            400: components["responses"]["LinkBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    undoEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The secret of a mailed link.
                 * @example Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1saW5rLTAwMDA
                 */
                link: components["parameters"]["MailedLink"];
            };
            cookie?: {
                /**
                 * @description Tells the browser that asked for a mail: the link of the mail needs no code there. It is no credential, and a client without it types the code. A request for a mail sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_asked`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                kudos_asked?: components["parameters"]["AskCookie"];
            };
        };
        /** @description The code of the mail, where this is not the browser that asked for it. */
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "code": "12345678"
                 *     }
                 */
                "application/json": components["schemas"]["CodeForm"];
                /**
                 * @example {
                 *       "code": "12345678"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["CodeForm"];
            };
        };
        responses: {
            200: components["responses"]["LinkSpent"];
            303: components["responses"]["LinkSeeOther"];
            400: components["responses"]["EmailChangeBadRequest"];
            403: components["responses"]["NoMailFormForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["MailServiceUnavailable"];
        };
    };
    showNotice: {
        parameters: {
            query: {
                /**
                 * @description What was done.
                 * @example mail-sent
                 */
                about: components["parameters"]["About"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            400: components["responses"]["PageBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    showAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            303: components["responses"]["PageSeeOther"];
            400: components["responses"]["PageBadRequest"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    showActivity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            303: components["responses"]["PageSeeOther"];
            400: components["responses"]["PageBadRequest"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    showDeletionForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            303: components["responses"]["PageSeeOther"];
            400: components["responses"]["PageBadRequest"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description Nothing. */
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["EmptyFormInput"];
                /** @example {} */
                "application/x-www-form-urlencoded": components["schemas"]["EmptyFormInput"];
            };
        };
        responses: {
            204: components["responses"]["AccountDeleted"];
            303: components["responses"]["AccountDeletedSeeOther"];
            400: components["responses"]["LogoutBadRequest"];
            401: components["responses"]["FreshFormUnauthorized"];
            403: components["responses"]["FactorForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    showPersonalTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            303: components["responses"]["PageSeeOther"];
            400: components["responses"]["PageBadRequest"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    makePersonalToken: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The name, the scopes and the lifetime. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "nightly report",
                 *       "scopes": [
                 *         "likes:write"
                 *       ],
                 *       "days": 30
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["PersonalTokenForm"];
            };
        };
        responses: {
            200: components["responses"]["Page"];
            400: components["responses"]["TokenFormBadRequest"];
            401: components["responses"]["TokenFormUnauthorized"];
            403: components["responses"]["TokenFormForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    endPersonalToken: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path: {
                /**
                 * @description The token's id, which is no secret.
                 * @example q8fWnZ3mTqK1v0sXyB7hLg
                 */
                token_id: components["parameters"]["TokenId"];
            };
            cookie?: never;
        };
        /** @description Nothing. */
        requestBody?: {
            content: {
                /** @example {} */
                "application/x-www-form-urlencoded": components["schemas"]["EmptyFormInput"];
            };
        };
        responses: {
            204: components["responses"]["AccessRevoked"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["LogoutBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["FactorForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    findPasswordChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page is at `Location`. */
            302: {
                headers: {
                    /**
                     * @description The address to go to next.
                     * @example /
                     */
                    Location: components["schemas"]["UriReference"];
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["PageBadRequest"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    signUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The account to create. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "correct horse battery staple",
                 *       "token_name": "like button",
                 *       "scopes": [
                 *         "likes:write"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SignInInput"];
            };
        };
        responses: {
            201: components["responses"]["TokenIssued"];
            202: components["responses"]["MailRequested"];
            400: components["responses"]["SignUpBadRequest"];
            403: components["responses"]["SignUpForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["SignInServiceUnavailable"];
        };
    };
    startConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The address. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["AddressInput"];
            };
        };
        responses: {
            202: components["responses"]["MailRequested"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["NoMailForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    finishConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The code of the mail, with its link or with the request. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "request": "Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1yZXF1ZXN0LTA",
                 *       "code": "12345678"
                 *     }
                 */
                "application/json": components["schemas"]["MailedProof"];
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["MailedProofBadRequest"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    startReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The address. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["AddressInput"];
            };
        };
        responses: {
            202: components["responses"]["MailRequested"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["NoMailForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    finishReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The new password and the code of the mail, with its link or with the request. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "request": "Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1yZXF1ZXN0LTA",
                 *       "code": "12345678",
                 *       "password": "staple battery horse correct"
                 *     }
                 */
                "application/json": components["schemas"]["NewPasswordInput"];
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["NewPasswordBadRequest"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["SignInServiceUnavailable"];
        };
    };
    startEmailChange: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The address. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["AddressInput"];
            };
        };
        responses: {
            202: components["responses"]["MailRequested"];
            400: components["responses"]["NewEmailRequestBadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["NewEmailForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    finishEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The code of the mail, with its link or with the request. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "request": "Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1yZXF1ZXN0LTA",
                 *       "code": "12345678"
                 *     }
                 */
                "application/json": components["schemas"]["MailedProof"];
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["NewEmailBadRequest"];
            403: components["responses"]["NoMailForbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    finishEmailUndo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The code of the mail, with its link or with the request. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "link": "Zm9yLWV4YW1wbGUtb25seS1ub3QtYS1yZXF1ZXN0LTA",
                 *       "code": "12345678"
                 *     }
                 */
                "application/json": components["schemas"]["MailedProof"];
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["NewEmailBadRequest"];
            403: components["responses"]["NoMailForbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    showFactorSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["FactorSetupStateAnswer"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["FactorSetupReadBadRequest"];
            401: components["responses"]["FactorUnauthorized"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    beginFactorSetup: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        /** @description The method. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "setup": "authenticator"
                 *     }
                 */
                "application/json": components["schemas"]["FactorSetupInput"];
                /**
                 * @example {
                 *       "setup": "authenticator"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["FactorSetupInput"];
            };
        };
        responses: {
            200: components["responses"]["FactorSetupBegunAnswer"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["FactorSetupBadRequest"];
            401: components["responses"]["FactorUnauthorized"];
            403: components["responses"]["FactorSetupForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    finishFactorSetup: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path: {
                /**
                 * @description The `tf_state_token` of the set-up.
                 * @example kudosf_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu
                 */
                state: components["schemas"]["SetUpToken"];
            };
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        /** @description The code. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "123456"
                 *     }
                 */
                "application/json": components["schemas"]["FactorCodeInput"];
                /**
                 * @example {
                 *       "code": "123456"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["FactorCodeForm"];
            };
        };
        responses: {
            200: components["responses"]["FactorConfirmedAnswer"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["FactorConfirmBadRequest"];
            401: components["responses"]["FactorFreshUnauthorized"];
            403: components["responses"]["FactorForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    showFactorForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["WaitingSignIn"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["WaitingBadRequest"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    validateFactor: {
        parameters: {
            query?: {
                /**
                 * @description Asks for a token. Counts when present, also without a value, unless the value is `false`, in any case, or `0`.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["IncludeAuthToken"];
            };
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        /** @description The code. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "123456"
                 *     }
                 */
                "application/json": components["schemas"]["FactorCodeInput"];
                /**
                 * @example {
                 *       "code": "123456"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["FactorCodeForm"];
            };
        };
        responses: {
            200: components["responses"]["FactorAccepted"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["CodeBadRequest"];
            403: components["responses"]["FormForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    showFactorChoice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["FactorChoiceAnswer"];
            400: components["responses"]["WaitingBadRequest"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    chooseFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        /** @description The method. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "which": "authenticator"
                 *     }
                 */
                "application/json": components["schemas"]["FactorChoiceInput"];
            };
        };
        responses: {
            200: components["responses"]["FactorChoiceAnswer"];
            400: components["responses"]["WaitingBadRequest"];
            403: components["responses"]["FactorChoiceForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    showRescue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["WaitingSignIn"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["WaitingBadRequest"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    rescueSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        /** @description The way. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "help_setup": "recovery_code"
                 *     }
                 */
                "application/json": components["schemas"]["RescueInput"];
                /**
                 * @example {
                 *       "help_setup": "recovery_code"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["RescueInput"];
            };
        };
        responses: {
            200: components["responses"]["WaitingSignIn"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["WaitingBadRequest"];
            403: components["responses"]["CodeForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    showRecoveryForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["WaitingSignIn"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["WaitingBadRequest"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    recoverSignIn: {
        parameters: {
            query?: {
                /**
                 * @description Asks for a token. Counts when present, also without a value, unless the value is `false`, in any case, or `0`.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["IncludeAuthToken"];
            };
            header?: never;
            path?: never;
            cookie?: {
                /**
                 * @description A sign-in that waits for its second factor: it opens the operations that finish it, and nothing else. A client without a jar sends the same text as `sign_in_token`. `POST /login` sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_sign_in`.
                 * @example kudosp_mB3yHq0LwTz6nE8cRkS1XgZm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcwAbCdEf
                 */
                kudos_sign_in?: components["parameters"]["SignInCookie"];
            };
        };
        /** @description The recovery code. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "4512-e001-3407"
                 *     }
                 */
                "application/json": components["schemas"]["RecoveryCodeInput"];
                /**
                 * @example {
                 *       "code": "4512-e001-3407"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["RecoveryCodeInput"];
            };
        };
        responses: {
            200: components["responses"]["FactorAccepted"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["CodeBadRequest"];
            403: components["responses"]["FormForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    showRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["RecoveryCodes"];
            302: components["responses"]["ToSignIn"];
            400: components["responses"]["FactorSetupReadBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["FactorReadForbidden"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    createRecoveryCodes: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description Nothing. */
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["EmptyFormInput"];
                /** @example {} */
                "application/x-www-form-urlencoded": components["schemas"]["EmptyFormInput"];
            };
        };
        responses: {
            200: components["responses"]["RecoveryCodes"];
            400: components["responses"]["RecoveryCodesBadRequest"];
            401: components["responses"]["FactorFreshUnauthorized"];
            403: components["responses"]["FactorForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    verifyPasscode: {
        parameters: {
            query?: {
                /**
                 * @description Front ends of Flask-Security send it with every call. No token is issued here: the credentials of the request stay good, and are fresh from now on.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["KnownAuthTokenFlag"];
            };
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The password or a code. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "passcode": "123456"
                 *     }
                 */
                "application/json": components["schemas"]["PasscodeInput"];
                /**
                 * @example {
                 *       "passcode": "123456"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["PasscodeInput"];
            };
        };
        responses: {
            200: components["responses"]["PasswordAccepted"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["PasscodeBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["FormForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    sendVerificationCode: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: {
                /**
                 * @description Tells a browser that has signed in to the account before: it has an allowance of attempts of its own, so that attempts of others do not keep the owner out. It is no credential, and a client without it is served as well. A sign-in without a token sets it; a browser keeps and sends it by itself. Behind https its name is `__Host-kudos_device`.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg.Zm9yIGFuIGV4YW1wbGUsIGEgc2VhbCBvZiAzMiBieXRlcw
                 */
                kudos_device?: components["parameters"]["DeviceCookie"];
            };
        };
        /** @description The method. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "chosen_method": "email"
                 *     }
                 */
                "application/json": components["schemas"]["VerificationCodeInput"];
                /**
                 * @example {
                 *       "chosen_method": "email"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["VerificationCodeInput"];
            };
        };
        responses: {
            200: components["responses"]["VerificationCodeSent"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["VerificationCodeBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["CodeForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    signInBySecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The sign-in that waits, and a code. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sign_in_token": "kudosp_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *       "code": "123456"
                 *     }
                 */
                "application/json": components["schemas"]["SignInCodeInput"];
            };
        };
        responses: {
            201: components["responses"]["TokenIssued"];
            400: components["responses"]["SignInCodeBadRequest"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    sendFactorCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The sign-in that waits. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sign_in_token": "kudosp_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu"
                 *     }
                 */
                "application/json": components["schemas"]["FactorCodeRequest"];
            };
        };
        responses: {
            202: components["responses"]["FactorCodeSent"];
            400: components["responses"]["FactorCodeBadRequest"];
            403: components["responses"]["FactorCodeForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    setUpFactorToSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The sign-in that waits. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sign_in_token": "kudosp_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu"
                 *     }
                 */
                "application/json": components["schemas"]["SignInSetupInput"];
            };
        };
        responses: {
            201: components["responses"]["MyFactorSetupAnswer"];
            400: components["responses"]["SignInSetupBadRequest"];
            403: components["responses"]["SignInSetupForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMyFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["MyFactorAnswer"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    confirmMyFactor: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The set-up, and its first code. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "set_up_token": "kudosf_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *       "code": "123456"
                 *     }
                 */
                "application/json": components["schemas"]["MyFactorInput"];
            };
        };
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["MyFactorBadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["AccountForbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    beginMyFactor: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The method. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "method": "authenticator"
                 *     }
                 */
                "application/json": components["schemas"]["MyFactorSetupInput"];
            };
        };
        responses: {
            201: components["responses"]["MyFactorSetupAnswer"];
            400: components["responses"]["MyFactorSetupBadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["MyFactorSetupForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    removeMyFactor: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["MyFactorRemovalBadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["AccountForbidden"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createMyRecoveryCodes: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: components["responses"]["MyRecoveryCodesAnswer"];
            400: components["responses"]["MyRecoveryCodesBadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["AccountForbidden"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getTest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Greeted"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getTestSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Greeted"];
            /** @description A browser without a session goes to the login form and comes back after signing in. */
            302: {
                headers: {
                    /**
                     * @description The login form, with the way back in `next`.
                     * @example /login?next=%2Fapi%2Ftest_session
                     */
                    Location: components["schemas"]["UriReference"];
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createArticleLike: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The article to like. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "article_id": 1
                 *     }
                 */
                "application/json": components["schemas"]["ArticleLikeInput"];
            };
        };
        responses: {
            200: components["responses"]["AlreadyLiked"];
            201: components["responses"]["Liked"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ArticleNotFound"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listArticles: {
        parameters: {
            query?: {
                /**
                 * @description How many items a page holds at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description Where the page starts, as `next_cursor` of the same list's page before said; leave it out for the first page. */
                cursor?: components["parameters"]["PageCursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of articles. */
            200: {
                headers: {
                    /**
                     * @description The next page as `rel="next"` (RFC 8288), if there is one.
                     * @example </api/me/events?limit=1&cursor=ZXZlbnRzOjc>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": 100,
                     *           "title": "On tokens",
                     *           "author": "Ada Lovelace",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "like_count": 3,
                     *           "liked_by_me": false
                     *         }
                     *       ],
                     *       "next_cursor": "YXJ0aWNsZXM6MTAw"
                     *     }
                     */
                    "application/json": components["schemas"]["ArticlePage"];
                };
            };
            400: components["responses"]["ArticleListBadRequest"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createArticle: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A name for this request, a new one for each: a UUID is a good one. The same request with the same name is done once, and for a day each gets the first answer (draft-ietf-httpapi-idempotency-key-header-07). Names belong to one user. An answer that is an error is not kept. The quotation marks may be left out.
                 * @example "8e03978e-40d5-43e8-bc93-6894a57f9324"
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The article. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "On tokens",
                 *       "author": "Ada Lovelace"
                 *     }
                 */
                "application/json": components["schemas"]["ArticleInput"];
            };
        };
        responses: {
            201: components["responses"]["ArticleCreated"];
            400: components["responses"]["ArticleBadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["RequestInFlight"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getArticle: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags that the client has; if one is current, the answer is 304 (RFC 9110, section 13.1.2).
                 * @example "5d41402abc4b2a76"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The article. */
            200: {
                headers: {
                    /**
                     * @description Strong entity tag of the answer.
                     * @example "5d41402abc4b2a76"
                     */
                    ETag: string;
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 1,
                     *       "title": "On tokens",
                     *       "author": "Ada Lovelace",
                     *       "created_at": "2026-01-31T12:00:00.000Z",
                     *       "like_count": 3,
                     *       "liked_by_me": false
                     *     }
                     */
                    "application/json": components["schemas"]["Article"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            404: components["responses"]["ArticleNotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteArticle: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of the article that the change is meant for (RFC 9110, section 13.1.1); 428 without it, 412 when the article has been changed since. `*` stands for any current state. */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ArticleNotFound"];
            412: components["responses"]["PreconditionFailed"];
            428: components["responses"]["PreconditionRequired"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updateArticle: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of the article that the change is meant for (RFC 9110, section 13.1.1); 428 without it, 412 when the article has been changed since. `*` stands for any current state. */
                "If-Match": components["parameters"]["IfMatch"];
            };
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
            };
            cookie?: never;
        };
        /** @description The fields to change. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "On opaque tokens"
                 *     }
                 */
                "application/json": components["schemas"]["ArticleChange"];
            };
        };
        responses: {
            200: components["responses"]["ArticleUpdated"];
            400: components["responses"]["ArticleBadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ArticleNotFound"];
            406: components["responses"]["NotAcceptable"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["PreconditionRequired"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listArticleLikes: {
        parameters: {
            query?: {
                /**
                 * @description How many items a page holds at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description Where the page starts, as `next_cursor` of the same list's page before said; leave it out for the first page. */
                cursor?: components["parameters"]["PageCursor"];
            };
            header?: never;
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of likes. */
            200: {
                headers: {
                    /**
                     * @description The next page as `rel="next"` (RFC 8288), if there is one.
                     * @example </api/me/events?limit=1&cursor=ZXZlbnRzOjc>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": 7,
                     *           "user_id": 42,
                     *           "article_id": 1,
                     *           "created_at": "2026-01-31T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "bGlrZXM6MTo3"
                     *     }
                     */
                    "application/json": components["schemas"]["ArticleLikePage"];
                };
            };
            400: components["responses"]["ArticleLikeListBadRequest"];
            404: components["responses"]["ArticleNotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    likeArticle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["AlreadyLiked"];
            201: components["responses"]["Liked"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ArticleNotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    unlikeArticle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ArticleNotFound"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getArticleLike: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
                /**
                 * @description The like.
                 * @example 7
                 */
                like_id: components["parameters"]["LikeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The like. */
            200: {
                headers: {
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArticleLike"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["LikeNotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteArticleLike: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The article.
                 * @example 1
                 */
                article_id: components["parameters"]["ArticleId"];
                /**
                 * @description The like.
                 * @example 7
                 */
                like_id: components["parameters"]["LikeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["LikeForbidden"];
            404: components["responses"]["LikeNotFound"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signed-in user. */
            200: {
                headers: {
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 42,
                     *       "email": "ada@example.com",
                     *       "roles": []
                     *     }
                     */
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteMe: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["AccountDeleted"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["AccountForbidden"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    exportMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that is kept about the user. */
            200: {
                headers: {
                    /**
                     * @description The content is a file to be saved, and its name (RFC 6266).
                     * @example attachment; filename="account-2026-01-31.json"
                     */
                    "Content-Disposition": string;
                    /**
                     * @description The answer is personal; no cache may keep it.
                     * @example no-store
                     */
                    "Cache-Control": components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "exported_at": "2026-01-31T12:00:00.000Z",
                     *       "user": {
                     *         "id": 42,
                     *         "email": "ada@example.com",
                     *         "active": true,
                     *         "created_at": "2026-01-01T12:00:00.000Z",
                     *         "confirmed_at": null,
                     *         "has_password": true,
                     *         "roles": []
                     *       },
                     *       "tokens": [],
                     *       "sessions": [],
                     *       "passkeys": [],
                     *       "second_factor": {
                     *         "method": "authenticator",
                     *         "phone": null,
                     *         "created_at": "2026-01-02T12:00:00.000Z"
                     *       },
                     *       "recovery_codes": 10,
                     *       "likes": [
                     *         {
                     *           "id": 7,
                     *           "article_id": 1,
                     *           "article_title": "On the Analytical Engine",
                     *           "created_at": "2026-01-31T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "events": [
                     *         {
                     *           "at": "2026-01-01T12:00:00.000Z",
                     *           "kind": "registered",
                     *           "actor": "anonymous",
                     *           "address": "192.0.2.7",
                     *           "credential": null,
                     *           "detail": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["OwnData"];
                };
            };
            302: components["responses"]["ToSignIn"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listMyEvents: {
        parameters: {
            query?: {
                /**
                 * @description How many items a page holds at most.
                 * @example 20
                 */
                limit?: components["parameters"]["Limit"];
                /** @description Where the page starts, as `next_cursor` of the same list's page before said; leave it out for the first page. */
                cursor?: components["parameters"]["PageCursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    /**
                     * @description The next page as `rel="next"` (RFC 8288), if there is one.
                     * @example </api/me/events?limit=1&cursor=ZXZlbnRzOjc>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": 7,
                     *           "at": "2026-01-31T12:00:00.000Z",
                     *           "kind": "login",
                     *           "actor": "user",
                     *           "address": "192.0.2.7",
                     *           "credential": "session:mB3yHq0LwTz6nE8cRkS1Xg",
                     *           "detail": null
                     *         }
                     *       ],
                     *       "next_cursor": "ZXZlbnRzOjc",
                     *       "kept_days": 730
                     *     }
                     */
                    "application/json": components["schemas"]["MyEventPage"];
                };
            };
            400: components["responses"]["MyEventListBadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens that are valid now, newest first. */
            200: {
                headers: {
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "q8fWnZ3mTqK1v0sXyB7hLg",
                     *           "kind": "personal",
                     *           "name": "like button",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "last_used_at": "2026-02-01T08:30:00.000Z",
                     *           "expires_at": "2027-01-31T12:00:00.000Z",
                     *           "scopes": [
                     *             "likes:write"
                     *           ],
                     *           "current": false
                     *         },
                     *         {
                     *           "id": "Zt0c5xUe2RkPj9aVbN4oMw",
                     *           "kind": "access",
                     *           "name": "curl",
                     *           "created_at": "2026-01-30T12:00:00.000Z",
                     *           "last_used_at": null,
                     *           "expires_at": "2026-03-01T12:00:00.000Z",
                     *           "scopes": null,
                     *           "current": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The name and the scopes of the token. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenInput"];
            };
        };
        responses: {
            201: components["responses"]["TokenCreated"];
            400: components["responses"]["TokenBadRequest"];
            401: components["responses"]["TokenUnauthorized"];
            403: components["responses"]["TokenForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeTokens: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["AccessRevoked"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AccountForbidden"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path: {
                /**
                 * @description The token's id, which is no secret.
                 * @example q8fWnZ3mTqK1v0sXyB7hLg
                 */
                token_id: components["parameters"]["TokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["AccessRevoked"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AccountForbidden"];
            404: components["responses"]["TokenNotFound"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions that are valid now, newest first. */
            200: {
                headers: {
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "mB3yHq0LwTz6nE8cRkS1Xg",
                     *           "name": "Firefox on Linux",
                     *           "created_at": "2026-01-31T12:00:00.000Z",
                     *           "last_used_at": "2026-02-01T08:30:00.000Z",
                     *           "expires_at": "2026-02-14T12:00:00.000Z",
                     *           "current": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeSessions: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["AccessRevoked"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["AccountForbidden"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeSession: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path: {
                /**
                 * @description The session's id, which is no secret.
                 * @example mB3yHq0LwTz6nE8cRkS1Xg
                 */
                session_id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["AccessRevoked"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AccountForbidden"];
            404: components["responses"]["SessionNotFound"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    showPasskeyRegistration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["PasskeysEnveloped"];
            400: components["responses"]["WanBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["WanScopeForbidden"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    beginPasskeyRegistration: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The name and the usage of the passkey. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "phone",
                 *       "usage": "first"
                 *     }
                 */
                "application/json": components["schemas"]["WanRegisterInput"];
            };
        };
        responses: {
            200: components["responses"]["PasskeyRegistrationBegun"];
            400: components["responses"]["WanRegisterBadRequest"];
            401: components["responses"]["WanFreshUnauthorized"];
            403: components["responses"]["WanRegisterForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    finishPasskeyRegistration: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path: {
                /**
                 * @description What was begun, from the answer that began it.
                 * @example Yx0mTq2vWc8nRkPgs5Hb1f
                 */
                wan_state: components["parameters"]["WanState"];
            };
            cookie?: never;
        };
        /** @description What the authenticator has answered. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "credential": "{\"id\":\"s5Hb1fYx0mTq2vWc8nRkPg\",\"type\":\"public-key\"}"
                 *     }
                 */
                "application/json": components["schemas"]["WanAnswerInput"];
            };
        };
        responses: {
            200: components["responses"]["WanDoneAnswer"];
            400: components["responses"]["WanRegistrationBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["WanRegisterForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    beginPasskeySignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description All members are optional. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "remember": true
                 *     }
                 */
                "application/json": components["schemas"]["WanSignInInput"];
            };
        };
        responses: {
            200: components["responses"]["PasskeySignInBegun"];
            400: components["responses"]["WanSignInStartBadRequest"];
            403: components["responses"]["WanSignInForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    finishPasskeySignIn: {
        parameters: {
            query?: {
                /**
                 * @description Asks for a token. Counts when present, also without a value, unless the value is `false`, in any case, or `0`.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["IncludeAuthToken"];
            };
            header?: never;
            path: {
                /**
                 * @description What was begun, from the answer that began it.
                 * @example Yx0mTq2vWc8nRkPgs5Hb1f
                 */
                wan_state: components["parameters"]["WanState"];
            };
            cookie?: never;
        };
        /** @description What the authenticator has answered. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "credential": "{\"id\":\"s5Hb1fYx0mTq2vWc8nRkPg\",\"type\":\"public-key\"}"
                 *     }
                 */
                "application/json": components["schemas"]["WanSignInAnswerInput"];
            };
        };
        responses: {
            200: components["responses"]["SignedIn"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["WanSignInBadRequest"];
            403: components["responses"]["WanFinishSignInForbidden"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    beginPasskeyVerification: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description An empty object. */
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["WanVerifyInput"];
            };
        };
        responses: {
            200: components["responses"]["PasskeyVerificationBegun"];
            400: components["responses"]["WanBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["WanVerifyForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    finishPasskeyVerification: {
        parameters: {
            query?: {
                /**
                 * @description Front ends of Flask-Security send it with every call. No token is issued here: the credentials of the request stay good, and are fresh from now on.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["KnownAuthTokenFlag"];
            };
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path: {
                /**
                 * @description What was begun, from the answer that began it.
                 * @example Yx0mTq2vWc8nRkPgs5Hb1f
                 */
                wan_state: components["parameters"]["WanState"];
            };
            cookie?: never;
        };
        /** @description What the authenticator has answered. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "credential": "{\"id\":\"s5Hb1fYx0mTq2vWc8nRkPg\",\"type\":\"public-key\"}"
                 *     }
                 */
                "application/json": components["schemas"]["WanAnswerInput"];
            };
        };
        responses: {
            200: components["responses"]["PasswordAccepted"];
            400: components["responses"]["WanVerificationBadRequest"];
            401: components["responses"]["FormUnauthorized"];
            403: components["responses"]["WanVerifyForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            429: components["responses"]["FormTooManyRequests"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    deletePasskeyByName: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The name of the passkey. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "phone"
                 *     }
                 */
                "application/json": components["schemas"]["WanDeleteInput"];
            };
        };
        responses: {
            200: components["responses"]["WanDoneAnswer"];
            400: components["responses"]["WanDeleteBadRequest"];
            401: components["responses"]["WanFreshUnauthorized"];
            403: components["responses"]["WanForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["LogoutServiceUnavailable"];
        };
    };
    listPasskeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["PasskeysListed"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["PasskeyListForbidden"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description What the authenticator has answered; `x-max-bytes` alone limits members that the schema does not name. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "state": "Yx0mTq2vWc8nRkPgs5Hb1f",
                 *       "credential": {
                 *         "id": "s5Hb1fYx0mTq2vWc8nRkPg",
                 *         "rawId": "s5Hb1fYx0mTq2vWc8nRkPg",
                 *         "type": "public-key",
                 *         "response": {
                 *           "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0",
                 *           "attestationObject": "o2NmbXRkbm9uZQ",
                 *           "transports": [
                 *             "internal"
                 *           ]
                 *         },
                 *         "clientExtensionResults": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PasskeyRegistrationInput"];
            };
        };
        responses: {
            201: components["responses"]["PasskeyAdded"];
            400: components["responses"]["PasskeyAdditionBadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["PasskeyForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createPasskeyOptions: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The name and the usage of the passkey. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "phone",
                 *       "usage": "first"
                 *     }
                 */
                "application/json": components["schemas"]["PasskeyInput"];
            };
        };
        responses: {
            200: components["responses"]["PasskeyCreationOptions"];
            400: components["responses"]["PasskeyNameBadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["PasskeyForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deletePasskey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path: {
                /**
                 * @description The passkey's id, which is no secret.
                 * @example Wc8nRkPgs5Hb1fYx0mTq2v
                 */
                passkey_id: components["parameters"]["PasskeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["NoContent"];
            400: components["responses"]["PasskeyRemovalBadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["AccountForbidden"];
            404: components["responses"]["PasskeyNotFound"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path: {
                /**
                 * @description The passkey's id, which is no secret.
                 * @example Wc8nRkPgs5Hb1fYx0mTq2v
                 */
                passkey_id: components["parameters"]["PasskeyId"];
            };
            cookie?: never;
        };
        /** @description The new name. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "my phone"
                 *     }
                 */
                "application/json": components["schemas"]["PasskeyChange"];
            };
        };
        responses: {
            200: components["responses"]["PasskeyRenamed"];
            400: components["responses"]["PasskeyNameBadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["AccountForbidden"];
            404: components["responses"]["PasskeyNotFound"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createPasskeySignInOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description All members are optional. */
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["PasskeySignInOptionsInput"];
            };
        };
        responses: {
            200: components["responses"]["PasskeyRequestOptions"];
            400: components["responses"]["PasskeyOptionsBadRequest"];
            403: components["responses"]["PasskeysUnavailable"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    signInWithPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What the authenticator has answered; `x-max-bytes` alone limits members that the schema does not name. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "state": "Yx0mTq2vWc8nRkPgs5Hb1f",
                 *       "token_name": "like button",
                 *       "credential": {
                 *         "id": "s5Hb1fYx0mTq2vWc8nRkPg",
                 *         "rawId": "s5Hb1fYx0mTq2vWc8nRkPg",
                 *         "type": "public-key",
                 *         "response": {
                 *           "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0",
                 *           "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAA",
                 *           "signature": "MEUCIQ",
                 *           "userHandle": "bm90LWEtcmVhbC1oYW5kbGU"
                 *         },
                 *         "clientExtensionResults": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PasskeySignInInput"];
            };
        };
        responses: {
            201: components["responses"]["TokenIssued"];
            400: components["responses"]["PasskeySignInBadRequest"];
            403: components["responses"]["PasskeySignInForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPasskeyEndpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["PasskeyEndpoints"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["PasskeysUnavailable"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    signOutElsewhere: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `csrf_token` of the sign-in's answer: proof of a request by cookie that it comes from a page of this site. A request by token needs none, nor one whose browser says so in `Sec-Fetch-Site` or `Origin`.
                 * @example Zm9ybS1jc3JmLXRva2Vu
                 */
                "X-CSRF-Token"?: components["parameters"]["CsrfField"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["OthersRevoked"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["FreshUnauthorized"];
            403: components["responses"]["AccountForbidden"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    exchangeToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The token, and what it is to be exchanged for. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
                 *       "subject_token": "kudos_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *       "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
                 *       "audience": "https://billing.example",
                 *       "scope": "account"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["TokenExchangeInput"];
                /**
                 * @example {
                 *       "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
                 *       "subject_token": "kudos_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *       "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
                 *       "audience": "https://billing.example"
                 *     }
                 */
                "application/json": components["schemas"]["TokenExchangeInput"];
            };
        };
        responses: {
            200: components["responses"]["TokenExchanged"];
            400: components["responses"]["TokenExchangeBadRequest"];
            403: components["responses"]["TokenExchangeForbidden"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    introspectToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The token that is asked about. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "kudos_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *       "token_type_hint": "access_token"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["PresentedToken"];
                /**
                 * @example {
                 *       "token": "kudos_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu"
                 *     }
                 */
                "application/json": components["schemas"]["PresentedToken"];
            };
        };
        responses: {
            200: components["responses"]["TokenIntrospected"];
            400: components["responses"]["IntrospectionBadRequest"];
            401: components["responses"]["Unauthorized"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokePresentedToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The token to end. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "kudos_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu",
                 *       "token_type_hint": "access_token"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["PresentedToken"];
                /**
                 * @example {
                 *       "token": "kudos_ZXhhbXBsZS1vbmx5LW5vdC1hLXRva2Vu"
                 *     }
                 */
                "application/json": components["schemas"]["PresentedToken"];
            };
        };
        responses: {
            200: components["responses"]["TokenEnded"];
            400: components["responses"]["RevocationBadRequest"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listRevocations: {
        parameters: {
            query?: {
                /**
                 * @description The position after which to read, `next` of an earlier answer; left out, the entries of the last ten minutes.
                 * @example 41
                 */
                after?: components["parameters"]["AfterPosition"];
                /**
                 * @description The most entries of an answer.
                 * @example 100
                 */
                limit?: components["parameters"]["RevocationLimit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["RevocationsListed"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getSigningKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["SigningKeys"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["JwtUnavailable"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getAuthorizationServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["AuthorizationServer"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["JwtUnavailable"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getProtectedResource: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["ProtectedResource"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["JwtUnavailable"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getContractYaml: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags that the client has; if one is current, the answer is 304 (RFC 9110, section 13.1.2).
                 * @example "5d41402abc4b2a76"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract. */
            200: {
                headers: {
                    /**
                     * @description Strong entity tag of the answer.
                     * @example "5d41402abc4b2a76"
                     */
                    ETag: string;
                    /**
                     * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                     * @example br
                     */
                    "Content-Encoding"?: "br" | "gzip";
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0",
                     *       "info": {
                     *         "title": "Kudos",
                     *         "version": "1.0.0"
                     *       },
                     *       "paths": {}
                     *     }
                     */
                    "application/yaml": components["schemas"]["Contract"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            406: components["responses"]["CodingNotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getContractJson: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags that the client has; if one is current, the answer is 304 (RFC 9110, section 13.1.2).
                 * @example "5d41402abc4b2a76"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract. */
            200: {
                headers: {
                    /**
                     * @description Strong entity tag of the answer.
                     * @example "5d41402abc4b2a76"
                     */
                    ETag: string;
                    /**
                     * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                     * @example br
                     */
                    "Content-Encoding"?: "br" | "gzip";
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0",
                     *       "info": {
                     *         "title": "Kudos",
                     *         "version": "1.0.0"
                     *       },
                     *       "paths": {}
                     *     }
                     */
                    "application/json": components["schemas"]["Contract"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            406: components["responses"]["CodingNotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getClientContract: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags that the client has; if one is current, the answer is 304 (RFC 9110, section 13.1.2).
                 * @example "5d41402abc4b2a76"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract. */
            200: {
                headers: {
                    /**
                     * @description Strong entity tag of the answer.
                     * @example "5d41402abc4b2a76"
                     */
                    ETag: string;
                    /**
                     * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                     * @example br
                     */
                    "Content-Encoding"?: "br" | "gzip";
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0",
                     *       "info": {
                     *         "title": "Kudos",
                     *         "version": "1.0.0"
                     *       },
                     *       "paths": {}
                     *     }
                     */
                    "application/json": components["schemas"]["Contract"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            406: components["responses"]["CodingNotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getArazzo: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags that the client has; if one is current, the answer is 304 (RFC 9110, section 13.1.2).
                 * @example "5d41402abc4b2a76"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The description of the workflow. */
            200: {
                headers: {
                    /**
                     * @description Strong entity tag of the answer.
                     * @example "5d41402abc4b2a76"
                     */
                    ETag: string;
                    /**
                     * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                     * @example br
                     */
                    "Content-Encoding"?: "br" | "gzip";
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "arazzo": "1.0.1",
                     *       "info": {
                     *         "title": "The lecture's story",
                     *         "version": "1.0.0"
                     *       },
                     *       "sourceDescriptions": [
                     *         {
                     *           "name": "kudos",
                     *           "url": "./openapi.yaml",
                     *           "type": "openapi"
                     *         }
                     *       ],
                     *       "workflows": [
                     *         {
                     *           "workflowId": "testToken",
                     *           "steps": [
                     *             {
                     *               "stepId": "test",
                     *               "operationId": "getTest"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/yaml": components["schemas"]["WorkflowDescription"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            406: components["responses"]["CodingNotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    showDocumentation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Page"];
            400: components["responses"]["PageBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
            503: components["responses"]["PageServiceUnavailable"];
        };
    };
    getAsset: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags that the client has; if one is current, the answer is 304 (RFC 9110, section 13.1.2).
                 * @example "5d41402abc4b2a76"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description The file's name.
                 * @example kudos.svg
                 */
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /**
                     * @description Strong entity tag of the answer.
                     * @example "5d41402abc4b2a76"
                     */
                    ETag: string;
                    /**
                     * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                     * @example br
                     */
                    "Content-Encoding"?: "br" | "gzip";
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /** @example body { margin: 0 } */
                    "text/css": components["schemas"]["AssetText"];
                    /** @example export const answer = 42; */
                    "text/javascript": components["schemas"]["AssetText"];
                    /** @example <svg xmlns="http://www.w3.org/2000/svg"/> */
                    "image/svg+xml": components["schemas"]["AssetText"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["AssetNotFound"];
            406: components["responses"]["CodingNotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getIcon: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Entity tags that the client has; if one is current, the answer is 304 (RFC 9110, section 13.1.2).
                 * @example "5d41402abc4b2a76"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The icon. */
            200: {
                headers: {
                    /**
                     * @description Strong entity tag of the answer.
                     * @example "5d41402abc4b2a76"
                     */
                    ETag: string;
                    /**
                     * @description How the content is compressed (RFC 9110, section 8.4); missing when it is not.
                     * @example br
                     */
                    "Content-Encoding"?: "br" | "gzip";
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /** @example <svg xmlns="http://www.w3.org/2000/svg"/> */
                    "image/svg+xml": components["schemas"]["AssetText"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["InvalidRequest"];
            406: components["responses"]["CodingNotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive. */
            200: {
                headers: {
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "live"
                     *     }
                     */
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is ready. */
            200: {
                headers: {
                    /**
                     * @description Which caches may keep the answer, and for how long (RFC 9111, section 5.2.2).
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheDirectives"];
                    /**
                     * @description The request headers that chose this answer.
                     * @example Origin, Accept
                     */
                    Vary?: string;
                    /**
                     * @description Names this request in the server's log; quote it when you report a fault.
                     * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
                     */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready"
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["NotReady"];
        };
    };
}
