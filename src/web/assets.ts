import { readFile } from "node:fs/promises";
import { entityTag } from "./entity-tag.ts";

/** A file that pages load. */
export interface Asset {
  readonly mediaType: "text/css" | "text/javascript" | "image/svg+xml";
  readonly content: string;
  readonly entityTag: string;
}

/** There is no file of that name. */
export class AssetNotFound extends Error {
  override readonly name = "AssetNotFound";
  override readonly message = "There is no such file.";
}

const OWN = ["kudos.css", "kudos.svg", "docs.js"];
const SWAGGER_UI = ["swagger-ui.css", "swagger-ui-bundle.js"];

/** Reads what the pages load, by name: our own files and those of Swagger UI, so that nothing comes from another host. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const files = [
    ...OWN.map((name) => [name, new URL(name, import.meta.url)] as const),
    ...SWAGGER_UI.map((name) => [name, new URL(import.meta.resolve(`swagger-ui-dist/${name}`))] as const),
  ];
  const assets = files.map(async ([name, file]) => {
    const content = await readFile(file, "utf8");
    return [name, { mediaType: mediaTypeOf(name), content, entityTag: entityTag(content) }] as const;
  });
  return new Map(await Promise.all(assets));
}

function mediaTypeOf(name: string): Asset["mediaType"] {
  if (name.endsWith(".css")) return "text/css";
  return name.endsWith(".svg") ? "image/svg+xml" : "text/javascript";
}
