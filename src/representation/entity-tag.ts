import { createHash } from "node:crypto";

/** The strong entity tag (RFC 9110 §8.8.3) of a representation: its digest, so that equal tags mean equal bytes. */
export function entityTag(representation: string | Uint8Array): string {
  return `"${createHash("sha256").update(representation).digest("base64url").slice(0, 27)}"`;
}
