import type { EntityManager } from "@mikro-orm/core";
import type { AttemptLimits } from "./domain/attempts/attempts.ts";
import type { PasswordHasher } from "./domain/passwords/password-hasher.ts";
import type { Queryable } from "./domain/query.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import type { UsageRecorder } from "./domain/usage/usage-recorder.ts";
import type { Patience } from "./http/graceful-stop.ts";
import type { Logger } from "./http/log.ts";
import type { PostOffice } from "./post-office.ts";
import type { Settings } from "./settings.ts";
import type { SharedParts } from "./shared-parts.ts";
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
  readonly changes: Pick<Changes, "versionOfBatch" | "lastChangeOf" | "changed">;
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
  /** Whether any account had a user name when the server started. */
  readonly takesUsernames: () => boolean;
  /** Whether the database answers at the moment. */
  readonly databaseAnswers: () => Promise<boolean>;
}

/** A running Kudos. */
export interface Running {
  readonly url: string;
  /** The database for people, and the path that its files lie beside. */
  readonly databaseName: string;
  readonly databasePath: string;
  /** The key file; null when the keys come from the environment, or are in memory only. */
  readonly keyPath: string | null;
  /** The folder or server that mails go to, or `none`. */
  readonly mailPlace: string;
  /** Finishes what is under way and closes all resources. False when something had to be cut off. */
  stop(): Promise<boolean>;
}

export interface StartOptions {
  readonly settings: Settings;
  readonly logger?: Logger;
  readonly now?: () => Date;
  readonly patience?: Patience;
  readonly shared?: SharedParts;
  /** Gives up the start at its next step when it is aborted. */
  readonly stop?: AbortSignal;
}
