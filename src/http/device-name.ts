const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;

const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux"] as const;

/** What a person may know a client by: "Firefox on Linux", or the first product of its `User-Agent` (RFC 9110 §10.1.5). */
export function deviceName(userAgent: string): string {
  const browser = BROWSERS.find(([mark]) => userAgent.includes(mark))?.[1];
  const system = SYSTEMS.find((name) => userAgent.includes(name));
  if (browser && system) return `${browser} on ${system}`;
  return userAgent.split(" ")[0] || "unknown device";
}
