import { posix } from "node:path";

const CONTRACT_PACKAGES = [
  "koa",
  "@koa/router",
  "koa-body",
  "lru-cache",
  "negotiator",
  "express-openapi-validator",
  "ajv",
  "ajv/dist/2020.js",
  "ajv-formats",
  "yaml",
];
const CONTRACT = [
  "contract",
  "contract/audit",
  "contract/compatibility",
  "contract/declared",
  "contract/document",
  "contract/edition",
  "contract/request",
  "contract/request/content",
  "contract/request/parameters",
  "contract/request/validator-document",
  "contract/response",
  "contract/schema",
  "contract/security",
];
const CONFORM = ["conform", "conform/checks", "conform/http", "conform/state", "conform/values"];
const NOUNS = [
  "domain/secrets",
  "domain/audit-trail",
  "domain/users",
  "domain/passwords",
  "domain/credentials",
  "domain/accounts",
  "domain/attempts",
  "domain/articles",
  "domain/mail",
  "domain/second-factor",
  "domain/passkeys",
  "domain/recovery",
  "domain/sent-codes",
  "domain/usage",
  "domain/jwt",
  "domain/personal-tokens",
  "domain/refresh-tokens",
];
const DOMAIN = ["domain", ...NOUNS];
const CORE = "@mikro-orm/core";
const STORAGE_PACKAGES = [CORE, "@mikro-orm/sqlite", "@mikro-orm/postgresql", "@mikro-orm/migrations", "kysely"];
const CLIENTS = ["better-sqlite3", "pg", "mysql2/promise"];
const MIGRATIONS = [
  "storage/sqlite/migrations/2026-11",
  "storage/sqlite/migrations/2026-12",
  "storage/postgresql/migrations",
];
const STORAGE = [
  "storage",
  "storage/sqlite",
  "storage/postgresql",
  "storage/keys",
  "storage/backup",
  "storage/move",
  "storage/foreign",
];
const PAGES = ["web/pages", "web/assets", "web/pages/account", "web/pages/recovery", "web/pages/second-factor"];
const VIEW = [
  "",
  "/account",
  "/api",
  "/articles",
  "/data",
  "/devices",
  "/factor",
  "/form",
  "/programs",
  "/security",
  "/server-form",
  "/session",
  "/sign-in",
].map((folder) => `web/view${folder}`);
const DOCS = ["", "/access", "/contract", "/guide", "/navigation", "/operation", "/samples"].map(
  (folder) => `web/docs${folder}`,
);
const BROWSER_PACKAGES = ["vue", "openapi-fetch", "@simplewebauthn/browser"];

