import type { Session } from "./session.ts";
import type { KeptToken } from "./token-store.ts";

/** Takes over the token that another tab has got since this one's was refused. Answers false when there is none of this person. */
export async function renew(session: Session): Promise<boolean> {
  const { held, store, tabs } = session;
  const kept = store.read(held.token) ?? (await tabs.askForToken(held.token));
  const email = kept === null ? null : await held.ownerOf(kept.token);
  if (kept === null || email === null) return false;
  if (email === session.email) {
    adopt(session, kept, email);
    return true;
  }
  // The browser belongs to another person by now: this tab must not end that one's session.
  held.cookie = null;
  return false;
}

/** Signs in by the token of another tab, which its person wants every tab to have. */
export async function join(session: Session): Promise<void> {
  const { held, questions, store, tabs } = session;
  const kept = store.read() ?? (await tabs.askForToken(null));
  const email = kept === null ? null : await held.ownerOf(kept.token).catch(() => null);
  if (kept === null || email === null || session.email !== null) return;
  adopt(session, kept, email);
  if (questions.open?.kind !== "password") questions.settle();
}

function adopt(session: Session, kept: KeptToken, email: string): void {
  session.held.keep(kept);
  if (kept.session !== null) session.held.cookie = { id: kept.session, email, persistent: kept.persistent };
  session.state = { kind: "signed-in", email };
}
