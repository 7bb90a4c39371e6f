import { spawnSync } from "node:child_process";
import test, { type Implementation } from "ava";

const KNOCK = `
  const [port, host] = process.argv.slice(1);
  const socket = require("node:net").connect(Number(port), host, () => process.exit(0));
  socket.on("error", () => process.exit(1));
  setTimeout(() => process.exit(1), 2_000);`;

const found = new Map<string, boolean>();

/** Whether something listens at the host and port of a URL. It blocks: tests are declared in one turn, and none may wait. */
function answers(url: string): boolean {
  const { hostname, port } = new URL(url);
  const known = found.get(url);
  if (known !== undefined) return known;
  const { status } = spawnSync(process.execPath, ["-e", KNOCK, port, hostname], { env: {} });
  found.set(url, status === 0);
  return status === 0;
}

/**
 * A function that declares tests which need a server of others; without it they are skipped, and their titles say so. They run one after
 * the other: many at once would hold the event loop for longer than their clients wait for a connection.
 *
 * @param url of the server, with its port
 */
export function testsOn(name: string, url: string): (title: string, implementation: Implementation<[]>) => void {
  return (title, implementation) => {
    if (answers(url)) test.serial(title, implementation);
    else test.serial.skip(`${title} (skipped: there is no ${name} at ${new URL(url).host})`, implementation);
  };
}
