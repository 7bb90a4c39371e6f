import { createPublicKey, type JsonWebKey } from "node:crypto";

/** The parts of a COSE key (RFC 9052 §7, RFC 9053 §7) by their labels. */
export interface CoseKey {
  get(label: number): unknown;
}

const KTY = 1;
const ALG = 3;
const [CRV, X, Y] = [-1, -2, -3];
const [N, E] = [-1, -2];
/** The least length of an RSA modulus (NIST SP 800-131A). */
const RSA_BITS = 2048;

/**
 * The algorithm of a public key that this server can verify signatures by; null for any other key: of another algorithm, of a curve that
 * does not belong to the algorithm, too short, or no point of its curve.
 */
export function algorithmOf(key: CoseKey): number | null {
  const jwk = jsonWebKey(key);
  if (jwk === null) return null;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: jwk, format: "jwk" });
    const bits = asymmetricKeyDetails?.modulusLength ?? RSA_BITS;
    return bits < RSA_BITS ? null : (key.get(ALG) as number);
  } catch {
    return null;
  }
}

/** The key as a JSON Web Key (RFC 7517); null where type and curve are not those of its algorithm. */
function jsonWebKey(key: CoseKey): JsonWebKey | null {
  switch ([key.get(KTY), key.get(ALG), key.get(KTY) === 3 ? null : key.get(CRV)].join()) {
    case "1,-8,6":
      return { kty: "OKP", crv: "Ed25519", x: text(key.get(X)) };
    case "2,-7,1":
      return { kty: "EC", crv: "P-256", x: text(key.get(X)), y: text(key.get(Y)) };
    case "3,-257,":
      return { kty: "RSA", n: text(key.get(N)), e: text(key.get(E)) };
    default:
      return null;
  }
}

function text(bytes: unknown): string {
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString("base64url") : "";
}
