import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { loadCheckedDocument } from "../../src/contract/document/checked.ts";
import { type CompiledContract, compileContract } from "../../src/contract/document/compile.ts";
import type { Operation } from "../../src/contract/document/operation.ts";
import { readOperations, readSecuritySchemes } from "../../src/contract/document/read-operations.ts";
import { isDecodable } from "../../src/contract/request/content/form.ts";
import { findUndeclared } from "../../src/contract/response/response.ts";

/** The document, as a start reads it. */
export const document = await loadCheckedDocument(
  new URL("../../openapi.yaml", import.meta.url),
  new URL("../../generated/contract.json", import.meta.url),
);
export const operations = readOperations(document);

let compiled: Promise<CompiledContract> | undefined;

/** The contract, compiled once for all servers of a test file and for whoever judges their answers. */
export function contract(): Promise<CompiledContract> {
  compiled ??= compileContract(document);
  return compiled;
}

/** Header fields that no response declares, each for a reason that has nothing to do with the operation. */
const OF_ANY_ANSWER = new Set([
  // OpenAPI 3.1 §4.8.17: a declaration of it would be ignored; `content` says it.
  "content-type",
  // The message and its connection, by HTTP itself (RFC 9110 §6.6.1, RFC 9112 §6 and §9).
  ...["connection", "content-length", "date", "keep-alive", "transfer-encoding"],
  // Orders to browsers, the same on every answer.
  ...["content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "origin-agent-cluster"],
  ...["referrer-policy", "strict-transport-security", "x-content-type-options", "x-dns-prefetch-control"],
  ...["x-download-options", "x-frame-options", "x-permitted-cross-domain-policies", "x-xss-protection"],
  // CORS: by the server's settings and the page that asks.
  ...["access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods"],
  ...["access-control-allow-origin", "access-control-expose-headers", "access-control-max-age"],
]);
/** What else an answer may carry where there is no operation to declare it. */
const WITHOUT_OPERATION = new Set(["allow", "cache-control", "vary", "x-request-id"]);

/** A problem of a request that is refused before there is an operation: it says no more than its status (RFC 9457 §4.2.1). */
const UNSPECIFIC = new Ajv2020().compile({
  type: "object",
  required: ["type", "title", "status"],
  additionalProperties: false,
  properties: {
    type: { const: "about:blank" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
  },
});

/** The operation that a request is for; undefined when the contract has none. */
export function operationOf(method: string, path: string): Operation | undefined {
  const wanted = method === "HEAD" ? "GET" : method;
  const pattern = (template: string) =>
    new RegExp(`^${template.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
  return operations.find((operation) => operation.method === wanted && pattern(operation.path).test(path));
}

/** The cookies that the document declares, credentials and others: their names behind https and elsewhere. */
export const cookieNames = (secure: boolean): readonly string[] => {
  const schemes = [...readSecuritySchemes(document).values()].map(({ node }) => node);
  const parameters = operations.flatMap((operation) => operation.parameters.map(({ node }) => node));
  const cookies = [...schemes, ...parameters].filter((node) => node.in === "cookie");
  return [...new Set(cookies.map((node) => `${secure ? (node["x-cookie-prefix"] ?? "") : ""}${node.name}`))];
};

/** The first cookie of an answer that the document does not declare. */
function undeclaredCookie(response: Response): string | undefined {
  const undeclared = response.headers.getSetCookie().find((field) => {
    return !cookieNames(/; *secure/i.test(field)).includes(field.split("=", 1)[0] ?? "");
  });
  return undeclared && `the cookie ${undeclared} is not declared`;
}

/**
 * What is wrong with an answer by the contract, error answers included: status, media type, body and all headers for an
 * operation, a problem or a page for anything else. Undefined when nothing is. The response's body stays readable.
 */
export async function judge(method: string, url: string, response: Response): Promise<string | undefined> {
  const { schemas } = await contract();
  // The path as it was sent: a URL would resolve segments of dots in it.
  const [, pathname = "/"] = /^[a-z]+:\/\/[^/?#]*(\/[^?#]*)?/.exec(url) ?? [];
  const operation = isDecodable(pathname) ? operationOf(method, pathname) : undefined;
  const mediaType = response.headers.get("Content-Type")?.split(";")[0];
  const text = method === "HEAD" ? "" : await response.clone().text();
  if (!operation) {
    const stray = ownHeaders(response).find((name) => !WITHOUT_OPERATION.has(name));
    if (stray) return `the header ${stray} belongs to no operation`;
    if (response.status === 204 || mediaType === "text/html" || text === "") return undefined;
    return UNSPECIFIC(JSON.parse(text)) ? undefined : "the answer is no problem of type about:blank";
  }
  const stray = undeclaredCookie(response);
  if (stray !== undefined) return stray;
  const { status } = response;
  const declared = operation.responses.get(status);
  const names = new Map([...(declared?.headers.keys() ?? [])].map((name) => [name.toLowerCase(), name]));
  const headers = Object.fromEntries(
    ownHeaders(response).map((name) => [names.get(name) ?? name, response.headers.get(name)]),
  );
  // HEAD is answered as GET would be, without the content (RFC 9110 §9.3.2): only that is not there to be judged.
  if (method === "HEAD") {
    if (mediaType && !declared?.mediaTypes.has(mediaType)) return `${mediaType} is not declared for ${status}`;
    const bare = declared && new Map([...operation.responses, [status, { ...declared, mediaTypes: new Map() }]]);
    return findUndeclared(schemas, { ...operation, ...(bare && { responses: bare }) }, { status, headers });
  }
  const body =
    text === ""
      ? undefined
      : mediaType?.endsWith("json")
        ? JSON.parse(text)
        : mediaType?.endsWith("yaml")
          ? parse(text)
          : text;
  return findUndeclared(schemas, operation, { status, mediaType, headers, body });
}

/** The names of the header fields that are a matter of this answer, in lower case. */
function ownHeaders({ headers }: Response): string[] {
  return [...new Set(headers.keys())].filter((name) => !OF_ANY_ANSWER.has(name));
}
