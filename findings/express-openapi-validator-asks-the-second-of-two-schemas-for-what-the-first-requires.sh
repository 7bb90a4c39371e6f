#!/usr/bin/env bash
# express-openapi-validator 5.6.2 with OpenAPI 3.1: a body is `oneOf` two schemas with a discriminator and a mapping; the first requires `numbers`,
# the second `tonnes`. A body of the second kind, with `tonnes` and without `numbers`, gets 400 for the missing `numbers`, also as the first
# request to the server. Without the discriminator the same body passes.
# Needs node (20 or later) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent express@5.1.0 express-openapi-validator@5.6.2

cat > server.mjs <<'JS'
import express from "express";
import { middleware } from "express-openapi-validator";

const cargo = (kind, required, schema) => ({
  type: "object",
  required: ["kind", required],
  properties: { kind: { type: "string", enum: [kind] }, [required]: schema },
});
const discriminator = { propertyName: "kind", mapping: { box: "#/components/schemas/Box", bulk: "#/components/schemas/Bulk" } };

async function statusOf(extra) {
  const apiSpec = {
    openapi: "3.1.0",
    info: { title: "Cargo", version: "1.0.0" },
    paths: {
      "/cargo": {
        post: {
          requestBody: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/Cargo" } } } },
          responses: { 204: { description: "Taken." } },
        },
      },
    },
    components: {
      schemas: {
        Cargo: { oneOf: [{ $ref: "#/components/schemas/Box" }, { $ref: "#/components/schemas/Bulk" }], ...extra },
        Box: cargo("box", "numbers", { type: "array", items: { type: "string" } }),
        Bulk: cargo("bulk", "tonnes", { type: "number" }),
      },
    },
  };
  const app = express().use(express.json()).use(middleware({ apiSpec }));
  app.post("/cargo", (request, response) => response.sendStatus(204));
  app.use((error, request, response, next) => response.status(error.status ?? 500).json(error.errors));
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const response = await fetch(`http://127.0.0.1:${server.address().port}/cargo`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ kind: "bulk", tonnes: 1 }),
  });
  const text = await response.text();
  server.close();
  server.closeAllConnections();
  return `${response.status}${text === "" ? "" : ` ${JSON.parse(text)[0].message}`}`;
}
console.log(`with the discriminator: ${await statusOf({ discriminator })}`);
console.log(`without it: ${await statusOf({})}`);
JS
echo "express-openapi-validator $(sed -n 's/.*"version": "\(.*\)".*/\1/p' node_modules/express-openapi-validator/package.json)"
seen=$(node server.mjs)
echo "$seen"
[ "$seen" = "with the discriminator: 400 must have required property 'numbers'
without it: 204" ]
