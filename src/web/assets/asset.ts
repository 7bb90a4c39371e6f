import type { Coded } from "../../representation/coding.ts";

/** The names under which pages know what they load; behind each is a file whose name tells its content. */
export const ASSET_NAMES = [
  "docs.css",
  "docs.js",
  "kudos.css",
  "kudos.svg",
  "swagger-ui-bundle.js",
  "swagger-ui.css",
  "view.js",
] as const;

export type AssetName = (typeof ASSET_NAMES)[number];

/** A file that pages load, ready to be sent in each content coding. */
export interface Asset extends Coded {
  readonly mediaType: "text/css" | "text/javascript" | "image/svg+xml";
  /** Whether the name it was asked for by can never stand for other content. */
  readonly immutable: boolean;
}

/** What the pages load. */
export interface Assets {
  /** The address of a file, for a page. */
  url(name: AssetName): string;
  /** The file by the last part of its address: by the name that tells its content, or by its plain name. */
  find(name: string): Asset | undefined;
}

/** There is no file of that name. */
export class AssetNotFound extends Error {
  override readonly name = "AssetNotFound";
  override readonly message = "There is no such file.";
}

/** The files that the pages load are not there and cannot be made. */
export class AssetsUnavailable extends Error {
  override readonly name = "AssetsUnavailable";
}
