import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import test, { type ExecutionContext, type Implementation } from "ava";

/** A PostgreSQL server of one test alone, which may be stopped. */
export interface OwnCluster {
  readonly url: string;
  stop(): void;
  start(): void;
}

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** The reason why no server can be made here; "" where one can: by Debian's tools, which want to be run by root. */
function whyNone(): string {
  if (userInfo().uid !== 0) return "this user may start no PostgreSQL of its own";
  return spawnSync("pg_createcluster", ["--version"]).error === undefined ? "" : "there is no pg_createcluster here";
}

/** A test that stops and starts a PostgreSQL of its own; where none can be made it is skipped, and its title says so. */
export function ownClusterTest(title: string, implementation: Implementation<[]>): void {
  const reason = whyNone();
  if (reason === "") test.serial(title, implementation);
  else test.serial.skip(`${title} (skipped: ${reason})`, implementation);
}

/** Makes a server, which is removed when the test ends. */
export function createCluster(t: ExecutionContext): OwnCluster {
  const [line = ""] = run("pg_lsclusters", "--no-header").split("\n");
  const [version = ""] = line.split(" ");
  const name = `kudos_${randomUUID().slice(0, 8)}`;
  run("pg_createcluster", version, name, "--start", "--", "--auth=trust");
  t.teardown(() => run("pg_dropcluster", "--stop", version, name));
  const port = run("pg_lsclusters", "--no-header")
    .split("\n")
    .map((row) => row.split(/ +/))
    .find((row) => row[1] === name)?.[2];
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    stop: () => void run("pg_ctlcluster", version, name, "stop", "--mode=fast"),
    start: () => void run("pg_ctlcluster", version, name, "start"),
  };
}
