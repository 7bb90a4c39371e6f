import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";
import { type ContractDocument, follow, isNode, loadDocument, type Node } from "./document/document.ts";
import { isSecured, type Operation, readOperations, readSecuritySchemes, schemesOf } from "./document/operation.ts";

const MARK = "// Generated from openapi.yaml by `npm run generate`. Do not edit.\n\n";
const DOCUMENT = new URL("../../openapi.yaml", import.meta.url);
const FOLDER = new URL("../../generated/", import.meta.url);

/** The files of `generated/`, by name: the types of openapi-typescript, and what they leave out: who may call, and by which field. */
export async function generate(document: ContractDocument): Promise<Map<string, string>> {
  const types = astToString(await openapiTS(JSON.stringify(withInlineHeaders(document))));
  return new Map([
    ["openapi.ts", MARK + types],
    ["principals.ts", MARK + principals(readOperations(document))],
    ["security-schemes.ts", MARK + credentialFields(document)],
  ]);
}

/**
 * openapi-typescript sees whether a header is required only where the header stands in place, and makes each one behind
 * a `$ref` mandatory. So the references are followed for it.
 */
function withInlineHeaders(document: ContractDocument): Node {
  const inline = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => inline(item, ""));
    if (!isNode(value)) return value;
    const entries = Object.entries(value).map(([name, item]) => [
      name,
      key === "headers" && isNode(item) ? follow(document, { node: item, pointer: name }).node : inline(item, name),
    ]);
    return Object.fromEntries(entries);
  };
  const root = inline(document.root, "") as Record<string, unknown>;
  return { ...root, components: { ...(root.components as Node), headers: (document.root.components as Node).headers } };
}

function principals(operations: readonly Operation[]): string {
  const lines = operations.map((operation) => {
    const anybody = schemesOf(operation).length > 0 ? "optional" : "none";
    return `  ${operation.operationId}: "${isSecured(operation) ? "required" : anybody}";`;
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

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const stale: string[] = [];
  for (const [name, text] of await generate(await loadDocument(DOCUMENT))) {
    const file = new URL(name, FOLDER);
    const present = await readFile(file, "utf8").catch(() => "");
    if (present === text) continue;
    stale.push(name);
    if (!values.check) await writeFile(file, text);
  }
  if (values.check && stale.length > 0) {
    console.error(`generated/ is stale (${stale.join(", ")}): run \`npm run generate\` and commit what it writes.`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
