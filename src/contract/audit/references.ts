import { type ContractDocument, resolve } from "../document/document.ts";
import { type Place, walk } from "../document/walk.ts";

/** Every `$ref` and every link that leads nowhere, one sentence with a JSON pointer each. */
export function auditReferences(document: ContractDocument, operationIds: readonly string[]): string[] {
  return [...walk(document.root)].flatMap((place) => [
    ...auditReference(document, place),
    ...auditLink(place, operationIds),
  ]);
}

function auditReference(document: ContractDocument, place: Place): string[] {
  const { $ref } = place.node;
  if (typeof $ref !== "string" || resolve(document, place)) return [];
  return [`${place.pointer}: $ref ${$ref} does not lead to a place in this document`];
}

function auditLink({ kind, node, pointer }: Place, operationIds: readonly string[]): string[] {
  const { operationId } = node;
  if (kind !== "link" || typeof operationId !== "string" || operationIds.includes(operationId)) return [];
  return [`${pointer}: leads to the unknown operation ${operationId}`];
}
