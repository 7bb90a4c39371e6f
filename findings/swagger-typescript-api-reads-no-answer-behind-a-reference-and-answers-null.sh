#!/usr/bin/env bash
# swagger-typescript-api 13.13.0: whether the generated call reads the body of an answer hangs on where the answer is written. Written where it
# is returned, the call has `format: "json"`. Behind a `$ref` to components/responses, it has the same type for `data`, but no format: `data` is
# null, `ok` is true, and no error is thrown, though the type promises an object. (Issues 977 and 1547 of acacode/swagger-typescript-api tell of
# it.) `baseApiParams: { format: "json" }` in the constructor helps.
# Needs node (20 or later) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent swagger-typescript-api@13.13.0 esbuild@0.28.2

cat > api.json <<'JSON'
{ "openapi": "3.0.3", "info": { "title": "Pets", "version": "1.0.0" },
  "paths": {
    "/in-place": { "get": { "operationId": "read", "responses": { "200": {
      "description": "A pet.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Pet" } } } } } } },
    "/by-reference": { "get": { "operationId": "readAgain", "responses": { "200": { "$ref": "#/components/responses/Pet" } } } } },
  "components": {
    "responses": { "Pet": {
      "description": "A pet.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Pet" } } } } },
    "schemas": { "Pet": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } } } } }
JSON
npx swagger-typescript-api generate --path api.json --name api.ts >/dev/null
npx esbuild api.ts --bundle --format=esm --outfile=api.mjs --log-level=error

cat > ask.mjs <<'JS'
import { createServer } from "node:http";
import { Api } from "./api.mjs";
const server = createServer((_, response) => {
  response.setHeader("Content-Type", "application/json").end('{"name":"Rex"}');
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const baseUrl = `http://127.0.0.1:${server.address().port}`;
const asked = { plain: new Api({ baseUrl }), "with a base format": new Api({ baseUrl, baseApiParams: { format: "json" } }) };
for (const [how, client] of Object.entries(asked)) {
  for (const answer of [await client.inPlace.read(), await client.byReference.readAgain()]) {
    console.log(`${how}, ${new URL(answer.url).pathname}: ${answer.status} ${JSON.stringify(answer.data)}`);
  }
}
server.closeAllConnections();
server.close();
JS
echo "swagger-typescript-api $(sed -n 's/.*"version": "\(.*\)".*/\1/p' node_modules/swagger-typescript-api/package.json)"
grep -o 'this.request<[A-Za-z, ]*>' api.ts
seen=$(node ask.mjs)
echo "$seen"
[ "$seen" = 'plain, /in-place: 200 {"name":"Rex"}
plain, /by-reference: 200 null
with a base format, /in-place: 200 {"name":"Rex"}
with a base format, /by-reference: 200 {"name":"Rex"}' ]
