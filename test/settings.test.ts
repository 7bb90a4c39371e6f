import { randomBytes } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import { ATTEMPT_RULES } from "../src/domain/attempts/rules.ts";
import {
  describeLimits,
  describeSettings,
  doubtsAbout,
  readSettings,
  type Settings,
  SettingsFault,
} from "../src/settings.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFETIMES = {
  tokenMs: 30 * DAY_MS,
  tokenIdleMs: 14 * DAY_MS,
  personalTokenMs: 365 * DAY_MS,
  refreshedTokenMs: 15 * 60_000,
  refreshFamilyMs: 90 * DAY_MS,
  refreshIdleMs: 7 * DAY_MS,
  sessionMs: 14 * DAY_MS,
  sessionIdleMs: 3 * DAY_MS,
};

const DEFAULTS: Omit<Settings, "corsOrigins"> = {
  production: false,
  publicUrl: undefined,
  host: "127.0.0.1",
  metricsHost: "127.0.0.1",
  metricsPort: undefined,
  port: 8080,
  databaseUrl: "sqlite:./data/kudos.sqlite",
  sampleData: true,
  secretKey: undefined,
  secretKeyFile: undefined,
  registrationOpen: true,
  refreshTokens: "off",
  secondFactor: "optional",
  passwordCost: { ln: 15, r: 8, p: 3 },
  passwordEngine: undefined,
  minPasswordLength: 8,
  rateLimits: true,
  attemptRules: ATTEMPT_RULES,
  lifetimes: LIFETIMES,
  eventMs: 730 * DAY_MS,
  flaskSecuritySalt: undefined,
  flaskSecurityTotpSecrets: undefined,
  trustedProxies: 0,
  basePath: "",
  hstsSeconds: 31_536_000,
  responseValidation: "fail",
  logLevel: "info",
  mail: { kind: "file", folder: undefined },
  mailFrom: undefined,
  confirmation: "off",
  smsUrl: undefined,
  jwtAudiences: [],
  jwtMinutes: 5,
};

test("without any variable, and with empty ones, the defaults are read", (t) => {
  const empty = Object.fromEntries(
    ["HOST", "PORT", "SECRET_KEY", "PASSWORD_COST", "CORS_ORIGINS"].map((name) => [name, ""]),
  );
  for (const environment of [{}, empty, { PATH: "/bin", port: "1" }]) {
    const { corsOrigins, ...settings } = readSettings(environment);
    t.deepEqual(settings, DEFAULTS);
    t.is(corsOrigins.size, 0);
  }
});

