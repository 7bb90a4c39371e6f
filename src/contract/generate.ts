import { mkdir, readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";
import { factory } from "typescript";
import { auditDocument } from "./audit/audit.ts";
import { describeChecked } from "./document/checked.ts";
import { compileContract } from "./document/compile.ts";
import { type ContractDocument, ContractFault, type Node } from "./document/document.ts";
import { isSecured, type Operation, schemesOf } from "./document/operation.ts";
import { loadDocument } from "./document/parse.ts";
import { readOperations, readSecuritySchemes } from "./document/read-operations.ts";
import { forTypes } from "./edition/for-types.ts";
import { prune } from "./edition/prune.ts";
import { putSuccessesInPlace } from "./edition/responses-in-place.ts";

const MARK = "// Generated from openapi.yaml by `npm run generate`. Do not edit.\n\n";

/**
 * The generated files, by name: the types of openapi-typescript, and what these leave out: whether an operation has a
 * principal, and which field holds the credential of each scheme; and the document itself, if no fault is in it, else `null`. With an
 * overlay, the edition for clients, too. Throws {@link ContractFault} when the overlay does not fit or makes a document with faults.
 *
 * @param onFault told of each fault for which a start would refuse the document, one sentence each
 */
export async function generate(
  document: ContractDocument,
  overlay?: Node,
  onFault: (sentence: string) => void = () => {},
): Promise<Map<string, string>> {
  const faults = await faultsOf(document);
  for (const fault of faults) onFault(fault);
  // A file is no string, neither to a client, which sends a `Blob`, nor to a handler.
  const transform = ({ format }: { format?: string }) =>
    format === "binary" ? factory.createTypeReferenceNode("Blob") : undefined;
  const types = astToString(await openapiTS(JSON.stringify(forTypes(document)), { transform }));
  return new Map([
    ["openapi.ts", MARK + types],
    ["principals.ts", MARK + principals(readOperations(document))],
    ["security-schemes.ts", MARK + credentialFields(document)],
    ["contract.json", faults.length === 0 ? describeChecked(document) : "null\n"],
    ...(overlay ? ([["openapi.client.json", await editionOf(document, overlay)]] as const) : []),
  ]);
}

/** The document that the overlay makes, with successes in place, without the components that nothing needs any more. */
async function editionOf(document: ContractDocument, overlay: Node): Promise<string> {
  // Its package reads paths of an overlay, and who has none need not install it.
  const { applyOverlay } = await import("./edition/overlay.ts");
  const root = applyOverlay(document.root, overlay);
  putSuccessesInPlace({ ...document, root });
  prune(root);
  const source = `${JSON.stringify(root, null, 2)}\n`;
  const faults = await faultsOf({ root, source, checked: false });
  if (faults.length > 0) throw new ContractFault(faults.map((text) => `the edition for clients: ${text}`));
  return source;
}

/** The faults that a start would find in the document, whatever serves it. */
async function faultsOf(document: ContractDocument): Promise<string[]> {
  const contract = await compileContract({ ...document, checked: false });
  return [...contract.malformed, ...contract.unusable, ...auditDocument(contract)];
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
  /** The overlay that makes the edition for clients; undefined: none is made. */
  readonly overlay?: URL | undefined;
  /** The folder of the generated files, made if it is not there; ends with a slash. */
  readonly folder: URL;
  /** Compare only, and write nothing. */
  readonly check: boolean;
  /** Told of each fault for which a start would refuse the document. */
  readonly onFault?: (sentence: string) => void;
}

/**
 * Writes the generated files of a document, those that differ. Answers their names: with `check`, the stale ones. Throws
 * {@link ContractFault} for a document that cannot be read, and errors of the file system.
 */
export async function writeGenerated({ document, overlay, folder, check, onFault }: Files): Promise<string[]> {
  const actions = overlay && (await loadDocument(overlay)).root;
  const stale: string[] = [];
  if (!check) await mkdir(folder, { recursive: true });
  for (const [name, text] of await generate(await loadDocument(document), actions, onFault)) {
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
      overlay: { type: "string" },
      folder: { type: "string", default: "generated" },
    },
  });
  const { document, overlay, folder, check } = values;
  const stale = await writeGenerated({
    document: pathToFileURL(document),
    overlay: overlay === undefined ? undefined : pathToFileURL(overlay),
    folder: pathToFileURL(`${folder}/`),
    check,
    onFault: (sentence) => console.error(`A start would refuse ${document}: ${sentence}`),
  });
  if (check && stale.length > 0) {
    console.error(`generated/ is stale (${stale.join(", ")}): run \`npm run generate\` and commit what it writes.`);
    process.exitCode = 1;
  }
}
