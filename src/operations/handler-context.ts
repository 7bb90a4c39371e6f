import type { EntityManager } from "@mikro-orm/core";
import type { components } from "../../generated/openapi.ts";
import type { Handler, OperationId } from "../contract/handler.ts";
import type { AttemptLimits } from "../domain/attempts/attempts.ts";
import type { AuditEvent } from "../domain/audit-trail/event.ts";
import type { UsageRecorder } from "../domain/credentials/usage-recorder.ts";
import type { PasswordHasher } from "../domain/passwords/password-hasher.ts";
import type { Principal } from "../domain/principal.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";
import type { Coded } from "../representation/coding.ts";
import type { Assets } from "../web/assets/asset.ts";

/** What a request brings to its handler besides what the contract says of it. */
export interface HandlerContext {
  /** The unit of work of this request, and of no other. */
  readonly em: EntityManager;
  readonly now: Date;
  /** Aborted when the client has gone before its answer. */
  readonly signal: AbortSignal;
  readonly keys: SecretKeys;
  readonly passwords: PasswordHasher;
  readonly registrationOpen: boolean;
  /** The fewest characters of a new password. */
  readonly minPasswordLength: number;
  readonly lifetimes: Lifetimes;
  /** The network address of the client. */
  readonly address: string;
  /** Logs an event of the audit trail. */
  readonly tell: (event: AuditEvent) => void;
  /** What a user may know this client by, as far as it tells. */
  readonly deviceName: string;
  /** How often passwords may be tried. */
  readonly attempts: AttemptLimits;
  /** Whether the client is one that `Clear-Site-Data` can be told to. */
  readonly forgets: boolean;
  /** Knows of uses that are not written down yet. */
  readonly usage: Pick<UsageRecorder, "lastUse">;
  readonly sessionCookie: SessionCookie;
  readonly deviceCookie: DeviceCookie;
  readonly contract: ContractTexts;
  /** What the pages load. */
  readonly assets: Assets;
  /** False once the process is about to stop. */
  readonly accepting: boolean;
  /** Whether the database answers at the moment. */
  readonly databaseAnswers: () => Promise<boolean>;
}

/** The session cookie of this request's client. */
export interface SessionCookie {
  /** What the client sent, which nobody has looked at yet. */
  readonly presented: string | undefined;
  /** `Set-Cookie` that gives the session; it ends with the browser unless `maxAgeSeconds` says for how long. */
  give(session: string, maxAgeSeconds?: number): string;
  /** `Set-Cookie` that takes it away. */
  take(): string;
}

/** The cookie by which a browser that has signed in before is known, so that it keeps an allowance of its own. */
export interface DeviceCookie {
  /** The browser's id, if it has signed in to this account (normalised address) before; else null. */
  idFor(account: string): string | null;
  /** Has the answer tell the browser to be this account's from now on. */
  remember(account: string): void;
}

/** How long credentials last, in milliseconds: at most, and without being used. */
export interface Lifetimes {
  readonly tokenMs: number;
  readonly tokenIdleMs: number;
  readonly sessionMs: number;
  readonly sessionIdleMs: number;
}

/** The contract as it is served: as it was written, and as JSON. */
export interface ContractTexts {
  readonly yaml: Coded;
  readonly json: Coded<components["schemas"]["Contract"]>;
}

/** The handler of an operation of this API. */
export type Operation<Id extends OperationId> = Handler<Id, Principal, HandlerContext>;
