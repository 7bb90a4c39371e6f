import { Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/sqlite";
import { Article } from "../domain/articles/article.ts";
import { ArticleLike } from "../domain/articles/article-like.ts";
import { AttemptCount } from "../domain/attempts/attempt-count.ts";
import { Event } from "../domain/audit-trail/event.ts";
import { PrincipalChange } from "../domain/audit-trail/principal-change.ts";
import { AccessToken, RefreshFamily, Session } from "../domain/credentials/credential.ts";
import { MailedSecret } from "../domain/mail/mailed-secret.ts";
import { OutgoingMessage } from "../domain/mail/outgoing-message.ts";
import { Passkey, PasskeyChallenge, PasskeyOwner } from "../domain/passkeys/passkey.ts";
import { FailedSignIns } from "../domain/passwords/failed-sign-ins.ts";
import { FactorSetup, PendingSignIn, RecoveryCode, SecondFactor } from "../domain/second-factor/second-factor.ts";
import { Role } from "../domain/users/role.ts";
import { User } from "../domain/users/user.ts";
import { IdempotencyKey } from "./idempotency-key.ts";
import type { FileDialect } from "./sqlite/dialect.ts";
import { MIGRATION_TABLE, migrations } from "./sqlite/migrations.ts";

/** The ORM with all entities and migrations. It opens nothing by itself. */
export function createOrm(path: string, dialect: FileDialect, log: (message: string) => void): MikroORM {
  return new MikroORM({
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
    ],
    extensions: [Migrator],
    dbName: path,
    driverOptions: () => dialect,
    // Connecting must not look for tables: `openDatabase` looks at the file, and explains what is wrong with it.
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
  });
}