const GOOD: readonly (readonly [string, string, keyof Settings, unknown])[] = [
  ["HOST", "::1", "host", "::1"],
  ["PORT", "0", "port", 0],
  ["PORT", "65535", "port", 65_535],
  ["DATABASE_URL", "sqlite::memory:", "databaseUrl", "sqlite::memory:"],
  ["SAMPLE_DATA", "on", "sampleData", true],
  ["SAMPLE_DATA", "off", "sampleData", false],
  ["SECRET_KEY", "a,b", "secretKey", "a,b"],
  ["SECRET_KEY_FILE", "/run/key", "secretKeyFile", "/run/key"],
  ["REGISTRATION", "open", "registrationOpen", true],
  ["REGISTRATION", "closed", "registrationOpen", false],
  ["PASSWORD_COST", "ln=16,r=8,p=4", "passwordCost", { ln: 16, r: 8, p: 4 }],
  ["PASSWORD_COST", "ln=10,r=8,p=1", "passwordCost", { ln: 10, r: 8, p: 1 }],
  ["PASSWORD_ENGINE", "native", "passwordEngine", "native"],
  ["PASSWORD_ENGINE", "scrypt-js", "passwordEngine", "scrypt-js"],
  ["PASSWORD_MIN_LENGTH", "15", "minPasswordLength", 15],
  ["JWT_AUDIENCES", " https://a.example , reports,,reports", "jwtAudiences", ["https://a.example", "reports"]],
  ["JWT_MINUTES", "1", "jwtMinutes", 1],
  ["TRUSTED_PROXIES", "10", "trustedProxies", 10],
  ["RATE_LIMITS", "off", "rateLimits", false],
  ["RATE_LIMIT_ACCOUNT", "5/1m", "attemptRules", { ...ATTEMPT_RULES, account: { attempts: 5, windowSeconds: 60 } }],
  [
    "RATE_LIMIT_TOKEN",
    "1000/1440m",
    "attemptRules",
    { ...ATTEMPT_RULES, token: { attempts: 1_000, windowSeconds: 86_400 } },
  ],
  ["TOKEN_LIFETIME_DAYS", "1", "lifetimes", { ...LIFETIMES, tokenMs: DAY_MS }],
  ["PERSONAL_TOKEN_DAYS", "7", "lifetimes", { ...LIFETIMES, personalTokenMs: 7 * DAY_MS }],
  ["REFRESH_TOKENS", "on", "refreshTokens", "on"],
  ["REFRESH_TOKENS", "cookie", "refreshTokens", "cookie"],
  ["REFRESH_ACCESS_MINUTES", "5", "lifetimes", { ...LIFETIMES, refreshedTokenMs: 5 * 60_000 }],
  ["REFRESH_TOKEN_DAYS", "30", "lifetimes", { ...LIFETIMES, refreshFamilyMs: 30 * DAY_MS }],
  ["REFRESH_TOKEN_IDLE_DAYS", "1", "lifetimes", { ...LIFETIMES, refreshIdleMs: DAY_MS }],
  ["TOKEN_IDLE_DAYS", "7", "lifetimes", { ...LIFETIMES, tokenIdleMs: 7 * DAY_MS }],
  ["SESSION_LIFETIME_DAYS", "3650", "lifetimes", { ...LIFETIMES, sessionMs: 3_650 * DAY_MS }],
  ["SESSION_IDLE_DAYS", "2", "lifetimes", { ...LIFETIMES, sessionIdleMs: 2 * DAY_MS }],
  ["EVENT_DAYS", "90", "eventMs", 90 * DAY_MS],
  ["FLASK_SECURITY_PASSWORD_SALT", "pepper", "flaskSecuritySalt", "pepper"],
  [
    "CORS_ORIGINS",
    "https://a.example, http://b.example:8081,",
    "corsOrigins",
    new Set(["https://a.example", "http://b.example:8081"]),
  ],
  ["BASE_PATH", "/kudos", "basePath", "/kudos"],
  ["BASE_PATH", "/apps/kudos-2", "basePath", "/apps/kudos-2"],
  ["HSTS", "on", "hstsSeconds", 31_536_000],
  ["HSTS", "off", "hstsSeconds", null],
  ["HSTS", "0", "hstsSeconds", 0],
  ["HSTS", "63072000", "hstsSeconds", 63_072_000],
  ["RESPONSE_VALIDATION", "log", "responseValidation", "log"],
  ["RESPONSE_VALIDATION", "fail", "responseValidation", "fail"],
  ["LOG_LEVEL", "silent", "logLevel", "silent"],
  ["MAIL_URL", "none", "mail", { kind: "none" }],
  ["MAIL_URL", "file:", "mail", { kind: "file", folder: undefined }],
  ["MAIL_URL", "file:/var/mails", "mail", { kind: "file", folder: "/var/mails" }],
  ["MAIL_FROM", "kudos@kudos.example", "mailFrom", { name: "", address: "kudos@kudos.example" }],
  [
    "MAIL_FROM",
    "Kudos & Co <kudos@b\u00fccher.example>",
    "mailFrom",
    { name: "Kudos & Co", address: "kudos@b\u00fccher.example" },
  ],
  ["PUBLIC_URL", "https://kudos.example", "publicUrl", "https://kudos.example"],
  ["PUBLIC_URL", "http://localhost:8080", "publicUrl", "http://localhost:8080"],
  ["CONFIRMATION", "required", "confirmation", "required"],
  [
    "SMS_URL",
    "https://user:secret@sms.example/send?from=kudos",
    "smsUrl",
    "https://user:secret@sms.example/send?from=kudos",
  ],
];

for (const [name, text, key, value] of GOOD) {
  test(`${name}=${text} is read`, (t) => {
    const { [key]: actual, ...others } = readSettings({ [name]: text });
    t.deepEqual(actual, value);
    const { [key]: _, ...rest } = readSettings({});
    t.deepEqual(others, rest, "and nothing else changes");
  });
}

