import type { Principal } from "../../domain/principal.ts";
import { CODINGS, type Coded, CodingNotAcceptable, encode } from "../../representation/coding.ts";

type AcceptsEncoding = <C extends string>(...codings: readonly C[]) => C | undefined;

/** The answer with the coding that the client likes best. Throws {@link CodingNotAcceptable}. */
export function negotiate<Content>(coded: Coded<Content>, acceptsEncoding: AcceptsEncoding, cacheControl: string) {
  const coding = choose(acceptsEncoding, CODINGS);
  const { content, entityTag } = coded[coding];
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

/** Of a page that is made anew for each request; the rest of Brotli's qualities would take longer than they save. */
const QUALITY_NOW = 4;

/**
 * The answer with a page, compressed for strangers only. Whoever can put a guess into an address and see how long the answer
 * is learns from its compressed length what else is in it (BREACH), and a page for somebody signed in has what is theirs alone.
 * Throws {@link CodingNotAcceptable}.
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

function choose<C extends string>(acceptsEncoding: AcceptsEncoding, codings: readonly C[]): C {
  const coding = acceptsEncoding(...codings);
  if (coding === undefined) throw new CodingNotAcceptable();
  return coding;
}
