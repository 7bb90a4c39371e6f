import type { Principal } from "../../domain/principal.ts";
import { CODINGS, type Coded, CodingNotAcceptable, encode } from "../../representation/coding.ts";

type AcceptsEncoding = <C extends string>(...codings: readonly C[]) => C | undefined;

/**
 * The answer with a content that is compressed once for all, in the coding that the client likes best (RFC 9110 §12.5.3).
 *
 * @throws {CodingNotAcceptable}
 */
export async function negotiate(coded: Coded, acceptsEncoding: AcceptsEncoding, cacheControl: string) {
  const coding = choose(acceptsEncoding, CODINGS);
  const { content, entityTag } = await coded[coding]();
  return {
    status: 200,
    headers: {
      ETag: entityTag,
      "Cache-Control": cacheControl,
      ...(coding !== "identity" && { "Content-Encoding": coding }),
    },
    body: content,
  } as const;
}

/** Brotli's quality for a page that is compressed for one request only: higher ones take longer than the bytes that they save. */
const QUALITY_NOW = 4;

/**
 * The answer with a page; compressed only when no user is signed in. A page of a signed-in user holds secrets, and its compressed
 * length would tell them to an attacker who can put guesses into the address (BREACH).
 *
 * @throws {CodingNotAcceptable}
 */
export async function answerPage(
  { principal, acceptsEncoding }: { readonly principal: Principal | null; readonly acceptsEncoding: AcceptsEncoding },
  page: string,
) {
  const coding = choose(acceptsEncoding, principal === null ? CODINGS : (["identity"] as const));
  if (coding === "identity") return { status: 200, body: page } as const;
  const body = await encode(page, coding, QUALITY_NOW);
  return { status: 200, headers: { "Content-Encoding": coding }, body } as const;
}

/** The answer with a page that holds secrets though nobody is signed in: never compressed, for the same reason. */
export function privatePage(page: string) {
  return { status: 200, body: page } as const;
}

function choose<C extends string>(acceptsEncoding: AcceptsEncoding, codings: readonly C[]): C {
  const coding = acceptsEncoding(...codings);
  if (coding === undefined) throw new CodingNotAcceptable();
  return coding;
}
