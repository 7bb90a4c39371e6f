import { type Queryable, runStatement, timestamp } from "../query.ts";
import { isFactor, type PasskeyUsage } from "./passkey.ts";

/** A passkey as its owner sees it. */
export interface PasskeyView {
  readonly id: string;
  readonly name: string;
  readonly credentialId: string;
  /** Whether it signs in by itself, or after a password only. */
  readonly usage: "first" | "secondary";
  /** Whether it is a second factor. */
  readonly secondFactor: boolean;
  readonly transports: readonly string[];
  readonly aaguid: string;
  readonly deviceType: "single_device" | "multi_device";
  readonly backedUp: boolean;
  /** Null where the browser did not say. */
  readonly discoverable: boolean | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** A passkey as its answers are verified. */
export interface StoredPasskey {
  readonly id: string;
  readonly userId: number;
  readonly publicKey: string;
  readonly counter: number;
  readonly usage: PasskeyUsage;
  readonly backupEligible: boolean;
  /** The user handle of its owner. */
  readonly handle: string;
}

type Timestamp = number | string | Date;

/** A row of the table. */
export interface Row {
  readonly id: string;
  readonly user_id: number;
  readonly public_key: string;
  readonly counter: number;
  readonly name: string;
  readonly credential_id: string;
  readonly usage: PasskeyUsage;
  readonly transports: string;
  readonly aaguid: string;
  readonly backup_eligible: number | boolean;
  readonly backed_up: number | boolean;
  readonly discoverable: number | boolean | null;
  readonly created_at: Timestamp;
  readonly last_used_at: Timestamp | null;
  readonly handle: string;
}

/** The passkeys of a user, oldest first. */
export async function findPasskeys(db: Queryable, userId: number): Promise<PasskeyView[]> {
  const rows = await runStatement<Row>(db, 'select * from "passkey" where user_id = ? order by created_at, id', [
    userId,
  ]);
  return rows.map(view);
}

/** The passkey of a credential id, with the user handle of its owner; undefined when there is none. */
export async function findByCredentialId(db: Queryable, credentialId: string): Promise<StoredPasskey | undefined> {
  const [row] = await runStatement<Row>(
    db,
    'select p.*, o.handle from "passkey" p join "passkey_owner" o on o.user_id = p.user_id where p.credential_id = ?',
    [credentialId],
  );
  return (
    row && {
      id: row.id,
      userId: row.user_id,
      publicKey: row.public_key,
      counter: row.counter,
      usage: row.usage,
      backupEligible: Boolean(row.backup_eligible),
      handle: row.handle,
    }
  );
}

/** The user handle of a user; undefined for one who has never begun to register a passkey. */
export async function findHandle(db: Queryable, userId: number): Promise<string | undefined> {
  const [row] = await runStatement<{ handle: string }>(db, 'select handle from "passkey_owner" where user_id = ?', [
    userId,
  ]);
  return row?.handle;
}

/** A row as its owner sees it. */
export function view(row: Row): PasskeyView {
  return {
    id: row.id,
    name: row.name,
    credentialId: row.credential_id,
    usage: row.usage === "secondary" ? "secondary" : "first",
    secondFactor: isFactor(row.usage),
    transports: row.transports.split(" ").filter((transport) => transport !== ""),
    aaguid: row.aaguid,
    deviceType: row.backup_eligible ? "multi_device" : "single_device",
    backedUp: Boolean(row.backed_up),
    discoverable: row.discoverable === null ? null : Boolean(row.discoverable),
    createdAt: timestamp(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : timestamp(row.last_used_at),
  };
}
