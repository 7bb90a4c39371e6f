import * as account from "./account.ts";
import * as accountPages from "./account-life/account-pages.ts";
import * as addressChange from "./account-life/address-change.ts";
import * as codeSignIn from "./account-life/code-sign-in.ts";
import * as confirmation from "./account-life/confirmation.ts";
import * as myEvents from "./account-life/my-events.ts";
import * as ownData from "./account-life/own-data.ts";
import * as passwordReset from "./account-life/password-reset.ts";
import * as recoveryPages from "./account-life/recovery-pages.ts";
import * as articles from "./articles.ts";
import * as authentication from "./authentication.ts";
import * as credentials from "./credentials.ts";
import * as documentation from "./documentation.ts";
import type { Operations } from "./handler-context.ts";
import * as health from "./health.ts";
import * as likes from "./likes.ts";
import * as exchange from "./other-systems/exchange.ts";
import * as metadata from "./other-systems/metadata.ts";
import * as presentedToken from "./other-systems/presented-token.ts";
import * as revocations from "./other-systems/revocations.ts";
import * as pages from "./pages.ts";
import * as myPasskeys from "./passkeys/my-passkeys.ts";
import * as passkeyRegistration from "./passkeys/registration.ts";
import * as passkeySignIn from "./passkeys/sign-in.ts";
import * as passkeyVerification from "./passkeys/verification.ts";
import * as myFactor from "./second-factor/my-factor.ts";
import * as recoveryCodes from "./second-factor/recovery-codes.ts";
import * as sentCodes from "./second-factor/sent-codes.ts";
import * as secondFactor from "./second-factor/set-up.ts";
import * as secondFactorSignIn from "./second-factor/sign-in.ts";
import * as verification from "./second-factor/verification.ts";
import * as refresh from "./tokens/refresh.ts";
import * as tokenPages from "./tokens/token-pages.ts";

/**
 * Every operation of the contract, by its operationId. The file of a tag exports its operations and nothing else: an operation without
 * a handler does not compile, and the audit at start refuses any other export ("handler x has no operation").
 */
export const operations: Operations = {
  ...account,
  ...accountPages,
  ...addressChange,
  ...articles,
  ...authentication,
  ...codeSignIn,
  ...confirmation,
  ...credentials,
  ...documentation,
  ...exchange,
  ...health,
  ...likes,
  ...metadata,
  ...myFactor,
  ...verification,
  ...recoveryCodes,
  ...secondFactor,
  ...secondFactorSignIn,
  ...sentCodes,
  ...myEvents,
  ...ownData,
  ...pages,
  ...presentedToken,
  ...myPasskeys,
  ...passkeyRegistration,
  ...passkeySignIn,
  ...passkeyVerification,
  ...passwordReset,
  ...recoveryPages,
  ...revocations,
  ...refresh,
  ...tokenPages,
};
