import { createHash } from "node:crypto";

/** A strong entity tag (RFC 9110 §8.8.3) of a representation: equal exactly when its bytes are. */
export function entityTag(representation: string | Uint8Array): string {
  return `"${createHash("sha256").update(representation).digest("base64url").slice(0, 27)}"`;
}
