import { contentOf, Failure } from "../api/failure.ts";
import { lose } from "./lose.ts";
import type { Session } from "./session.ts";
import { SIGNED_OUT, UNKNOWN } from "./state.ts";
import type { KeptToken } from "./token-store.ts";

/** Finds out who is signed in, and gets a token for a person whom only the cookie signs in. */
export async function begin(session: Session): Promise<void> {
  if (session.state.kind === "failed") session.state = UNKNOWN;
  try {
    await findPerson(session);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.status === 401) {
      // A cookie whose sign-in is only too old stays: the password is asked for when a call needs it.
      if (!error.reauthRequired) await lose(session);
    } else if (session.email === null) session.state = { kind: "failed", failure: error };
  } finally {
    if (session.state.kind === "unknown") session.state = SIGNED_OUT;
  }
}

/** Throws a {@link Failure}. */
async function findPerson(session: Session): Promise<void> {
  const { held, store } = session;
  // Read before anything is ended: the answer to a sign-out clears the browser's storage.
  const kept = store.read() ?? (await sharedToken(session));
  const signedInBy = kept?.session ?? store.session;
  await finishLeaving(session);
  held.kept = kept;
  if (held.cookie !== null) session.state = { kind: "signed-in", email: held.cookie.email };
  if (kept !== null) {
    if (await isCurrent(session, kept)) {
      if (store.read() === null) held.keep(kept);
      return;
    }
    // The token's session is over, or another person has signed in by a form since. With a cookie the stored token is replaced
    // instead of removed: other tabs take a removal for a sign-out.
    if (held.cookie === null) held.dropToken();
    held.kept = null;
    await held.end(kept.token, "omit").catch(() => {});
  }
  if (held.cookie !== null) return held.takeToken();
  store.drop(null, signedInBy);
  if (signedInBy !== null && (await held.askOfCookie()) === "ended") await lose(session, kept);
}

/** The token that another tab has of the browser's session; null when the session has none yet. */
async function sharedToken({ held: { cookie }, store, tabs }: Session): Promise<KeptToken | null> {
  if (cookie === null || store.session !== cookie.id) return null;
  const kept = await tabs.askForToken(null);
  return kept?.session === cookie.id ? kept : null;
}

/** Ends the session of a sign-out that did not reach the server, unless a newer sign-in has replaced it. */
async function finishLeaving({ held, store }: Session): Promise<void> {
  if (store.leaving !== null && store.leaving === held.cookie?.id) {
    await held.end(null, "same-origin");
    held.cookie = null;
  }
  store.leaving = null;
}

/** Whether a token is of the person for whom the server drew the page; then they are signed in. Throws a {@link Failure}. */
async function isCurrent(session: Session, { session: madeBy }: KeptToken): Promise<boolean> {
  const { cookie } = session.held;
  if (madeBy !== null && madeBy !== cookie?.id) return false;
  const { email } = await contentOf(session.api.GET("/api/me"));
  if (cookie !== null && cookie.email !== email) return false;
  session.state = { kind: "signed-in", email };
  return true;
}
