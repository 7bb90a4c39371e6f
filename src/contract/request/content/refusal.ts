import { HttpProblem } from "../../problem.ts";

/** The 400 for content that cannot be read. */
export function invalidContent(detail: string): HttpProblem {
  return new HttpProblem(400, { reason: "invalid-request", detail, errors: [{ pointer: "", detail }] });
}

/** The 415 that names what is taken (RFC 9110 §12.5.1). */
export function unsupported(mediaTypes: readonly string[]): HttpProblem {
  return new HttpProblem(415, {
    detail: `The content must be ${mediaTypes.join(" or ")}, in UTF-8.`,
    headers: { Accept: mediaTypes.join(", ") },
  });
}

/** The 413. The rest of the content is not read, so the connection ends with the answer. */
export function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, {
    detail: `The content is longer than ${maxBytes} bytes.`,
    headers: { Connection: "close" },
  });
}

/** Makes an answer of an error of the parser. */
export function refuse(error: Error & { status?: number; type?: string }, maxBytes: number): never {
  if (error instanceof HttpProblem) throw error;
  if (error.status === 413 || error.type === "entity.too.large") throw tooLarge(maxBytes);
  if (error.status === 415) throw new HttpProblem(415, { detail: "The content coding is not supported." });
  // The package's message is dropped: it quotes the client's bytes, passwords included, which would end up in the log.
  throw invalidContent("The content cannot be parsed.");
}

/**
 * The decoder keeps a byte order mark: it is no part of JSON (RFC 8259 §8.1), and in a form it is a character like any
 * other.
 */
const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of bytes that were read one by one. Throws 400 when they are not UTF-8 (RFC 3629). */
export function decode(bytes: string): string {
  try {
    return UTF_8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    throw invalidContent("The content is not UTF-8.");
  }
}
