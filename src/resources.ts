import type { EntityManager } from "@mikro-orm/core";
import type { AttemptLimits } from "./domain/attempts/attempts.ts";
import type { UsageRecorder } from "./domain/credentials/usage-recorder.ts";
import type { PasswordHasher } from "./domain/passwords/password-hasher.ts";
import type { Queryable } from "./domain/query.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import type { Logger } from "./http/log.ts";
import type { PostOffice } from "./post-office.ts";
import type { Settings } from "./settings.ts";
import type { Changes } from "./storage/changes.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

/** The resources of a running server. */
export interface Resources {
  readonly settings: Settings;
  /** A new unit of work. */
  readonly fork: () => EntityManager;
  /** The database for statements alone. */
  readonly db: Queryable;
  /** The changes of accounts, credentials and roles. */
  readonly changes: Pick<Changes, "version" | "versionOfBatch" | "changed">;
  /** The keys of the moment: the key file may change while the server runs. */
  readonly keys: () => SecretKeys;
  readonly passwords: PasswordHasher;
  readonly attempts: AttemptLimits;
  /** Takes note of the use of credentials. */
  readonly usage: Pick<UsageRecorder, "note" | "lastUse">;
  /** The place for mails, and the address that their links begin with. */
  readonly post: Pick<PostOffice, "outbox" | "publicUrl">;
  readonly logger: Logger;
  /** What is told of requests and look-ups; undefined while nothing is measured. */
  readonly telemetry?: Telemetry | undefined;
  readonly now: () => Date;
  /** Whether the process takes more requests; false once it is about to stop. */
  readonly accepting: () => boolean;
  /** Whether the database answers at the moment. */
  readonly databaseAnswers: () => Promise<boolean>;
}
