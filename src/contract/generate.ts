import { mkdir, readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";
import { auditDocument } from "./audit/audit.ts";
import { describeChecked } from "./document/checked.ts";
import { compileContract } from "./document/compile.ts";
import { type ContractDocument, follow, isNode, type Node } from "./document/document.ts";
import { isSecured, type Operation, schemesOf } from "./document/operation.ts";
import { loadDocument } from "./document/parse.ts";
import { readOperations, readSecuritySchemes } from "./document/read-operations.ts";
import { walk } from "./document/walk.ts";

const MARK = "// Generated from openapi.yaml by `npm run generate`. Do not edit.\n\n";

/**
 * The generated files, by name: the types of openapi-typescript, and what these leave out: whether an operation has a
 * principal, and which field holds the credential of each scheme; and the document itself, if no fault is in it.
 */
export async function generate(document: ContractDocument): Promise<Map<string, string>> {
  const types = astToString(await openapiTS(JSON.stringify(withInlineHeaders(document))));
  return new Map([
    ["openapi.ts", MARK + types],
    ["principals.ts", MARK + principals(readOperations(document))],
    ["security-schemes.ts", MARK + credentialFields(document)],
    ["contract.json", (await isFaultless(document)) ? describeChecked(document) : "null\n"],
  ]);
}

/** Whether a start would find no fault in the document, whatever serves it. */
async function isFaultless(document: ContractDocument): Promise<boolean> {
  const contract = await compileContract({ ...document, checked: false });
  return [...contract.malformed, ...contract.unusable, ...auditDocument(contract)].length === 0;
}

/**
 * A copy of the document with the shared headers in place. openapi-typescript sees whether a header is required only where
 * the header itself stands, and makes each one behind a `$ref` mandatory.
 */
function withInlineHeaders(document: ContractDocument): Node {
  const copy = structuredClone(document.root);
  for (const { node, pointer, kind } of walk(copy)) {
    if ((kind !== "response" && kind !== "encoding") || !isNode(node.headers)) continue;
    const inPlace = Object.entries(node.headers).map(([name, header]) => [
      name,
      isNode(header) ? structuredClone(follow(document, { node: header, pointer }).node) : header,
    ]);
    Object.assign(node, { headers: Object.fromEntries(inPlace) });
  }
  return copy;
}

function principals(operations: readonly Operation[]): string {
  const lines = operations.map((operation) => {
    const unsecured = schemesOf(operation).length > 0 ? "optional" : "none";
    return `  ${operation.operationId}: "${isSecured(operation) ? "required" : unsecured}";`;
  });
  return `/** Does an operation's \`security\` give it a principal: always, where there is one, or never? */
export interface principals {
${lines.join("\n")}
}
`;
}

function credentialFields(document: ContractDocument): string {
  const keys = [...readSecuritySchemes(document).values()].filter(({ type }) => type === "apiKey");
  const lines = keys.map(({ name, node }) => `  ${name}: { in: "${node.in}", name: "${node.name}" },`);
  return `/** Where each security scheme of type \`apiKey\` has its credential. */
export const securitySchemes = {
${lines.join("\n")}
} as const;
`;
}

/** The files of {@link writeGenerated}. */
export interface Files {
  /** The OpenAPI document. */
  readonly document: URL;
  /** The folder of the generated files, made if it is not there; ends with a slash. */
  readonly folder: URL;
  /** Compare only, and write nothing. */
  readonly check: boolean;
}

/**
 * Writes the generated files of a document, those that differ. Answers their names: with `check`, the stale ones. Throws
 * {@link ContractFault} for a document that cannot be read, and errors of the file system.
 */
export async function writeGenerated({ document, folder, check }: Files): Promise<string[]> {
  const stale: string[] = [];
  if (!check) await mkdir(folder, { recursive: true });
  for (const [name, text] of await generate(await loadDocument(document))) {
    const file = new URL(name, folder);
    const present = await readFile(file, "utf8").catch(() => "");
    if (present === text) continue;
    stale.push(name);
    if (!check) await writeFile(file, text);
  }
  return stale;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      document: { type: "string", default: "openapi.yaml" },
      folder: { type: "string", default: "generated" },
    },
  });
  const { document, folder, check } = values;
  const stale = await writeGenerated({ document: pathToFileURL(document), folder: pathToFileURL(`${folder}/`), check });
  if (check && stale.length > 0) {
    console.error(`generated/ is stale (${stale.join(", ")}): run \`npm run generate\` and commit what it writes.`);
    process.exitCode = 1;
  }
}
