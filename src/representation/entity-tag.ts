import { hash } from "node:crypto";

/** The strong entity tag (RFC 9110 §8.8.3) of a representation: its digest, so that equal tags mean equal bytes. */
export function entityTag(representation: string | Uint8Array): string {
  return `"${hash("sha256", representation, "base64url").slice(0, 27)}"`;
}
