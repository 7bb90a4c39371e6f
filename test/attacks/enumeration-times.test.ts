import test from "ava";
import { startMailingServer } from "../support/account-mail.ts";
import { startServerOnDisk } from "../support/database-file.ts";
import { PASSWORD, post, signUp } from "../support/server.ts";
import { STRANGER_CALLS } from "../support/stranger-calls.ts";

const KNOWN = "ada@example.com";
const ROUNDS = 40;
/** Real work for a password, but less than by default, to have more rounds. */
const ENVIRONMENT = { CONFIRMATION: "required", PASSWORD_COST: "ln=13,r=8,p=1" };

/** The calls after which an address has an account: each round needs another one. The first mention of an address costs some rows of counts. */
const REGISTERING: Readonly<Record<string, true>> = { register: true, signUp: true };

for (const [name, call] of Object.entries(STRANGER_CALLS)) {
  test.serial(`${name}: takes as long for an address with an account as for one without`, async (t) => {
    const server = await startMailingServer(t, { environment: ENVIRONMENT });
    await post(server, "/register", { email: KNOWN, password: PASSWORD });
    const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
    // In turns, and each first as often as the other, so that other work of the machine is shared out.
    for (let round = 0; round < ROUNDS; round += 1) {
      const unknown = name in REGISTERING ? `nobody${round}@example.com` : "nobody@example.com";
      const turns = [["known", KNOWN] as const, ["unknown", unknown] as const];
      for (const [kind, email] of round % 2 === 0 ? turns : turns.toReversed()) {
        const start = performance.now();
        await (await call(server, email)).arrayBuffer();
        times[kind].push(performance.now() - start);
      }
    }
    const [known, unknown] = [median(times.known), median(times.unknown)];
    const longer = times.known.filter((time, round) => time > (times.unknown[round] ?? 0)).length;
    const seen = `${known.toFixed(1)} ms with an account, ${unknown.toFixed(1)} ms without; longer with one in ${longer} rounds`;
    t.log(seen);
    // Work of others moves medians, but not the same of the two in each round.
    const isApart = Math.abs(known - unknown) > 0.3 * Math.min(known, unknown) + 1;
    t.false(isApart && Math.abs(longer - ROUNDS / 2) > ROUNDS / 4, seen);
  });
}

test.serial(
  "login: 400 takes as long for a user that there is not, is inactive or has no password as for a wrong one",
  async (t) => {
    const { server, sql } = await startServerOnDisk(t, { environment: { PASSWORD_COST: "ln=15,r=8,p=1" } });
    for (const name of ["ada", "idle", "bare"]) await signUp(server, `${name}@example.com`);
    await sql(`update "user" set active = 0 where email = ?`, "idle@example.com");
    await sql(`update "user" set password_hash = null where email = ?`, "bare@example.com");
    const names = ["ada", "nobody", "idle", "bare"];
    const times: Record<string, number[]> = {};
    // Measured in turns, so that other load on the machine affects all cases alike.
    for (let round = 0; round < 7; round += 1) {
      for (const name of names) {
        const start = performance.now();
        const { status } = await post(server, "/login", { email: `${name}@example.com`, password: "not the password" });
        t.is(status, 400);
        times[name] = [...(times[name] ?? []), performance.now() - start].toSorted((one, other) => one - other);
      }
    }
    const [wrong = 0, ...others] = names.map((name) => times[name]?.[3] ?? 0);
    for (const other of others) t.true(other > wrong / 2 && other < wrong * 2, `${other} ms, ${wrong} ms`);
  },
);

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
