import type { RequestContent } from "../../document/operation.ts";

/** The ways in which content becomes a value. */
export type ContentKind = "json" | "urlencoded" | "multipart" | "text" | "file";

/** The way for a media type of an operation; undefined where there is none. Content of another media type is kept as a file if its schema says so. */
export function kindOf(mediaType: string, { files }: Pick<RequestContent, "files">): ContentKind | undefined {
  if (mediaType === "application/json" || mediaType.endsWith("+json")) return "json";
  if (mediaType === "application/x-www-form-urlencoded") return "urlencoded";
  if (mediaType === "multipart/form-data") return "multipart";
  if (files.has(mediaType)) return "file";
  return mediaType.startsWith("text/") ? "text" : undefined;
}
