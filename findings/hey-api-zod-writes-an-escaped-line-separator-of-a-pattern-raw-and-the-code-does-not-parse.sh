#!/usr/bin/env bash
# @hey-api/openapi-ts 0.99.0 with its plugin for zod: a pattern that has the escape \u2028 or \u2029 (the line and the paragraph separator, which
# many patterns for one line of text refuse) is written into a regular expression literal with the character itself in place of the escape.
# ECMAScript ends a line there, and no such literal may (ECMA-262, 12.9.5), so that the generated file does not parse; the command has
# succeeded. The escapes \n and \u00a0 come through.
# Needs node (20 or later) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent @hey-api/openapi-ts@0.99.0 typescript@5.9.3 zod@4.6.7

echo "@hey-api/openapi-ts $(node -p 'require("./node_modules/@hey-api/openapi-ts/package.json").version')"
seen=""
for escape in n u00a0 u2028 u2029; do
  cat > api.json <<JSON
{ "openapi": "3.1.0", "info": { "title": "Notes", "version": "1.0.0" }, "paths": {},
  "components": { "schemas": { "Note": { "type": "string", "pattern": "^[^\\\\$escape]*\$" } } } }
JSON
  echo 'export default { input: "api.json", output: "api", plugins: ["zod"] };' > config.mjs
  npx openapi-ts --file config.mjs --no-log-file >/dev/null
  # There is no type in the generated file: node reads it as it is.
  cp api/zod.gen.ts generated.mjs
  verdict=$(node --check generated.mjs 2>&1 | grep -o 'SyntaxError.*' || true)
  line="$(node -p 'require("./api.json").components.schemas.Note.pattern'): ${verdict:-parses}"
  echo "$line"
  seen="$seen$line;"
done
[ "$seen" = '^[^\n]*$: parses;^[^\u00a0]*$: parses;^[^\u2028]*$: SyntaxError: Invalid regular expression: missing /;^[^\u2029]*$: SyntaxError: Invalid regular expression: missing /;' ]
