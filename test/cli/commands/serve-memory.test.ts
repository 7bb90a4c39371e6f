import test from "ava";
import { startProgram } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** The heap in MB after each collection of young objects so far, from the lines that Node writes with `--trace-gc`. */
function heapsAfterScavenge(output: string): number[] {
  return [...output.matchAll(/Scavenge [\d.]+ \([\d.]+\) -> ([\d.]+) /g)].map(([, heap]) => Number(heap));
}

test.serial("serve: what is answered is let go by the collection of young objects", async (t) => {
  const folder = await temporaryFolder(t);
  const nodeArgs = ["--trace-gc", "--max-semi-space-size=1"];
  const server = await startProgram(t, { folder, nodeArgs, environment: { DATABASE_URL: "sqlite::memory:" } });
  const registered = await fetch(`${server.url}/register?include_auth_token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: "ada@example.com", password: "correct horse battery staple" }),
  });
  const token: string = JSON.parse(await registered.text()).response.user.authentication_token;
  const ask = async (requests: number) => {
    const inTurn = async () => {
      for (let sent = 0; sent < requests / 8; sent += 1) {
        const answer = await fetch(`${server.url}/api/test`, { headers: { "Authentication-Token": token } });
        t.is(answer.status, 200);
        await answer.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: 8 }, inTurn));
  };

  await ask(1_000);
  const warm = heapsAfterScavenge(server.stdout()).length;
  await ask(4_000);
  const later = heapsAfterScavenge(server.stdout()).slice(warm - 1);
  const grown = Math.max(...later) - (later[0] ?? 0);
  // 9 KB a request would be 36 MB; compiled code and counters of the engine take some.
  t.true(later.length > 20 && grown < 10, `${later.length} collections, grown by ${grown} MB`);
});
