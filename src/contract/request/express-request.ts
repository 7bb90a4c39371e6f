import { isMethodOf31 } from "../document/openapi-3.1.ts";
import type { Operation } from "../document/operation.ts";
import { type Envelope, NO_CONTENT } from "./envelope.ts";
import type { Violation } from "./violation.ts";

/**
 * The members of an Express request that express-openapi-validator reads. It coerces and fills in parameters in place.
 */
export interface ExpressRequest {
  readonly app: { enabled(setting: string): boolean; param(): void };
  readonly method: string;
  readonly path: string;
  readonly baseUrl: string;
  readonly originalUrl: string;
  readonly url: string;
  readonly headers: Record<string, unknown>;
  readonly cookies: Record<string, unknown>;
  readonly signedCookies: Record<string, unknown>;
  query: Record<string, unknown>;
  params: Record<string, unknown>;
  body: unknown;
  openapi?: Metadata;
}

/** The package's finding of the operation that a request is for. */
export interface Metadata {
  readonly schema: { readonly operationId?: string };
  readonly pathParams: Record<string, unknown>;
}

/** The parts of one request that the contract describes, as strings from the wire. */
export interface RequestParts {
  readonly query: Record<string, unknown>;
  readonly params: Record<string, unknown>;
  /** Only the header parameters that the operation declares, names in lower case. */
  readonly headers: Record<string, unknown>;
  readonly cookies: Record<string, unknown>;
  /** The declared media type of the body, never the client's own spelling of it; undefined without a body. */
  readonly mediaType: string | undefined;
  readonly body: unknown;
  /** The parameters that are not plain, of an operation that has such. */
  readonly envelope?: Envelope | undefined;
}

/** Checks the parts of a request against the operation, coerces and fills in parameters in place; answers the violations. */
export type RequestValidator = (operation: Operation, parts: RequestParts) => Promise<readonly Violation[]>;

const APP = { enabled: () => true, param: () => undefined };

/** A path that fits the template of an operation. The package reads nothing in it but that it has no query. */
export function samplePath({ method, path }: Operation): string {
  return validatorPath(method, path).replaceAll(/\{[^}]+\}/g, "~");
}

/** The path at which the package finds an operation. One by a method that it does not know is a POST at a path of its own. */
export function validatorPath(method: string, path: string): string {
  return isMethodOf31(method) ? path : `/~${method}${path}`;
}

/**
 * The request for the package. With `openapi` the package does not look for the operation again.
 *
 * @param path {@link samplePath} of the operation
 */
export function toExpressRequest(
  { method }: Operation,
  path: string,
  parts: RequestParts,
  openapi?: Metadata,
): ExpressRequest {
  const { envelope } = parts;
  const mediaType = parts.mediaType ?? (envelope && NO_CONTENT);
  // The package caches a validator for every content type it sees, without bound: it only ever sees a declared one.
  const headers = mediaType ? { ...parts.headers, "content-type": mediaType } : parts.headers;
  return {
    app: APP,
    method: isMethodOf31(method) ? method : "POST",
    path,
    baseUrl: "",
    originalUrl: path,
    url: path,
    headers,
    cookies: parts.cookies,
    signedCookies: {},
    query: parts.query,
    params: parts.params,
    body: envelope ?? parts.body,
    ...(openapi && { openapi }),
  };
}

/** The parts of a request with nothing but a body of this media type; without a body when it is undefined. */
export function partsWithBody(mediaType: string | undefined, body: unknown): RequestParts {
  return { query: {}, params: {}, headers: {}, cookies: {}, mediaType, body };
}
