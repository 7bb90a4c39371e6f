import { readFile } from "node:fs/promises";
import { request } from "node:http";
import type { Settings } from "../../settings.ts";
import { doubtful, type Finding, well, wrong } from "./finding.ts";

const PATIENCE_MS = 5_000;
const LONGEST_ANSWER = 5_000_000;
const CONTRACT = new URL("../../../openapi.yaml", import.meta.url);

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks what listens at the address of the settings: nothing, this program, of which version and whether it is ready, or another. */
export async function checkServer({ host, port }: Settings): Promise<Finding> {
  if (port === 0) return well("server", "PORT=0 picks another port at each start, so that none can be asked");
  const place = host.includes("/") ? host : `${host}:${port}`;
  const taken = wrong("server", `${place} is taken by another program`, "stop it, or choose another PORT or HOST");
  try {
    const live = await ask({ host, port }, "/health/live");
    if (live.status !== 200 || memberOf(live.text, "status") !== "live") return taken;
    const ready = await ask({ host, port }, "/health/ready");
    if (ready.status !== 200) {
      const reason = memberOf(ready.text, "detail") ?? `it answered ${ready.status}`;
      return wrong("server", `the one at ${place} is not ready: ${reason}`, "its log says more; then restart it");
    }
    const running = versionIn((await ask({ host, port }, "/openapi.json")).text);
    const here = /^ {2}version: (\S+)$/m.exec(await readFile(CONTRACT, "utf8"))?.[1];
    if (running === here) return well("server", `${place} is ready, and serves version ${here} of the contract`);
    const message = `the one at ${place} serves version ${running} of the contract, and this program has ${here}`;
    return doubtful("server", message, "restart it");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ECONNREFUSED", "ENOENT"].includes(code))
      return well("server", `none runs at ${place}, and the place is free`);
    if (code === "EACCES") {
      return wrong("server", `this user may not connect to ${place}`, "run it as the user or group of the server");
    }
    // Connected, and no HTTP in time.
    return taken;
  }
}

/** Asks a server by HTTP over its address, or its Unix socket. */
function ask({ host, port }: Pick<Settings, "host" | "port">, path: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const all: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  const where = host.includes("/") ? { socketPath: host } : { host: all[host] ?? host, port };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const call = request({ ...where, path, signal, agent: false, headers: { Host: "localhost" } }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > LONGEST_ANSWER) response.destroy(new Error("too long"));
    });
    response.on("error", reject);
    response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
  });
  call.on("error", reject);
  call.end();
  return promise;
}

function versionIn(text: string): string | undefined {
  const info = parse(text)?.info;
  const version = info !== null && typeof info === "object" && "version" in info ? info.version : undefined;
  // What another program says is shown to a terminal.
  return typeof version === "string" && /^[\w.-]{1,20}$/.test(version) ? version : undefined;
}

function memberOf(text: string, name: string): string | undefined {
  const member = parse(text)?.[name];
  return typeof member === "string" ? member : undefined;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
