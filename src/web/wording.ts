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
