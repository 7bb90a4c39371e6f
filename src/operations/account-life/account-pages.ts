import { passkeySite } from "../../domain/passkeys/options.ts";
import { isFresh } from "../../domain/principal.ts";
import * as deletion from "../../domain/recovery/delete-account.ts";
import { accountPage } from "../../web/pages/account/account-page.ts";
import { deletionPage } from "../../web/pages/account/deletion-page.ts";
import type { Operation } from "../handler-context.ts";
import { privatePage } from "../steps/coded-answer.ts";
import { occasionOf } from "../steps/occasion.ts";
import { answerRevocation } from "../steps/sign-out.ts";
import { prefersPages, seeOther } from "../steps/signed-in-answer.ts";

/** The greatest age of a sign-in that can change the address, export and delete: the `x-max-authentication-age` of these operations. */
const FRESH_MS = 60 * 60 * 1000;

export const showAccount: Operation<"showAccount"> = async (request) => {
  const { assets, principal, registrationOpen, mail, secondFactor, publicUrl, now } = request;
  if (principal === null) return seeOther("/login?next=/account");
  const { email: signedInAs, hasFactor } = principal;
  const page = accountPage(assets, {
    signedInAs,
    registrationOpen,
    sendsMail: mail !== null,
    hasFactor,
    offersFactor: secondFactor !== "off",
    takesPasskeys: passkeySite(publicUrl) !== null,
    fresh: isFresh(principal.authenticatedAt, { now, maxMs: FRESH_MS }),
  });
  return privatePage(page);
};

export const showDeletionForm: Operation<"showDeletionForm"> = async (request) => {
  const { assets, principal, now } = request;
  if (principal === null) return seeOther("/login?next=/delete-account");
  if (!isFresh(principal.authenticatedAt, { now, maxMs: FRESH_MS })) return seeOther("/verify?next=/delete-account");
  return privatePage(deletionPage(assets, principal.email, request));
};

export const deleteAccount: Operation<"deleteAccount"> = async (request) => {
  const { em, principal } = request;
  await deletion.deleteAccount(em, principal.userId, occasionOf(request, principal));
  const answer = answerRevocation(request, () => true);
  if (!prefersPages(request.accepts)) return answer;
  return { status: 303, headers: { Location: "/notice?about=account-deleted", ...answer.headers } };
};