const BAD: Readonly<Record<string, readonly string[]>> = {
  PORT: ["65536", "-1", "8080 ", " 1", "0x50", "1e3", "80.0", "080800", "http", "٨٠"],
  HSTS: ["yes", "ON", "-1", "1.5", "63072001", "max-age=1", "1; includeSubDomains", "Infinity"],
  SAMPLE_DATA: ["yes", "ON", "1", "__proto__"],
  BASE_PATH: ["kudos", "/", "/kudos/", "//kudos", "/a/../b", "/.", "/a b", "/%41", "/k?x", "/api", "/docs/x", "/login"],
  REGISTRATION: ["yes", "Open", "true", "toString", "__proto__"],
  PASSWORD_COST: ["15", "ln=15", "ln=15,r=8,p=3;", "ln=0,r=8,p=1", "ln=99,r=8,p=1", "ln=1e1,r=8,p=1"],
  PASSWORD_ENGINE: ["openssl", "constructor"],
  PASSWORD_MIN_LENGTH: ["7", "65", "eight"],
  JWT_MINUTES: ["0", "6", "five"],
  TRUSTED_PROXIES: ["11", "-1", "true"],
  RATE_LIMITS: ["yes", "0", "constructor"],
  RATE_LIMIT_ADDRESS: ["0/5m", "5/0m", "1001/5m", "5/1441m", "5", "5/5", "5/5s", "05/5m", "5/5m ", "-1/5m", "off"],
  TOKEN_LIFETIME_DAYS: ["0", "3651", "1.5", "-1"],
  PERSONAL_TOKEN_DAYS: ["0", "3651", "year"],
  REFRESH_TOKENS: ["yes", "ON"],
  REFRESH_ACCESS_MINUTES: ["0", "1441", "15m"],
  REFRESH_TOKEN_DAYS: ["0", "3651"],
  REFRESH_TOKEN_IDLE_DAYS: ["0", "-1"],
  TOKEN_IDLE_DAYS: ["0", "forever"],
  SESSION_LIFETIME_DAYS: ["0", "1e2"],
  SESSION_IDLE_DAYS: ["0", " 1"],
  EVENT_DAYS: ["0", "3651", "for ever"],
  CORS_ORIGINS: [
    "*",
    "null",
    "https://a.example/",
    "a.example",
    "https://a.example:443",
    "https://A.example",
    "https://a.example;https://b.example",
    "ftp://a.example",
  ],
  RESPONSE_VALIDATION: ["off", "FAIL", "hasOwnProperty"],
  LOG_LEVEL: ["verbose", "INFO", "30"],
  MAIL_FROM: [
    "kudos",
    "@kudos.example",
    "a@b@c",
    "Kudos <kudos@kudos.example",
    "kudos@kudos.example>",
    "a@b.example,c@d.example",
  ],
  PUBLIC_URL: [
    "kudos.example",
    "https://kudos.example/",
    "https://kudos.example/kudos",
    "https://Kudos.example",
    "ftp://a.example",
  ],
  CONFIRMATION: ["on", "yes", "Required"],
};

for (const [name, texts] of Object.entries(BAD)) {
  test(`${name}: ${texts.join(" | ")} are refused, and the message says which`, (t) => {
    for (const text of texts) {
      const error = t.throws(() => readSettings({ [name]: text }), { instanceOf: SettingsFault }, text);
      t.regex(error?.message ?? "", new RegExp(`^${name} is "[^\\n]+", but must be [^\\n]+$`));
      t.true(error?.message.startsWith(`${name} is ${JSON.stringify(text)}, but`), error?.message);
    }
  });
}

