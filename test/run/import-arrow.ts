/** The folders of src. */
export const STAGES = ["http", "contract", "security", "operations", "web", "domain", "storage", "cli"];

/** What each folder may import besides itself and Node; an import marked as a type is open as a type only. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  http: ["koa", "koa-helmet", "@koa/cors", "pino"],
  contract: [
    "../http/problem.ts",
    "../../generated/openapi.ts",
    "koa",
    "@koa/router",
    "koa-body",
    "negotiator",
    "express-openapi-validator",
    "ajv",
    "ajv/dist/2020.js",
    "ajv-formats",
    "yaml",
  ],
  security: ["../domain/x.ts", "type ../contract/x.ts", "type @mikro-orm/core"],
  operations: [
    "../domain/x.ts",
    "../web/x.ts",
    "type ../contract/x.ts",
    "type ../../generated/openapi.ts",
    "type @mikro-orm/core",
  ],
  web: [],
  domain: ["@mikro-orm/core", "scrypt-js", "piscina"],
  storage: [
    "../domain/x.ts",
    "@mikro-orm/core",
    "@mikro-orm/sqlite",
    "@mikro-orm/migrations",
    "lru-cache",
    "rate-limiter-flexible",
  ],
  cli: ["../domain/x.ts", "../storage/x.ts", "../explain.ts", "../run.ts", "../settings.ts", "@mikro-orm/core", "pino"],
};

const EVERYTHING = [
  ...STAGES.map((stage) => `../${stage}/x.ts`),
  ...STAGES.map((stage) => `./../${stage}/x.ts`),
  ...STAGES.map((stage) => `./a/../../${stage}/x.ts`),
  "../app.ts",
  "../main.ts",
  "../settings.ts",
  "../../generated/openapi.ts",
  "../../test/x.ts",
  ...new Set(Object.values(ALLOWED).flat()),
  "express",
  "vite",
  "vue",
].filter((source) => !source.startsWith("type "));

/** An import that a file of a folder may or may not write. */
export interface ImportArrow {
  readonly stage: string;
  readonly source: string;
  readonly statement: string;
  readonly allowed: boolean;
}

/** Each import that the architecture settles, in the spellings that could slip through. */
export const IMPORT_ARROWS: readonly ImportArrow[] = STAGES.flatMap((stage) => {
  const allowed = ALLOWED[stage] ?? [];
  const values = [
    "./x.ts",
    "node:crypto",
    "node:fs/promises",
    ...allowed.filter((source) => !source.startsWith("type ")),
  ];
  const types = allowed.filter((source) => source.startsWith("type ")).map((source) => source.slice("type ".length));
  const arrow = (source: string, statement: string, permitted: boolean): ImportArrow => {
    return { stage, source, statement, allowed: permitted };
  };
  return [
    ...values.map((source) => arrow(source, `import { x } from "${source}";`, true)),
    ...types.map((source) => arrow(source, `import type { x } from "${source}";`, true)),
    ...types.flatMap((source) => [
      arrow(source, `import { x } from "${source}";`, false),
      arrow(source, `import { type x } from "${source}";`, false),
      arrow(source, `import * as x from "${source}";`, false),
      arrow(source, `import "${source}";`, false),
      arrow(source, `export { x } from "${source}";`, false),
      arrow(source, `export const x = await import("${source}");`, false),
    ]),
    ...EVERYTHING.filter((source) => !values.includes(source) && !types.includes(source)).flatMap((source) => [
      arrow(source, `import type { x } from "${source}";`, false),
      arrow(source, `export const x = await import("${source}");`, false),
    ]),
  ];
});
