import { loadDocument } from "../../src/contract/document.ts";
import { type Operation, readOperations } from "../../src/contract/operation.ts";
import { findUndeclared } from "../../src/contract/response.ts";
import { createSchemaValidator } from "../../src/contract/schema-validator.ts";

export const document = await loadDocument(new URL("../../openapi.yaml", import.meta.url));
export const operations = readOperations(document);
const schemas = createSchemaValidator(document);

/** The operation that a request is for; undefined when the contract has none. */
export function operationOf(method: string, path: string): Operation | undefined {
  const wanted = method === "HEAD" ? "GET" : method;
  const pattern = (template: string) =>
    new RegExp(`^${template.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
  return operations.find((operation) => operation.method === wanted && pattern(operation.path).test(path));
}

/**
 * What is wrong with an answer by the contract, error answers included: status, media type, body and headers for an
 * operation, a problem or a page for anything else. Undefined when nothing is. The response's body stays readable.
 */
export async function judge(method: string, url: string, response: Response): Promise<string | undefined> {
  const operation = operationOf(method, new URL(url).pathname);
  const mediaType = response.headers.get("Content-Type")?.split(";")[0];
  const text = method === "HEAD" ? "" : await response.clone().text();
  if (!operation) {
    if (response.status === 204) return undefined;
    if (mediaType === "text/html" || text === "") return undefined;
    return schemas.check("/components/schemas/Problem", JSON.parse(text));
  }
  if (method === "HEAD")
    return operation.responses.has(response.status) ? undefined : `${response.status} is not declared`;
  const declared = operation.responses.get(response.status)?.headers.keys() ?? [];
  const headers = Object.fromEntries([...declared].map((name) => [name, response.headers.get(name) ?? undefined]));
  const body = text === "" ? undefined : mediaType?.endsWith("json") ? JSON.parse(text) : text;
  return findUndeclared(schemas, operation, { status: response.status, mediaType, headers, body });
}
