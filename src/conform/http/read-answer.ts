/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names as they were written; a field may be there several times. */
  readonly headers: readonly (readonly [string, string])[];
  /** The content, without its transfer coding. */
  readonly body: Buffer;
  /** The number of bytes behind the end of the answer, where the connection should have ended. */
  readonly excess: number;
}

/** The values of a field, joined as RFC 9110 §5.3 says; undefined when there is none. */
export function fieldOf({ headers }: Pick<RawAnswer, "headers">, name: string): string | undefined {
  const values = fieldsOf({ headers }, name);
  return values.length > 0 ? values.join(", ") : undefined;
}

/** The values of a field, one for each time that it was sent. */
export function fieldsOf({ headers }: Pick<RawAnswer, "headers">, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([one]) => one.toLowerCase() === wanted).map(([, value]) => value);
}

/**
 * Reads an HTTP/1.1 answer (RFC 9112 §6.3) from all that came before the connection was closed; undefined when it is no whole answer.
 * Interim answers (1xx) are passed over.
 */
export function readAnswer(bytes: Buffer, method: string): RawAnswer | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return undefined;
  const rest = bytes.subarray(end + 4);
  if (status >= 100 && status < 200 && status !== 101) return readAnswer(rest, method);
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const bare = { status, headers };
  if (method === "HEAD" || status === 204 || status === 304)
    return { ...bare, body: Buffer.alloc(0), excess: rest.length };
  if (fieldOf(bare, "transfer-encoding")?.toLowerCase().includes("chunked")) return readChunked(bare, rest);
  const length = fieldOf(bare, "content-length");
  if (length === undefined) return { ...bare, body: rest, excess: 0 };
  if (rest.length < Number(length)) return undefined;
  return { ...bare, body: rest.subarray(0, Number(length)), excess: rest.length - Number(length) };
}

function readChunked(bare: Pick<RawAnswer, "status" | "headers">, bytes: Buffer): RawAnswer | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    const size = line < 0 ? Number.NaN : Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (Number.isNaN(size) || bytes.length < line + size + 4) return undefined;
    if (size === 0) break;
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + size + 4;
  }
  // The last chunk is followed by trailer fields, and these by an empty line.
  const close = bytes.indexOf("\r\n\r\n", at);
  return { ...bare, body: Buffer.concat(chunks), excess: close < 0 ? 0 : bytes.length - close - 4 };
}
