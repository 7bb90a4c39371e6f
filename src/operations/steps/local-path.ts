const ORIGIN = "http://local.invalid";

/** The longest `Location` that the contract allows, in characters. */
const LONGEST = 4096;

/**
 * The local path in a `next=`, the address to go to after signing in; "/" for a text that could lead to another host: `//host`
 * (RFC 3986 §4.2), and `\`, tabs and line breaks, which the URL standard reads as `/` or drops. The path is spelled in the characters
 * of RFC 3986 alone, and `localPath` of it is itself.
 */
export function localPath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[^\\\p{C}\s]*$/u.test(next)) return "/";
  if (!URL.canParse(next, ORIGIN)) return "/";
  const { origin, pathname, search, hash } = new URL(next, ORIGIN);
  // A second look, after `URL` has removed dot segments: `/.//host` has become `//host`.
  if (origin !== ORIGIN || pathname.startsWith("//")) return "/";
  const path = spell(pathname) + spell(search) + hash.slice(0, 1) + spell(hash.slice(1));
  return path.length <= LONGEST ? path : "/";
}

/** Percent-encodes the characters that the URL standard lets through and RFC 3986 (§2.1) does not, and a `%` that encodes nothing. */
function spell(part: string): string {
  return part.replaceAll(/%(?![\da-f]{2})|[^\w\-.~!$&'()*+,;=:@/?%]/gi, encodeURIComponent);
}
