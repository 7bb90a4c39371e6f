#!/usr/bin/env bash
# Redocly CLI 2.77.0 brings `redocly diff` (experimental), which rates each change by the version that it asks for. That a required member of an
# answer may be missing now is "major"; the same of a required header of an answer is "patch", though a client that reads it meets the same
# surprise. A changed default of a request's parameter, with which a client that leaves it out gets something else, is "patch", too.
# Needs node (20 or later, to run npm) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent node@26.10.0 @redocly/cli@2.77.0
export PATH="$folder/node_modules/.bin:$PATH" REDOCLY_TELEMETRY=off

document() { # members that are required, whether the header is, the default of a parameter
  cat <<JSON
{
  "openapi": "3.1.0",
  "info": { "title": "Notes", "version": "1.0.0" },
  "paths": {
    "/notes": {
      "get": {
        "operationId": "listNotes",
        "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "integer", "default": $3 } }],
        "responses": {
          "200": {
            "description": "Done.",
            "headers": { "ETag": { "required": $2, "schema": { "type": "string" } } },
            "content": {
              "application/json": {
                "schema": { "type": "object", "required": $1, "properties": { "text": { "type": "string" } } }
              }
            }
          }
        }
      }
    }
  }
}
JSON
}
rate() {
  redocly diff before.json "$1" --format json --lint-config off --fail-on none 2>/dev/null |
    node -e 'let text = ""; process.stdin.on("data", (chunk) => (text += chunk)).on("end", () => console.log(JSON.parse(text).bump))'
}
document '["text"]' true 20 > before.json
document '[]' true 20 > member.json
document '["text"]' false 20 > header.json
document '["text"]' true 10 > default.json

echo "@redocly/cli $(redocly --version)"
seen="member: $(rate member.json), header: $(rate header.json), default: $(rate default.json)"
echo "$seen"
[ "$seen" = "member: major, header: patch, default: patch" ]
