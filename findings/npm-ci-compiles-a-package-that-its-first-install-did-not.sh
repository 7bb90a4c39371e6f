#!/usr/bin/env bash
# npm 11.19.1 and better-sqlite3 13.0.3, which ships its binaries and says `"gypfile": false` in its package.json, so that nothing is compiled.
# The first install heeds that. The lock file that the same install writes does not keep the field, and `npm ci` from this lock file runs
# `node-gyp rebuild`. With the field added to the lock file by hand it is heeded again.
# Needs node (20 or later) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

mkdir tool && (cd tool && npm init --yes >/dev/null && npm install --silent npm@11.19.1)
npm_11() { node "$folder/tool/node_modules/npm/bin/npm-cli.js" "$@"; }
echo "npm $(npm_11 --version), node $(node --version), better-sqlite3 13.0.3"

# npm prints each script before it runs it; whether the compilation would succeed on this machine does not matter.
compiles() { npm_11 "$@" --foreground-scripts 2>&1 | grep -c '^> node-gyp rebuild' || true; }

mkdir app && cd app && npm_11 init --yes >/dev/null
first=$(compiles install better-sqlite3@13.0.3)
says=$(node -p 'require("./node_modules/better-sqlite3/package.json").gypfile')
keeps=$(node -p 'require("./package-lock.json").packages["node_modules/better-sqlite3"].gypfile')
rm -rf node_modules
clean=$(compiles ci)
rm -rf node_modules
node -e '
  const fs = require("fs"), lock = JSON.parse(fs.readFileSync("package-lock.json"));
  lock.packages["node_modules/better-sqlite3"].gypfile = false;
  fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2));'
mended=$(compiles ci)

echo "gypfile in the package: $says; in the lock file that npm wrote: $keeps"
echo "node-gyp rebuild is run: $first times by the first install, $clean by npm ci, $mended by npm ci with the field in the lock file"
[ "$says" = false ] && [ "$keeps" = undefined ] && [ "$first" = 0 ] && [ "$clean" = 1 ] && [ "$mended" = 0 ]
