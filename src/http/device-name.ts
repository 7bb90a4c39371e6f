/** Browsers by their mark in `User-Agent`. Edge and Opera come first, because they send the mark of Chrome, and Chrome sends that of Safari. */
const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;

/** Systems by their mark in `User-Agent`. Android comes before Linux, and iPhone and iPad before Mac OS X, because they send both. */
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux"] as const;

/** A name by which a person recognises a client: "Firefox on Linux", or the first product of its `User-Agent` (RFC 9110 §10.1.5). */
export function deviceName(userAgent: string): string {
  const browser = BROWSERS.find(([mark]) => userAgent.includes(mark))?.[1];
  const system = SYSTEMS.find((name) => userAgent.includes(name));
  if (browser && system) return `${browser} on ${system}`;
  return userAgent.split(" ")[0] || "unknown device";
}
