import type { PasswordHasher } from "../../src/domain/passwords/password-hasher.ts";
import { createPasswordHasher } from "../../src/hashing/hasher.ts";

let hasher: Promise<PasswordHasher> | undefined;

/** The hasher that all tests of this process share. Its hashes cost as little as is allowed, and it finds no password weak. */
export async function quickHasher(): Promise<PasswordHasher> {
  hasher ??= createPasswordHasher({ cost: { ln: 4, r: 8, p: 1 }, threads: 1 });
  return { ...(await hasher), rate: async () => ({ strength: 4, advice: [] }) };
}

/** Whether a stored hash (PHC string) is the hash of a password. */
export async function passwordIs(phc: string, password: string): Promise<boolean> {
  return (await quickHasher()).verify(password, phc);
}
