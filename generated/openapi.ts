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
         * @description Shows where to go next, and who is signed in.
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
         * @description Shows the form that posts to `/login`.
         */
        get: operations["showLoginForm"];
        put?: never;
        /**
         * Sign in
         * @description With `include_auth_token` the answer holds a token and sets no cookie; without it the answer sets the session cookie. A wrong password and an unknown user get the same answer. A form that a browser posts is answered with a redirect.
         */
        post: operations["login"];
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
         * @description Shows the form that posts to `/register`.
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
         * @description Ends what the request carries: the token, the session, or both. Signing out twice is harmless. A form that a browser posts is answered with a redirect.
         */
        post: operations["logout"];
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
         * @description Greets whoever sends a valid token. A session cookie does not count here.
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
         * @description Greets whoever sends a valid session cookie. Without one, a browser is sent to the login form and any other client gets 401.
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
        post?: never;
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
         * @description One article. Send its `ETag` in `If-None-Match` to be told that nothing changed.
         */
        get: operations["getArticle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
         * @description This document, as it is written.
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
                 * @example swagger-ui.css
                 */
                asset: string;
            };
            cookie?: never;
        };
        /**
         * Read a style sheet, script or image
         * @description What the pages load. Nothing comes from another host.
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
        /** @description A positive integer below 2^53, so that every JSON parser reads it exactly. */
        Id: number;
        /**
         * Format: date-time
         * @description RFC 3339, in UTC.
         */
        Timestamp: string;
        /** Format: email */
        Email: string;
        /**
         * Format: password
         * @description Whether it is good enough is for the server to say; `field_errors` give the reasons.
         */
        Password: string;
        /** @description Proof that a call by cookie comes from our own pages; send it in `X-CSRF-Token`. */
        CsrfToken: string;
        /** @description Accepted for the lecture's front ends; sign-in is protected by `Sec-Fetch-Site` and `Origin`. */
        UnusedCsrfToken: string;
        /** @description A path on this server. */
        Next: string;
        /** @description An opaque place in a list. */
        Cursor: string;
        /** @description The cursor of the next page; null on the last one. */
        NextCursor: string | null;
        /** Format: uri-reference */
        UriReference: string;
        CacheControl: string;
        Html: string;
        AssetText: string;
        LoginInput: {
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
            /** @description Keep the session after the browser is closed. */
            remember?: boolean;
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["Next"];
        };
        LoginForm: {
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
            remember?: components["schemas"]["Checkbox"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["Next"];
        };
        RegisterInput: {
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
            password_confirm?: components["schemas"]["PasswordConfirm"];
            /** @description Keep the session after the browser is closed. */
            remember?: boolean;
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["Next"];
        };
        RegisterForm: {
            email: components["schemas"]["Email"];
            password: components["schemas"]["Password"];
            password_confirm?: components["schemas"]["PasswordConfirm"];
            remember?: components["schemas"]["Checkbox"];
            csrf_token?: components["schemas"]["UnusedCsrfToken"];
            next?: components["schemas"]["Next"];
        };
        /**
         * Format: password
         * @description The password once more; if present, it must be the same.
         */
        PasswordConfirm: string;
        /** @description A form's checkbox; `on` when ticked, absent otherwise. */
        Checkbox: string;
        ArticleLikeInput: {
            article_id: components["schemas"]["Id"];
            /**
             * @deprecated
             * @description Accepted and never used; the like belongs to the user of the token.
             */
            user_id?: number | string | null;
        };
        User: {
            id: components["schemas"]["Id"];
            email: components["schemas"]["Email"];
            /** @description The token; only when it was asked for, and never shown again. */
            authentication_token?: string;
        };
        Authenticated: {
            meta: components["schemas"]["OkMeta"];
            response: {
                csrf_token: components["schemas"]["CsrfToken"];
                user: components["schemas"]["User"];
            };
        };
        LoggedOut: {
            meta: components["schemas"]["OkMeta"];
            response: Record<string, never>;
        };
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
            /** @description Names of the roles that the user holds. */
            roles: string[];
        };
        Article: {
            id: components["schemas"]["Id"];
            title: string;
            author: string;
            created_at: components["schemas"]["Timestamp"];
            like_count: number;
            /** @description Whether the user of the request likes it; false without credentials. */
            liked_by_me: boolean;
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
        Liveness: {
            /** @constant */
            status: "live";
        };
        Readiness: {
            /** @constant */
            status: "ready";
        };
        /** @description What went wrong (RFC 9457). Extension members may follow. */
        Problem: {
            /**
             * Format: uri-reference
             * @description Names the kind of problem; `about:blank` means that the status says it all.
             */
            type: string;
            title: string;
            status: number;
            detail?: string;
            /**
             * Format: uri-reference
             * @description Names this occurrence.
             */
            instance?: string;
            errors?: components["schemas"]["ProblemError"][];
        } & {
            [key: string]: unknown;
        };
        /** @description One fault of the request; `pointer` for a place in the body, `parameter` for a parameter. */
        ProblemError: {
            detail: string;
            /** @description JSON Pointer into the body (RFC 6901). */
            pointer?: string;
            /** @description The parameter's name. */
            parameter?: string;
        };
        /** @description A problem document that also carries the envelope. */
        UnauthorizedProblem: {
            meta: {
                /** @constant */
                code: 401;
            };
            response: {
                errors: components["schemas"]["ErrorMessages"];
            };
        } & components["schemas"]["Problem"];
        /** @description What went wrong, for the operations that answer in the envelope. */
        ErrorEnvelope: {
            meta: {
                /** @description The status code. */
                code: number;
            };
            response: {
                errors: components["schemas"]["ErrorMessages"];
                /** @description Messages by field; the empty name is for the input as a whole. */
                field_errors?: {
                    [key: string]: components["schemas"]["ErrorMessages"];
                };
            };
        };
        ErrorMessages: string[];
    };
    responses: {
        /** @description The page. */
        Page: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
        /** @description Signed in. */
        SignedIn: {
            headers: {
                /**
                 * @description The answer is personal; nobody may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheControl"];
                /**
                 * @description Sets or clears the session cookie.
                 * @example session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
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
        /** @description The account exists, and its owner is signed in. */
        Registered: {
            headers: {
                /**
                 * @description The answer is personal; nobody may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheControl"];
                /**
                 * @description Sets or clears the session cookie.
                 * @example session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
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
        /** @description Signed out. */
        SignedOut: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
                /**
                 * @description Sets or clears the session cookie.
                 * @example session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
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
        FormSeeOther: {
            headers: {
                /**
                 * @description Where to go next.
                 * @example /
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
                /**
                 * @description Sets or clears the session cookie.
                 * @example session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
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
        Greeting: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
        /** @description The article is liked. */
        Liked: {
            headers: {
                /**
                 * @description The like's own address.
                 * @example /api/articles/1/likes/7
                 */
                Location: components["schemas"]["UriReference"];
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
        /** @description Done; there is nothing to say. */
        NoContent: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
        /** @description What the client has is current. */
        NotModified: {
            headers: {
                /**
                 * @description Strong entity tag of the answer.
                 * @example "5d41402abc4b2a76"
                 */
                ETag: string;
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
        /** @description The request does not fit the contract, or its credentials name different users. */
        BadRequest: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not fit the contract.",
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
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Credentials are missing, wrong, expired or revoked. */
        Unauthorized: {
            headers: {
                /**
                 * @description How to authenticate (RFC 9110, section 11.6.1).
                 * @example Bearer realm="kudos"
                 */
                "WWW-Authenticate": string;
                /**
                 * @description The answer is personal; nobody may keep it.
                 * @example no-store
                 */
                "Cache-Control": components["schemas"]["CacheControl"];
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
                 *       "title": "Unauthorized",
                 *       "status": 401,
                 *       "detail": "Send a valid token.",
                 *       "meta": {
                 *         "code": 401
                 *       },
                 *       "response": {
                 *         "errors": [
                 *           "Send a valid token."
                 *         ]
                 *       }
                 *     }
                 */
                "application/problem+json": components["schemas"]["UnauthorizedProblem"];
            };
        };
        /** @description The user may not do this. */
        Forbidden: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "Only the user whose like it is may delete it."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such thing. */
        NotFound: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "detail": "There is no such article."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No representation that the client accepts. */
        NotAcceptable: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than the operation takes. */
        ContentTooLarge: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                "application/problem+json": components["schemas"]["Problem"];
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
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *       "detail": "Send application/json."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A fault of the server; its log has the reason under the request id. */
        InternalServerError: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *       "detail": "The server failed to answer."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request does not fit the contract. */
        PageBadRequest: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The request does not fit the contract."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description No representation that the client accepts. */
        PageNotAcceptable: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                "application/problem+json": components["schemas"]["Problem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description A fault of the server; its log has the reason under the request id. */
        PageInternalServerError: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *       "detail": "The server failed to answer."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The input is refused; `field_errors` tell which field and why. */
        FormBadRequest: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *         "errors": [
                 *           "Not a valid email address."
                 *         ],
                 *         "field_errors": {
                 *           "email": [
                 *             "Not a valid email address."
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The request came from another site, or the server does not allow this now. */
        FormForbidden: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *         "errors": [
                 *           "This request came from another site."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description No representation that the client accepts. */
        FormNotAcceptable: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *         "code": 406
                 *       },
                 *       "response": {
                 *         "errors": [
                 *           "This operation answers in other media types."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description The body is larger than the operation takes. */
        FormContentTooLarge: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *         "errors": [
                 *           "The content is longer than 8192 bytes."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorEnvelope"];
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
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *         "errors": [
                 *           "Send JSON or a form."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description A fault of the server; its log has the reason under the request id. */
        FormInternalServerError: {
            headers: {
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *         "errors": [
                 *           "The server failed to answer."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorEnvelope"];
                "text/html": components["schemas"]["Html"];
            };
        };
        /** @description Too many sign-ins are under way. */
        FormServiceUnavailable: {
            headers: {
                /**
                 * @description Try again after this many seconds.
                 * @example 5
                 */
                "Retry-After": number;
                /**
                 * @description Who may keep the answer, and for how long.
                 * @example no-cache
                 */
                "Cache-Control"?: components["schemas"]["CacheControl"];
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
                 *         "errors": [
                 *           "Too busy; try again soon."
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorEnvelope"];
                "text/html": components["schemas"]["Html"];
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
         * @description How many items a page holds at most.
         * @example 20
         */
        Limit: number;
        /** @description Where the page starts, as `next_cursor` of the same list's page before said; leave it out for the first page. */
        Cursor: components["schemas"]["Cursor"];
        /**
         * @description Entity tags that the client has; if one is current, the answer is 304 (RFC 9110, section 13.1.2).
         * @example "5d41402abc4b2a76"
         */
        IfNoneMatch: string;
        /**
         * @description Asks for a token. Counts when present, also without a value, unless the value is `false` or `0`.
         * @example true
         */
        IncludeAuthToken: string;
        /**
         * @description Where a browser goes after signing in; only a path on this server counts.
         * @example /docs
         */
        Next: components["schemas"]["Next"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description The media types that the operation takes (RFC 9110, section 12.5.1).
         * @example application/json
         */
        Accept: string;
        /**
         * @description Who may keep the answer, and for how long.
         * @example no-cache
         */
        CacheControl: components["schemas"]["CacheControl"];
        /**
         * @description The answer is personal; nobody may keep it.
         * @example no-store
         */
        NoStore: components["schemas"]["CacheControl"];
        /**
         * @description Strong entity tag of the answer.
         * @example "5d41402abc4b2a76"
         */
        ETag: string;
        /**
         * @description The next page as `rel="next"` (RFC 8288), if there is one.
         * @example </api/articles?limit=1&cursor=YXJ0aWNsZXM6MTAw>; rel="next"
         */
        Link: string;
        /**
         * @description Where to go next.
         * @example /
         */
        Location: components["schemas"]["UriReference"];
        /**
         * @description The like's own address.
         * @example /api/articles/1/likes/7
         */
        LikeLocation: components["schemas"]["UriReference"];
        /**
         * @description Names this request in the server's log; quote it when you report a fault.
         * @example 0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f
         */
        RequestId: string;
        /**
         * @description Try again after this many seconds.
         * @example 5
         */
        RetryAfter: number;
        /**
         * @description Sets or clears the session cookie.
         * @example session=Zm9vYmFy; Path=/; HttpOnly; SameSite=Lax
         */
        SetCookie: string;
        /**
         * @description The request headers that chose this answer.
         * @example Origin, Accept
         */
        Vary: string;
        /**
         * @description How to authenticate (RFC 9110, section 11.6.1).
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
        };
    };
    showLoginForm: {
        parameters: {
            query?: {
                /**
                 * @description Where a browser goes after signing in; only a path on this server counts.
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
            200: components["responses"]["Page"];
            400: components["responses"]["PageBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
        };
    };
    login: {
        parameters: {
            query?: {
                /**
                 * @description Asks for a token. Counts when present, also without a value, unless the value is `false` or `0`.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["IncludeAuthToken"];
                /**
                 * @description Where a browser goes after signing in; only a path on this server counts.
                 * @example /docs
                 */
                next?: components["parameters"]["Next"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Who signs in. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.com",
                 *       "password": "correct horse battery staple"
                 *     }
                 */
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
            400: components["responses"]["FormBadRequest"];
            403: components["responses"]["FormForbidden"];
            406: components["responses"]["FormNotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    showRegistrationForm: {
        parameters: {
            query?: {
                /**
                 * @description Where a browser goes after signing in; only a path on this server counts.
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
            200: components["responses"]["Page"];
            400: components["responses"]["PageBadRequest"];
            406: components["responses"]["PageNotAcceptable"];
            500: components["responses"]["PageInternalServerError"];
        };
    };
    register: {
        parameters: {
            query?: {
                /**
                 * @description Asks for a token. Counts when present, also without a value, unless the value is `false` or `0`.
                 * @example true
                 */
                include_auth_token?: components["parameters"]["IncludeAuthToken"];
                /**
                 * @description Where a browser goes after signing in; only a path on this server counts.
                 * @example /docs
                 */
                next?: components["parameters"]["Next"];
            };
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
            400: components["responses"]["FormBadRequest"];
            403: components["responses"]["FormForbidden"];
            406: components["responses"]["FormNotAcceptable"];
            413: components["responses"]["FormContentTooLarge"];
            415: components["responses"]["FormUnsupportedMediaType"];
            500: components["responses"]["FormInternalServerError"];
            503: components["responses"]["FormServiceUnavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["SignedOut"];
            303: components["responses"]["FormSeeOther"];
            400: components["responses"]["FormBadRequest"];
            403: components["responses"]["FormForbidden"];
            406: components["responses"]["FormNotAcceptable"];
            500: components["responses"]["FormInternalServerError"];
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
            200: components["responses"]["Greeting"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
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
            200: components["responses"]["Greeting"];
            /** @description A browser without a session goes to the login form and comes back after signing in. */
            302: {
                headers: {
                    /**
                     * @description The login form, with the way back in `next`.
                     * @example /login?next=%2Fapi%2Ftest_session
                     */
                    Location: components["schemas"]["UriReference"];
                    /**
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
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
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalServerError"];
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
                cursor?: components["parameters"]["Cursor"];
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
                     * @example </api/articles?limit=1&cursor=YXJ0aWNsZXM6MTAw>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
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
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
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
                cursor?: components["parameters"]["Cursor"];
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
                     * @example </api/articles?limit=1&cursor=YXJ0aWNsZXM6MTAw>; rel="next"
                     */
                    Link?: string;
                    /**
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
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
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
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
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
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
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
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
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
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
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
                     * @example openapi: 3.1.0
                     *     info:
                     *       title: Kudos
                     *       version: 0.1.0
                     *     paths: {}
                     */
                    "application/yaml": string;
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
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
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
                     *         "version": "0.1.0"
                     *       },
                     *       "paths": {}
                     *     }
                     */
                    "application/json": components["schemas"]["Contract"];
                };
            };
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
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
                 * @example swagger-ui.css
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
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
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
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
            400: components["responses"]["BadRequest"];
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
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
            400: components["responses"]["BadRequest"];
            406: components["responses"]["NotAcceptable"];
            500: components["responses"]["InternalServerError"];
            /** @description Not ready now; send requests elsewhere. */
            503: {
                headers: {
                    /**
                     * @description Who may keep the answer, and for how long.
                     * @example no-cache
                     */
                    "Cache-Control"?: components["schemas"]["CacheControl"];
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
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The database does not answer."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
