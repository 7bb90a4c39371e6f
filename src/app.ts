import type { EntityManager } from "@mikro-orm/core";
import Koa, { type Context } from "koa";
import type { components } from "../generated/openapi.ts";
import { serveContract } from "./contract/contract.ts";
import type { ContractDocument } from "./contract/document.ts";
import { readSecuritySchemes, type SecurityScheme } from "./contract/operation.ts";
import type { AttemptLimits } from "./domain/attempts.ts";
import type { PasswordHasher } from "./domain/passwords.ts";
import type { Principal } from "./domain/principal.ts";
import { holds, SCOPES } from "./domain/scope.ts";
import type { SecretKeys } from "./domain/secret-keys.ts";
import { ClientGone, goneSignal, isHangUp } from "./http/client-gone.ts";
import { deviceName } from "./http/device-name.ts";
import { errorDoor } from "./http/error-door.ts";
import { crossOrigin, headerLimit, requestId, securityHeaders } from "./http/headers.ts";
import { accessLog, describeError, type Logger, withoutSecrets } from "./http/log.ts";
import { HttpProblem } from "./http/problem.ts";
import { asEnvelopeJson, asProblemJson } from "./http/representation.ts";
import { operations } from "./operations/index.ts";
import type { Lifetimes, Scope } from "./operations/scope.ts";
import { problemPage } from "./problem-page.ts";
import { toProblem } from "./problems.ts";
import { authenticationToken } from "./security/authentication-token.ts";
import { issueDevice, readDevice, writeDeviceCookie } from "./security/device-cookie.ts";
import { cookiePrefix, sessionCookie, writeSessionCookie } from "./security/session-cookie.ts";
import type { Settings } from "./settings.ts";
import { loadAssets } from "./web/assets.ts";
import { entityTag } from "./web/entity-tag.ts";

/** All that an app is made of. It starts and stops nothing by itself. */
export interface AppOptions {
  readonly document: ContractDocument;
  readonly settings: Settings;
  /** A fresh unit of work. */
  readonly fork: () => EntityManager;
  readonly keys: SecretKeys;
  readonly passwords: PasswordHasher;
  readonly attempts: AttemptLimits;
  /** Takes note that a credential was used. */
  readonly note: (principal: Principal) => void;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Whether more requests are wanted; false once the process is about to stop. */
  readonly accepting: () => boolean;
}

const MAX_HEADER_FIELDS = 100;

/** The cookie by which a browser that has signed in before is known. It is no credential, so the contract has no scheme for it. */
const DEVICE_COOKIE = "device";

/** Builds the app: the stages of a request, in order. Throws `ContractFault` when contract and code do not match. */
export async function createApp(options: AppOptions): Promise<Koa> {
  const { document, settings, fork, keys, logger, now } = options;
  const app = new Koa({ proxy: settings.trustedProxies > 0, maxIpsCount: settings.trustedProxies });
  const representations = {
    "application/problem+json": asProblemJson,
    "application/json": asEnvelopeJson,
    "text/html": problemPage,
  };
  const onFault = (error: unknown, ctx: Context) => {
    if (error instanceof ClientGone) return;
    logger.error(
      { request: ctx.state.requestId, method: ctx.method, path: withoutSecrets(ctx.path), error: describeError(error) },
      "fault",
    );
  };
  app.on("error", (error: unknown, ctx?: Context) => {
    if (!isHangUp(error, ctx?.res)) logger.error({ error: describeError(error) }, "fault");
  });
  const schemes = readSecuritySchemes(document);
  const lifetimes = lifetimesOf(settings);
  const idle = { tokenMs: lifetimes.tokenIdleMs, sessionMs: lifetimes.sessionIdleMs };
  const authority = { fork, keys, now, idle, note: options.note };

  app.use(requestId);
  app.use(accessLog(logger));
  app.use(securityHeaders());
  app.use(errorDoor({ toProblem, representations, mediaTypes: ["application/problem+json", "text/html"], onFault }));
  app.use(headerLimit(MAX_HEADER_FIELDS));
  app.use(crossOrigin(settings.corsOrigins, headerNames(schemes)));
  app.use(
    await serveContract<Principal, Scope>({
      document,
      handlers: operations,
      authenticators: {
        authenticationToken: authenticationToken(authority),
        bearerToken: authenticationToken(authority),
        sessionCookie: sessionCookie(authority),
      },
      realm: "kudos",
      scopes: new Set(SCOPES),
      authorize: holds,
      authenticatedAt: (principal) => principal.authenticatedAt,
      now,
      cookiePrefix,
      sameIdentity: (one, other) => one.userId === other.userId,
      createScope: await scopes(options, schemes),
      problemMediaTypes: new Set(Object.keys(representations)),
      trustedOrigins: settings.corsOrigins,
      signInPath: "/login",
      responseValidation: settings.responseValidation,
      onUndeclared: (operationId, reason) => logger.error({ operationId, reason }, "undeclared answer"),
    }),
  );
  app.use(() => {
    throw new HttpProblem(404, { detail: "There is nothing at this address." });
  });
  return app;
}

