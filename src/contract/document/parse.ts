import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { type ContractDocument, ContractFault, isNode } from "./document.ts";

/**
 * Reads an OpenAPI document from a YAML (or JSON) file. Throws {@link ContractFault} when it cannot be parsed, and
 * errors of the file system.
 */
export async function loadDocument(file: URL): Promise<ContractDocument> {
  const source = await readFile(file, "utf8");
  return parseDocument(source);
}

/**
 * Parses the text of an OpenAPI document. Throws {@link ContractFault}, also for YAML aliases (`$ref` is the one way to
 * share) and for duplicate keys.
 */
export function parseDocument(source: string): ContractDocument {
  let root: unknown;
  try {
    root = parse(source, { uniqueKeys: true, maxAliasCount: 0 });
  } catch (error) {
    throw new ContractFault([`the document is not YAML: ${(error as Error).message.split("\n")[0]}`]);
  }
  if (!isNode(root)) throw new ContractFault(["the document is not an object"]);
  return { root, source, checked: false };
}
