import type { ExecutionContext } from "ava";
import type { Shop } from "./kudos.ts";

/** A finding of `kudos doctor`, as `--json` prints it. */
export interface Finding {
  readonly area: string;
  readonly state: "well" | "doubtful" | "wrong";
  readonly message: string;
  readonly cure: string | null;
}

/** The findings of the doctor, after a look at its exit code; nothing on standard error. */
export async function examine(
  t: ExecutionContext,
  shop: Shop,
  environment: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<readonly Finding[]> {
  const ended = await shop.quickly(["doctor", "--json", ...args], { environment: { PORT: "0", ...environment } });
  t.is(ended.stderr, "");
  const { well, findings } = JSON.parse(ended.stdout) as { well: boolean; findings: readonly Finding[] };
  t.is(ended.code, well ? 0 : 1, ended.stdout);
  t.is(
    well,
    findings.every(({ state }) => state !== "wrong"),
  );
  for (const { state, cure } of findings) t.is(cure === null, state === "well");
  return findings;
}

/** The findings that are not well, each as `<state> <area>: <message>`. */
export const bad = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state !== "well").map(({ state, area, message }) => `${state} ${area}: ${message}`);
