#!/usr/bin/env bash
# openapi-typescript 7.13.0 writes an object with two optional members, of which `anyOf` demands at least one, as a union with `unknown`: one
# `unknown` for each entry of `anyOf` that holds nothing but `required`. A union with `unknown` is `unknown`, so that the whole content loses
# its type, and any value compiles. The same demand as `if` and `else` is left out of the type instead, whose members stay known.
# Needs node (20 or later), npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent openapi-typescript@7.13.0 typescript@5.9.3

cat > document.yaml <<'YAML'
openapi: 3.1.0
info: { title: x, version: "1" }
paths: {}
components:
  schemas:
    OneOfTwo:
      type: object
      required: [secret]
      properties: { secret: { type: string }, mail: { type: string }, name: { type: string } }
      anyOf:
        - required: [mail]
        - required: [name]
    Conditional:
      type: object
      required: [secret]
      properties: { secret: { type: string }, mail: { type: string }, name: { type: string } }
      if: { required: [name] }
      else: { required: [mail] }
YAML
npx openapi-typescript document.yaml --output types.ts >/dev/null 2>&1
cat > use.ts <<'TS'
import type { components } from "./types.js";
type IsUnknown<T> = unknown extends T ? "unknown" : "known";
const oneOfTwo: IsUnknown<components["schemas"]["OneOfTwo"]> = "unknown";
const conditional: IsUnknown<components["schemas"]["Conditional"]> = "known";
const anything: components["schemas"]["OneOfTwo"] = 7;
console.log(oneOfTwo, conditional, anything);
TS
compiled=$(npx tsc --noEmit --strict --module nodenext --moduleResolution nodenext --skipLibCheck use.ts && echo "compiles, with 7 as the object")
written=$(grep -m 1 'unknown' types.ts | tr -d ' ')
echo "openapi-typescript 7.13.0 ends the object with anyOf as: $written"
echo "what holds its type to be unknown, and that of if and else to be known: $compiled"
[ "$written" = "}|unknown|unknown;" ]
[ "$compiled" = "compiles, with 7 as the object" ]
