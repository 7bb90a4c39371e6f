import { Failure } from "../api/failure.ts";
import type { Session } from "./session.ts";
import { SIGNED_OUT } from "./state.ts";

const LEFT_ELSEWHERE = "You have signed out in another tab.";

/** Signs out, here and in every tab, whether or not the server can be reached. */
export async function leave(session: Session): Promise<void> {
  const { held, news, store, tabs } = session;
  const { token, cookie } = held;
  forget(session);
  tabs.tellLeft();
  try {
    await held.end(token, "same-origin").catch(async (error: Failure) => {
      if (error.status !== 400) throw error;
      // The cookie belongs to another person by now: token and session are ended one after the other.
      await held.end(token, "omit");
      if (cookie !== null) await held.end(null, "same-origin");
    });
    news.tell("You are signed out.");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    store.leaving = cookie?.id ?? null;
    news.tell(`You are signed out on this page. ${error.message} Reload the page to sign out for good.`);
  }
}

/** Follows a sign-out in another tab, which has ended the session: here the token is ended. */
export async function follow(session: Session): Promise<void> {
  const { token } = session.held;
  forgetElsewhere(session);
  if (token !== null) await session.held.end(token, "omit").catch(() => {});
}

/** Forgets a person who has signed out elsewhere, and says so. */
export function forgetElsewhere(session: Session): void {
  forget(session);
  session.news.tell(LEFT_ELSEWHERE);
}

/** Forgets the person in every tab, after the server has ended all their sessions and tokens. */
export function forgetEverywhere(session: Session, news: string): void {
  forget(session);
  session.tabs.tellLeft();
  session.news.tell(news);
}

function forget(session: Session): void {
  session.held.dropToken();
  session.held.cookie = null;
  session.state = SIGNED_OUT;
}