const FAULTS: readonly (readonly [string, string, RegExp])[] = [
  ["PASSWORD_COST", "ln=30,r=8,p=1", /ln=30 is too high/],
  ["PASSWORD_COST", "ln=15,r=33,p=1", /r=33 is too high/],
  ["PASSWORD_COST", "ln=16,r=1,p=1", /ln=16 is too high for r=1/],
  ["PASSWORD_COST", "ln=20,r=8,p=1", /256 MiB/],
  ["PASSWORD_COST", "15", /not written like ln=15,r=8,p=3/],
  ["CORS_ORIGINS", "https://a.example, https://b.example/", /the slash at the end.*https:\/\/b\.example$/],
  ["CORS_ORIGINS", "https://a.example:443", /default port; write https:\/\/a\.example$/],
  ["CORS_ORIGINS", "https://a.example/x", /no user, path.*write https:\/\/a\.example$/],
  ["CORS_ORIGINS", "*", /no \* for all/],
  ["JWT_AUDIENCES", "a b", /one has white space inside/],
  ["JWT_AUDIENCES", "a,é", /is not ASCII/],
  ["JWT_AUDIENCES", "no. ".repeat(20), /white space/],
  ["CORS_ORIGINS", "a.example", /neither http:\/\/ nor https:\/\//],
  ["PORT", "65536", /too high/],
  ["PORT", "80a", /no whole number/],
  ["TOKEN_LIFETIME_DAYS", "0", /too low/],
  ["HSTS", "63072001", /too high/],
  ["REGISTRATION", "Closed", /write closed, in lower case/],
  ["LOG_LEVEL", " info", /write info/],
];

for (const [name, text, fault] of FAULTS) {
  test(`${name}=${text}: the message says what is wrong with it`, (t) => {
    const error = t.throws(() => readSettings({ [name]: text }), { instanceOf: SettingsFault });
    t.true(error?.message.startsWith(`${name} is ${JSON.stringify(text)}, but must be `), error?.message);
    t.regex(error?.message ?? "", fault);
  });
}

const SMTP = { MAIL_FROM: "kudos@kudos.example" };

test("MAIL_URL of a server is read: host, port, TLS, user and password with their characters encoded", (t) => {
  const mail = (MAIL_URL: string) => readSettings({ ...SMTP, MAIL_URL }).mail;
  const server = { kind: "smtp", host: "mail.example", secure: false, credentials: undefined };
  t.deepEqual(mail("smtp://mail.example"), { ...server, port: 587 });
  t.deepEqual(mail("smtps://mail.example/"), { ...server, port: 465, secure: true });
  t.deepEqual(mail("smtp://mail.example:25"), { ...server, port: 25 });
  t.deepEqual(mail("smtp://[::1]:2525"), { ...server, host: "::1", port: 2525 });
  t.deepEqual(mail("smtp://a%40b.example:p%3A%2F%20w@mail.example"), {
    ...server,
    port: 587,
    credentials: { user: "a@b.example", password: "p:/ w" },
  });
});

test("MAIL_URL and SMS_URL that are no address are refused, and never repeated, since they can hold a password", (t) => {
  const secret = "hunter22";
  for (const [name, texts] of Object.entries({
    MAIL_URL: [
      `${secret}`,
      `http://u:${secret}@a.example`,
      `smtp://u:${secret}@a.example/x`,
      `smtp://u:${secret}@a.example?x=1`,
    ].concat([
      `smtp://${secret}@a.example`,
      `smtp://u:%${secret}@a.example`,
      `smtp:`,
      `smtp://`,
      `file://${secret}`,
      `file: ${secret}`,
    ]),
    SMS_URL: [secret, `ftp://u:${secret}@a.example`, `//u:${secret}@a.example`],
  })) {
    for (const text of texts) {
      const error = t.throws(() => readSettings({ ...SMTP, [name]: text }), { instanceOf: SettingsFault }, text);
      t.regex(error?.message ?? "", new RegExp(`^${name} must be [^\\n]+, but is something else(: [^\\n]+)?$`), text);
      t.false(error?.message.includes(secret));
    }
  }
});

test("a setting of mail that lacks another one is told by name", (t) => {
  const production = { NODE_ENV: "production" };
  for (const [environment, fault] of [
    [{ MAIL_URL: "smtp://mail.example" }, "MAIL_FROM must be set where MAIL_URL is a server"],
    [
      { ...production, MAIL_URL: "file:" },
      "PUBLIC_URL must be set in production where mails are sent: the links in them begin with it",
    ],
    [{ ...production, CONFIRMATION: "required" }, "CONFIRMATION=required needs a MAIL_URL"],
    [{ DATABASE_URL: "sqlite::memory:", CONFIRMATION: "required" }, "CONFIRMATION=required needs a MAIL_URL"],
    [{ MAIL_URL: "none", SMS_URL: "https://sms.example" }, "SMS_URL needs a MAIL_URL, too: owners are told by mail"],
  ] as const) {
    t.is(t.throws(() => readSettings(environment), { instanceOf: SettingsFault })?.message, fault);
  }
  t.is(readSettings(production).mail.kind, "none");
  t.true(readSettings({ ...production, PUBLIC_URL: "https://kudos.example", MAIL_URL: "file:/mails" }).production);
});

test("in production a weaker PASSWORD_COST is told by its part", (t) => {
  for (const [PASSWORD_COST, part] of [
    ["ln=14,r=8,p=3", /ln=14 is too low/],
    ["ln=15,r=7,p=3", /r=7 is too low/],
    ["ln=15,r=8,p=2", /p=2 is too low/],
  ] as const) {
    t.throws(() => readSettings({ NODE_ENV: "production", PASSWORD_COST }), { message: part });
  }
});

test("all faults are reported at once, one line each, and no text that could be a key is repeated", (t) => {
  const key = randomBytes(32).toString("base64url");
  const environment = Object.fromEntries(Object.keys(BAD).map((name) => [name, `${key},x`]));
  const error = t.throws(() => readSettings(environment), { instanceOf: SettingsFault });
  const lines = error?.message.split("\n") ?? [];
  t.deepEqual(lines.map((line) => line.split(" ")[0]).toSorted(), Object.keys(BAD).toSorted());
  t.false(error?.message.includes(key.slice(0, 8)));
  const control = t.throws(() => readSettings({ REGISTRATION: "a\u001b[2J\nb" }), { instanceOf: SettingsFault });
  t.false(/\p{C}/u.test(control?.message ?? ""));
});

test("in production every cost with as much memory and work is taken", (t) => {
  for (const PASSWORD_COST of ["ln=15,r=8,p=3", "ln=16,r=8,p=2", "ln=17,r=8,p=1"]) {
    t.notThrows(() => readSettings({ NODE_ENV: "production", PASSWORD_COST }));
  }
});

test("in production RATE_LIMITS=off is refused", (t) => {
  t.throws(() => readSettings({ NODE_ENV: "production", RATE_LIMITS: "off" }), {
    message:
      'RATE_LIMITS is "off", but must be on, or outside of production off: production is never without limits; raise single ones by RATE_LIMIT_…',
  });
  t.throws(() => readSettings({ NODE_ENV: "production", RATE_LIMITS: "On" }), { message: /: write on, in lower case/ });
});

for (const weak of ["ln=14,r=8,p=3", "ln=15,r=7,p=3", "ln=15,r=8,p=2", "ln=16,r=8,p=1"]) {
  test(`in production PASSWORD_COST=${weak} is refused, elsewhere it is not`, (t) => {
    t.throws(() => readSettings({ NODE_ENV: "production", PASSWORD_COST: weak }), {
      message: /^PASSWORD_COST is "ln=1\d,r=\d,p=\d", but must be /,
    });
    for (const NODE_ENV of ["", "test", "development"])
      t.notThrows(() => readSettings({ NODE_ENV, PASSWORD_COST: weak }));
  });
}

test("in production undeclared answers are logged and no samples made and no mails sent by default, and all other defaults are the same", (t) => {
  const { responseValidation, sampleData, mail, ...production } = readSettings({ NODE_ENV: "production" });
  const { responseValidation: elsewhere, sampleData: samples, mail: mails, ...others } = readSettings({});
  t.deepEqual([mail.kind, mails.kind], ["none", "file"]);
  t.deepEqual([sampleData, samples], [false, true]);
  t.true(readSettings({ NODE_ENV: "production", SAMPLE_DATA: "on" }).sampleData);
  t.is(responseValidation, "log");
  t.is(elsewhere, "fail");
  t.deepEqual(production, { ...others, production: true });
  t.is(readSettings({ NODE_ENV: "production", RESPONSE_VALIDATION: "fail" }).responseValidation, "fail");
  t.notThrows(() => readSettings({ NODE_ENV: "production", PASSWORD_COST: "ln=15,r=8,p=3" }));
});

test("the settings are frozen", (t) => {
  const settings = readSettings({});
  t.true(Object.isFrozen(settings));
  t.true(Object.isFrozen(settings.lifetimes));
  t.throws(() => Object.assign(settings, { port: 1 }), { instanceOf: TypeError });
});

test("any PORT is read as the number that it spells, or refused", (t) => {
  const texts = fc.oneof(
    fc.integer().map(String),
    fc.double().map(String),
    fc.string(),
    fc.integer({ min: 0, max: 70_000 }).map(String),
  );
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(text !== "");
      try {
        const { port } = readSettings({ PORT: text });
        return String(port) === text.replace(/^0+(?=\d)/, "") && Number.isInteger(port) && port >= 0 && port <= 65_535;
      } catch (error) {
        const isPort = /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
        return error instanceof SettingsFault && !isPort;
      }
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

test("the table for --help has every variable with its default, and no line breaks inside", (t) => {
  const lines = describeSettings().split("\n");
  const { lifetimes, attemptRules, production, ...others } = readSettings({});
  t.false(production);
  t.is(lines.length, [others, lifetimes, attemptRules].flatMap((group) => Object.keys(group)).length);
  for (const line of lines) t.regex(line, /^ {2}[A-Z_]+ +\S/);
  t.true(lines.some((line) => line.includes("PORT") && line.endsWith("(8080)")));
});

test("the limits of attempts are settings, and their numbers stand in --help", (t) => {
  for (const line of [
    /^ {2}RATE_LIMIT_ACCOUNT_ADDRESS .*\(10\/15m\)$/m,
    /^ {2}RATE_LIMIT_ACCOUNT_DEVICE .*\(10\/15m\)$/m,
    /^ {2}RATE_LIMIT_ACCOUNT .*\(30\/5m\)$/m,
    /^ {2}RATE_LIMIT_ADDRESS .*\(100\/15m\)$/m,
    /^ {2}RATE_LIMIT_REGISTRATION .*\(100\/60m\)$/m,
    /^ {2}RATE_LIMIT_TOKEN .*\(300\/60m\)$/m,
    /^ {2}RATE_LIMIT_EXCHANGE .*\(600\/5m\)$/m,
    /^ {2}RATE_LIMIT_RATING .*\(300\/5m\)$/m,
  ]) {
    t.regex(describeSettings(), line);
  }
  const { attemptRules } = readSettings({ RATE_LIMIT_TOKEN: "7/2m" });
  t.regex(
    describeLimits(attemptRules),
    /^RATE_LIMIT_ACCOUNT_ADDRESS=10\/15m .* RATE_LIMIT_TOKEN=7\/2m RATE_LIMIT_EXCHANGE=600\/5m RATE_LIMIT_CODE=10\/60m RATE_LIMIT_RATING=300\/5m /,
  );
});

const DOUBTFUL: Readonly<Record<string, string>> = {
  RATE_LIMIT: "RATE_LIMITS",
  RATELIMITS: "RATE_LIMITS",
  TRUSTED_PROXY: "TRUSTED_PROXIES",
  TRUST_PROXIES: "TRUSTED_PROXIES",
  CORS_ORIGIN: "CORS_ORIGINS",
  DATABASE_URI: "DATABASE_URL",
  DATABSE_URL: "DATABASE_URL",
  LOGLEVEL: "LOG_LEVEL",
  SECRET_KEYS: "SECRET_KEY",
  REGISTRATIONS: "REGISTRATION",
  TOKEN_LIFETIME: "TOKEN_LIFETIME_DAYS",
  KUDOS_PORT: "PORT",
  sample_data: "SAMPLE_DATA",
};

for (const [name, meant] of Object.entries(DOUBTFUL)) {
  test(`${name}: a line at start says that ${meant} is the setting, and does not repeat the value`, (t) => {
    t.deepEqual(doubtsAbout({ [name]: "hunter2" }), [`${name} is no setting and is not read; ${meant} is one`]);
  });
}

test("the variables of others are not doubted", (t) => {
  for (const name of [
    ...["PATH", "HOME", "HOSTNAME", "HOSTTYPE", "PWD", "SHELL", "TERM", "LANG", "USER", "LOGNAME", "TMPDIR", "EDITOR"],
    ...[
      "PORTS",
      "DATABASE",
      "PASSWORD",
      "DATABASE_HOST",
      "SECRET",
      "API_TOKEN",
      "NODE_OPTIONS",
      "npm_config_port",
      "CI",
      "DEBUG",
    ],
    ...[
      "KUBERNETES_PORT",
      "KUBERNETES_SERVICE_HOST",
      "KUDOS_SERVICE_PORT",
      "SSL_CERT_FILE",
      "LOG_DIR",
      "TZ",
      "INVOCATION_ID",
    ],
  ]) {
    t.deepEqual(doubtsAbout({ [name]: "1" }), [], name);
  }
  t.deepEqual(doubtsAbout({ RATE_LIMITS: "on", PORT: "1" }), []);
});

test("a NODE_ENV that is no usual one gets a line", (t) => {
  for (const NODE_ENV of ["prod", "Production", "production ", "staging", "live"]) {
    const [line = "", ...more] = doubtsAbout({ NODE_ENV });
    t.true(line.startsWith(`NODE_ENV is ${JSON.stringify(NODE_ENV)} and not production`), line);
    t.deepEqual(more, []);
  }
  for (const NODE_ENV of ["", "production", "development", "test"]) t.deepEqual(doubtsAbout({ NODE_ENV }), []);
});
