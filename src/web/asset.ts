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

/** A file that pages load, ready to be sent in each content coding (RFC 9110 §8.4.1). */
export interface Asset {
  readonly mediaType: "text/css" | "text/javascript" | "image/svg+xml";
  /** Whether the name it was asked for by can never stand for other content. */
  readonly immutable: boolean;
  readonly identity: Representation<string>;
  readonly br: Representation<Uint8Array>;
  readonly gzip: Representation<Uint8Array>;
}

interface Representation<Content> {
  readonly content: Content;
  readonly entityTag: string;
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

/** The client refuses every content coding, and none at all (RFC 9110 §12.5.3). */
export class CodingNotAcceptable extends Error {
  override readonly name = "CodingNotAcceptable";
  override readonly message = "The file is there in the content codings br and gzip, and in none.";
}

/** The files that the pages load are not there and cannot be made. */
export class AssetsUnavailable extends Error {
  override readonly name = "AssetsUnavailable";
}
