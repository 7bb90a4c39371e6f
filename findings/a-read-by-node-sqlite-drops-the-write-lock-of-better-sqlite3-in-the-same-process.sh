#!/usr/bin/env bash
# Node 26.10.0 brings SQLite as node:sqlite; better-sqlite3 13.0.3 brings a copy of its own. Each copy knows its own locks only, while POSIX
# locks belong to the process: when node:sqlite gives back the lock of a read, the write lock that better-sqlite3 holds on the same file is gone,
# too. better-sqlite3 still says that it is in its transaction, and a second process writes into the midst of it.
# Needs node (20 or later, to run npm) and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent node@26.10.0 better-sqlite3@13.0.3
node=$folder/node_modules/node/bin/node
[ -x "$node" ] || node=$(find "$folder/node_modules" -path '*/bin/node' -type f | head -1)

cat > other-process.cjs <<'JS'
const database = new (require("better-sqlite3"))("file.sqlite", { timeout: 0 });
try {
  database.exec("begin immediate; insert into t values ('other'); commit");
  console.log("written");
} catch (error) {
  console.log(error.code);
}
JS
cat > holder.cjs <<'JS'
const { execFileSync } = require("node:child_process");
const other = () => execFileSync(process.execPath, ["other-process.cjs"], { encoding: "utf8" }).trim();
const database = new (require("better-sqlite3"))("file.sqlite");
database.exec("pragma journal_mode = delete; create table t (x)");
database.exec("begin immediate");
const before = other();
const { DatabaseSync } = require("node:sqlite");
const reader = new DatabaseSync("file.sqlite");
reader.prepare("select count(*) from t").get();
const after = other();
console.log(JSON.stringify({ before, after, inTransaction: database.inTransaction }));
JS
echo "$("$node" --version), better-sqlite3 13.0.3, node:sqlite $("$node" -p 'process.versions.sqlite')"
seen=$("$node" --no-warnings holder.cjs)
echo "another process writes while this one holds a write transaction: $seen"
[ "$seen" = '{"before":"SQLITE_BUSY","after":"written","inTransaction":true}' ]
