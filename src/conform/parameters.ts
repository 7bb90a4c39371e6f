import { type ContractDocument, children, isNode, type Located } from "../contract/document/document.ts";
import type { Operation, Parameter } from "../contract/document/operation.ts";
import { covers } from "./http/content.ts";
import { isIgnored } from "./http/readings.ts";

/** The parameters that are such: see {@link isIgnored}. */
export function parametersOf({ parameters }: Operation): readonly Parameter[] {
  return parameters.filter((parameter) => !isIgnored(parameter));
}

/** The pointer of a parameter's schema; undefined when it has none of its own. */
export function pointerOf({ node, pointer }: Parameter): string | undefined {
  if (node.schema !== undefined) return `${pointer}/schema`;
  const [type] = Object.keys(isNode(node.content) ? node.content : {});
  return type === undefined
    ? undefined
    : `${pointer}/content/${type.replaceAll("~", "~0").replaceAll("/", "~1")}/schema`;
}

/** The examples beside a schema (OpenAPI 3.1 §4.8.19), those in other files left out. */
export function examplesOf(document: ContractDocument, holder: Located): unknown[] {
  const { example } = holder.node;
  const listed = children(document, holder, "examples").flatMap(([, { node }]) =>
    "value" in node ? [node.value] : [],
  );
  return [...(example === undefined ? [] : [example]), ...listed];
}
/** The media types of an operation's content that a type falls under. */
export function isDeclaredType({ requestContent }: Operation, mediaType: string): boolean {
  return [...(requestContent?.mediaTypes.keys() ?? [])].some((declared) => covers(declared, mediaType));
}
