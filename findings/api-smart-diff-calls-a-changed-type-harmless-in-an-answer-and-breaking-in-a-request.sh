#!/usr/bin/env bash
# api-smart-diff 1.0.6 judges a change of an answer's schema by turning the verdict for a request's round. For limits that is right: a longer
# text breaks who receives it and not who sends it. A type that is replaced by another breaks both sides; turned round, it is called
# "non-breaking" in an answer: a member that was a string and is an integer now, in OpenAPI 3.0 and 3.1, at any depth.
# Needs node (20 or later) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent api-smart-diff@1.0.6

cat > verdicts.mjs <<'JS'
import { apiDiff } from "api-smart-diff";
const content = (schema) => ({ "application/json": { schema: { type: "object", properties: { name: schema } } } });
const ok = { 200: { description: "Done." } };
const sides = {
  request: (schema) => ({ post: { requestBody: { content: content(schema) }, responses: ok } }),
  answer: (schema) => ({ get: { responses: { 200: { description: "Done.", content: content(schema) } } } }),
};
const edits = {
  "longer text": [{ type: "string", maxLength: 10 }, { type: "string", maxLength: 20 }],
  "string to integer": [{ type: "string" }, { type: "integer" }],
};
for (const openapi of ["3.0.3", "3.1.0"]) {
  for (const [edit, schemas] of Object.entries(edits)) {
    for (const [side, item] of Object.entries(sides)) {
      const [before, after] = schemas.map((schema) => ({
        openapi,
        info: { title: "Names", version: "1.0.0" },
        paths: { "/names": item(schema) },
      }));
      console.log(`${openapi}, ${edit}, ${side}: ${apiDiff(before, after).map(({ type }) => type)}`);
    }
  }
}
JS
echo "api-smart-diff $(sed -n 's/.*"version": "\(.*\)".*/\1/p' node_modules/api-smart-diff/package.json)"
seen=$(node verdicts.mjs)
echo "$seen"
[ "$seen" = "3.0.3, longer text, request: non-breaking
3.0.3, longer text, answer: breaking
3.0.3, string to integer, request: breaking
3.0.3, string to integer, answer: non-breaking
3.1.0, longer text, request: non-breaking
3.1.0, longer text, answer: breaking
3.1.0, string to integer, request: breaking
3.1.0, string to integer, answer: non-breaking" ]
