import { withoutHandlers, withoutUnused } from "./source-code.ts";

/** Tags, operations and scopes of what a new project does not have: articles and likes, pages for people, and other editions. */
export const CUT = {
  tags: ["Articles", "Likes", "Pages"],
  operations: ["getArazzo", "getClientContract"],
  scopes: ["likes:write", "articles:write"],
  otherScope: "account",
  names: /article|\blikes?\b|like(?:-|[A-Z])|[a-z]Like|\bLike|like[ds]?_/,
  sentences: /\barticles?\b|\blik(?:e|es|ed|ing)\b|likes:write|\bauthors?\b|HTML|\bpages?\b/i,
};

/** A replacement in a file; the text or pattern must be there. */
type Change = readonly [before: string | RegExp, after: string];

/** What only answers browsers, in a handler that answers programs too. */
const PAGE_FOR_BROWSERS = / {2}if \(prefersPages\(accepts\)\) \{\n[\s\S]*?\n {2}\}\n/;

/** What is changed in copied files, by their paths below `src`. Imports and functions that nothing uses any more go by themselves. */
const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  "app.ts": [
    [/ {2}const visitor = .*\n[\s\S]*? {2}\};\n/, ""],
    [/ {4}"text\/html": .*\n/, ""],
    [/const mediaTypes = \[.*\]/, 'const mediaTypes = ["application/problem+json"]'],
  ],
  "shared-parts.ts": [
    [/ {2}readonly (?:assets|workflows): .*\n/g, ""],
    [/ {2}const workflows = .*\n/, ""],
    [
      "return { assets: await loadAssets(), contract: contractAt(document), workflows };",
      "return { contract: contractAt(document) };",
    ],
    ["{ assets, ...texts }: Served", "served: Served"],
    ["return { assets: { ...assets, base }, ...texts };", "return served;"],
    [/servedBelow\(base: /, "servedBelow(_base: "],
    [/ {6}client: .*\n.*\n {6}\),\n/, ""],
    [" * Loads the files that pages load, and the contract in its editions.", " * Loads the contract as it is served."],
    [/ \*\n \* @throws \{AssetsUnavailable\}\n/, ""],
  ],
  "request-context.ts": [[/ {4}(?:assets|workflows): served\..*\n/g, ""]],
  "settings.ts": [[/.*\n {2}readonly sampleData: boolean;\n/, ""]],
  "settings/table.ts": [[/ {2}sampleData: variable\(\n(?: {4}.*\n)+? {2}\),\n/, ""]],
  "start.ts": [
    ["{ databaseUrl: url, sampleData, attemptRules", "{ databaseUrl: url, attemptRules"],
    [/ {4}sampleData,\n/, ""],
  ],
  "operations/handler-context.ts": [
    [/ {2}\/\*\* The files that pages load\. \*\/\n {2}readonly assets: Assets;\n/, ""],
    [/ {2}\/\*\* The description of how calls .*\n {2}readonly workflows: Coded;\n/, ""],
    [/ {2}readonly client: Coded;\n/, ""],
    [
      "the YAML as written, the same as JSON, and the edition for clients.",
      "the YAML as written, and the same as JSON.",
    ],
  ],
  "operations/second-factor/recovery-codes.ts": [
    [PAGE_FOR_BROWSERS, ""],
    ["const { accepts, keys, assets, principal }", "const { keys, principal }"],
  ],
  "operations/second-factor/set-up.ts": [
    [/ {2}if \(asPage\) \{\n[\s\S]*?\n {2}\}\n/, ""],
    [PAGE_FOR_BROWSERS, ""],
    ["db, assets, secondFactor }", "db, secondFactor }"],
    ["accepts, assets, secondFactor }", "accepts, secondFactor }"],
  ],
  "operations/second-factor/sign-in.ts": [
    [/ {2}if \(!asPage\)\n {4}(return .*\n) {2}const page = [\s\S]*?\n\}\n/, "  $1}\n"],
    [", kind: CodeKind) {\n  const asPage", ") {\n  const asPage"],
    [/showForm\(request, "[\w-]+"\)/g, "showForm(request)"],
  ],
  "operations/account-life/own-data.ts": [
    [/ {2}const likes = .*\n/, ""],
    [/ {6}likes: likes\.map\([\s\S]*?\n {6}\}\)\),\n/, ""],
  ],
  "domain/recovery/delete-account.ts": [
    [" likes, tokens,", " tokens,"],
    [/ {4}await takeBackLikes\(.*\n/, ""],
  ],
  "operations/account.ts": [[/ as \("account" \|.*\)\[\]/, ' as "account"[]']],
  "problems/table.ts": [
    [/ {2}\[articles\..*\n/g, ""],
    [/ {2}\[AssetNotFound.*\n/, ""],
  ],
  "domain/scope.ts": [
    [
      /: to manage the own account with its tokens and sessions, and to like\./,
      ": to manage the own account with its tokens and sessions.",
    ],
    ['["account", "likes:write"]', '["account"]'],
    ['[...BASE_SCOPES, "articles:write"] as const', "[...BASE_SCOPES] as const"],
  ],
  "storage/orm.ts": [[/ {6}Article,\n {6}ArticleLike,\n/, ""]],
  "storage/database.ts": [
    [/, and puts the sample articles into one that was empty, unless told not to\./, "."],
    [/ {2}\/\*\* Whether `migrate` puts the sample.*\n {2}readonly sampleData\?: boolean;\n/, ""],
    [/ \+\n {2}"kudos backup makes whole copies";/, ";"],
    [" Of a backup that has not been put to use it ends all access, see `endAllAccess`.", ""],
    ['what was in the log is lost; "', 'what was in the log is lost"'],
  ],
  // A new API has a file.
  "storage/open-database.ts": [
    ["if (!isPostgreSql(options.url)) return openFile(options);", "return openFile(options);"],
    [/ {2}\/\/ Loaded late: .*\n {2}const \{ openServer \} = .*\n {2}return openServer\(options\);\n/, ""],
  ],
  "storage/sqlite/open.ts": [
    [/ {2}sampleData = true,\n/, ""],
    [/ {10}const applied = await .*\n( {10}await orm\.migrator\.up\(\);\n) {10}if \(applied .*\n/, "$1"],
    [/ {10}if \(await isUnusedBackup[\s\S]*?\n {10}\}\n/, ""],
  ],
  "problems/database-errors.ts": [
    [/import \* as postgreSql .*\n/, ""],
    [" || postgreSql.isBusy(error)", ""],
  ],
  "storage/sqlite/migrations/2026-11/20261123-first-tables.ts": [
    ["Accounts, articles, likes, tokens", "Accounts, tokens"],
    [
      / {4}this\.addSql\(\n {6}"create table `article`[\s\S]*?(?= {4}this\.addSql\(\n {6}"create table `access_token`)/,
      "",
    ],
    [' "article_like", "article",', ""],
  ],
  "storage/sqlite/migrations/2026-11/20261124-scopes-and-events.ts": [
    [" versions of articles,", ""],
    [/ {4}this\.addSql\("alter table `article` .*\n/g, ""],
    [/ {4}\/\/ The operator may have made.*\n {4}this\.addSql\(\n[\s\S]*?\n {4}\);\n/, ""],
  ],
};

/** A file of the new project, by its path below `src`: changed, without the handlers of other operations, and without what nothing uses. */
export function changed(path: string, text: string, isKept: (operationId: string) => boolean): string {
  const changes = CHANGES[path] ?? [];
  let current = text;
  for (const [before, after] of changes) {
    const next = current.replace(before, after);
    if (next === current) throw new Error(`src/${path} has no ${before}`);
    current = next;
  }
  if (!path.startsWith("operations/")) return changes.length > 0 ? withoutUnused(current) : current;
  return withoutUnused(withoutHandlers(current, isKept));
}

/** The paths of the changed files. */
export const CHANGED = Object.keys(CHANGES);
