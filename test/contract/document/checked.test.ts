import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "ava";
import { describeChecked, loadCheckedDocument } from "../../../src/contract/document/checked.ts";
import { loadDocument } from "../../../src/contract/document/parse.ts";
import { generate } from "../../../src/contract/generate.ts";
import { operation, smallDocument } from "../../support/contract/small-contract.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const OPENAPI = new URL("../../../openapi.yaml", import.meta.url);

test("the checked document is the one that is written, for that very text alone", async (t) => {
  const written = await loadDocument(OPENAPI);
  const folder = pathToFileURL(`${await temporaryFolder(t)}/`);
  const kept = new URL("contract.json", folder);
  await writeFile(kept, describeChecked(written));
  t.deepEqual(await loadCheckedDocument(OPENAPI, kept), { ...written, checked: true });

  const other = new URL("other.yaml", folder);
  await writeFile(other, `${written.source}\n# One more line.\n`);
  t.false((await loadCheckedDocument(other, kept)).checked);
});

test("without a checked document, or with something else in its place, a start checks for itself", async (t) => {
  const folder = await temporaryFolder(t);
  const { root } = await loadDocument(OPENAPI);
  for (const [index, text] of ["", "null\n", "{", '{"digest":"0"}', "[]"].entries()) {
    const file = join(folder, `${index}.json`);
    await writeFile(file, text);
    const document = await loadCheckedDocument(OPENAPI, pathToFileURL(file));
    t.deepEqual([document.checked, document.root], [false, root], text);
  }
  t.false((await loadCheckedDocument(OPENAPI, pathToFileURL(join(folder, "nowhere.json")))).checked);
});

test("a document with a fault is never kept as checked", async (t) => {
  const wrong = { name: "page", in: "query", schema: { type: "integer", default: "one" } };
  const document = (parameters: readonly unknown[]) =>
    smallDocument({ paths: { "/things": { get: operation("listThings", { parameters }) } } });
  t.is((await generate(document([wrong]))).get("contract.json"), "null\n");
  t.not((await generate(document([]))).get("contract.json"), "null\n");
});
