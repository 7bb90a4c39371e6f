const ORIGIN = "http://local.invalid";

/**
 * The one parser for `next=`: the path to go to after signing in, or "/" for anything that could lead to another host
 * (RFC 3986 §4.2: `//host`; the URL standard takes `\` for `/` and drops tabs and line breaks).
 */
export function localPath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[^\\\p{C}\s]*$/u.test(next)) return "/";
  if (!URL.canParse(next, ORIGIN)) return "/";
  const { origin, pathname, search, hash } = new URL(next, ORIGIN);
  // Dot segments are gone only now: `/.//host` has become `//host`.
  return origin === ORIGIN && !pathname.startsWith("//") ? pathname + search + hash : "/";
}
