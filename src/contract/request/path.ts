import { HttpProblem } from "../problem.ts";
import { isDecodable } from "./form.ts";

/**
 * The normal spelling of a path that has percent-encodings (RFC 3986 §6.2.2): unreserved characters (§2.3) stand for themselves, and
 * hexadecimal digits are upper case. Reserved characters stay encoded, because `%2F` is another character than `/`. Throws 400 on
 * malformed percent-encoding.
 */
export function normalPath(path: string): string {
  if (!isDecodable(path)) throw malformedAddress();
  return path.replaceAll(/%[\da-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return UNRESERVED.test(character) ? character : encoded.toUpperCase();
  });
}

const UNRESERVED = /[A-Za-z\d\-._~]/;

/** 400 for an address that cannot be decoded. */
export function malformedAddress(): HttpProblem {
  return new HttpProblem(400, { reason: "invalid-request", detail: "The address has a malformed percent-encoding." });
}
