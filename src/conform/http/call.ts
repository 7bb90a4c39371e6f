import type { Operation, SecurityScheme } from "../../contract/document/operation.ts";
import { bytesOf, contentTypeOf } from "./content.ts";
import type { WireRequest } from "./exchange.ts";
import { fieldText, pathText, queryPairs } from "./parameter-style.ts";

/** The content of a call: a value of a media type, or bytes that stand for none. */
export interface Content {
  readonly mediaType: string;
  readonly value?: unknown;
  readonly bytes?: Buffer;
}

/** A call of an operation, before it is written as a request. */
export interface Call {
  readonly operation: Operation;
  /** The method, where it is another than that of the operation. */
  readonly method?: string;
  /** Values by `<in>.<name>`, such as `path.book_id`. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly content: Content | undefined;
  /** Texts by the name of the security scheme. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Header fields besides. */
  readonly headers: readonly (readonly [string, string])[];
}

/** What all calls have in common. */
export interface Wiring {
  readonly server: URL;
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly headers: readonly (readonly [string, string])[];
}

/** The path of a call, with the values of its parameters in it. */
export function pathOf({ operation, parameters }: Pick<Call, "operation" | "parameters">): string {
  return operation.path.replaceAll(/\{([^}]+)\}/g, (_whole, name: string) => {
    const parameter = operation.parameters.find((one) => one.in === "path" && one.name === name);
    const value = parameters[`path.${name}`];
    return parameter === undefined ? encodeURIComponent(String(value)) : pathText(parameter, value);
  });
}

/** Writes a call as a request. */
export function requestOf(call: Call, { server, schemes, headers }: Wiring): WireRequest {
  const { operation, content } = call;
  const given = operation.parameters.filter((parameter) => call.parameters[keyOf(parameter)] !== undefined);
  const at = (where: string) => given.filter((parameter) => parameter.in === where);
  const carried = carry(call.credentials, schemes);
  const query = [...at("query").flatMap((one) => queryPairs(one, call.parameters[keyOf(one)])), ...carried.query];
  const cookies = [
    ...at("cookie").map((one) => `${one.name}=${fieldText(one, call.parameters[keyOf(one)])}`),
    ...carried.cookies,
  ];
  const body = content && (content.bytes ?? bytesOf(content.mediaType, content.value));
  const own = [
    ...at("header").map((one) => [one.name, fieldText(one, call.parameters[keyOf(one)])] as const),
    ...carried.headers,
    ...(cookies.length > 0 ? [["Cookie", cookies.join("; ")] as const] : []),
    ...(content && content.mediaType !== "" ? [["Content-Type", contentTypeOf(content.mediaType)] as const] : []),
    ...call.headers,
  ];
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  return {
    method: call.method ?? operation.method,
    target: `${server.pathname.replace(/\/$/, "")}${pathOf(call)}${query.length > 0 ? `?${query.join("&")}` : ""}`,
    headers: [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...own],
    body,
  };
}

export function keyOf({ in: where, name }: { readonly in: string; readonly name: string }): string {
  return `${where}.${name}`;
}

/** Where the credentials go, each by its scheme (OpenAPI 3.1 §4.8.27). A scheme that is not known is left out. */
function carry(credentials: Call["credentials"], schemes: Wiring["schemes"]) {
  const carried: { headers: [string, string][]; query: string[]; cookies: string[] } = {
    headers: [],
    query: [],
    cookies: [],
  };
  for (const [name, text] of Object.entries(credentials)) {
    const scheme = schemes.get(name);
    if (scheme === undefined) continue;
    const { type, node } = scheme;
    const key = String(node.name);
    if (type === "apiKey" && node.in === "cookie") carried.cookies.push(`${key}=${text}`);
    else if (type === "apiKey" && node.in === "query")
      carried.query.push(`${encodeURIComponent(key)}=${encodeURIComponent(text)}`);
    else if (type === "apiKey") carried.headers.push([key, text]);
    else if (type === "http" && String(node.scheme).toLowerCase() === "basic")
      carried.headers.push([
        "Authorization",
        `Basic ${text.includes(":") ? Buffer.from(text).toString("base64") : text}`,
      ]);
    else if (type !== "mutualTLS") carried.headers.push(["Authorization", `Bearer ${text}`]);
  }
  return carried;
}
