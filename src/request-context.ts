import { randomBytes } from "node:crypto";
import type { EntityManager } from "@mikro-orm/core";
import type { Context } from "koa";
import { cookieValues } from "./contract/security/cookies.ts";
import type { AttemptLimits } from "./domain/attempts/attempts.ts";
import { DEVICE_LIFETIME_SECONDS, issueDevice, readDevice } from "./domain/attempts/known-browser.ts";
import type { UsageRecorder } from "./domain/credentials/usage-recorder.ts";
import { notifyOwners } from "./domain/mail/notices.ts";
import type { Outbox } from "./domain/mail/outbox.ts";
import type { PasswordHasher } from "./domain/passwords/password-hasher.ts";
import type { Queryable } from "./domain/query.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import { goneSignal } from "./http/client-gone.ts";
import { cookiePrefix, writeCookie } from "./http/cookie.ts";
import { deviceName } from "./http/device-name.ts";
import { serverUrl } from "./http/listening/server-url.ts";
import type { Logger } from "./http/log.ts";
import type { HandlerContext } from "./operations/handler-context.ts";
import type { Settings } from "./settings.ts";
import type { Served } from "./shared-parts.ts";
import type { Changes } from "./storage/changes.ts";

/** The resources of a running server. */
export interface Resources {
  readonly settings: Settings;
  /** A new unit of work. */
  readonly fork: () => EntityManager;
  /** The database for statements alone. */
  readonly db: Queryable;
  /** The changes of accounts, credentials and roles. */
  readonly changes: Pick<Changes, "version" | "versionOfBatch" | "raise">;
  /** The keys of the moment: the key file may change while the server runs. */
  readonly keys: () => SecretKeys;
  readonly passwords: PasswordHasher;
  readonly attempts: AttemptLimits;
  /** Takes note of the use of credentials. */
  readonly usage: Pick<UsageRecorder, "note" | "lastUse">;
  /** The place for mails; null where the server sends none. */
  readonly outbox: Outbox | null;
  readonly logger: Logger;
  readonly now: () => Date;
  /** The address that browsers reach the server at, known once it listens; null where nobody has said it. */
  readonly publicUrl: () => string | null;
  /** Whether the process takes more requests; false once it is about to stop. */
  readonly accepting: () => boolean;
  /** Whether the database answers at the moment. */
  readonly databaseAnswers: () => Promise<boolean>;
}

/** The cookie of a browser that has asked for a mail, and for how long it is kept, in seconds: longer than the links of mails. */
const ASK_COOKIE = "kudos_asked";
const ASK_SECONDS = 24 * 60 * 60;
const ASK_SECRET = /^[\w-]{22}$/;

/** The cookie of a browser that has signed in before. It is no credential, so the contract has no scheme for it. */
const DEVICE_COOKIE = "kudos_device";

/** Makes the handler's context of each request from its Koa context. `sessionCookie` is the cookie's name without prefix. */
export function requestContext(
  {
    settings,
    keys,
    passwords,
    attempts,
    usage,
    fork,
    db,
    changes,
    now,
    accepting,
    databaseAnswers,
    logger,
    outbox,
    publicUrl,
  }: Resources,
  served: Served,
  sessionCookie: string,
): (ctx: Context) => HandlerContext {
  const { lifetimes, registrationOpen, minPasswordLength, basePath, confirmation } = settings;
  const fromSettings = { lifetimes, registrationOpen, minPasswordLength, confirmation };
  const shared = {
    db,
    passwords,
    attempts,
    usage,
    databaseAnswers,
    changed: outbox === null ? changes.raise : changedAndPosted(changes.raise, outbox.committed),
    mail: outbox,
    notify: outbox === null ? undefined : notifyOwners(outbox),
    ...fromSettings,
    assets: served.assets,
    workflows: served.workflows,
  };

  // What is the same for all requests stands in the prototype, and what only some of them need is made when it is asked for. A class, because
  // V8 gives each literal with getters a hidden class of its own, which holds the request until the next full collection: 9 KB a request.
  class RequestContext {
    readonly now = now();
    readonly #ctx: Context;
    #em: EntityManager | undefined;
    #signal: AbortSignal | undefined;

    constructor(ctx: Context) {
      this.#ctx = ctx;
    }

    get em() {
      this.#em ??= fork();
      return this.#em;
    }

    get signal() {
      this.#signal ??= goneSignal(this.#ctx.res);
      return this.#signal;
    }

    get keys() {
      return keys();
    }

    get publicUrl() {
      return publicUrl();
    }

    get accepting() {
      return accepting();
    }

    get address() {
      return this.#ctx.ip;
    }

    get tell(): HandlerContext["tell"] {
      const request: unknown = this.#ctx.state.requestId;
      return (event) => logger.info({ request, event }, "event");
    }

    // A page that withholds its cookies (`credentials: "omit"`) withholds its storage from the answer, too: for
    // `Clear-Site-Data` its browser would report an error. Its requests have `Sec-Fetch-Site` and no `Cookie`.
    get forgets() {
      return this.#ctx.get("Cookie") !== "" || this.#ctx.get("Sec-Fetch-Site") === "";
    }

    get contract() {
      return served.contract(serverUrl(this.#ctx, basePath));
    }

    get deviceName() {
      return deviceName(this.#ctx.get("User-Agent"));
    }

    get deviceCookie(): HandlerContext["deviceCookie"] {
      const ctx = this.#ctx;
      const device = () => cookieValues(ctx, cookiePrefix(ctx) + DEVICE_COOKIE)[0];
      return {
        idFor: (account) => readDevice(keys(), account, device()),
        remember: (account) => {
          const value = issueDevice(keys(), account, device());
          ctx.append("Set-Cookie", writeCookie(ctx, DEVICE_COOKIE, value, DEVICE_LIFETIME_SECONDS));
        },
      };
    }

    get askCookie(): HandlerContext["askCookie"] {
      const ctx = this.#ctx;
      const [sent = ""] = cookieValues(ctx, cookiePrefix(ctx) + ASK_COOKIE);
      const secret = ASK_SECRET.test(sent) ? sent : null;
      return {
        secret,
        give: () => {
          const kept = secret ?? randomBytes(16).toString("base64url");
          ctx.append("Set-Cookie", writeCookie(ctx, ASK_COOKIE, kept, ASK_SECONDS));
          return kept;
        },
      };
    }

    get sessionCookie(): HandlerContext["sessionCookie"] {
      const ctx = this.#ctx;
      const values = cookieValues(ctx, cookiePrefix(ctx) + sessionCookie);
      return {
        presented: values[0],
        ambiguous: values.length > 1,
        name: cookiePrefix(ctx) + sessionCookie,
        give: (session, maxAgeSeconds) => writeCookie(ctx, sessionCookie, session, maxAgeSeconds),
        take: () => writeCookie(ctx, sessionCookie, "", 0),
      };
    }
  }
  Object.assign(RequestContext.prototype, shared);
  return (ctx) => new RequestContext(ctx) as RequestContext & typeof shared;
}

/** What follows a commit where mails are sent. */
function changedAndPosted(raise: () => void, committed: () => void): () => void {
  return () => {
    raise();
    committed();
  };
}
