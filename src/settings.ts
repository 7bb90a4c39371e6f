import type { AttemptPolicy, AttemptRules } from "./domain/attempts/rules.ts";
import type { FactorPolicy } from "./domain/credentials/authentication-method.ts";
import type { PasswordCost } from "./domain/passwords/scrypt-hash.ts";
import { doubtfulVariables } from "./settings/doubtful.ts";
import { JWT, type JwtSettings } from "./settings/jwt.ts";
import { LIFETIMES, LIMITS } from "./settings/limits.ts";
import { faultsOfMail, MAIL, type MailSettings, sends } from "./settings/mail.ts";
import { VARIABLES } from "./settings/table.ts";
import { readVariables, type Variable } from "./settings/variables.ts";

/** The configuration of a process: read once, checked, frozen. */
export interface Settings extends MailSettings, JwtSettings {
  /** Whether others use this server: `NODE_ENV` is `production`. */
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly metricsHost: string;
  /** The port of `/metrics`, which is another one than `port`; undefined: nothing is measured. */
  readonly metricsPort: number | undefined;
  readonly databaseUrl: string;
  /** Whether a new database gets the sample articles. */
  readonly sampleData: boolean;
  readonly secretKey: string | undefined;
  readonly secretKeyFile: string | undefined;
  readonly registrationOpen: boolean;
  readonly secondFactor: FactorPolicy;
  /** Whether sign-ins for a token by `include_auth_token` give refresh tokens: in their answers, or as a cookie. */
  readonly refreshTokens: "off" | "on" | "cookie";
  readonly passwordCost: PasswordCost;
  readonly passwordEngine: "native" | "scrypt-js" | undefined;
  readonly minPasswordLength: number;
  readonly rateLimits: boolean;
  readonly attemptRules: AttemptRules;
  readonly lifetimes: Lifetimes;
  /** The age at which an event of the audit trail is deleted, in milliseconds. */
  readonly eventMs: number;
  readonly flaskSecuritySalt: string | undefined;
  readonly flaskSecurityTotpSecrets: ReadonlyMap<string, string> | undefined;
  readonly trustedProxies: number;
  /** The path of the host below which the server is reached, such as `/kudos`; "" where it has the host to itself. */
  readonly basePath: string;
  readonly corsOrigins: ReadonlySet<string>;
  /** The seconds for which browsers insist on https (HSTS, RFC 6797); null: they are told nothing. */
  readonly hstsSeconds: number | null;
  readonly responseValidation: "fail" | "log";
  readonly logLevel: string;
}

/** The time that a credential works for, in milliseconds: since it was issued, and since it was last used (idle). */
export interface Lifetimes {
  readonly tokenMs: number;
  readonly tokenIdleMs: number;
  /** The most that a personal token may be asked for with; it does not end unused. */
  readonly personalTokenMs: number;
  /** Of a token that comes with a refresh token, and of a family of these, which no exchange prolongs. */
  readonly refreshedTokenMs: number;
  readonly refreshFamilyMs: number;
  readonly refreshIdleMs: number;
  readonly sessionMs: number;
  readonly sessionIdleMs: number;
}

/** Settings that cannot be used; the message has one line for each. */
export class SettingsFault extends Error {
  override readonly name = "SettingsFault";
}

/**
 * Reads the settings from the environment. An empty variable counts as not set.
 *
 * @throws {SettingsFault} with all faults, each with the text and what is wrong with it; a text that could be a key is not repeated
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const [single, mail, jwt, limits, lifetimes] = [
    readVariables(VARIABLES, environment),
    readVariables(MAIL, environment),
    readVariables(JWT, environment),
    readVariables(LIMITS, environment),
    readVariables(LIFETIMES, environment),
  ];
  const faults = [single, mail, jwt, limits, lifetimes].flatMap((read) => read.faults);
  const production = environment.NODE_ENV === "production";
  if (faults.length === 0) faults.push(...faultsOfMail(mail.values, { production, ...single.values }));
  if (faults.length > 0) throw new SettingsFault(faults.join("\n"));
  const groups = { attemptRules: Object.freeze(limits.values), lifetimes: Object.freeze(lifetimes.values) };
  return Object.freeze({ ...single.values, ...mail.values, ...jwt.values, ...groups, production });
}

const ALL = [VARIABLES, MAIL, JWT, LIMITS, LIFETIMES].flatMap((table) => Object.values<Variable<unknown>>(table));

/** A line for each variable of the environment that its operator probably did not mean. */
export function doubtsAbout(environment: NodeJS.ProcessEnv): string[] {
  return doubtfulVariables(
    environment,
    ALL.map(({ name }) => name),
  );
}

/** The table of settings for `--help`, with the defaults outside of production. */
export function describeSettings(): string {
  return ALL.map(
    ({ name, fallback, help }) => `  ${name.padEnd(28)} ${help}${fallback(false) ? ` (${fallback(false)})` : ""}`,
  ).join("\n");
}

/** The limits of attempts, as the variables that set them are written. */
export function describeLimits(rules: AttemptRules): string {
  const policies = Object.keys(LIMITS) as AttemptPolicy[];
  return policies
    .map((policy) => {
      const { attempts, windowSeconds } = rules[policy];
      return `${LIMITS[policy].name}=${attempts}/${windowSeconds / 60}m`;
    })
    .join(" ");
}

/** Whether mails are sent. */
export function sendsMail({ mail, databaseUrl }: Pick<Settings, "mail" | "databaseUrl">): boolean {
  return sends(mail, databaseUrl);
}

/**
 * The address that browsers reach the server at: `PUBLIC_URL`, or `http://localhost` with the port, where Chromium makes passkeys, too;
 * the base path follows. In production only the setting counts: null without it.
 *
 * @param listening the address that the server listens on, such as `http://127.0.0.1:8080`
 */
export function publicUrlOf(
  { publicUrl, production, basePath }: Pick<Settings, "publicUrl" | "production" | "basePath">,
  listening: string,
): string | null {
  if (publicUrl !== undefined) return publicUrl + basePath;
  if (production) return null;
  const port = URL.parse(listening)?.port;
  return `http://localhost${port ? `:${port}` : ""}${basePath}`;
}
