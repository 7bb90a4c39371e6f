/** So many attempts in a window of time that starts with the first of them. */
export interface AttemptRule {
  readonly attempts: number;
  readonly windowSeconds: number;
}

/** The kinds of counts: by the account, the address, the known browser (`device`), or two of these; or by what is made. */
export type AttemptPolicy =
  | "account-address"
  | "account-device"
  | "account"
  | "address"
  | "registration"
  | "token"
  /** Tokens that a user exchanges for JWTs. */
  | "exchange"
  /** Codes of second factors, for an account. */
  | "code"
  | "rating"
  | "mail-address"
  | "mail-sender"
  | "passkey";

/** How many attempts each policy lets through. */
export type AttemptRules = Readonly<Record<AttemptPolicy, AttemptRule>>;

const MINUTE = 60;

/** The rules of a server, unless a test says otherwise. A right password is given back, so these bound wrong ones only. */
export const ATTEMPT_RULES: AttemptRules = {
  // A person who has forgotten a password tries a few times; ten from one place are plenty.
  "account-address": { attempts: 10, windowSeconds: 15 * MINUTE },
  "account-device": { attempts: 10, windowSeconds: 15 * MINUTE },
  // The bound on how fast many addresses guess together; how often they guess in a row is bounded by FAILURES_IN_A_ROW. Known browsers
  // and familiar addresses are not held to it, so that such a flood does not lock the owner out.
  account: { attempts: 30, windowSeconds: 5 * MINUTE },
  // An office behind one address gets more passwords wrong than one person does.
  address: { attempts: 100, windowSeconds: 15 * MINUTE },
  registration: { attempts: 100, windowSeconds: 60 * MINUTE },
  // Each form that offers passkeys begins one when it is opened, and nothing can be guessed by it: this bounds work and rows alone.
  passkey: { attempts: 600, windowSeconds: 15 * MINUTE },
  // A program that makes a token for each of its runs makes fewer than five a minute; each token leaves two events for good.
  token: { attempts: 300, windowSeconds: 60 * MINUTE },
  // A program needs one JWT for each system in five minutes; nothing is stored, so this bounds work alone.
  exchange: { attempts: 600, windowSeconds: 5 * MINUTE },
  // Who tries a code has the password already. Three codes of a million are right at a time: 240 tries a day find one in four years.
  code: { attempts: 10, windowSeconds: 60 * MINUTE },
  // A rating takes up to 20 ms of one core: a page asks a few times for each password that is typed, an office a few pages.
  rating: { attempts: 300, windowSeconds: 5 * MINUTE },
  // Nobody reads more mails to one address; a stranger who asks for them must not fill it. The window is as long as a link is good.
  "mail-address": { attempts: 5, windowSeconds: 60 * MINUTE },
  "mail-sender": { attempts: 50, windowSeconds: 60 * MINUTE },
};
