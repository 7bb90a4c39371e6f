import * as account from "./account.ts";
import * as addressChange from "./account-life/address-change.ts";
import * as confirmation from "./account-life/confirmation.ts";
import * as ownData from "./account-life/own-data.ts";
import * as passkeyEnvelopes from "./account-life/passkey-envelopes.ts";
import * as passkeys from "./account-life/passkeys.ts";
import * as passwordReset from "./account-life/password-reset.ts";
import * as recoveryPages from "./account-life/recovery-pages.ts";
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
  ...addressChange,
  ...articles,
  ...authentication,
  ...confirmation,
  ...credentials,
  ...documentation,
  ...health,
  ...likes,
  ...ownData,
  ...pages,
  ...passkeyEnvelopes,
  ...passkeys,
  ...passwordReset,
  ...recoveryPages,
};
