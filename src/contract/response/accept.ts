import type { Context } from "koa";
import Negotiator from "negotiator";

/**
 * The one of these media types that a client likes best (RFC 9110 §12.5.1), of equals the first; undefined when it accepts
 * none. Parameters of a media range, such as `charset=utf-8`, do not narrow it: each media type has one representation here.
 */
export function preferredMediaType(ctx: Context, mediaTypes: readonly string[]): string | undefined {
  const accept = ctx.req.headers.accept;
  // An empty field says as little as none.
  if (accept === undefined || accept === "") return mediaTypes[0];
  // Most clients that are no browser send one of these two.
  if (accept === "*/*") return mediaTypes[0];
  if (mediaTypes.includes(accept)) return accept;
  // Only a semicolon begins parameters.
  const ranges = accept.includes(";") ? withoutParameters(accept) : accept;
  return new Negotiator({ headers: { accept: ranges } }).mediaType([...mediaTypes]);
}

/** An `Accept` field whose ranges have no parameter but their weight. */
function withoutParameters(accept: string): string {
  return split(accept, ",").map(withoutParametersOfRange).join(",");
}

/**
 * Drops the parameters of a range. A range that refuses a representation with some parameter (`q=0`) says nothing about the
 * one without it, and is left out; `charset=utf-8` is the charset that all text here has.
 */
function withoutParametersOfRange(range: string): string {
  const [type = "", ...parameters] = split(range, ";").map((part) => part.trim());
  const weight = parameters.find((parameter) => /^q *=/i.test(parameter));
  const others = parameters.filter((parameter) => parameter !== weight && !/^charset="?utf-8"?$/i.test(parameter));
  if (weight === undefined) return type;
  return others.length > 0 && /^q *= *0(\.0*)?$/i.test(weight) ? "" : `${type};${weight}`;
}

/** Splits a field at a separator outside of quoted strings (RFC 9110 §5.6.4), in one pass: the text is the client's. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted && character === "\\") index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}
