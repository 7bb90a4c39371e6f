import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { components } from "../../generated/openapi.ts";

type Schemas = components["schemas"];
type CreationOptions = Schemas["PublicKeyCreationOptions"];
type RequestOptions = Schemas["PublicKeyRequestOptions"];

/** The algorithms by their numbers (IANA COSE Algorithms). */
export const ALGORITHMS = { ES256: -7, Ed25519: -8, RS256: -257 } as const;

/** One of {@link ALGORITHMS}. */
export type Algorithm = keyof typeof ALGORITHMS;

/** What is wrong with an answer: left out, it is as the options ask. */
export interface Faults {
  readonly origin?: string;
  readonly rpId?: string;
  /** In base64url. */
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
  readonly backupEligible?: boolean;
  readonly backedUp?: boolean;
  readonly counter?: number;
  /** Bytes that follow the authenticator's data. */
  readonly leftOver?: Uint8Array;
  /** Changes the signature, or the bytes that are signed. */
  readonly signature?: (right: Buffer) => Buffer;
  readonly signed?: (right: Buffer) => Buffer;
  /** The number of the algorithm that a new key claims to be of. */
  readonly algorithm?: number;
  /** Members of a new COSE key, by their labels. */
  readonly key?: ReadonlyMap<number, Cbor>;
  readonly credentialId?: string;
  readonly userHandle?: string | null;
  readonly attestation?: { readonly format: string; readonly statement: ReadonlyMap<string, Cbor> };
  readonly discoverable?: boolean | null;
}

/** A passkey in a software authenticator. */
interface Held {
  readonly id: string;
  readonly userHandle: string;
  readonly privateKey: KeyObject;
  readonly algorithm: Algorithm;
  counter: number;
}

/**
 * An authenticator in software (W3C Web Authentication §6), with the browser in front of it. It keeps all its passkeys, and verifies its
 * user where `verifies` says so. The counter of one that is `synced` is always 0.
 */
export class SoftwareAuthenticator {
  readonly #held: Held[] = [];
  readonly origin: string;
  readonly algorithm: Algorithm;
  readonly synced: boolean;
  readonly verifies: boolean;

  constructor({
    origin,
    algorithm = "ES256",
    synced = false,
    verifies = true,
  }: {
    origin: string;
    algorithm?: Algorithm;
    synced?: boolean;
    verifies?: boolean;
  }) {
    this.origin = origin;
    this.algorithm = algorithm;
    this.synced = synced;
    this.verifies = verifies;
  }

  /** The ids of the passkeys, oldest first. */
  get ids(): readonly string[] {
    return this.#held.map(({ id }) => id);
  }

