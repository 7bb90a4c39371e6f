import { contentOf, Failure } from "../api/failure.ts";
import { lose } from "./lose.ts";
import { Declined } from "./question.ts";
import { renew } from "./renew.ts";
import type { Session } from "./session.ts";

const OTHER = "Nothing was changed: somebody else is signed in now.";
const AGAIN = "It is a while since you signed in. Enter your password to go on.";
const AGAIN_BY_PASSKEY = "Whoever changes this has to be you. Use your passkey to go on.";
const AGAIN_BY_ALL =
  "Whoever changes this has to be you. Enter your password and a code of your second factor to go on.";

/**
 * Does work that needs a token: where there is none that works, or the sign-in is too old, the person is asked first, and the work
 * is done after the answer. Work that one person began is not done as another. Throws {@link Declined}, and what the work throws.
 */
export async function authorized<Result>(session: Session, work: () => Promise<Result>): Promise<Result> {
  const { held, news, person, questions } = session;
  for (;;) {
    if (person !== null && session.email !== null && session.email !== person) {
      news.tell(OTHER);
      throw new Declined(OTHER);
    }
    try {
      if (held.token === null && held.cookie !== null) await held.takeToken();
      if (held.token !== null) return await work();
      await questions.ask({ kind: "sign-in", reason: "Sign in to go on." });
    } catch (error) {
      if (!(error instanceof Failure) || error.status !== 401) throw error;
      if (error.reauthRequired) await askAgain(session, error);
      else if (!(await renew(session))) await (await lose(session)).asked;
    }
  }
}

/** Asks who is signed in to prove it again: by the second factor, too, where the refusal names one and the person has one. */
async function askAgain({ api, questions }: Session, { everyFactor }: Failure): Promise<void> {
  const mine = everyFactor ? await contentOf(api.GET("/api/me/second_factor")) : null;
  const method = mine?.method ?? null;
  const factor = method !== null;
  const passkeyOnly = mine?.has_factor === true && !factor;
  const sends = method === "email" || method === "sms" ? { sends: method } : {};
  // The password proves it, too: not to know of passkeys is no reason to fail.
  const passkeys = await contentOf(api.GET("/api/passkeys")).catch(() => null);
  const passkey = passkeys !== null && passkeys.items.length > 0;
  const reason = passkeyOnly ? AGAIN_BY_PASSKEY : factor ? AGAIN_BY_ALL : AGAIN;
  await questions.ask({ kind: "password", reason, factor, ...sends, passkey, passkeyOnly });
}
