/** A wait as a person would say it, rounded up: "about 40 seconds", "about 14 minutes". */
export function waitInWords(seconds: number): string {
  if (seconds <= 90) return seconds <= 5 ? "a few seconds" : `about ${Math.ceil(seconds / 5) * 5} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? `about ${minutes} minutes` : `about ${Math.ceil(minutes / 60)} hours`;
}

/** The sentence that says when to try again: to the second below 90 seconds; null stands for a wait that is not known. */
export function nextTry(seconds: number | null): string {
  if (seconds === null) return "Try again in a moment.";
  if (seconds < 90) return `Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `Try again in ${minutes} minutes.` : `Try again in ${Math.ceil(minutes / 60)} hours.`;
}

/** The events of an account as its owner reads them. */
const EVENTS: Readonly<Record<string, string>> = {
  registered: "The account was made",
  login: "Sign-in",
  login_failed: "Failed sign-in",
  guessing_blocked: "The password alone opens the account in unknown places no more, after many wrong ones",
  logout: "Sign-out",
  token_created: "A token was made",
  token_revoked: "A token was ended",
  session_revoked: "A browser was signed out",
  access_reset: "Devices and browsers were signed out",
  password_changed: "The password was changed",
  password_upgraded: "The password is stored more safely",
  verified: "The password was proved again",
  verify_failed: "A wrong password, to prove it again",
  factor_added: "A second factor was set up",
  factor_removed: "The second factor was removed",
  factor_failed: "A wrong code of the second factor",
  recovery_codes_made: "New recovery codes were made",
  recovery_code_used: "A recovery code was used",
  role_granted: "A role was given",
  role_revoked: "A role was taken away",
  activated: "The account was opened again",
  deactivated: "The account was closed",
  passkey_added: "A passkey was added",
  passkey_removed: "A passkey was removed",
  confirmed: "The address was confirmed",
  password_reset: "The password was set by a mailed link",
  email_changed: "The address was changed",
  email_restored: "The old address was taken back",
  personal_token_created: "A token for a program was made",
  jwt_revoked: "A token for another system was ended",
  refresh_reused: "A refresh token was used twice, and its sign-in ended",
};

/** An event of an account as a sentence for its owner; of a kind that is not known here, its name. */
export function eventInWords({ kind, actor }: { readonly kind: string; readonly actor: string }): string {
  const words = Object.hasOwn(EVENTS, kind) ? EVENTS[kind] : undefined;
  return `${words ?? kind.replaceAll("_", " ")}${actor === "cli" ? ", by the operator" : ""}`;
}

/** What a token may do by each scope, as a person would say it; the widest last. */
export const SCOPES_IN_WORDS = {
  "likes:write": "Like articles, and take likes back",
  "articles:write": "Write articles, if you may",
  account: "See and change your account",
} as const;

/** The numbers of days that a personal token can be asked for with, where the server permits so many at most. */
export function lifetimeChoices(most: number): readonly number[] {
  return [...[7, 30, 90, 365].filter((days) => days < most), most];
}

/** The number of days that is offered first: a month, or as many as there are. */
export function firstLifetime(most: number): number {
  return Math.min(30, most);
}

/** A number of days, such as "1 day". */
export function daysInWords(days: number): string {
  return `${days} ${days === 1 ? "day" : "days"}`;
}
