import { createApp } from "./app.ts";
import { loadDocument } from "./contract/document.ts";
import { createPasswordHasher } from "./domain/password-pool.ts";
import { createLogger, describeError, type Logger } from "./http/log.ts";
import { type Listener, listen, type Patience } from "./http/server.ts";
import type { Settings } from "./settings.ts";
import { openDatabase } from "./storage/database.ts";
import { loadSecretKeys } from "./storage/secret-key-file.ts";

/** A running Kudos. */
export interface Running {
  readonly url: string;
  /** The file of the database, or `:memory:`. */
  readonly databasePath: string;
  /** The file of the keys; null when there is none. */
  readonly keyPath: string | null;
  /** Finishes what is under way and lets go of everything. False when something had to be cut off. */
  stop(): Promise<boolean>;
}

export interface StartOptions {
  readonly settings: Settings;
  readonly logger?: Logger;
  readonly now?: () => Date;
  readonly patience?: Patience;
}

const DOCUMENT = new URL("../openapi.yaml", import.meta.url);

/**
 * Starts everything, in an order in which a failure leaves nothing half done: look at the database, find the keys, hold
 * the code against the contract, and only then migrate and listen.
 */
export async function start({
  settings,
  now = () => new Date(),
  patience,
  ...options
}: StartOptions): Promise<Running> {
  const logger = options.logger ?? createLogger(settings.logLevel);
  let accepting = true;
  await using starting = new AsyncDisposableStack();

  const document = await loadDocument(DOCUMENT);
  const database = await openDatabase({ url: settings.databaseUrl, log: (message) => logger.warn({ message }, "orm") });
  starting.defer(() => database.close());
  const secrets = await loadSecretKeys({ ...settings, databasePath: database.path, fresh: database.fresh });
  if (secrets.exposed) logger.warn({ file: secrets.path }, "other users of this machine can read the key file");
  const passwords = await createPasswordHasher({ cost: settings.passwordCost, engine: settings.passwordEngine });
  starting.defer(() => passwords.close());
  const app = await createApp({
    document,
    settings,
    fork: () => database.orm.em.fork(),
    keys: secrets.keys,
    passwords,
    logger,
    now,
    accepting: () => accepting,
  });
  // The address first: a start that cannot have it must not have touched the database, which another version may be using.
  const migrated = Promise.withResolvers<void>();
  const handle = app.callback();
  const serve: Listener = async (request, response) => {
    await migrated.promise;
    return handle(request, response);
  };
  const server = await listen(serve, {
    host: settings.host,
    port: settings.port,
    onError: (error) => logger.error({ error: describeError(error) }, "server"),
    ...(patience && { patience }),
  });

  starting.defer(async () => {
    await server.stop();
  });
  await database.migrate().then(migrated.resolve, migrated.reject);
  await migrated.promise;

  const resources = starting.move();
  return {
    url: server.url,
    databasePath: database.path,
    keyPath: secrets.path,
    stop: async () => {
      accepting = false;
      const complete = await server.stop();
      await resources.disposeAsync();
      return complete;
    },
  };
}
