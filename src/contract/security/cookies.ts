import type { Context } from "koa";

const NONE: readonly string[] = [];

/**
 * The values of the cookie with a name, each once. There are several when another path or domain has set a cookie of
 * the same name, and nothing tells which is which (RFC 6265 §5.4).
 */
export function cookieValues({ req }: Context, name: string): readonly string[] {
  const { cookie } = req.headers;
  if (cookie === undefined) return NONE;
  const values = cookie
    .split(";")
    .map(trimOws)
    .filter((pair) => pair.startsWith(name) && pair[name.length] === "=")
    .map((pair) => pair.slice(name.length + 1));
  return values.length < 2 ? values : [...new Set(values)];
}

/** The value of the cookie with a name; undefined when there is none, or more than one. */
export function onlyCookie(ctx: Context, name: string): string | undefined {
  const values = cookieValues(ctx, name);
  return values.length === 1 ? values[0] : undefined;
}

/** Takes spaces and tabs away at both ends (OWS, RFC 9110 §5.6.3), and no other white space: a byte A0 is part of a value. */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start += 1;
  while (end > start && isOws(text.charCodeAt(end - 1))) end -= 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
