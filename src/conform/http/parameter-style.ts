import { isNode } from "../../contract/document/document.ts";
import type { Parameter } from "../../contract/document/operation.ts";

/** One value as text: a list or an object inside of another is written as JSON, which no style of OpenAPI can hold. */
export function textOfValue(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

const encode = (value: unknown) => encodeURIComponent(textOfValue(value));
const same = (value: unknown) => textOfValue(value);

/** The style of a parameter (OpenAPI 3.1 §4.8.12.2), and whether it is exploded, with the defaults of its place. */
export function styleOf({ in: where, node }: Parameter): { readonly style: string; readonly explode: boolean } {
  const style = typeof node.style === "string" ? node.style : ["query", "cookie"].includes(where) ? "form" : "simple";
  return { style, explode: typeof node.explode === "boolean" ? node.explode : style === "form" || style === "cookie" };
}

/** The path segment, or part of one, that stands for a parameter in the path. */
export function pathText(parameter: Parameter, value: unknown): string {
  if (isNode(parameter.node.content)) return encodeURIComponent(JSON.stringify(value));
  const { style, explode } = styleOf(parameter);
  const { name } = parameter;
  const pairs = pairsOf(value, encode);
  if (style === "label")
    return `.${pairs === undefined ? listed(value, encode, explode ? "." : ",") : joinPairs(pairs, explode, explode ? "." : ",")}`;
  if (style !== "matrix") return pairs === undefined ? listed(value, encode, ",") : joinPairs(pairs, explode, ",");
  if (pairs !== undefined)
    return explode ? pairs.map(([key, text]) => `;${key}=${text}`).join("") : `;${name}=${pairs.flat().join(",")}`;
  if (Array.isArray(value) && explode) return value.map((item) => `;${name}=${encode(item)}`).join("");
  return `;${name}=${listed(value, encode, ",")}`;
}

/** The pairs that stand for a parameter in the query: names and values, percent-encoded. */
export function queryPairs(parameter: Parameter, value: unknown): string[] {
  const { style, explode } = styleOf(parameter);
  const name = encodeURIComponent(parameter.name);
  if (isNode(parameter.node.content)) return [`${name}=${encodeURIComponent(JSON.stringify(value))}`];
  const pairs = pairsOf(value, encode);
  if (pairs !== undefined) {
    if (style === "deepObject") return pairs.map(([key, text]) => `${name}[${key}]=${text}`);
    if (explode) return pairs.map(([key, text]) => `${key}=${text}`);
    return [`${name}=${pairs.flat().join(delimiterOf(style))}`];
  }
  if (!Array.isArray(value)) return [`${name}=${encode(value)}`];
  if (explode) return value.map((item) => `${name}=${encode(item)}`);
  return [`${name}=${value.map(encode).join(delimiterOf(style))}`];
}

/** The value of a header field, or of a cookie, that is a parameter. */
export function fieldText(parameter: Parameter, value: unknown): string {
  if (isNode(parameter.node.content)) return JSON.stringify(value);
  const write = parameter.in === "cookie" ? encode : same;
  const pairs = pairsOf(value, write);
  const { explode } = styleOf(parameter);
  return pairs === undefined ? listed(value, write, ",") : joinPairs(pairs, explode && parameter.in === "header", ",");
}

function delimiterOf(style: string): string {
  return style === "spaceDelimited" ? "%20" : style === "pipeDelimited" ? "%7C" : ",";
}

function pairsOf(value: unknown, write: (value: unknown) => string): [string, string][] | undefined {
  return isNode(value) ? Object.entries(value).map(([key, member]) => [write(key), write(member)]) : undefined;
}

function joinPairs(pairs: readonly [string, string][], explode: boolean, delimiter: string): string {
  return pairs.map(([key, text]) => (explode ? `${key}=${text}` : `${key},${text}`)).join(delimiter);
}

function listed(value: unknown, write: (value: unknown) => string, delimiter: string): string {
  return Array.isArray(value) ? value.map(write).join(delimiter) : write(value);
}
