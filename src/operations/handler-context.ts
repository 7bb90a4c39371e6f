import type { EntityManager } from "@mikro-orm/core";
import type { operations } from "../../generated/openapi.ts";
import type { principals } from "../../generated/principals.ts";
import type { Handler, Handlers, OperationId } from "../contract/handler.ts";
import type { AttemptLimits } from "../domain/attempts/attempts.ts";
import type { Occasion } from "../domain/audit-trail/audit-trail.ts";
import type { AuditEvent } from "../domain/audit-trail/event.ts";
import type { FactorPolicy } from "../domain/credentials/authentication-method.ts";
import type { JwtIssuer } from "../domain/jwt/exchange.ts";
import type { Outbox } from "../domain/mail/outbox.ts";
import type { PasswordHasher } from "../domain/passwords/password-hasher.ts";
import type { Principal } from "../domain/principal.ts";
import type { Queryable } from "../domain/query.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";
import type { UsageRecorder } from "../domain/usage/usage-recorder.ts";
import type { Coded } from "../representation/coding.ts";
import type { Assets } from "../web/assets/asset.ts";
import type { AskCookie, DeviceCookie, SessionCookie, SignInCookie } from "./client-cookies.ts";
import type { RefreshCookie } from "./tokens/refresh-cookie.ts";

/** The part of a handler's request that the contract does not describe: the resources of the server, and the client. */
export interface HandlerContext {
  /** The unit of work of this request alone. */
  readonly em: EntityManager;
  /** The database for statements alone, without a unit of work: it spares a request 10 µs. */
  readonly db: Queryable;
  readonly now: Date;
  /** Aborted when the client disconnects before its answer is sent. */
  readonly signal: AbortSignal;
  readonly keys: SecretKeys;
  readonly passwords: PasswordHasher;
  readonly registrationOpen: boolean;
  /** Whether accounts have user names, which then sign in as addresses do. */
  readonly takesUsernames: boolean;
  /** Whether an account is open only once its address was confirmed. */
  readonly confirmation: "off" | "required";
  /** The fewest characters of a new password. */
  readonly minPasswordLength: number;
  /** Who needs a second factor. */
  readonly secondFactor: FactorPolicy;
  readonly lifetimes: Lifetimes;
  /** The age at which an event of the audit trail is deleted, in milliseconds. */
  readonly eventMs: number;
  /** The network address of the client. */
  readonly address: string;
  /** Logs an event of the audit trail. */
  readonly tell: (event: AuditEvent) => void;
  /** Makes all servers forget the principals that they keep in memory. */
  readonly changed: Occasion["changed"];
  /** A name by which users recognise the client in the list of their devices: made from `User-Agent`. */
  readonly deviceName: string;
  /** The limits of attempts at passwords, of registrations and of new tokens. */
  readonly attempts: AttemptLimits;
  /** Whether the client obeys `Clear-Site-Data`; a page that withholds its cookies would report it as an error. */
  readonly forgets: boolean;
  /** The uses of credentials that are not in the database yet. */
  readonly usage: Pick<UsageRecorder, "note" | "lastUse">;
  /** The systems that there are JWTs for, and how long a JWT lives. */
  readonly jwts: Omit<JwtIssuer, "issuer">;
  readonly sessionCookie: SessionCookie;
  readonly deviceCookie: DeviceCookie;
  readonly signInCookie: SignInCookie;
  readonly askCookie: AskCookie;
  readonly refreshCookie: RefreshCookie;
  /** Whether sign-ins with the flag give refresh tokens, in their answers or as a cookie. */
  readonly refreshTokens: "off" | "on" | "cookie";
  /**
   * The address that browsers reach the server at, without a slash at the end, such as `https://kudos.example`. Null in production
   * without `PUBLIC_URL`; it never comes from `Host`.
   */
  readonly publicUrl: string | null;
  /** The place for mails; null where the server sends none. */
  readonly mail: Outbox | null;
  /** Writes the mails that tell owners of events; undefined where the server sends none. */
  readonly notify: Occasion["notify"];
  readonly contract: ContractTexts;
  /** The description of how calls follow on each other, as it is served. */
  readonly workflows: Coded;
  /** The files that pages load. */
  readonly assets: Assets;
  /** False once the process is about to stop. */
  readonly accepting: boolean;
  /** Whether the database answers at the moment. */
  readonly databaseAnswers: () => Promise<boolean>;
}

/** The lifetimes of credentials, in milliseconds: at most, and without use (`Idle`). */
export interface Lifetimes {
  readonly tokenMs: number;
  readonly tokenIdleMs: number;
  /** Of a personal token, at most; it does not end unused. */
  readonly personalTokenMs: number;
  /** Of a token that comes with a refresh token, and of a family of these: from the sign-in on, and without an exchange. */
  readonly refreshedTokenMs: number;
  readonly refreshFamilyMs: number;
  readonly refreshIdleMs: number;
  readonly sessionMs: number;
  readonly sessionIdleMs: number;
}

/** The contract as it is served: the YAML as written, the same as JSON, and the edition for clients. */
export interface ContractTexts {
  readonly yaml: Coded;
  readonly json: Coded;
  readonly client: Coded;
}

/** The handler of an operation of this API. */
export type Operation<Id extends OperationId<operations, principals>> = Handler<
  operations[Id],
  principals[Id],
  Principal,
  HandlerContext
>;

/** One handler for each operation of this API. */
export type Operations = Handlers<operations, principals, Principal, HandlerContext>;
