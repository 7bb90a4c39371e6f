import { DEFAULT_MIN_LENGTH } from "../domain/passwords/password.ts";
import { DEFAULT_DATABASE_URL } from "../storage/sqlite/location.ts";
import { basePath, hsts, logLevel, origins, passwordCost, rateLimits, totpSecrets } from "./kinds.ts";
import { choice, days, optional, text, variable, wholeNumber } from "./variables.ts";

/** The environment variable of each setting that stands for itself, in the order of `--help`. */
export const VARIABLES = {
  host: variable(
    "HOST",
    "127.0.0.1",
    text("an address to listen on"),
    "address to listen on, or the path of a Unix socket",
  ),
  port: variable("PORT", "8080", wholeNumber(0, 65_535), "port to listen on; 0 picks one and prints it"),
  metricsHost: variable("METRICS_HOST", "127.0.0.1", text("an address to listen on"), "address of the metrics"),
  metricsPort: optional(
    "METRICS_PORT",
    wholeNumber(0, 65_535),
    "port of its own for /metrics, in the format of Prometheus; without it nothing is measured",
  ),
  databaseUrl: variable(
    "DATABASE_URL",
    DEFAULT_DATABASE_URL,
    text("sqlite:<path> or sqlite::memory:"),
    "a SQLite file, sqlite::memory: for no file, or postgresql://user@host/database",
  ),
  sampleData: variable(
    "SAMPLE_DATA",
    (production) => (production ? "off" : "on"),
    choice({ on: true, off: false }),
    "whether a new database gets 100 sample articles; off when NODE_ENV=production",
  ),
  secretKey: optional(
    "SECRET_KEY",
    text("keys in base64url"),
    "keys for tokens and sessions, newest first, separated by commas; instead of the key file",
  ),
  secretKeyFile: optional(
    "SECRET_KEY_FILE",
    text("a path"),
    "file with those keys; by default beside the database, made on first start",
  ),
  registrationOpen: variable(
    "REGISTRATION",
    "open",
    choice({ open: true, closed: false }),
    "open: anybody may register; closed: nobody",
  ),
  secondFactor: variable(
    "SECOND_FACTOR",
    "optional",
    choice({ optional: "optional", required: "required", off: "off" } as const),
    "who needs a second factor; off: nobody sets one up, and who has one is still asked",
  ),
  refreshTokens: variable(
    "REFRESH_TOKENS",
    "off",
    choice({ off: "off", on: "on", cookie: "cookie" } as const),
    "whether ?include_auth_token gives refresh tokens, too; cookie: in a cookie that scripts cannot read",
  ),
  passwordCost: variable("PASSWORD_COST", "ln=15,r=8,p=3", passwordCost, "cost of scrypt for new hashes"),
  passwordEngine: optional(
    "PASSWORD_ENGINE",
    choice({ native: "native", "scrypt-js": "scrypt-js" } as const),
    "who computes scrypt; by default native where this Node has it",
  ),
  minPasswordLength: variable(
    "PASSWORD_MIN_LENGTH",
    String(DEFAULT_MIN_LENGTH),
    wholeNumber(8, 64),
    "fewest characters of a new password; NIST 800-63B-4 asks for 15",
  ),
  rateLimits: variable("RATE_LIMITS", "on", rateLimits, "how often passwords may be tried; off: as often as one likes"),
  eventMs: variable("EVENT_DAYS", "730", days, "days that the audit trail keeps an event, network address included"),
  flaskSecuritySalt: optional(
    "FLASK_SECURITY_PASSWORD_SALT",
    text("the SECURITY_PASSWORD_SALT of the imported system"),
    "lets users imported from Flask-Security sign in with their old passwords",
  ),
  flaskSecurityTotpSecrets: optional(
    "FLASK_SECURITY_TOTP_SECRETS",
    totpSecrets,
    "lets users import take over authenticators: the SECURITY_TOTP_SECRETS of the imported system, as JSON",
  ),
  trustedProxies: variable(
    "TRUSTED_PROXIES",
    "0",
    wholeNumber(0, 10),
    "how many proxies stand in front; only their X-Forwarded-* fields count",
  ),
  basePath: variable(
    "BASE_PATH",
    "",
    basePath,
    "path of the host below which a proxy has this server, such as /kudos; cut off or not",
  ),
  corsOrigins: variable("CORS_ORIGINS", "", origins, "other origins whose pages may call this API; none by default"),
  hstsSeconds: variable(
    "HSTS",
    "on",
    hsts,
    "what browsers are told over https: on, to insist on it for a year; a number of seconds; off, nothing",
  ),
  responseValidation: variable(
    "RESPONSE_VALIDATION",
    (production) => (production ? "log" : "fail"),
    choice({ fail: "fail", log: "log" } as const),
    "an answer that the contract does not declare: fail makes it a 500, log only logs it",
  ),
  logLevel: variable("LOG_LEVEL", "info", logLevel, "least level of what is logged"),
};