/**
 * Each folder of src with what its files may import besides files beside them and Node: folders of src, single files,
 * packages. An entry marked as a type is open as a type only.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  http: ["http/listening", "contract/problem.ts", "koa", "koa-helmet", "@koa/cors", "pino"],
  "http/listening": ["koa"],
  ...Object.fromEntries(CONTRACT.map((folder) => [folder, [...CONTRACT, ...CONTRACT_PACKAGES]])),
  init: ["contract", "contract/document", "yaml"],
  ...Object.fromEntries(
    CONFORM.map((folder) => [folder, ["contract/document", "contract/response", ...CONFORM, "fast-check"]]),
  ),
  security: [...DOMAIN, ...CONTRACT.map((folder) => `type ${folder}`), `type ${CORE}`, "lru-cache"],
  operations: [
    ...DOMAIN,
    "operations/account-life",
    "operations/other-systems",
    "operations/passkeys",
    "operations/second-factor",
    "operations/steps",
    "operations/tokens",
    "representation",
    ...PAGES,
    ...CONTRACT.map((folder) => `type ${folder}`),
    "type ../generated",
    `type ${CORE}`,
  ],
  "operations/account-life": [
    ...DOMAIN,
    "operations",
    "operations/steps",
    "representation",
    ...PAGES,
    ...CONTRACT.map((folder) => `type ${folder}`),
    "type ../generated",
    `type ${CORE}`,
  ],
  "operations/other-systems": [
    ...DOMAIN,
    "operations",
    "operations/steps",
    "representation",
    ...PAGES,
    ...CONTRACT.map((folder) => `type ${folder}`),
    "type ../generated",
    `type ${CORE}`,
  ],
  "operations/passkeys": [
    ...DOMAIN,
    "operations",
    "operations/steps",
    "representation",
    ...PAGES,
    ...CONTRACT.map((folder) => `type ${folder}`),
    "type ../generated",
    `type ${CORE}`,
  ],
  "operations/second-factor": [
    ...DOMAIN,
    "operations",
    "operations/steps",
    "representation",
    ...PAGES,
    ...CONTRACT.map((folder) => `type ${folder}`),
    "type ../generated",
    `type ${CORE}`,
  ],
  "operations/tokens": [
    ...DOMAIN,
    "operations",
    "operations/steps",
    "representation",
    ...PAGES,
    ...CONTRACT.map((folder) => `type ${folder}`),
    "type ../generated",
    `type ${CORE}`,
  ],
  "operations/steps": [
    "operations",
    ...DOMAIN,
    "representation",
    ...PAGES,
    ...CONTRACT.map((folder) => `type ${folder}`),
  ],
  domain: [CORE, "kysely"],
  "domain/secrets": ["domain", CORE],
  "domain/audit-trail": ["domain", CORE],
  "domain/users": ["domain", ...NOUNS.slice(0, 2), CORE],
  "domain/passwords": ["domain", ...NOUNS.slice(0, 3), CORE],
  "domain/credentials": ["domain", ...NOUNS.slice(0, 4), CORE],
  "domain/accounts": ["domain", ...NOUNS.slice(0, 5), CORE],
  "domain/attempts": ["domain", "domain/secrets", CORE, "ipaddr.js"],
  "domain/articles": ["domain", "domain/users", CORE],
  "domain/mail": ["domain", ...NOUNS.slice(0, 3), CORE],
  "domain/second-factor": ["domain", ...NOUNS.slice(0, 6), "domain/mail", CORE, "otpauth"],
  "domain/passkeys": [
    "domain",
    ...NOUNS.slice(0, 5),
    "domain/mail",
    "domain/second-factor",
    CORE,
    "@simplewebauthn/server",
    "@simplewebauthn/server/helpers",
  ],
  "domain/personal-tokens": ["domain", ...NOUNS.slice(0, 5), CORE],
  "domain/refresh-tokens": ["domain", ...NOUNS.slice(0, 5), CORE],
  "domain/sent-codes": ["domain", "domain/secrets", "domain/mail", "domain/second-factor"],
  "domain/usage": ["domain", "domain/credentials", CORE],
  "domain/jwt": ["domain", "domain/secrets", "domain/audit-trail", "domain/credentials", CORE, "jose"],
  "domain/recovery": ["domain", ...NOUNS.slice(0, 6), "domain/articles", "domain/mail", CORE],
  mail: ["domain", "domain/mail", "nodemailer"],
  hashing: ["domain", "domain/passwords", "piscina", "scrypt-js", "hash-wasm"],
  storage: [...DOMAIN, ...STORAGE, ...STORAGE_PACKAGES, "lru-cache"],
  "storage/sqlite": [...DOMAIN, ...STORAGE, ...MIGRATIONS.slice(0, 2), ...STORAGE_PACKAGES, ...CLIENTS],
  "storage/postgresql": [...DOMAIN, ...STORAGE, ...MIGRATIONS.slice(2), ...STORAGE_PACKAGES, ...CLIENTS],
  ...Object.fromEntries(MIGRATIONS.map((folder) => [folder, ["@mikro-orm/migrations"]])),
  "storage/keys": [...DOMAIN, ...STORAGE, ...STORAGE_PACKAGES, ...CLIENTS],
  "storage/backup": [...DOMAIN, ...STORAGE, ...STORAGE_PACKAGES, ...CLIENTS],
  "storage/foreign": [...DOMAIN, ...STORAGE, ...STORAGE_PACKAGES, ...CLIENTS],
  "storage/move": [...DOMAIN, ...STORAGE, ...STORAGE_PACKAGES, ...CLIENTS],
  representation: [],
  telemetry: [
    ...DOMAIN,
    "http/listening",
    "koa",
    "@opentelemetry/api",
    "@opentelemetry/exporter-prometheus",
    "@opentelemetry/sdk-metrics",
  ],
  problems: [
    ...CONTRACT,
    ...DOMAIN,
    "operations",
    "operations/account-life",
    "operations/other-systems",
    "operations/passkeys",
    "operations/second-factor",
    "operations/steps",
    "operations/tokens",
    "representation",
    "security",
    ...STORAGE,
    ...PAGES,
    "web",
    "koa",
  ],
  web: [...PAGES, ...VIEW, ...DOCS],
  "web/pages": [
    "representation",
    "web",
    "web/assets",
    "web/pages/account",
    "web/pages/recovery",
    "web/pages/second-factor",
  ],
  "web/pages/account": ["representation", "web", "web/pages", "web/assets", "uqr"],
  "web/pages/recovery": ["representation", "web", "web/pages", "web/assets", "uqr"],
  "web/pages/second-factor": ["representation", "web", "web/pages", "web/assets", "uqr"],
  "web/assets": ["representation", "web"],
  "web/view": ["web/wording.ts", ...VIEW, "../generated", ...BROWSER_PACKAGES],
  ...Object.fromEntries(
    VIEW.slice(1).map((folder) => [folder, ["web/wording.ts", ...VIEW, "../generated", ...BROWSER_PACKAGES]]),
  ),
  ...Object.fromEntries(
    DOCS.map((folder) => [
      folder,
      ["web/wording.ts", ...DOCS, "web/view/api", "web/view/session", "../generated", "openapi-fetch"],
    ]),
  ),
  settings: ["domain", "domain/passwords", "domain/attempts", "domain/mail", "storage/sqlite"],
  cli: [
    "cli/backup",
    "cli/commands",
    "cli/inspection",
    "cli/terminal",
    ...DOMAIN,
    "hashing",
    ...STORAGE,
    "settings.ts",
    CORE,
    "pino",
  ],
  "cli/commands": ["cli", "cli/terminal", ...DOMAIN, "hashing", ...STORAGE, "settings.ts", CORE],
  "cli/backup": ["cli", "cli/terminal", ...DOMAIN, ...STORAGE, "settings.ts", CORE],
  "cli/terminal": ["cli"],
  "cli/inspection": ["cli", "cli/terminal", ...DOMAIN, "mail", ...STORAGE, "settings.ts", CORE],
};

/** The folders of src that have files, in the order of the table. */
export const FOLDERS: readonly string[] = Object.keys(ALLOWED);

