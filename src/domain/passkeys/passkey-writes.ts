import { randomBytes } from "node:crypto";
import { type Queryable, runStatement } from "../query.ts";
import { type PasskeyView, type Row, type StoredPasskey, view } from "./passkey-repository.ts";

const HANDLE_BYTES = 32;

/** The user handle of a user, who is given one now if there was none. */
export async function giveHandle(tx: Queryable, userId: number): Promise<string> {
  const handle = randomBytes(HANDLE_BYTES).toString("base64url");
  const [row] = await runStatement<{ handle: string }>(
    tx,
    'insert into "passkey_owner" (user_id, handle) values (?, ?) on conflict (user_id) do update set handle = "passkey_owner".handle returning handle',
    [userId, handle],
  );
  return row?.handle ?? handle;
}

/**
 * Stores the use of a passkey, if its counter is still the one that the use was held to: of two uses with one counter one is stored.
 *
 * @returns false when it is not, or the passkey was removed
 */
export async function storeUse(
  tx: Queryable,
  { id, counter: seen }: Pick<StoredPasskey, "id" | "counter">,
  { counter, backedUp, at }: { counter: number; backedUp: boolean; at: Date },
): Promise<boolean> {
  const rows = await runStatement(
    tx,
    'update "passkey" set counter = ?, backed_up = ?, last_used_at = ? where id = ? and counter = ? returning id',
    [counter, backedUp, at, id, seen],
  );
  return rows.length > 0;
}

/** Deletes one of a user's passkeys, by its id or by its name; the one that was there. */
export async function removePasskey(
  tx: Queryable,
  { userId, ...which }: { readonly userId: number } & ({ readonly id: string } | { readonly name: string }),
): Promise<PasskeyView | undefined> {
  const [column, value] = "id" in which ? ["id", which.id] : ["name", which.name];
  const [row] = await runStatement<Row>(tx, `delete from "passkey" where user_id = ? and ${column} = ? returning *`, [
    userId,
    value,
  ]);
  return row && view(row);
}
