import { DEFAULT_MIN_LENGTH } from "./domain/passwords/password.ts";
import { type PasswordCost, parsePasswordCost } from "./domain/passwords/scrypt-hash.ts";
import type { PasswordEngine } from "./hashing/scrypt-worker.ts";
import { DEFAULT_DATABASE_URL } from "./storage/sqlite/location.ts";

/** The configuration of a process: read once, checked, frozen. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly secretKey: string | undefined;
  readonly secretKeyFile: string | undefined;
  readonly registrationOpen: boolean;
  readonly passwordCost: PasswordCost;
  readonly passwordEngine: PasswordEngine | undefined;
  readonly minPasswordLength: number;
  readonly rateLimits: boolean;
  readonly tokenLifetimeDays: number;
  readonly tokenIdleDays: number;
  readonly sessionLifetimeDays: number;
  readonly sessionIdleDays: number;
  readonly flaskSecuritySalt: string | undefined;
  readonly trustedProxies: number;
  readonly corsOrigins: ReadonlySet<string>;
  readonly responseValidation: "fail" | "log";
  readonly logLevel: string;
}

/** Settings that cannot be used; the message has one line for each. */
export class SettingsFault extends Error {
  override readonly name = "SettingsFault";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable: how its text is read (undefined: not as it must be), its default as text, and what `--help` says of it. */
interface Variable<T> {
  readonly name: string;
  readonly fallback?: (production: boolean) => string | undefined;
  readonly expects: string;
  readonly help: string;
  readonly read: (text: string, production: boolean) => T | undefined;
}

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];
const PRODUCTION_COST: PasswordCost = { ln: 15, r: 8, p: 3 };

const VARIABLES: { readonly [Name in keyof Settings]: Variable<Settings[Name]> } = {
  host: {
    name: "HOST",
    fallback: () => "127.0.0.1",
    expects: "an address to listen on",
    help: "address to listen on",
    read: (text) => text,
  },
  port: {
    name: "PORT",
    fallback: () => "8080",
    expects: "a number from 0 to 65535",
    help: "port to listen on; 0 picks one and prints it",
    read: (text) => wholeNumber(text, 0, 65_535),
  },
  databaseUrl: {
    name: "DATABASE_URL",
    fallback: () => DEFAULT_DATABASE_URL,
    expects: "sqlite:<path> or sqlite::memory:",
    help: "where the data is; sqlite::memory: forgets everything at the end",
    read: (text) => text,
  },
  secretKey: {
    name: "SECRET_KEY",
    expects: "keys in base64url",
    help: "keys for tokens and sessions, newest first, separated by commas; instead of the key file",
    read: (text) => text,
  },
  secretKeyFile: {
    name: "SECRET_KEY_FILE",
    expects: "a path",
    help: "file with those keys; by default beside the database, made on first start",
    read: (text) => text,
  },
  registrationOpen: {
    name: "REGISTRATION",
    fallback: () => "open",
    expects: "open or closed",
    help: "open: anybody may register; closed: nobody",
    read: (text) => choice(text, { open: true, closed: false }),
  },
  passwordCost: {
    name: "PASSWORD_COST",
    fallback: () => "ln=15,r=8,p=3",
    expects: "ln=…,r=…,p=…, in production not below ln=15,r=8,p=3",
    help: "cost of scrypt for new hashes",
    read: passwordCost,
  },
  passwordEngine: {
    name: "PASSWORD_ENGINE",
    expects: "native or scrypt-js",
    help: "who computes scrypt; by default native where this Node has it",
    read: (text) => choice(text, { native: "native", "scrypt-js": "scrypt-js" } as const),
  },
  minPasswordLength: {
    name: "PASSWORD_MIN_LENGTH",
    fallback: () => String(DEFAULT_MIN_LENGTH),
    expects: "a number from 8 to 64",
    help: "fewest characters of a new password; NIST 800-63B-4 asks for 15",
    read: (text) => wholeNumber(text, 8, 64),
  },
  rateLimits: {
    name: "RATE_LIMITS",
    fallback: () => "on",
    expects: "on or off, in production not off",
    help: "how often passwords may be tried; off: as often as one likes",
    read: (text, production) => choice(text, production ? { on: true } : { on: true, off: false }),
  },
  tokenLifetimeDays: days("TOKEN_LIFETIME_DAYS", 30, "days until a token expires"),
  tokenIdleDays: days("TOKEN_IDLE_DAYS", 14, "days without use after which a token expires"),
  sessionLifetimeDays: days("SESSION_LIFETIME_DAYS", 14, "days until a browser's session expires"),
  sessionIdleDays: days("SESSION_IDLE_DAYS", 3, "days without use after which a session expires"),
  flaskSecuritySalt: {
    name: "FLASK_SECURITY_PASSWORD_SALT",
    expects: "the SECURITY_PASSWORD_SALT of the imported system",
    help: "lets users imported from Flask-Security sign in with their old passwords",
    read: (text) => text,
  },
  trustedProxies: {
    name: "TRUSTED_PROXIES",
    fallback: () => "0",
    expects: "a number from 0 to 10",
    help: "how many proxies stand in front; only their X-Forwarded-* fields count",
    read: (text) => wholeNumber(text, 0, 10),
  },
  corsOrigins: {
    name: "CORS_ORIGINS",
    fallback: () => "",
    expects: "origins like https://app.example, separated by commas",
    help: "other origins whose pages may call this API; none by default",
    read: origins,
  },
  responseValidation: {
    name: "RESPONSE_VALIDATION",
    fallback: (production) => (production ? "log" : "fail"),
    expects: "fail or log",
    help: "an answer that the contract does not declare: fail makes it a 500, log only logs it",
    read: (text) => choice(text, { fail: "fail", log: "log" } as const),
  },
  logLevel: {
    name: "LOG_LEVEL",
    fallback: () => "info",
    expects: LOG_LEVELS.join(", "),
    help: "least level of what is logged",
    read: (text) => (LOG_LEVELS.includes(text) ? text : undefined),
  },
};

