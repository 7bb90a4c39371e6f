import { type ContractDocument, isNode, type Node } from "./document.ts";
import { type Place, walk } from "./walk.ts";

/**
 * The members that came with OpenAPI 3.2 and that nothing here would heed, one sentence with a JSON pointer each. What only describes
 * passes: `$self`, `summary` and `kind`, and the name of a server. Parameters in `querystring`, the style `cookie`, and schemes of
 * OAuth are refused with those of 3.1 that cannot be read.
 */
export function auditMembersOf32(document: ContractDocument): string[] {
  return [...auditTagParents(document.root), ...[...walk(document.root)].flatMap(auditPlace)];
}

function auditPlace({ kind, node, pointer }: Place): string[] {
  if (kind === "mediaType" || kind === "encoding") {
    const positional = ["prefixEncoding", "itemEncoding"].filter((name) => node[name] !== undefined);
    return [
      ...(node.itemSchema === undefined
        ? []
        : [`${pointer}/itemSchema: content is not read or sent item by item here`]),
      ...positional.map((name) => `${pointer}/${name}: content is not encoded by position here`),
    ];
  }
  if (kind === "schema" && isNode(node.discriminator) && node.discriminator.defaultMapping !== undefined) {
    return [`${pointer}/discriminator/defaultMapping: a discriminator has no default here`];
  }
  return [];
}

/** Parents of tags that are no tags, and tags that are above themselves (OpenAPI 3.2 §4.22). */
function auditTagParents({ tags }: Node): string[] {
  const parents = new Map(
    (Array.isArray(tags) ? tags : []).filter(isNode).map(({ name, parent }) => [name, parent] as const),
  );
  return [...parents].flatMap(([name, parent]) => {
    if (parent === undefined) return [];
    if (!parents.has(parent)) return [`tag ${name} has the unknown parent ${parent}`];
    const above = new Set<unknown>();
    for (let tag: unknown = parent; tag !== undefined && !above.has(tag); tag = parents.get(tag)) above.add(tag);
    return above.has(name) ? [`tag ${name} is above itself`] : [];
  });
}
