import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { coded } from "../../representation/coding.ts";
import { ASSET_NAMES, type Asset, type Assets, AssetsUnavailable } from "./asset.ts";
import { builtAssets } from "./built-assets.ts";

const MEDIA_TYPES: Readonly<Record<string, Asset["mediaType"]>> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/**
 * Reads the files that pages load, as they are compressed: half a megabyte each way, where their text would take 4 MB. They are built first when there is no build of the present sources.
 * Throws {@link AssetsUnavailable}.
 */
export async function loadAssets(): Promise<Assets> {
  const folder = await builtAssets();
  const { names, files }: Manifest = JSON.parse(await readFile(new URL("manifest.json", folder), "utf8"));
  const missing = ASSET_NAMES.find((name) => names[name] === undefined);
  if (missing) throw new AssetsUnavailable(`the build of the pages' files has no ${missing}: run npm run build`);

  const hashed = new Map(
    await Promise.all(files.map(async (file) => [file, await readAsset(new URL(file, folder))] as const)),
  );
  const plain = new Map(
    Object.entries(names).flatMap(([name, file]) => {
      const asset = hashed.get(file);
      return asset ? [[name, { ...asset, immutable: false }] as const] : [];
    }),
  );
  return {
    url: (name) => `/assets/${names[name]}`,
    find: (name) => hashed.get(name) ?? plain.get(name),
  };
}

/** The list of a build: all its files, and the plain names of those that pages link to. */
export interface Manifest {
  readonly names: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

async function readAsset(file: URL): Promise<Asset> {
  const [br, gzip] = await Promise.all([readFile(new URL(`${file.href}.br`)), readFile(new URL(`${file.href}.gz`))]);
  return {
    mediaType: MEDIA_TYPES[extname(file.pathname)] ?? "text/javascript",
    immutable: true,
    ...coded(br, gzip),
  };
}