  /** Makes a passkey, as `navigator.credentials.create` does; the answer as JSON (§5.1.8). */
  create(options: CreationOptions, faults: Faults = {}): Schemas["RegistrationCredential"] {
    const { publicKey, privateKey } = keyPair(this.algorithm);
    const id = faults.credentialId ?? randomBytes(16).toString("base64url");
    this.#held.push({
      id,
      userHandle: options.user.id,
      privateKey,
      algorithm: this.algorithm,
      counter: faults.counter ?? 0,
    });
    const length = Buffer.alloc(2);
    const idBytes = Buffer.from(id, "base64url");
    length.writeUInt16BE(idBytes.length);
    const key = cbor(coseKey(publicKey, this.algorithm, faults));
    const attested = Buffer.concat([Buffer.alloc(16), length, idBytes, key]);
    const authData = this.#authData(options.rp.id, { ...faults, counter: faults.counter ?? 0 }, attested);
    const { format, statement } = faults.attestation ?? { format: "none", statement: new Map<string, Cbor>() };
    const attestation = new Map<string, Cbor>([
      ["fmt", format],
      ["attStmt", statement],
      ["authData", authData],
    ]);
    const { discoverable = options.authenticatorSelection.residentKey !== "discouraged" } = faults;
    return {
      id,
      rawId: id,
      type: "public-key",
      response: {
        clientDataJSON: this.#clientData("webauthn.create", options.challenge, faults).toString("base64url"),
        attestationObject: cbor(attestation).toString("base64url"),
        transports: this.synced ? ["hybrid", "internal"] : ["usb"],
      },
      clientExtensionResults: discoverable === null ? {} : { credProps: { rk: discoverable } },
    };
  }

  /** Signs a challenge with the newest passkey that may answer, as `navigator.credentials.get` does; the answer as JSON. */
  get(options: RequestOptions, faults: Faults = {}): Schemas["AuthenticationCredential"] {
    const allowed = new Set(options.allowCredentials.map(({ id }) => id));
    const held = this.#held.findLast(({ id }) => allowed.size === 0 || allowed.has(id));
    if (held === undefined) throw new Error("The authenticator has no passkey that may answer.");
    return this.answerWith(held.id, options, faults);
  }

  /** The same with the passkey of an id, whether or not it may answer. */
  answerWith(id: string, options: RequestOptions, faults: Faults = {}): Schemas["AuthenticationCredential"] {
    const held = this.#held.find((one) => one.id === id);
    if (held === undefined) throw new Error("The authenticator has no such passkey.");
    if (!this.synced) held.counter += 1;
    const counter = faults.counter ?? (this.synced ? 0 : held.counter);
    const authData = this.#authData(options.rpId, { ...faults, counter });
    const clientData = this.#clientData("webauthn.get", options.challenge, faults);
    const data = Buffer.concat([authData, createHash("sha256").update(clientData).digest()]);
    const right = signature(held, faults.signed?.(data) ?? data);
    const { credentialId = held.id, userHandle = held.userHandle } = faults;
    return {
      id: credentialId,
      rawId: credentialId,
      type: "public-key",
      response: {
        clientDataJSON: clientData.toString("base64url"),
        authenticatorData: authData.toString("base64url"),
        signature: (faults.signature?.(right) ?? right).toString("base64url"),
        userHandle,
      },
      clientExtensionResults: {},
    };
  }

  #clientData(usual: string, asked: string, faults: Faults): Buffer {
    const { type = usual, challenge = asked, origin = this.origin, crossOrigin = false, topOrigin } = faults;
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin, ...(topOrigin && { topOrigin }) }));
  }

  /** Authenticator data (§6.1): the hash of the site's id, flags, the counter, and what was made. */
  #authData(usual: string, faults: Faults & { readonly counter: number }, attested?: Buffer): Buffer {
    const { rpId = usual, userPresent = true, userVerified = this.verifies, counter } = faults;
    const { backupEligible = this.synced, backedUp = this.synced, leftOver = new Uint8Array() } = faults;
    const bits = [userPresent, false, userVerified, backupEligible, backedUp, false, attested !== undefined];
    const flags = bits.reduce((all, set, bit) => all | (Number(set) << bit), 0);
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags);
    rest.writeUInt32BE(counter, 1);
    const hash = createHash("sha256").update(rpId).digest();
    return Buffer.concat([hash, rest, attested ?? Buffer.alloc(0), leftOver]);
  }
}

function keyPair(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  return algorithm === "Ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("rsa", { modulusLength: 2048 });
}

function signature({ privateKey, algorithm }: Held, data: Buffer): Buffer {
  return sign(algorithm === "Ed25519" ? null : "sha256", data, privateKey);
}

/** A public key as COSE has it (RFC 9052 §7). */
function coseKey(publicKey: KeyObject, algorithm: Algorithm, faults: Faults): ReadonlyMap<number, Cbor> {
  const jwk = publicKey.export({ format: "jwk" });
  const bytes = (text: string | undefined) => Buffer.from(text ?? "", "base64url");
  const parts: Readonly<Record<Algorithm, readonly (readonly [number, Cbor])[]>> = {
    ES256: [
      [1, 2],
      [-1, 1],
      [-2, bytes(jwk.x)],
      [-3, bytes(jwk.y)],
    ],
    Ed25519: [
      [1, 1],
      [-1, 6],
      [-2, bytes(jwk.x)],
    ],
    RS256: [
      [1, 3],
      [-1, bytes(jwk.n)],
      [-2, bytes(jwk.e)],
    ],
  };
  return new Map<number, Cbor>([
    ...parts[algorithm],
    [3, faults.algorithm ?? ALGORITHMS[algorithm]],
    ...(faults.key ?? []),
  ]);
}

/** A value that {@link cbor} writes. */
export type Cbor = number | string | Uint8Array | readonly Cbor[] | ReadonlyMap<number | string, Cbor>;

/** A value in CBOR (RFC 8949): integers of up to 16 bits, texts, bytes, lists and maps. */
export function cbor(value: Cbor): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map) {
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, member]) => [cbor(key), cbor(member)])]);
  }
  const list = value as readonly Cbor[];
  return Buffer.concat([head(4, list.length), ...list.map(cbor)]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 0xff]);
}
