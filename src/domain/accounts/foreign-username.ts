import type { Queryable } from "../query.ts";
import { isUsableUsername, normaliseUsername } from "../users/username.ts";
import { findTakenUsernames } from "../users/username-repository.ts";

/** An account as far as its user name goes. */
interface Named {
  /** The user name as the other program spells it; null for none. */
  readonly spelledName: string | null;
}

/**
 * The same accounts with the user name that each can have here, normalised. An account has none where the name is not usable, where an
 * account here has it, or where one before it in the list has: they may differ there by nothing but case.
 */
export async function withUsernames<Account extends Named>(
  tx: Queryable,
  accounts: readonly Account[],
): Promise<(Account & { readonly username: string | null })[]> {
  const wanted = accounts.map(({ spelledName }) => normaliseUsername(spelledName ?? "")).filter(isUsableUsername);
  const taken = await findTakenUsernames(tx, wanted);
  return accounts.map((account) => {
    const username = normaliseUsername(account.spelledName ?? "");
    if (!isUsableUsername(username) || taken.has(username)) return { ...account, username: null };
    taken.add(username);
    return { ...account, username };
  });
}
