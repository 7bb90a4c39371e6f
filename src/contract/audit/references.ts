import { type ContractDocument, escapePointer, isNode, type Node, resolve } from "../document/document.ts";

/** Every `$ref` and every link that leads nowhere. What stands in an example leads nowhere by nature. */
export function auditReferences(document: ContractDocument, operationIds: readonly string[]): string[] {
  const findings: string[] = [];
  const visit = (value: unknown, pointer: string): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${pointer}/${index}`);
    if (!isNode(value)) return;
    if (typeof value.$ref === "string" && !resolve(document, { node: value, pointer })) {
      findings.push(`${pointer}: $ref ${value.$ref} does not lead to a place in this document`);
    }
    for (const key of Object.keys(value)) {
      const below = `${pointer}/${escapePointer(key)}`;
      if (key === "links" && isNode(value.links)) findings.push(...auditLinks(value.links, below, operationIds));
      if (!["example", "examples", "default", "const", "enum"].includes(key)) visit(value[key], below);
    }
  };
  visit(document.root, "");
  return findings;
}

function auditLinks(links: Node, pointer: string, operationIds: readonly string[]): string[] {
  return Object.entries(links).flatMap(([name, link]) =>
    isNode(link) && typeof link.operationId === "string" && !operationIds.includes(link.operationId)
      ? [`${pointer}/${escapePointer(name)}: leads to the unknown operation ${link.operationId}`]
      : [],
  );
}
