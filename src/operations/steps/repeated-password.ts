import { PasswordsDiffer } from "./errors.ts";

/** Holds the repetition of a password, where a form sent one, to the password. Throws {@link PasswordsDiffer}. */
export function requireRepeated(password: string, repeated: string | undefined, field: string): void {
  if (repeated !== undefined && repeated !== password) throw new PasswordsDiffer(field);
}
