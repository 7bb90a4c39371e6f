import { EXPOSED_FIELDS } from "./headers.ts";

/** The header fields of CORS for a request with this `Origin`; none for an origin that is not listed. */
export type CrossOriginFields = (origin: string | undefined) => Readonly<Record<string, string>>;

/** The fields that `crossOrigin` sets, for an answer that passes no middleware: without them a page could not tell why it is refused. */
export function crossOriginFields(origins: ReadonlySet<string>): CrossOriginFields {
  return (origin) => {
    if (origin === undefined || !origins.has(origin)) return {};
    return {
      Vary: "Origin",
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Allow-Credentials": "true",
      "Access-Control-Expose-Headers": EXPOSED_FIELDS.join(","),
    };
  };
}

/**
 * The `Origin` in the bytes of a request that Node's parser has refused; undefined when there is none in them. The bytes may be
 * anything, so it decides about nothing but who may read the refusal, which says nothing secret.
 */
export function originIn(bytes: Uint8Array | undefined): string | undefined {
  return bytes && /\r\norigin:([^\r\n]*)\r\n/i.exec(Buffer.from(bytes).toString("latin1"))?.[1]?.trim();
}
