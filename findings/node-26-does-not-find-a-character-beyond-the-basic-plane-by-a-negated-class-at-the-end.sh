#!/usr/bin/env bash
# Node 26.10.0 (V8 14.6): with the flag `u`, a pattern that ends in a negated class and `$` does not find a character beyond U+FFFF at the end of
# a text: /[^a]$/u.test("😀") is false, and so is the same with the flag `s`. It is true for characters up to U+FFFF, with the flag `v`, with a
# quantifier (/[^a]+$/u), with `^` before the class, and for /.$/u; Node 22.22.0 says true for all of them. JSON Schema's `pattern` is such a
# pattern: Ajv compiles it with `u`.
# Needs node (20 or later, to run npm) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent node-22@npm:node@22.22.0 node-26@npm:node@26.10.0 ajv@8.20.0

cat > patterns.cjs <<'JS'
const far = String.fromCodePoint(0x1f600);
const near = String.fromCodePoint(0x2603);
const Ajv = require("ajv");
const seen = {
  class: /[^a]$/u.test(far),
  dotAll: /[^a]$/su.test(far),
  near: /[^a]$/u.test(near),
  v: /[^a]$/v.test(far),
  plus: /[^a]+$/u.test(far),
  anchored: /^[^a]$/u.test(far),
  dot: /.$/u.test(far),
  ajv: new Ajv().compile({ type: "string", pattern: "[^a]$" })(far),
};
console.log(process.version, JSON.stringify(seen));
JS
first=$(node_modules/node-22/bin/node patterns.cjs)
second=$(node_modules/node-26/bin/node patterns.cjs)
printf '%s\n%s\n' "$first" "$second"
[ "$first" = 'v22.22.0 {"class":true,"dotAll":true,"near":true,"v":true,"plus":true,"anchored":true,"dot":true,"ajv":true}' ]
[ "$second" = 'v26.10.0 {"class":false,"dotAll":false,"near":true,"v":true,"plus":true,"anchored":true,"dot":true,"ajv":false}' ]
