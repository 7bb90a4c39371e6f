import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ContractDocument } from "../document/document.ts";
import { parseDocument } from "../document/parse.ts";

const run = promisify(execFile);

/** A contract as a commit has it. */
export interface Committed {
  /** How git names the commit. */
  readonly ref: string;
  readonly document: ContractDocument;
}

/**
 * The contract of a commit. Rejects with git's own words when there is no such commit, or no such file in it, and with ContractFault.
 *
 * @param file the path of the document, from the folder of this process
 */
export async function contractAt(ref: string, file: string): Promise<Committed> {
  return { ref, document: parseDocument(await git("show", `${ref}:./${file}`)) };
}

/**
 * The contracts that one of a version has to go on with: the first commit of that version, and the last of each earlier version of the
 * same major one (Semantic Versioning 2.0.0, §8). Newest first; undefined where git, its history or the file in it is missing.
 *
 * @param version `info.version` of the document in hand
 */
export async function promises(version: string, file: string): Promise<readonly Committed[] | undefined> {
  const refs = await git("log", "--first-parent", "--format=%h", "--", file).catch(() => undefined);
  const shallow = await git("rev-parse", "--is-shallow-repository").catch(() => "true");
  if (refs === undefined || shallow.trim() === "true") return undefined;
  const promised = new Map<string, Committed>();
  for (const ref of refs.split("\n").filter((line) => line !== "")) {
    const committed = await contractAt(ref, file).catch(() => undefined);
    if (!committed) continue;
    const its = versionOf(committed.document);
    if (majorOf(its) !== majorOf(version)) break;
    // From the newest commit on: the first one seen of another version is its last, the last one seen of this version its first.
    if (its === version || !promised.has(its)) promised.set(its, committed);
  }
  return [...promised.values()];
}

/** `info.version` of a document. */
export function versionOf({ root }: ContractDocument): string {
  return String((root.info as { version?: unknown } | undefined)?.version);
}

/** The part of a version that moves when clients break. */
export const majorOf = (version: string): string => version.split(".")[0] ?? "";

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", args, { maxBuffer: 64 * 1_024 * 1_024 });
  return stdout;
}
