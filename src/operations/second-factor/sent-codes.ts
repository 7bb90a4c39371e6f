import { recorded } from "../../domain/audit-trail/audit-trail.ts";
import { csrfToken } from "../../domain/credentials/text.ts";
import { SignInEnded } from "../../domain/second-factor/errors.ts";
import { readWaiting, type WaitingSignIn } from "../../domain/second-factor/waiting-sign-in.ts";
import type { HandlerContext, Operation } from "../handler-context.ts";
import { FactorUnavailable } from "../steps/errors.ts";
import { type CodeSender, offeredTo, requireOffered, requireSender } from "../steps/factor-codes.ts";
import { localPath } from "../steps/local-path.ts";
import { occasionOf } from "../steps/occasion.ts";
import { sessionOf } from "../steps/sign-out.ts";
import { prefersPages, readyFor, seeOther } from "../steps/signed-in-answer.ts";
import { credentialName, requireWaiting, waitingState } from "./waiting.ts";

export const rescueSignIn: Operation<"rescueSignIn"> = async (request) => {
  const waiting = await requireWaiting(request);
  const { help_setup: way } = request.body;
  if (way !== "recovery_code") await sendAgain(request, waiting, { wanted: way, pointer: "/help_setup" });
  if (prefersPages(request.accepts)) return seeOther(way === "recovery_code" ? "/mf-recovery" : "/tf-validate");
  return { status: 200, mediaType: "application/json", body: await waitingState(request, waiting) };
};

export const showFactorChoice: Operation<"showFactorChoice"> = async (request) => {
  const waiting = await requireWaiting(request);
  const methods = await offeredTo(request.db, waiting.user.id, waiting.methods);
  const response = { csrf_token: csrfToken(request.keys, waiting.id), tf_select: true, tf_setup_methods: methods };
  return { status: 200, body: { meta: { code: 200 }, response } };
};

export const chooseFactor: Operation<"chooseFactor"> = async (request) => {
  const waiting = await requireWaiting(request);
  const { which } = request.body;
  const pointer = "/which";
  requireOffered(request, which, pointer);
  if (!(await offeredTo(request.db, waiting.user.id, waiting.methods)).includes(which))
    throw new FactorUnavailable(pointer);
  if (which === "email" || which === "sms") await sendAgain(request, waiting, { wanted: which, pointer });
  const csrf = csrfToken(request.keys, waiting.id);
  const response = { csrf_token: csrf, tf_required: true, ...readyFor(which) };
  return { status: 200, body: { meta: { code: 200 }, response } };
};

export const sendFactorCode: Operation<"sendFactorCode"> = async (request) => {
  const { db, keys, now, body } = request;
  const waiting = await readWaiting(db, keys, body.sign_in_token, now);
  if (waiting === null) throw new SignInEnded();
  const { method, sentTo } = await sendAgain(request, waiting, { pointer: "" });
  return { status: 202, headers: { "Cache-Control": "no-store" }, body: { method, sent_to: sentTo } };
};

export const sendVerificationCode: Operation<"sendVerificationCode"> = async (request) => {
  const { em, keys, accepts, body, principal, principals } = request;
  const { chosen_method: wanted } = body;
  const user = { id: principal.userId, email: principal.email };
  const sender = await requireSender(request, user, { wanted, pointer: wanted === undefined ? "" : "/chosen_method" });
  await recorded(em, occasionOf(request, principal), (tx) => sender.send(tx, credentialName(principals[0])));
  if (prefersPages(accepts)) return seeOther(`/verify?next=${encodeURIComponent(localPath(body.next))}`);
  const csrf = csrfToken(keys, (sessionOf(principals) ?? principal).credential.id);
  const response = { csrf_token: csrf };
  return { status: 200, headers: { "Cache-Control": "no-store" }, body: { meta: { code: 200 }, response } };
};

/** Sends a code, or one more, for a sign-in that waits for one. */
async function sendAgain(
  request: HandlerContext,
  { id, user, methods }: WaitingSignIn,
  asked: Parameters<typeof requireSender>[2],
): Promise<CodeSender> {
  requireOffered(request, asked.wanted, asked.pointer);
  const offered = await offeredTo(request.db, user.id, methods);
  if (!offered.some((method) => method === "email" || method === "sms")) throw new FactorUnavailable(asked.pointer);
  const sender = await requireSender(request, user, asked);
  await recorded(request.em, occasionOf(request), (tx) => sender.send(tx, id));
  return sender;
}
