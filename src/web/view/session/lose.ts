import { forgetElsewhere } from "./leave.ts";
import { renew } from "./renew.ts";
import type { Session } from "./session.ts";

const LEFT = "You have been signed out. Sign in to go on.";

/**
 * Reacts to a token that works no more because this device was revoked: the cookie must not bring the sign-in back, and the
 * person is asked at once, so that the page they see stays. After a sign-out by a form, which takes the cookie away, the person is
 * not asked. Answers the question's promise inside an object, so that awaiting `lose` does not await the answer.
 */
export async function lose(session: Session, kept = session.held.kept): Promise<{ asked: Promise<void> }> {
  const { held, person: lastEmail, state } = session;
  const lastKeep = kept?.persistent ?? held.cookie?.persistent ?? (state.kind === "signed-out" && state.lastKeep);
  const byCookie = held.cookie !== null;
  held.dropToken();
  held.cookie = null;
  if (byCookie && (await held.askOfCookie().catch(() => null)) === "gone") {
    forgetElsewhere(session);
    return { asked: Promise.resolve() };
  }
  session.state = { kind: "signed-out", lastEmail, lastKeep };
  const asked = session.questions.ask({ kind: "sign-in", reason: LEFT });
  // A caller that does not wait for the answer leaves a refusal unhandled.
  asked.catch(() => {});
  if (byCookie) await held.end(null, "same-origin").catch(() => {});
  return { asked };
}

/** Asks the server whether the token still works; when it does not, takes another tab's or asks the person. */
export async function check(session: Session): Promise<void> {
  const { token } = session.held;
  if (session.email === null || token === null) return;
  const owner = await session.held.ownerOf(token).catch(() => undefined);
  if (owner === null && session.held.token === token && !(await renew(session))) await lose(session);
}
