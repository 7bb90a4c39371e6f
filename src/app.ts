import Koa from "koa";
import type { CompiledContract } from "./contract/document/compile.ts";
import { errorDoor } from "./contract/error-door.ts";
import { HttpProblem } from "./contract/problem.ts";
import { onlyCookie } from "./contract/security/cookies.ts";
import { serveContract } from "./contract/serve.ts";
import { passkeySite } from "./domain/passkeys/options.ts";
import { AUTHENTICATION_CONTEXTS } from "./domain/principal.ts";
import { holds, SCOPES } from "./domain/scope.ts";
import { cookiePrefix } from "./http/cookie.ts";
import {
  crossOrigin,
  forwardedFields,
  headerLimit,
  requestId,
  requestUrn,
  strictTransport,
  withoutReferrer,
} from "./http/headers.ts";
import { basePath } from "./http/listening/base-path.ts";
import { accessLog, logConnectionError, logFault } from "./http/log.ts";
import { MAX_HEADER_BYTES } from "./http/server.ts";
import { operations } from "./operations/index.ts";
import { asEnvelopeJson, asProblemJson, oauthOr, PROBLEM_TYPE_MEMBERS } from "./problems/envelope.ts";
import { problemPages } from "./problems/page.ts";
import { PROBLEMS, RAISED, toProblem } from "./problems/table.ts";
import { findVisitor } from "./problems/visitor.ts";
import { PROBLEMS_WITHOUT_MAIL } from "./problems/without-mail.ts";
import { requestContext } from "./request-context.ts";
import type { Resources } from "./resources.ts";
import { authenticationToken } from "./security/authentication-token.ts";
import { principalLookUp } from "./security/find-principal.ts";
import { principalCache } from "./security/principal-cache.ts";
import { CSRF_FIELDS, sessionCookie } from "./security/session-cookie.ts";
import type { Served } from "./shared-parts.ts";
import { createIdempotencyKeys } from "./storage/idempotency-keys.ts";
import { writeWithin } from "./write-within.ts";

/** All that an app is made of. It starts and stops nothing by itself. */
export interface AppOptions extends Resources {
  readonly contract: CompiledContract;
  readonly served: Served;
}

const MAX_HEADER_FIELDS = 100;

/** The paths of mailed links, behind which their secrets stand. */
const LINK_PATHS = ["/confirm", "/reset", "/change-email", "/undo-email"];

/**
 * Builds the app: the stages of a request, in order.
 *
 * @throws {ContractFault} when the contract and the code do not match
 */
export function createApp({ contract, served, ...resources }: AppOptions): Koa {
  const { settings, keys, usage, changes, logger, now, telemetry } = resources;
  const { lifetimes, trustedProxies, corsOrigins, hstsSeconds, responseValidation } = settings;
  const { schemes } = contract;
  const ownProblems = resources.post.outbox === null ? PROBLEMS_WITHOUT_MAIL : PROBLEMS;

  const findPrincipal = principalCache(principalLookUp({ ...resources, lifetimes }), {
    ...changes,
    keys,
    now,
    onLookUp: telemetry?.onLookUp,
  });
  const authenticators = {
    authenticationToken: authenticationToken(findPrincipal, usage),
    bearerToken: authenticationToken(findPrincipal, usage),
    sessionCookie: sessionCookie(findPrincipal, keys, usage),
  };
  const cookieName = String(schemes.get("sessionCookie")?.node.name);
  const keySchemes = [...schemes.values()].filter(({ node }) => node.type === "apiKey" && node.in === "header");
  const keyFields = keySchemes.map(({ node }) => String(node.name));
  const contextOf = requestContext(resources, served, cookieName);
  const visitor = findVisitor(authenticators.sessionCookie, (ctx) => onlyCookie(ctx, cookiePrefix(ctx) + cookieName));
  const { outbox, publicUrl } = resources.post;
  const formRules = {
    ...settings,
    sendsMail: outbox !== null,
    // What is known only once the server listens is asked for with each page.
    get takesUsernames() {
      return resources.takesUsernames();
    },
    get passkeySite() {
      return passkeySite(publicUrl());
    },
  };
  const representations = {
    "application/problem+json": asProblemJson,
    "application/json": oauthOr(asEnvelopeJson),
    "text/html": problemPages(served.assets, formRules, { visitor, contextOf }),
  };
  const mediaTypes = ["application/problem+json", "text/html"];

  const app = new Koa({ proxy: trustedProxies > 0, maxIpsCount: trustedProxies });
  app.on("error", logConnectionError(logger));
  if (settings.basePath !== "") app.use(basePath(settings.basePath));
  // Koa does not look at these fields when no proxy is trusted.
  if (trustedProxies > 0) app.use(forwardedFields(trustedProxies));
  app.use(requestId);
  app.use(accessLog(logger));
  if (telemetry !== undefined) app.use(telemetry.measure);
  app.use(withoutReferrer(LINK_PATHS));
  if (hstsSeconds !== null) app.use(strictTransport(hstsSeconds));
  app.use(
    errorDoor({
      toProblem: (error) => toProblem(error, ownProblems),
      representations,
      mediaTypes,
      instanceOf: requestUrn,
      onFault: logFault(logger),
    }),
  );
  if (corsOrigins.size > 0) app.use(crossOrigin(corsOrigins, [...CSRF_FIELDS, ...keyFields]));
  app.use(headerLimit(MAX_HEADER_FIELDS));
  app.use(
    serveContract({
      contract,
      handlers: operations,
      authenticators,
      realm: "kudos",
      scopes: new Set(SCOPES),
      authorize: holds,
      authenticatedAt: (principal) => principal.authenticatedAt,
      authenticationContexts: AUTHENTICATION_CONTEXTS,
      now,
      cookiePrefix,
      sameIdentity: (one, other) => one.userId === other.userId,
      createContext: contextOf,
      problemMediaTypes: new Set(Object.keys(representations)),
      problemTypeMembers: PROBLEM_TYPE_MEMBERS,
      problems: RAISED,
      maxHeaderBytes: MAX_HEADER_BYTES,
      trustedOrigins: corsOrigins,
      signInPath: "/login",
      responseValidation,
      idempotency: {
        store: createIdempotencyKeys(resources.db, writeWithin),
        identityOf: ({ userId }) => `user:${userId}`,
      },
      onWarning: (sentence) => logger.warn({ message: sentence }, "contract"),
      onUndeclared: (operationId, reason) => logger.error({ operationId, reason }, "undeclared answer"),
    }),
  );
  app.use(() => {
    throw new HttpProblem(404, { detail: "There is nothing at this address." });
  });
  return app;
}
