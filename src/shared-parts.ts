import { readFile } from "node:fs/promises";
import type { CompiledContract } from "./contract/document/compile.ts";
import type { ContractDocument } from "./contract/document/document.ts";
import type { EnginePool } from "./hashing/engine-pool.ts";
import type { PasswordMeter } from "./hashing/meter.ts";
import type { HandlerContext } from "./operations/handler-context.ts";
import { inEachCoding, jsonInEachCoding } from "./representation/coding.ts";
import { loadAssets } from "./web/assets/assets.ts";

/** Its source description is relative, so it is right below any path and host. */
const WORKFLOWS = new URL("web/docs/arazzo.yaml", import.meta.url);

/** Parts that several servers of one process may share, and whose maker closes them. A server makes the missing ones for itself. */
export interface SharedParts {
  readonly contract?: CompiledContract;
  readonly served?: Served;
  readonly engines?: EnginePool | undefined;
  readonly meter?: PasswordMeter;
}

/** The files and texts that are sent as they are, compressed once for all requests. */
export type Served = Pick<HandlerContext, "assets" | "contract" | "workflows">;

/**
 * Loads the files that pages load, and the contract as YAML and as JSON.
 *
 * @throws {AssetsUnavailable}
 */
export async function loadServed({ source, root }: ContractDocument): Promise<Served> {
  const [yaml, json] = [inEachCoding(source), jsonInEachCoding(root)];
  const workflows = inEachCoding(await readFile(WORKFLOWS, "utf8"));
  return { assets: await loadAssets(), contract: { yaml, json }, workflows };
}

/** The same files and texts for a server below a path of its host. A change of the texts compresses them anew. */
export function servedBelow(base: string, { assets, workflows }: Served, { source, root }: ContractDocument): Served {
  const servers = [{ url: base }];
  const yaml = source.replace(/^servers:\n(?:[ -].*\n)+/m, `servers:\n  - url: ${base}\n`);
  const json = jsonInEachCoding({ ...root, servers });
  return { assets: { ...assets, base }, contract: { yaml: inEachCoding(yaml), json }, workflows };
}
