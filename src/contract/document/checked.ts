import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type ContractDocument, isNode } from "./document.ts";

/** The packages that read a document and are made to fit it: another version of one may find other faults. */
const PACKAGES = ["ajv", "ajv-formats", "express-openapi-validator", "yaml"];

const require = createRequire(import.meta.url);

/**
 * The text of the file in which `npm run generate` keeps a document in which it has found no fault, parsed. It holds for that very
 * text of the document, read by the same versions of the packages.
 */
export function describeChecked({ root, source }: ContractDocument): string {
  return `${JSON.stringify({ digest: digestOf(source), root })}\n`;
}

/**
 * Reads a document as `loadDocument` does. Where the file of {@link describeChecked} is of the same text, it is taken from there and
 * counts as checked: reading YAML and looking for faults again would take 450 ms and 60 MB of each start. In all other cases, such as
 * while somebody edits the document, the start does it itself.
 */
export async function loadCheckedDocument(file: URL, checkedFile: URL): Promise<ContractDocument> {
  const [source, checked] = await Promise.all([readFile(file, "utf8"), readChecked(checkedFile)]);
  if (isNode(checked) && checked.digest === digestOf(source) && isNode(checked.root)) {
    return { root: checked.root, source, checked: true };
  }
  const { parseDocument } = await import("./parse.ts");
  return parseDocument(source);
}

async function readChecked(file: URL): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}

function digestOf(source: string): string {
  const versions = PACKAGES.map((name) => `${name} ${require(`${name}/package.json`).version}`);
  return createHash("sha256")
    .update(JSON.stringify([source, versions]))
    .digest("hex");
}
