/** The cost of a scrypt hash (RFC 7914, section 2): N is 2 to the power of `ln`. */
export interface PasswordCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** The parts of a stored password hash. */
export interface PasswordHash {
  readonly cost: PasswordCost;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** The cost that OWASP ASVS 5, appendix C, asks for: 32 MiB for each hash. */
export const DEFAULT_PASSWORD_COST: PasswordCost = { ln: 15, r: 8, p: 3 };

const COST = /^ln=(?<ln>[1-9]\d?),r=(?<r>[1-9]\d?),p=(?<p>[1-9]\d?)$/;
const PHC = /^\$scrypt\$(?<cost>[^$]{1,16})\$(?<salt>[A-Za-z0-9+/]{11,86})\$(?<hash>[A-Za-z0-9+/]{43,86})$/;

// The bounds of a cost: 256 MiB and some seconds, so that no hash in the database can demand more.
const LARGEST = { ln: 20, r: 32, p: 16, memory: 2 ** 28, work: 2 ** 25 };

function memory({ ln, r }: PasswordCost): number {
  return 128 * r * 2 ** ln;
}
function work({ ln, r, p }: PasswordCost): number {
  return r * p * 2 ** ln;
}

/**
 * Reads a cost such as `ln=15,r=8,p=3`; null for another text, or for a cost beyond the bounds.
 */
export function parsePasswordCost(text: string): PasswordCost | null {
  const groups = COST.exec(text)?.groups;
  const cost = { ln: Number(groups?.ln), r: Number(groups?.r), p: Number(groups?.p) };
  const bounded =
    // RFC 7914, section 2: N is less than 2 to the power of 128 * r / 8.
    cost.ln < 16 * cost.r &&
    cost.ln <= LARGEST.ln &&
    cost.r <= LARGEST.r &&
    cost.p <= LARGEST.p &&
    memory(cost) <= LARGEST.memory &&
    work(cost) <= LARGEST.work;
  return bounded ? cost : null;
}

/** What is wrong with a text that is no cost within the bounds. */
export function faultOfCost(text: string): string {
  const groups = COST.exec(text)?.groups;
  if (groups === undefined) return "it is not written like ln=15,r=8,p=3";
  for (const part of ["ln", "r", "p"] as const) {
    if (Number(groups[part]) > LARGEST[part]) return `${part}=${groups[part]} is too high, above ${LARGEST[part]}`;
  }
  const cost = { ln: Number(groups.ln), r: Number(groups.r), p: Number(groups.p) };
  if (cost.ln >= 16 * cost.r) return `ln=${cost.ln} is too high for r=${cost.r} (RFC 7914, section 2)`;
  return memory(cost) > LARGEST.memory ? "it needs more than 256 MiB for each password" : "it takes too long";
}

/** The work of a cost, as a multiple of the work of another. */
export function workRatio(cost: PasswordCost, of: PasswordCost): number {
  return work(cost) / work(of);
}

/** Whether a cost takes less memory or less work than another. */
export function isWeakerCost(cost: PasswordCost, than: PasswordCost): boolean {
  return memory(cost) < memory(than) || work(cost) < work(than);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

/** The PHC string of a hash: `$scrypt$ln=15,r=8,p=3$salt$hash`, in base64 without padding. */
export function formatPasswordHash({ cost, salt, hash }: PasswordHash): string {
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(hash)}`;
}

/** Reads a PHC string of scrypt; null for another text, or for a cost beyond the bounds. */
export function parsePasswordHash(text: string): PasswordHash | null {
  const groups = PHC.exec(text)?.groups;
  const cost = parsePasswordCost(groups?.cost ?? "");
  if (groups === undefined || cost === null) return null;
  const parsed = {
    cost,
    salt: Buffer.from(groups.salt ?? "", "base64"),
    hash: Buffer.from(groups.hash ?? "", "base64"),
  };
  return formatPasswordHash(parsed) === text ? parsed : null;
}
