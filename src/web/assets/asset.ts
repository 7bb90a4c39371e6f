import type { Coded } from "../../representation/coding.ts";

/** The plain names of the files that pages load. Each stands for a file whose name has a hash of its content. */
export const ASSET_NAMES = [
  "docs.css",
  "docs.js",
  "forms.js",
  "kudos.css",
  "kudos.svg",
  "swagger-ui-bundle.js",
  "swagger-ui.css",
  "view.js",
] as const;

export type AssetName = (typeof ASSET_NAMES)[number];

/** A file that pages load, in each content coding. */
export interface Asset extends Coded {
  readonly mediaType: "text/css" | "text/javascript" | "image/svg+xml";
  /** Whether the requested name has the hash of the content, so that a cache may keep the file for good. */
  readonly immutable: boolean;
}

/** The files that pages load. */
export interface Assets {
  /** The path of the host below which the server is reached; left out where it has the host to itself. */
  readonly base?: string;
  /** The path of a file, as a page links to it. */
  url(name: AssetName): string;
  /** The file by the last segment of its path: the name with the hash, or the plain name. */
  find(name: string): Asset | undefined;
}

/** A request for a file that does not exist. */
export class AssetNotFound extends Error {
  override readonly name = "AssetNotFound";
  override readonly message = "There is no such file.";
}

/** The files that pages load are missing and cannot be built. */
export class AssetsUnavailable extends Error {
  override readonly name = "AssetsUnavailable";
}
