import { foldCase } from "./email.ts";

/** One name: no white space, no invisible character, and no `@`, so that no name looks like an address. At most 64 characters. */
const USERNAME = /^[^\s@\p{C}\p{Default_Ignorable_Code_Point}]{1,64}$/u;

/** The normal spelling of a user name, by which accounts are found: NFKC and lower case, as for addresses, without white space around it. */
export function normaliseUsername(username: string): string {
  return foldCase(username).trim();
}

/** Whether an account can have this normalised user name. */
export function isUsableUsername(username: string): boolean {
  return USERNAME.test(username);
}
