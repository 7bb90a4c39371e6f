import { csrfToken } from "../../domain/credentials/text.ts";
import { countRecoveryCodes, makeRecoveryCodes } from "../../domain/second-factor/recovery-codes.ts";
import { recoveryCodesPage } from "../../web/pages/second-factor/recovery-codes-page.ts";
import type { Operation } from "../handler-context.ts";
import { privatePage } from "../steps/coded-answer.ts";
import { occasionOf } from "../steps/occasion.ts";
import { prefersPages } from "../steps/signed-in-answer.ts";

export const showRecoveryCodes: Operation<"showRecoveryCodes"> = async (request) =>
  answerCodes(request, { codes: [], left: await countRecoveryCodes(request.db, request.principal.userId) });

export const createRecoveryCodes: Operation<"createRecoveryCodes"> = async (request) => {
  const codes = await newCodes(request);
  return answerCodes(request, { codes, left: codes.length });
};

export const createMyRecoveryCodes: Operation<"createMyRecoveryCodes"> = async (request) => ({
  status: 201,
  headers: { "Cache-Control": "no-store" },
  body: { recovery_codes: await newCodes(request) },
});

type CodesRequest =
  | Parameters<Operation<"showRecoveryCodes">>[0]
  | Parameters<Operation<"createRecoveryCodes">>[0]
  | Parameters<Operation<"createMyRecoveryCodes">>[0];

function newCodes(request: CodesRequest): Promise<string[]> {
  const { em, keys, principal } = request;
  return makeRecoveryCodes(em, keys, principal, occasionOf(request, principal));
}

function answerCodes(request: CodesRequest, { codes, left }: { codes: string[]; left: number }) {
  const { accepts, keys, assets, principal } = request;
  if (prefersPages(accepts)) {
    const page = recoveryCodesPage(assets, { codes, left, signedInAs: principal.email }, request);
    return { ...privatePage(page), mediaType: "text/html" } as const;
  }
  const csrf = csrfToken(keys, principal.credential.id);
  const response = { csrf_token: csrf, recovery_codes: codes, recovery_codes_left: left };
  return { status: 200, mediaType: "application/json", body: { meta: { code: 200 }, response } } as const;
}
