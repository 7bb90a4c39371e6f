import { type ContractDocument, isNode, type Located, valueAt } from "../document/document.ts";
import type { Operation } from "../document/operation.ts";
import { COOKIE_PREFIX } from "./cookies.ts";
import { mostFormBytes, mostJsonBytes, mostParameterBytes } from "./encoded-size.ts";

/**
 * The content that a schema of an operation allows and `x-max-bytes` does not, one sentence each: a client that keeps to the schema would
 * get 413. A schema that sets no limit leaves it to `x-max-bytes`.
 */
export function auditContentSize(document: ContractDocument, { operationId, requestContent }: Operation): string[] {
  return [...(requestContent?.mediaTypes ?? [])].flatMap(([mediaType, pointer]) => {
    const schema = pointer === undefined ? undefined : locate(document, pointer);
    const most = schema && mostBytesOf(mediaType)(document, schema);
    const { maxBytes = 0 } = requestContent ?? {};
    // Where the document sets no limit, one of the options counts, and those who write clients do not know it.
    if (maxBytes === 0 || most === undefined || !Number.isFinite(most) || most <= maxBytes) return [];
    return [
      `operation ${operationId} takes up to ${most} bytes of ${mediaType} by its schema, and ${maxBytes} by x-max-bytes`,
    ];
  });
}

function mostBytesOf(mediaType: string): typeof mostJsonBytes {
  return mediaType === "application/x-www-form-urlencoded" ? mostFormBytes : mostJsonBytes;
}

function locate(document: ContractDocument, pointer: string): Located | undefined {
  const node = valueAt(document.root, pointer.slice(1).split("/"));
  return isNode(node) ? { node, pointer } : undefined;
}

/** The part of the header section that is left to fields which no operation declares: `Host`, `User-Agent`, cookies, credentials. */
const OTHER_FIELDS = 4_096;

/**
 * The parameters of an operation that their schemas allow and the header section (the request line and all fields) has no room for, in
 * one phrase: a client that keeps to the schemas would get 431.
 *
 * @param maxHeaderBytes the longest header section that the server reads
 */
export function auditParameterSize(document: ContractDocument, operation: Operation, maxHeaderBytes: number): string[] {
  const { method, path, parameters } = operation;
  const line = `${method} ${path}? HTTP/1.1\r\n\r\n`.length;
  // A cookie of the server's own is among those that there is room for anyway.
  const sent = parameters.filter(({ node }) => node[COOKIE_PREFIX] === undefined);
  const most = sent.map((parameter) => mostParameterBytes(document, parameter)).filter(Number.isFinite);
  const sum = most.reduce((total, bytes) => total + bytes, line);
  const room = maxHeaderBytes - OTHER_FIELDS;
  return sum > room
    ? [`takes parameters of up to ${sum} bytes by their schemas, and the header section has ${room} for them`]
    : [];
}
