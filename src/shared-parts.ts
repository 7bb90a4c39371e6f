import { readFile } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import { loadCheckedDocument } from "./contract/document/checked.ts";
import type { CompiledContract } from "./contract/document/compile.ts";
import type { ContractDocument } from "./contract/document/document.ts";
import type { EnginePool } from "./hashing/engine-pool.ts";
import type { PasswordMeter } from "./hashing/meter.ts";
import type { HandlerContext } from "./operations/handler-context.ts";
import { inEachCoding } from "./representation/coding.ts";
import { loadAssets } from "./web/assets/assets.ts";

/** Parts that several servers of one process may share, and whose maker closes them. A server makes the missing ones for itself. */
export interface SharedParts {
  readonly contract?: CompiledContract;
  readonly served?: Served;
  readonly engines?: EnginePool | undefined;
  readonly meter?: PasswordMeter;
}

/** The files and texts that are sent as they are, compressed once for many requests. */
export interface Served {
  readonly assets: HandlerContext["assets"];
  /** The contract as it is served at the address `server`, which is its `servers[0].url`. */
  readonly contract: (server: string) => HandlerContext["contract"];
  readonly workflows: HandlerContext["workflows"];
}

/** Loads the contract, which `npm run generate` has checked. */
export function loadOwnDocument(): Promise<ContractDocument> {
  return loadCheckedDocument(
    new URL("../openapi.yaml", import.meta.url),
    new URL("../generated/contract.json", import.meta.url),
  );
}

/**
 * Loads the files that pages load, and the contract in its editions.
 *
 * @throws {AssetsUnavailable}
 */
export async function loadServed(document: ContractDocument): Promise<Served> {
  const workflows = inEachCoding(() => readFile(WORKFLOWS, "utf8"));
  return { assets: await loadAssets(), contract: contractAt(document), workflows };
}

/** The same files and texts for a server below a path of its host. */
export function servedBelow(base: string, { assets, ...texts }: Served): Served {
  return { assets: { ...assets, base }, ...texts };
}

/** How calls follow on each other. Its source description is relative, so it is right below any path and host. */
const WORKFLOWS = new URL("web/docs/arazzo.yaml", import.meta.url);
/** The clients' edition, as `npm run generate` has written it. */
const CLIENT_EDITION = new URL("../generated/openapi.client.json", import.meta.url);
/** The addresses whose texts are kept: a server has few, and a client can name any. */
const MOST_ADDRESSES = 8;

function contractAt({ source, root }: ContractDocument): Served["contract"] {
  const kept = new LRUCache<string, HandlerContext["contract"]>({ max: MOST_ADDRESSES });
  return (server) => {
    const present = kept.get(server);
    if (present) return present;
    const servers = [{ url: server, description: "This server." }];
    const yaml = source.replace(/^servers:\n(?:[ -].*\n)+/m, () => `servers: ${JSON.stringify(servers)}\n`);
    const texts = {
      yaml: inEachCoding(() => yaml),
      json: inEachCoding(() => JSON.stringify({ ...root, servers })),
      client: inEachCoding(async () =>
        JSON.stringify({ ...JSON.parse(await readFile(CLIENT_EDITION, "utf8")), servers }),
      ),
    };
    kept.set(server, texts);
    return texts;
  };
}
