import type { Failure } from "../api/failure.ts";

/** The state of the sign-in, as far as the page knows it. A question (question.ts) can be open in each of these states. */
export type SessionState =
  /** The server has not answered yet: the page neither offers a sign-in nor says that there is none. */
  | { readonly kind: "unknown" }
  /** The server could not be asked, or did not answer the question. */
  | { readonly kind: "failed"; readonly failure: Failure }
  | {
      readonly kind: "signed-out";
      /** The person whose sign-in the server has ended, likely the one who signs in next; null after a sign-out. */
      readonly lastEmail: string | null;
      /** Whether that person wanted to be kept signed in. */
      readonly lastKeep: boolean;
    }
  | { readonly kind: "signed-in"; readonly email: string };

export const UNKNOWN: SessionState = { kind: "unknown" };

/** The state after a sign-out, which tells nothing of the person who left. */
export const SIGNED_OUT: SessionState = { kind: "signed-out", lastEmail: null, lastKeep: false };
