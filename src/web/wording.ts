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
