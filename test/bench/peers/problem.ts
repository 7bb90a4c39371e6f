import { randomUUID } from "node:crypto";

/** An error as an answer: its status, its own header fields, and its problem document (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export const PROBLEM_JSON = "application/problem+json";

/** 401, with the members that Kudos adds to it. */
export function unauthorized(token: string | undefined): Problem {
  const detail =
    token === undefined
      ? "You are not authenticated. Please sign in and send your credentials."
      : "The credential is not valid, has expired or was revoked. Please sign in again.";
  const type = `urn:kudos:problem:${token === undefined ? "authentication-required" : "credential-refused"}`;
  return {
    status: 401,
    headers: { "WWW-Authenticate": 'Bearer realm="kudos"' },
    body: {
      ...document(type, "Unauthorized", 401, detail),
      meta: { code: 401 },
      response: { type, errors: [detail] },
    },
  };
}

/** 400, with the faults of the request. */
export function invalidRequest(errors: readonly object[]): Problem {
  const detail = "The request does not match the contract.";
  const body = { ...document("urn:kudos:problem:invalid-request", "Bad Request", 400, detail), errors };
  return { status: 400, headers: {}, body };
}

/** 404 for an article. */
export function articleNotFound(): Problem {
  const body = document("urn:kudos:problem:article-not-found", "Not Found", 404, "There is no such article.");
  return { status: 404, headers: {}, body };
}

/** 500, or the status of a framework's own error. */
export function failure(status: number, title: string): Problem {
  return { status, headers: {}, body: document("about:blank", title, status, title) };
}

function document(type: string, title: string, status: number, detail: string) {
  return { type, title, status, detail, instance: `urn:uuid:${randomUUID()}` };
}
