import { isSecured, type Operation } from "../document/operation.ts";
import { invalidRequest } from "../request/violation.ts";
import { isSafe } from "./query-method.ts";

/** The field by which a client names a request (draft-ietf-httpapi-idempotency-key-header-07). */
export const FIELD = "Idempotency-Key";

/** Does the operation declare the header parameter `Idempotency-Key`? */
export function takesIdempotencyKey({ parameters }: Operation): boolean {
  return parameters.some(({ name, in: where }) => where === "header" && name.toLowerCase() === FIELD.toLowerCase());
}

/** The longest key, in characters. */
const LONGEST_KEY = 255;
/** A string of structured fields (RFC 9651 §3.3.3). */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** A key without the quotation marks that the draft asks for: most clients leave them out, and those of today's servers do not know them. */
const BARE = /^[\w.:~-]+$/;

/** The key in a field. A bare key is the same as the quoted one. Throws 400 for anything else. */
export function readKey(field: string): string {
  const key = QUOTED.exec(field)?.[1]?.replaceAll(/\\(.)/g, "$1") ?? BARE.exec(field)?.[0] ?? "";
  if (key !== "" && key.length <= LONGEST_KEY) return key;
  const detail = `must be one text of 1 to ${LONGEST_KEY} characters in quotation marks`;
  throw invalidRequest([{ in: "header", name: FIELD, detail }]);
}

/** The reasons why an operation cannot be made idempotent as it declares, one phrase each. */
export function auditIdempotency(operation: Operation, available: boolean): string[] {
  const expiry = operation.node["x-idempotency-expiry"];
  if (!takesIdempotencyKey(operation)) {
    return expiry === undefined ? [] : [`has an x-idempotency-expiry, but no header parameter ${FIELD}`];
  }
  const headers = [...operation.responses.values()].flatMap((response) => [...response.headers.keys()]);
  return [
    ...(available ? [] : [`takes an ${FIELD}, and there is no store for it (idempotency)`]),
    ...(isSafe(operation.method)
      ? [`takes an ${FIELD}, but is a ${operation.method}, which is safe to repeat anyway`]
      : []),
    ...(isSecured(operation) ? [] : [`takes an ${FIELD} of clients without a credential, who would share their keys`]),
    ...(headers.includes("Set-Cookie") ? [`takes an ${FIELD}, but sets a cookie, which is not to be kept`] : []),
    ...(headers.includes("Content-Encoding") ? [`takes an ${FIELD}, but answers bytes, which are not kept`] : []),
    ...(takesFiles(operation) ? [`takes an ${FIELD}, and files, which are not compared`] : []),
    ...(expiry === undefined || (Number.isSafeInteger(expiry) && Number(expiry) > 0)
      ? []
      : ["has an x-idempotency-expiry that is not a positive number of whole seconds"]),
  ];
}

/** May the content of a request be a file, or have some? A form of parts is read as one that has. */
function takesFiles({ requestContent }: Operation): boolean {
  if (requestContent === undefined) return false;
  return (
    requestContent.files.size > 0 || [...requestContent.mediaTypes.keys()].some((each) => each.startsWith("multipart/"))
  );
}
