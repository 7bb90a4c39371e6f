import * as account from "./account.ts";
import * as myFactor from "./account-life/my-factor.ts";
import * as passkeyEnvelopes from "./account-life/passkey-envelopes.ts";
import * as passkeys from "./account-life/passkeys.ts";
import * as recoveryCodes from "./account-life/recovery-codes.ts";
import * as secondFactor from "./account-life/second-factor.ts";
import * as secondFactorSignIn from "./account-life/second-factor-sign-in.ts";
import * as articles from "./articles.ts";
import * as authentication from "./authentication.ts";
import * as credentials from "./credentials.ts";
import * as documentation from "./documentation.ts";
import type { Operations } from "./handler-context.ts";
import * as health from "./health.ts";
import * as likes from "./likes.ts";
import * as pages from "./pages.ts";

/**
 * Every operation of the contract, by its operationId. The file of a tag exports its operations and nothing else: an operation without
 * a handler does not compile, and the audit at start refuses any other export ("handler x has no operation").
 */
export const operations: Operations = {
  ...account,
  ...articles,
  ...authentication,
  ...credentials,
  ...documentation,
  ...health,
  ...likes,
  ...myFactor,
  ...recoveryCodes,
  ...secondFactor,
  ...secondFactorSignIn,
  ...pages,
  ...passkeyEnvelopes,
  ...passkeys,
};
