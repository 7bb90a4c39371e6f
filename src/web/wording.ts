/** How long to wait, as a person would say it, rounded up: "about 40 seconds", "about 14 minutes". */
export function waitInWords(seconds: number): string {
  if (seconds <= 90) return seconds <= 5 ? "a few seconds" : `about ${Math.ceil(seconds / 5) * 5} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? `about ${minutes} minutes` : `about ${Math.ceil(minutes / 60)} hours`;
}
