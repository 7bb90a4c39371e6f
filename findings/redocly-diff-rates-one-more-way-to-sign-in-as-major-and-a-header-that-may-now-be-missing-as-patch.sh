#!/usr/bin/env bash
# Redocly CLI 2.77.0 brings `redocly diff` (experimental), which rates each change by the version that it asks for. One more alternative in
# `security` lets in every client that was let in before, and is rated "major"; a response header that was required and may be missing now is
# a surprise to clients that read it, and is rated "patch". With --check-version that asks for 2.0.0 where nothing breaks, and for 1.0.1 where
# something may.
# Needs node (22.12 or later, else the node that is installed here beside it) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent node@26.10.0 @redocly/cli@2.77.0
export PATH="$folder/node_modules/.bin:$PATH" REDOCLY_TELEMETRY=off

document() { # security alternatives, whether ETag is required
  cat <<JSON
{
  "openapi": "3.1.0",
  "info": { "title": "Notes", "version": "1.0.0" },
  "paths": {
    "/notes": {
      "get": {
        "operationId": "listNotes",
        "security": $1,
        "responses": { "200": { "description": "Done.", "headers": { "ETag": { "required": $2, "schema": { "type": "string" } } } } }
      }
    }
  },
  "components": {
    "securitySchemes": {
      "token": { "type": "http", "scheme": "bearer" },
      "key": { "type": "apiKey", "in": "header", "name": "X-Key" }
    }
  }
}
JSON
}
rate() {
  redocly diff before.json "$1" --format json --lint-config off --fail-on none 2>/dev/null |
    node -e 'let text = ""; process.stdin.on("data", (chunk) => (text += chunk)).on("end", () => console.log(JSON.parse(text).bump))'
}
document '[{ "token": [] }]' true > before.json
document '[{ "token": [] }, { "key": [] }]' true > one-more-way.json
document '[{ "token": [] }]' false > may-be-missing.json

echo "@redocly/cli $(redocly --version)"
seen="one more way to sign in: $(rate one-more-way.json); a header that may be missing: $(rate may-be-missing.json)"
echo "$seen"
[ "$seen" = "one more way to sign in: major; a header that may be missing: patch" ]
