import type { Settings } from "../../settings.ts";
import { type Call, type Output, UsageFault } from "../command.ts";
import { printable } from "../terminal/table.ts";
import { checkDatabase } from "./database-check.ts";
import type { Finding } from "./finding.ts";
import { checkKeys } from "./key-check.ts";
import { checkMail, checkOutbox } from "./mail-check.ts";
import { checkProxy } from "./proxy-check.ts";
import { checkServer } from "./server-check.ts";
import { checkSettings } from "./settings-check.ts";

/** `kudos doctor`: see commands.ts. */
export async function examine({ options, environment }: Call): Promise<Output> {
  const url = options.url === undefined ? undefined : urlOf(options.url);
  const { settings, findings } = checkSettings(environment);
  const others = settings === undefined ? [] : await checkParts(settings);
  const all = [...findings, ...others, ...(url === undefined ? [] : await checkProxy(url))];
  const faults = all.filter(({ state }) => state === "wrong").length;
  return { json: { well: faults === 0, findings: all }, text: tell(all, faults), code: faults === 0 ? 0 : 1 };
}

async function checkParts(settings: Settings): Promise<readonly Finding[]> {
  const database = await checkDatabase(settings, async (readable) => [
    ...(await checkKeys(settings, readable)),
    ...(await checkOutbox(readable)),
  ]);
  return [...database, await checkMail(settings), await checkServer(settings)];
}

function tell(findings: readonly Finding[], faults: number): string {
  const lines = findings.flatMap(({ area, state, message, cure }) => {
    const line = `${state.padEnd(9)} ${area.padEnd(9)} ${printable(message)}`;
    return cure === null ? [line] : [line, `${" ".repeat(20)}→ ${printable(cure)}`];
  });
  const verdict =
    faults === 0 ? "Nothing is wrong." : faults === 1 ? "One thing is wrong." : `${faults} things are wrong.`;
  return [...lines, verdict].join("\n");
}

function urlOf(given: unknown): URL {
  const url = URL.parse(String(given));
  const isAddress = url !== null && ["http:", "https:"].includes(url.protocol) && url.search + url.hash === "";
  if (isAddress && url.username + url.password === "") return url;
  throw new UsageFault("--url must be an address like https://kudos.example; see kudos doctor --help");
}