/** Reads the settings from the environment. An empty variable counts as not set. Throws {@link SettingsFault}. */
export function readSettings(environment: Environment): Settings {
  const production = environment.NODE_ENV === "production";
  const faults: string[] = [];
  const settings = Object.entries(VARIABLES).map(([key, { name, fallback, expects, read }]) => {
    const text = environment[name] || fallback?.(production);
    const value = text === undefined ? undefined : read(text, production);
    // The text is not repeated: it could be a key.
    if (text !== undefined && value === undefined) faults.push(`${name} must be ${expects}`);
    return [key, value];
  });
  if (faults.length > 0) throw new SettingsFault(faults.join("\n"));
  return Object.freeze(Object.fromEntries(settings)) as Settings;
}

/** The table of settings for `--help`. */
export function describeSettings(): string {
  return Object.values(VARIABLES)
    .map(({ name, fallback, help }) => {
      const value = fallback?.(false);
      return `  ${name.padEnd(28)} ${help}${value ? ` (${value})` : ""}`;
    })
    .join("\n");
}

function days(name: string, fallback: number, help: string): Variable<number> {
  return {
    name,
    fallback: () => String(fallback),
    expects: "a number of days from 1 to 3650",
    help,
    read: (text) => wholeNumber(text, 1, 3_650),
  };
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return /^\d{1,6}$/.test(text) && value >= least && value <= most ? value : undefined;
}

function choice<T>(text: string, values: Readonly<Record<string, T>>): T | undefined {
  return Object.hasOwn(values, text) ? values[text] : undefined;
}

/** In production at least the memory of OWASP ASVS 5 (appendix C) and, by `N r p`, the work: `ln=17,r=8,p=1` is no less. */
function passwordCost(text: string, production: boolean): PasswordCost | undefined {
  const cost = parsePasswordCost(text) ?? undefined;
  const work = ({ ln, r, p }: PasswordCost) => 2 ** ln * r * p;
  const least = PRODUCTION_COST;
  const weak = cost && (cost.ln < least.ln || cost.r < least.r || work(cost) < work(least));
  return weak && production ? undefined : cost;
}

function origins(text: string): ReadonlySet<string> | undefined {
  const list = text
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "");
  return list.every(isOrigin) ? new Set(list) : undefined;
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url?.origin === text && ["http:", "https:"].includes(url.protocol);
}