const PACKAGES = [
  ...new Set(
    Object.values(ALLOWED)
      .flat()
      .map((entry) => entry.replace(/^type /, ""))
      .filter((entry) => !FOLDERS.includes(entry) && !entry.endsWith(".ts") && !entry.startsWith("../")),
  ),
  "ajv",
  "express",
  "vite",
];
const FILES = ["app.ts", "main.ts", "settings.ts", "start.ts", "contract/problem.ts", "web/wording.ts"];

/** An import that a file of a folder may or may not write. */
export interface ImportArrow {
  readonly statement: string;
  readonly allowed: boolean;
}

/** Each import that the architecture settles for a file of the folder, in the spellings that could slip through. */
export function importArrows(folder: string): readonly ImportArrow[] {
  const entries = ALLOWED[folder] ?? [];
  const named = (target: string) => entries.includes(target) || entries.includes(`${posix.dirname(target)}`);
  const typesOnly = (target: string) =>
    entries.includes(`type ${target}`) || entries.includes(`type ${posix.dirname(target)}`);
  const targets = [
    ...FOLDERS.filter((other) => other !== folder).map((other) => `${other}/x.ts`),
    ...FILES.filter((file) => posix.dirname(file) !== folder),
    "../generated/openapi.ts",
    "../test/x.ts",
  ];
  const isBrowser = folder.startsWith("web/view") || folder.startsWith("web/docs");
  return [
    { statement: 'import { x } from "./y.ts";', allowed: true },
    ...["node:crypto", "node:fs/promises"].flatMap((source) => arrows(source, !isBrowser, false)),
    ...PACKAGES.flatMap((name) => arrows(name, entries.includes(name), entries.includes(`type ${name}`))),
    ...targets.flatMap((target) => {
      const source = posix.relative(folder, target);
      const below = !source.startsWith(".");
      const direct = below ? `./${source}` : source;
      return [
        ...arrows(direct, named(target), typesOnly(target)),
        ...(below ? [] : [...arrows(`./${source}`, false, false), ...arrows(`./a/../${source}`, false, false)]),
      ];
    }),
  ];
}

function arrows(source: string, allowed: boolean, asType: boolean): ImportArrow[] {
  const value = [`import { x } from "${source}";`, `export const x = await import("${source}");`];
  if (allowed) return value.slice(0, 1).map((statement) => ({ statement, allowed }));
  const type = { statement: `import type { x } from "${source}";`, allowed: asType };
  const spellings = asType
    ? [
        ...value,
        `import { type x } from "${source}";`,
        `import * as x from "${source}";`,
        `import "${source}";`,
        `export { x } from "${source}";`,
      ]
    : value.slice(1);
  return [type, ...spellings.map((statement) => ({ statement, allowed: false }))];
}
