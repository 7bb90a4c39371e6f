import type { EntityManager } from "@mikro-orm/core";
import type { Context } from "koa";
import type { Changed } from "./domain/audit-trail/audit-trail.ts";
import { notifyOwners } from "./domain/mail/notices.ts";
import { goneSignal } from "./http/client-gone.ts";
import { deviceName } from "./http/device-name.ts";
import { serverUrl } from "./http/listening/server-url.ts";
import type { HandlerContext } from "./operations/handler-context.ts";
import { askCookieOf, deviceCookieOf, refreshCookieOf, sessionCookieOf, signInCookieOf } from "./request-cookies.ts";
import type { Resources } from "./resources.ts";
import type { Served } from "./shared-parts.ts";

/** The characters of the longest IPv6 address. */
const LONGEST_ADDRESS = 45;

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
    takesUsernames,
    logger,
    post,
  }: Resources,
  served: Served,
  sessionCookie: string,
): (ctx: Context) => HandlerContext {
  const { lifetimes, registrationOpen, minPasswordLength, secondFactor, confirmation } = settings;
  const { refreshTokens, basePath, eventMs } = settings;
  const ofRules = { lifetimes, registrationOpen, minPasswordLength, secondFactor, confirmation };
  const fromSettings = { ...ofRules, refreshTokens, eventMs };
  const { outbox } = post;
  const shared = {
    db,
    passwords,
    attempts,
    usage,
    databaseAnswers,
    changed: outbox === null ? changes.changed : changedAndPosted(changes.changed, outbox.committed),
    mail: outbox,
    notify: outbox === null ? undefined : notifyOwners(outbox),
    jwts: { audiences: settings.jwtAudiences, lifetimeSeconds: settings.jwtMinutes * 60 },
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

    get accepting() {
      return accepting();
    }

    get takesUsernames() {
      return takesUsernames();
    }

    get publicUrl() {
      return post.publicUrl();
    }

    get address() {
      // Behind a proxy it is what a field says: cut to the longest that an address can be (RFC 4291 §2.2, with an IPv4 address in it).
      return this.#ctx.ip.slice(0, LONGEST_ADDRESS);
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

    get deviceCookie() {
      return deviceCookieOf(this.#ctx, keys);
    }

    get askCookie() {
      return askCookieOf(this.#ctx);
    }

    get refreshCookie() {
      return refreshCookieOf(this.#ctx);
    }

    get signInCookie() {
      return signInCookieOf(this.#ctx);
    }

    get sessionCookie() {
      return sessionCookieOf(this.#ctx, sessionCookie);
    }
  }
  Object.assign(RequestContext.prototype, shared);
  return (ctx) => new RequestContext(ctx) as RequestContext & typeof shared;
}

/** What follows a commit where mails are sent. */
function changedAndPosted(changed: Changed, committed: () => void): Changed {
  return (change) => {
    committed();
    return changed(change);
  };
}
