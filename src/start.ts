import { createApp } from "./app.ts";
import { compileContract } from "./contract/document/compile.ts";
import { noAttemptLimits } from "./domain/attempts/attempts.ts";
import { encryptSigningKeysAnew } from "./domain/jwt/signing-keys.ts";
import { createHashSamples } from "./domain/passwords/hash-kinds.ts";
import { kyselyOf } from "./domain/query.ts";
import { encryptFactorsAnew } from "./domain/sent-codes/encrypt-factors-anew.ts";
import { createUsageRecorder } from "./domain/usage/usage-recorder.ts";
import { hasUsernames } from "./domain/users/username-repository.ts";
import { createPasswordHasher } from "./hashing/hasher.ts";
import { crossOriginFields } from "./http/cross-origin.ts";
import { createLogger, describeError, forwardingWarning } from "./http/log.ts";
import { type Listener, listen } from "./http/server.ts";
import { createPostOffice } from "./post-office.ts";
import type { Running, StartOptions } from "./resources.ts";
import { loadOwnDocument, loadServed, servedBelow } from "./shared-parts.ts";
import { createAttemptLimits } from "./storage/attempt-limits.ts";
import { openKeys } from "./storage/keys/open-keys.ts";
import { openDatabase } from "./storage/open-database.ts";
import { startPruning } from "./storage/pruning.ts";
import { openTelemetry } from "./telemetry/open.ts";
import { warnOfLoss } from "./warnings.ts";

/** The addresses at which an orchestrator asks for the health of the process, below any base path. */
const HEALTH = /\/health\/(?:live|ready)(?:\?|$)/;

/**
 * Starts a server. The order leaves nothing half done when a step fails: look at the database, find the keys, hold the
 * code against the contract, take the address, and only then migrate. What has been opened is closed again.
 *
 * @throws {ContractFault} when the contract and the code do not match
 * @throws the reason of `stop`
 * @throws {DatabaseUnavailable} when the database cannot be used; also errors of the key file, and of Node for the address
 */
export async function start({
  settings,
  now = () => new Date(),
  patience,
  shared = {},
  stop,
  ...options
}: StartOptions): Promise<Running> {
  const logger = options.logger ?? createLogger(settings.logLevel);
  const failed = (work: string) => (error: unknown) => logger.error({ error: describeError(error) }, work);
  let accepting = true;
  let isMigrated = false;
  let takesUsernames = false;
  await using starting = new AsyncDisposableStack();

  const document = shared.contract?.document ?? (await loadOwnDocument());
  const { databaseUrl: url, sampleData, attemptRules: rules } = settings;
  const database = await openDatabase({
    url,
    sampleData,
    thorough: true,
    log: (message) => logger.warn({ message }, "orm"),
  });
  starting.defer(() => database.close());
  stop?.throwIfAborted();
  const place = { ...settings, databasePath: database.path, fresh: database.fresh };
  const secrets = await openKeys(place, (error) => logger.warn({ error: describeError(error) }, "key file"));
  starting.defer(() => secrets.close());
  if (secrets.exposed) logger.warn({ file: secrets.path }, "other users of this machine can read the key file");
  const { orm } = database;
  const fork = () => orm.em.fork();
  const db = kyselyOf(orm.em);
  const passwords = await createPasswordHasher({
    cost: settings.passwordCost,
    engine: settings.passwordEngine,
    flaskSecuritySalt: settings.flaskSecuritySalt,
    samples: createHashSamples(fork),
    engines: shared.engines,
    meter: shared.meter,
  });
  starting.defer(() => passwords.close());
  const telemetry = await openTelemetry(settings, { db, passwords }, (what, fields) => logger.info(fields, what));
  starting.defer(() => telemetry?.close());
  const usage = createUsageRecorder({ fork, now, onError: failed("usage") });
  starting.defer(() => usage.close());
  const keys = secrets.current;
  const office = createPostOffice({ settings, database, db, keys, now, logger });
  starting.defer(() => office.close());
  const served = shared.served ?? (await loadServed(document));
  const app = createApp({
    contract: shared.contract ?? (await compileContract(document)),
    served: settings.basePath === "" ? served : servedBelow(settings.basePath, served),
    settings,
    fork,
    db,
    changes: database.changes,
    keys,
    passwords,
    attempts: settings.rateLimits ? createAttemptLimits({ orm, keys: secrets.first, rules, now }) : noAttemptLimits(),
    usage,
    post: office,
    telemetry,
    logger,
    now,
    accepting: () => accepting,
    takesUsernames: () => takesUsernames,
    databaseAnswers: async () => isMigrated && (await database.answers()),
  });
  stop?.throwIfAborted();
  // The address comes before the migration: when it is taken, another version may be using the database.
  const migrated = Promise.withResolvers<void>();
  const handle = app.callback();
  // Whoever asks for the health of the process is not kept waiting: it lives, and is not ready.
  let serve: Listener = (request, response) =>
    HEALTH.test(request.url ?? "") ? handle(request, response) : migrated.promise.then(() => handle(request, response));
  const server = await listen((request, response) => serve(request, response), {
    host: settings.host,
    port: settings.port,
    onError: failed("server"),
    onBatch: database.changes.beginBatch,
    crossOriginFields: crossOriginFields(settings.corsOrigins),
    ...(settings.trustedProxies === 0 && { onFirst: forwardingWarning(logger) }),
    ...(patience && { patience }),
  });
  starting.defer(async () => void (await server.stop()));
  const serving = database.migrate().then(() => database.serve());
  const ready = serving.then(async () => {
    await encryptSigningKeysAnew({ db, keys: keys(), now: now() });
    await encryptFactorsAnew(db, keys());
    takesUsernames = await hasUsernames(db);
  });
  await ready.then(() => office.open(server.url)).then(migrated.resolve, migrated.reject);
  await migrated.promise;
  isMigrated = true;
  serve = handle;
  const pruning = startPruning({ fork, now, eventMs: settings.eventMs, onError: failed("pruning") });
  starting.defer(() => pruning.close());
  await warnOfLoss(fork(), { database, keys: secrets.first, settings, now: now(), logger });
  const resources = starting.move();
  return {
    url: server.url,
    databaseName: database.name,
    databasePath: database.path,
    keyPath: secrets.path,
    mailPlace: office.place,
    stop: async () => {
      accepting = false;
      const complete = await server.stop();
      await resources.disposeAsync();
      return complete;
    },
  };
}
