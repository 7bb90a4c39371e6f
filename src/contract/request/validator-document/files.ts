import { isNode, type Node, valueAt } from "../../document/document.ts";
import type { Operation } from "../../document/operation.ts";

type Writable = Record<string, unknown>;

/**
 * Has a copy of the document say nothing of files: they are no texts, and have been held to their length, their number and their media
 * types while they were read.
 */
export function openFiles(copy: Node, operations: readonly Operation[]): void {
  for (const { requestContent } of operations) {
    if (!requestContent) continue;
    const mediaOf = (mediaType: string) => {
      const pointer = requestContent.schemas.get(mediaType)?.pointer.split("/").slice(1, -1) ?? [];
      return valueAt(copy, pointer) as Writable;
    };
    for (const mediaType of requestContent.files) mediaOf(mediaType).schema = {};
    for (const [mediaType, { shape }] of requestContent.forms) {
      const files = [...shape.members]
        .filter(([, member]) => member.isFile || member.items?.isFile)
        .map(([name]) => name);
      if (files.length === 0) continue;
      const schema = valueAt(copy, requestContent.mediaTypes.get(mediaType)?.split("/").slice(1) ?? []) as Node;
      const properties = isNode(schema.properties) ? schema.properties : {};
      const open = Object.fromEntries(files.map((name) => [name, withoutTexts(properties[name])]));
      // The schema itself may be one of JSON, too.
      mediaOf(mediaType).schema = { ...schema, properties: { ...properties, ...open } };
    }
  }
}

function withoutTexts(member: unknown): Node {
  if (!isNode(member) || member.type !== "array") return {};
  const { minItems = 0, maxItems = Number.MAX_SAFE_INTEGER } = member;
  return { type: "array", minItems, maxItems };
}
