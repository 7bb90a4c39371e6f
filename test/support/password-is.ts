import type { ExecutionContext } from "ava";
import { createPasswordHasher } from "../../src/hashing/hasher.ts";

/** Whether a stored hash (PHC string) is the hash of a password. */
export async function passwordIs(t: ExecutionContext, phc: string, password: string): Promise<boolean> {
  const passwords = await createPasswordHasher();
  t.teardown(() => passwords.close());
  return passwords.verify(password, phc);
}
