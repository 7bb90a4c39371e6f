import type { Client } from "openapi-fetch";
import { shallowRef } from "vue";
import type { paths } from "../../../../generated/openapi.ts";
import type { News } from "../news.ts";
import type { Credentials } from "./credentials.ts";
import { createQuestions, type Questions } from "./question.ts";
import { type SessionState, UNKNOWN } from "./state.ts";
import type { Tabs } from "./tabs.ts";
import type { TokenStore } from "./token-store.ts";

/** The parts of the page that the session works with. */
export interface SessionParts {
  readonly api: Client<paths>;
  readonly store: TokenStore;
  readonly tabs: Tabs;
  readonly held: Credentials;
  readonly news: News;
}

/** The session of the view. Each transition of its state is a function beside this file: begin, enter, leave, lose, renew. */
export interface Session extends SessionParts {
  state: SessionState;
  readonly questions: Questions;
  /** The e-mail address of the person who is signed in; null in every other state. */
  readonly email: string | null;
  /** The person whom the page is about: signed in, or signed in until the server ended it. */
  readonly person: string | null;
  /** Whether a call sends the browser's cookie: only while it belongs to the person who is signed in here. */
  readonly credentials: "same-origin" | "omit";
}

export function createSession(parts: SessionParts): Session {
  const state = shallowRef(UNKNOWN);
  return {
    ...parts,
    questions: createQuestions(),
    get state() {
      return state.value;
    },
    set state(next) {
      state.value = next;
    },
    get email() {
      return state.value.kind === "signed-in" ? state.value.email : null;
    },
    get person() {
      return state.value.kind === "signed-out" ? state.value.lastEmail : this.email;
    },
    get credentials() {
      return parts.held.cookie === null ? "omit" : "same-origin";
    },
  };
}
