import { shallowRef } from "vue";

/** A question of the page to the person: who they are, or, by the password, that they are still the same. */
export interface Question {
  readonly kind: "sign-in" | "register" | "password";
  /** Why it is asked, as a sentence; "" when the person asked for it. */
  readonly reason: string;
  /** Whether the second factor is to be proved, too. */
  readonly factor?: boolean;
  /** The way that codes of the second factor are sent; left out for an authenticator. */
  readonly sends?: "email" | "sms";
  /** Whether a passkey of the person's can prove it instead. */
  readonly passkey?: boolean;
  /** Whether nothing else can: the only second factor is a passkey. */
  readonly passkeyOnly?: boolean;
}

/** The person closed the question without an answer, or another person answered it. */
export class Declined extends Error {
  override readonly name = "Declined";
}

/** The one question that can be open at a time. */
export interface Questions {
  readonly open: Question | null;
  /** Opens a question, or waits for the one that is open. Throws {@link Declined}. */
  ask(question: Question): Promise<void>;
  /** Closes the question: all who wait for it go on. */
  settle(): void;
  /** Closes the question without an answer. */
  decline(): void;
}

export function createQuestions(): Questions {
  const open = shallowRef<Question | null>(null);
  let answer = Promise.withResolvers<void>();
  return {
    get open() {
      return open.value;
    },
    ask: (question) => {
      if (open.value === null) {
        answer = Promise.withResolvers();
        open.value = question;
      }
      return answer.promise;
    },
    settle: () => {
      open.value = null;
      answer.resolve();
    },
    decline: () => {
      open.value = null;
      answer.reject(new Declined("Nothing was changed: only who is signed in can do that."));
    },
  };
}
