const ORIGIN = "http://local.invalid";

/** The longest that the contract lets `Location` be, in characters. */
const LONGEST = 4096;

/**
 * The one parser for `next=`: the path to go to after signing in, or "/" for anything that could lead to another host
 * (RFC 3986 §4.2: `//host`; the URL standard takes `\` for `/` and drops tabs and line breaks). What it answers is
 * spelled in the characters of RFC 3986 alone, and parsing it again changes nothing.
 */
export function localPath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[^\\\p{C}\s]*$/u.test(next)) return "/";
  if (!URL.canParse(next, ORIGIN)) return "/";
  const { origin, pathname, search, hash } = new URL(next, ORIGIN);
  // Dot segments are gone only now: `/.//host` has become `//host`.
  if (origin !== ORIGIN || pathname.startsWith("//")) return "/";
  const path = spell(pathname) + spell(search) + hash.slice(0, 1) + spell(hash.slice(1));
  return path.length <= LONGEST ? path : "/";
}

/** The URL standard leaves some characters, and a `%` that encodes nothing, as they were typed; RFC 3986 does not (§2.1). */
function spell(part: string): string {
  return part.replaceAll(/%(?![\da-f]{2})|[^\w\-.~!$&'()*+,;=:@/?%]/gi, encodeURIComponent);
}
