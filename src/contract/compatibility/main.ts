import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { loadDocument } from "../document/parse.ts";
import { compareContracts } from "./compare-contracts.ts";
import { contractAt, majorOf, promises, versionOf } from "./history.ts";

const USAGE = `Usage: npm run contract:diff -- <git ref> [--document FILE]
       npm run contract:diff -- --promised

Shows what has changed for clients since a commit, breaking changes first. With --promised it compares with the first
commit of the present info.version and with the last one of each earlier version of the same major version.
Exit code: 0 when no client breaks, or the major version is a new one; 1 when one breaks; 2 when the call is wrong.`;

/** Compares the document in the working folder with those of commits, and prints the changes. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { document: { type: "string", default: "openapi.yaml" }, promised: { type: "boolean", default: false } },
  });
  if (positionals.length + Number(values.promised) !== 1) throw new Error("name one commit, or --promised");
  const present = await loadDocument(pathToFileURL(values.document));
  const version = versionOf(present);
  const [ref] = positionals;
  const earlier =
    ref === undefined ? await promises(version, values.document) : [await contractAt(ref, values.document)];
  if (!earlier) {
    console.log("skipped: the git history is missing here, so the contract cannot be compared with earlier ones");
    return 0;
  }
  let broken = 0;
  for (const { ref: commit, document } of earlier) {
    const changes = compareContracts(document, present).toSorted(
      (one, other) => Number(other.breaking) - Number(one.breaking),
    );
    const breaking = changes.filter((change) => change.breaking).length;
    console.log(`${versionOf(document)} (${commit}) → ${version}: ${changes.length} changes, ${breaking} breaking`);
    for (const change of changes)
      console.log(`  ${change.breaking ? "BREAKS" : "      "} ${change.where}: ${change.what}`);
    if (majorOf(versionOf(document)) === majorOf(version)) broken += breaking;
  }
  if (broken === 0) return 0;
  console.log(
    `Clients of version ${majorOf(version)} break. Mend it, or raise info.version to ${Number(majorOf(version)) + 1}.0.0.`,
  );
  return 1;
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
    console.error(`${error.message.trim().split("\n").at(-1)}\n\n${USAGE}`);
    return 2;
  });
}