/** The scope of each request: what is the same for all, and what is its own. */
async function scopes(options: AppOptions, schemes: ReadonlyMap<string, SecurityScheme>) {
  const { document, settings, keys, passwords, attempts, fork, now, accepting, logger } = options;
  const cookieName = String(schemes.get("sessionCookie")?.node.name);
  const shared = {
    keys,
    passwords,
    attempts,
    lifetimes: lifetimesOf(settings),
    registrationOpen: settings.registrationOpen,
    minPasswordLength: settings.minPasswordLength,
    contract: {
      yaml: { content: document.source, entityTag: entityTag(document.source) },
      json: {
        content: document.root as components["schemas"]["Contract"],
        entityTag: entityTag(JSON.stringify(document.root)),
      },
    },
    assets: await loadAssets(),
  };
  return (ctx: Context): Scope => {
    const { secure } = ctx;
    const device = ctx.cookies.get(`${cookiePrefix(ctx)}${DEVICE_COOKIE}`);
    let em: EntityManager | undefined;
    let signal: AbortSignal | undefined;
    return {
      ...shared,
      // Made when it is asked for: most requests need no signal, and some no database.
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
      origin: {
        actor: "anonymous",
        address: ctx.ip,
        tell: (event) => logger.info({ request: ctx.state.requestId, event }, "event"),
      },
      deviceName: deviceName(ctx.get("User-Agent")),
      deviceCookie: {
        idFor: (account) => readDevice(keys, account, device),
        remember: (account) =>
          ctx.append("Set-Cookie", writeDeviceCookie(DEVICE_COOKIE, issueDevice(keys, account, device), { secure })),
      },
      sessionCookie: {
        give: (session, maxAgeSeconds) => writeSessionCookie(cookieName, session, { secure, maxAgeSeconds }),
        take: () => writeSessionCookie(cookieName, "", { secure, maxAgeSeconds: 0 }),
      },
    };
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

function lifetimesOf(settings: Settings): Lifetimes {
  return {
    tokenMs: settings.tokenLifetimeDays * DAY_MS,
    tokenIdleMs: settings.tokenIdleDays * DAY_MS,
    sessionMs: settings.sessionLifetimeDays * DAY_MS,
    sessionIdleMs: settings.sessionIdleDays * DAY_MS,
  };
}

/** The header fields that a page of another origin needs leave to send (CORS). */
function headerNames(schemes: ReadonlyMap<string, SecurityScheme>): string[] {
  const keys = [...schemes.values()].filter(({ node }) => node.type === "apiKey" && node.in === "header");
  return [
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "X-CSRF-Token",
    "X-XSRF-Token",
    ...keys.map(({ node }) => String(node.name)),
  ];
}
