import type { EntityManager } from "@mikro-orm/core";
import Koa, { type Context } from "koa";
import type { components } from "../generated/openapi.ts";
import type { CompiledContract } from "./contract/document/compile.ts";
import type { ContractDocument } from "./contract/document/document.ts";
import type { SecurityScheme } from "./contract/document/operation.ts";
import { errorDoor } from "./contract/error-door.ts";
import { HttpProblem } from "./contract/problem.ts";
import { serveContract } from "./contract/serve.ts";
import type { AttemptLimits } from "./domain/attempts/attempts.ts";
import { issueDevice, readDevice, writeDeviceCookie } from "./domain/attempts/known-browser.ts";
import type { UsageRecorder } from "./domain/credentials/usage-recorder.ts";
import type { PasswordHasher } from "./domain/passwords/password-hasher.ts";
import type { Principal } from "./domain/principal.ts";
import { holds, SCOPES } from "./domain/scope.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import { ClientGone, goneSignal, isHangUp } from "./http/client-gone.ts";
import { deviceName } from "./http/device-name.ts";
import { crossOrigin, forwardedFields, headerLimit, requestId, securityHeaders } from "./http/headers.ts";
import { accessLog, describeError, type Logger, loggedPath } from "./http/log.ts";
import type { ContractTexts, Lifetimes, Scope } from "./operations/handler-context.ts";
import { operations } from "./operations/index.ts";
import { asEnvelopeJson, asProblemJson } from "./problems/envelope.ts";
import { problemPages } from "./problems/page.ts";
import { toProblem } from "./problems/table.ts";
import { findVisitor } from "./problems/visitor.ts";
import { inEachCoding } from "./representation/coding.ts";
import { authenticationToken } from "./security/authentication-token.ts";
import { cookiePrefix, sessionCookie, writeSessionCookie } from "./security/session-cookie.ts";
import type { Settings } from "./settings.ts";
import type { Assets } from "./web/assets/asset.ts";
import { loadAssets } from "./web/assets/assets.ts";

/** All that an app is made of. It starts and stops nothing by itself. */
export interface AppOptions {
  readonly contract: CompiledContract;
  readonly settings: Settings;
  /** A fresh unit of work. */
  readonly fork: () => EntityManager;
  /** As they are at the moment. */
  readonly keys: () => SecretKeys;
  readonly passwords: PasswordHasher;
  readonly attempts: AttemptLimits;
  /** Takes note that credentials are used. */
  readonly usage: Pick<UsageRecorder, "note" | "lastUse">;
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
  const { contract, settings, fork, keys, usage, logger, now } = options;
  const [assets, texts] = await Promise.all([loadAssets(), contractTexts(contract.document)]);
  const app = new Koa({ proxy: settings.trustedProxies > 0, maxIpsCount: settings.trustedProxies });
  const onFault = (error: unknown, ctx: Context) => {
    if (error instanceof ClientGone) return;
    logger.error(
      { request: ctx.state.requestId, method: ctx.method, path: loggedPath(ctx), error: describeError(error) },
      "fault",
    );
  };
  app.on("error", (error: unknown, ctx?: Context) => {
    if (!isHangUp(error, ctx?.res)) logger.error({ error: describeError(error) }, "fault");
  });
  const { schemes } = contract;
  const cookieName = String(schemes.get("sessionCookie")?.node.name);
  const lifetimes = lifetimesOf(settings);
  const authority = { fork, keys, now, lifetimes, note: (principal: Principal) => usage.note(principal) };

  const representations = {
    "application/problem+json": asProblemJson,
    "application/json": asEnvelopeJson,
    "text/html": problemPages(assets, settings, findVisitor(authority, cookieName)),
  };

  app.use(forwardedFields(settings.trustedProxies));
  app.use(requestId);
  app.use(accessLog(logger));
  app.use(securityHeaders());
  app.use(errorDoor({ toProblem, representations, mediaTypes: ["application/problem+json", "text/html"], onFault }));
  app.use(headerLimit(MAX_HEADER_FIELDS));
  app.use(crossOrigin(settings.corsOrigins, headerNames(schemes)));
  app.use(
    serveContract<Principal, Scope>({
      contract,
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
      createScope: scopes(options, cookieName, { assets, texts }),
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
function scopes(
  options: AppOptions,
  cookieName: string,
  { assets, texts }: { readonly assets: Assets; readonly texts: ContractTexts },
) {
  const { settings, keys, passwords, attempts, usage, fork, now, accepting, logger } = options;
  const shared = {
    passwords,
    attempts,
    usage,
    lifetimes: lifetimesOf(settings),
    registrationOpen: settings.registrationOpen,
    minPasswordLength: settings.minPasswordLength,
    contract: texts,
    assets,
  };
  return (ctx: Context): Scope => {
    const { secure } = ctx;
    const device = ctx.cookies.get(`${cookiePrefix(ctx)}${DEVICE_COOKIE}`);
    let em: EntityManager | undefined;
    let signal: AbortSignal | undefined;
    return {
      ...shared,
      keys: keys(),
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
      address: ctx.ip,
      tell: (event) => logger.info({ request: ctx.state.requestId, event }, "event"),
      // A page that has kept its cookies back has kept this answer from its storage, too: its browser would report an error.
      get forgets() {
        return ctx.get("Cookie") !== "" || ctx.get("Sec-Fetch-Site") === "";
      },
      deviceName: deviceName(ctx.get("User-Agent")),
      deviceCookie: {
        idFor: (account) => readDevice(keys(), account, device),
        remember: (account) =>
          ctx.append("Set-Cookie", writeDeviceCookie(DEVICE_COOKIE, issueDevice(keys(), account, device), { secure })),
      },
      sessionCookie: {
        get presented() {
          return ctx.cookies.get(`${cookiePrefix(ctx)}${cookieName}`);
        },
        give: (session, maxAgeSeconds) => writeSessionCookie(cookieName, session, { secure, maxAgeSeconds }),
        take: () => writeSessionCookie(cookieName, "", { secure, maxAgeSeconds: 0 }),
      },
    };
  };
}

/** The contract as it is sent, compressed once for all requests. */
async function contractTexts({ source, root }: ContractDocument): Promise<ContractTexts> {
  const [yaml, json] = await Promise.all([inEachCoding(source), inEachCoding(JSON.stringify(root))]);
  const content = root as components["schemas"]["Contract"];
  return { yaml, json: { ...json, identity: { ...json.identity, content } } };
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
