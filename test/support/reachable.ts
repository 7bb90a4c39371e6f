import { spawnSync } from "node:child_process";
import test, { type Implementation } from "ava";

/** A server of others that tests need. */
export interface OtherServer {
  /** Its kind, for people. */
  readonly name: string;
  readonly url: string;
  /** Whether somebody named it for these tests: then they do not do without it, but fail. */
  readonly named: boolean;
  /** A module whose code connects to the URL that is its first argument, by the client that the tests use, and throws when it cannot. */
  readonly connect: string;
}

/** Declares a test like ava's `test`. */
export type Declare = (title: string, implementation: Implementation<[]>) => void;

const reasons = new Map<string, string>();

/**
 * The reason why a server cannot be used here; "" where it can. It is asked once, in a process of its own, and blocks: tests are declared
 * in one turn, and none may wait.
 */
export function whyNotReachable({ name, url, connect }: OtherServer): string {
  const known = reasons.get(url);
  if (known !== undefined) return known;
  // In the error of Node for a host with several addresses the message is empty, and the code says what happened.
  const script = `
    setTimeout(() => end("it does not answer"), 5_000);
    const end = (reason) => process.stdout.write(reason, () => process.exit());
    try { ${connect}; end(""); } catch (error) { end(error.message || error.code || "it does not answer"); }`;
  const node = ["--input-type=module", "--eval", script, url];
  const { stdout } = spawnSync(process.execPath, node, { cwd: import.meta.dirname, encoding: "utf8" });
  const reason = stdout && `there is no ${name} at ${new URL(url).host}: ${stdout}`;
  reasons.set(url, reason);
  return reason;
}

/**
 * A function that declares tests which need a server of others; without it they are skipped, and their titles say so, or fail. They run one after
 * the other: many at once would hold the event loop for longer than their clients wait for a connection.
 */
export function testsOn(server: OtherServer): Declare {
  return (title, implementation) => {
    const reason = whyNotReachable(server);
    if (reason === "") test.serial(title, implementation);
    else if (server.named) test.serial(title, (t) => t.fail(reason));
    else test.serial.skip(`${title} (skipped: ${reason})`, implementation);
  };
}
