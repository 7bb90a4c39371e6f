import type { EntityManager } from "@mikro-orm/core";
import type { Context } from "koa";
import type { components } from "../generated/openapi.ts";
import type { ContractDocument } from "./contract/document/document.ts";
import { cookieValues } from "./contract/security/cookies.ts";
import type { AttemptLimits } from "./domain/attempts/attempts.ts";
import { DEVICE_LIFETIME_SECONDS, issueDevice, readDevice } from "./domain/attempts/known-browser.ts";
import type { UsageRecorder } from "./domain/credentials/usage-recorder.ts";
import type { PasswordHasher } from "./domain/passwords/password-hasher.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import { goneSignal } from "./http/client-gone.ts";
import { cookiePrefix, writeCookie } from "./http/cookie.ts";
import { deviceName } from "./http/device-name.ts";
import type { Logger } from "./http/log.ts";
import type { HandlerContext } from "./operations/handler-context.ts";
import { inEachCoding, jsonInEachCoding } from "./representation/coding.ts";
import type { Settings } from "./settings.ts";
import type { Changes } from "./storage/changes.ts";
import { loadAssets } from "./web/assets/assets.ts";

/** The resources of a running server. */
export interface Resources {
  readonly settings: Settings;
  /** A new unit of work. */
  readonly fork: () => EntityManager;
  /** The changes of accounts, credentials and roles. */
  readonly changes: Pick<Changes, "version" | "raise">;
  /** The keys of the moment: the key file may change while the server runs. */
  readonly keys: () => SecretKeys;
  readonly passwords: PasswordHasher;
  readonly attempts: AttemptLimits;
  /** Takes note of the use of credentials. */
  readonly usage: Pick<UsageRecorder, "note" | "lastUse">;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Whether the process takes more requests; false once it is about to stop. */
  readonly accepting: () => boolean;
  /** Whether the database answers at the moment. */
  readonly databaseAnswers: () => Promise<boolean>;
}

/** The files and texts that are sent as they are, compressed once for all requests. */
export type Served = Pick<HandlerContext, "assets" | "contract">;

/**
 * Loads the files that pages load, and the contract as YAML and as JSON.
 *
 * @throws {AssetsUnavailable}
 */
export async function loadServed({ source, root }: ContractDocument): Promise<Served> {
  const [assets, yaml, json] = await Promise.all([
    loadAssets(),
    inEachCoding(source),
    jsonInEachCoding(root as components["schemas"]["Contract"]),
  ]);
  return { assets, contract: { yaml, json } };
}

/** The cookie of a browser that has signed in before. It is no credential, so the contract has no scheme for it. */
const DEVICE_COOKIE = "kudos_device";

/** Makes the handler's context of each request from its Koa context. `sessionCookie` is the cookie's name without prefix. */
export function requestContext(
  { settings, keys, passwords, attempts, usage, fork, changes, now, accepting, databaseAnswers, logger }: Resources,
  served: Served,
  sessionCookie: string,
): (ctx: Context) => HandlerContext {
  const { lifetimes, registrationOpen, minPasswordLength } = settings;
  const fromSettings = { lifetimes, registrationOpen, minPasswordLength };
  const shared = { passwords, attempts, usage, databaseAnswers, changed: changes.raise, ...fromSettings, ...served };
  return (ctx) => {
    const device = () => cookieValues(ctx, cookiePrefix(ctx) + DEVICE_COOKIE)[0];
    let em: EntityManager | undefined;
    let signal: AbortSignal | undefined;
    return {
      ...shared,
      keys: keys(),
      // What only some requests need is made on demand: the unit of work, the signal, what is read from header fields.
      get em() {
        em ??= fork();
        return em;
      },
      get signal() {
        signal ??= goneSignal(ctx.res);
        return signal;
      },
      now: now(),
      accepting: accepting(),
      address: ctx.ip,
      tell: (event) => logger.info({ request: ctx.state.requestId, event }, "event"),
      // A page that withholds its cookies (`credentials: "omit"`) withholds its storage from the answer, too: for
      // `Clear-Site-Data` its browser would report an error. Its requests have `Sec-Fetch-Site` and no `Cookie`.
      get forgets() {
        return ctx.get("Cookie") !== "" || ctx.get("Sec-Fetch-Site") === "";
      },
      get deviceName() {
        return deviceName(ctx.get("User-Agent"));
      },
      deviceCookie: {
        idFor: (account) => readDevice(keys(), account, device()),
        remember: (account) => {
          const value = issueDevice(keys(), account, device());
          ctx.append("Set-Cookie", writeCookie(ctx, DEVICE_COOKIE, value, DEVICE_LIFETIME_SECONDS));
        },
      },
      sessionCookie: {
        get presented() {
          return cookieValues(ctx, cookiePrefix(ctx) + sessionCookie)[0];
        },
        get ambiguous() {
          return cookieValues(ctx, cookiePrefix(ctx) + sessionCookie).length > 1;
        },
        give: (session, maxAgeSeconds) => writeCookie(ctx, sessionCookie, session, maxAgeSeconds),
        take: () => writeCookie(ctx, sessionCookie, "", 0),
      },
    };
  };
}
