import { type ContractDocument, valueAt } from "../document/document.ts";

/** The schema at a JSON pointer of a document; undefined when no schema is given. */
export function schemaAt({ root }: ContractDocument, pointer: string | undefined): unknown {
  return pointer === undefined ? undefined : valueAt(root, pointer.split("/").slice(1));
}
