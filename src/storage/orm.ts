import type { MigrationObject } from "@mikro-orm/core";
import { Migrator } from "@mikro-orm/migrations";
import type { AbstractSqlDriver, SqlMikroORM } from "@mikro-orm/sqlite";
import type { Dialect } from "kysely";
import { Article } from "../domain/articles/article.ts";
import { ArticleLike } from "../domain/articles/article-like.ts";
import { AttemptCount } from "../domain/attempts/attempt-count.ts";
import { Event } from "../domain/audit-trail/event.ts";
import { PrincipalChange } from "../domain/audit-trail/principal-change.ts";
import { AccessToken, RefreshFamily, Session } from "../domain/credentials/credential.ts";
import { SigningKey } from "../domain/jwt/signing-key.ts";
import { MailedSecret } from "../domain/mail/mailed-secret.ts";
import { OutgoingMessage } from "../domain/mail/outgoing-message.ts";
import { Passkey, PasskeyChallenge, PasskeyOwner } from "../domain/passkeys/passkey.ts";
import { FailedSignIns } from "../domain/passwords/failed-sign-ins.ts";
import { FactorSetup, PendingSignIn, RecoveryCode, SecondFactor } from "../domain/second-factor/second-factor.ts";
import { Role } from "../domain/users/role.ts";
import { User } from "../domain/users/user.ts";
import { IdempotencyKey } from "./idempotency-key.ts";

/** The ORM on any database. */
export type Orm = SqlMikroORM<AbstractSqlDriver>;

/** The table in which a database remembers its migrations. */
export const MIGRATION_TABLE = "migration";

/** The options of the ORM that all databases share: its entities and migrations. It opens nothing by itself. */
export function ormOptions({
  dialect,
  migrations,
  log,
}: {
  dialect: Dialect;
  migrations: MigrationObject[];
  log: (message: string) => void;
}) {
  return {
    entities: [
      User,
      Role,
      Article,
      ArticleLike,
      AccessToken,
      Session,
      RefreshFamily,
      Event,
      PrincipalChange,
      AttemptCount,
      IdempotencyKey,
      MailedSecret,
      OutgoingMessage,
      PendingSignIn,
      SecondFactor,
      FactorSetup,
      RecoveryCode,
      FailedSignIns,
      Passkey,
      PasskeyOwner,
      PasskeyChallenge,
      SigningKey,
    ],
    extensions: [Migrator],
    driverOptions: () => dialect,
    // Connecting must not look for tables: `openDatabase` looks at the database, and explains what is wrong with it.
    ensureDatabase: false,
    forceUtcTimezone: true,
    debug: false,
    logger: log,
    metadataCache: { enabled: false },
    migrations: {
      tableName: MIGRATION_TABLE,
      migrationsList: migrations,
      // `migrate` puts all migrations into one transaction, which keeps other processes out from its beginning.
      transactional: false,
      allOrNothing: false,
      disableForeignKeys: false,
      snapshot: false,
      silent: true,
    },
  };
}
