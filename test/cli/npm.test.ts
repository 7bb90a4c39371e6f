import { spawn, spawnSync } from "node:child_process";
import test, { type ExecutionContext } from "ava";
import { listening, observe, ROOT, surroundings } from "../support/program.ts";
import { CHEAP } from "../support/server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const present = process.platform !== "win32" && spawnSync("npm", ["--version"]).status === 0;
const withNpm = present ? test.serial : test.serial.skip;
const note = present ? "" : " (skipped: there is no npm on the path)";

/** `npm start` as a shell starts it: in a process group of its own. */
async function npmStart(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  const child = spawn("npm", ["start", "--silent"], {
    cwd: ROOT,
    detached: true,
    env: {
      ...surroundings(),
      PORT: "0",
      PASSWORD_COST: CHEAP,
      DATABASE_URL: `sqlite:${folder}/kudos.sqlite`,
      npm_config_update_notifier: "false",
    },
  });
  const group = -(child.pid ?? 0);
  t.teardown(() => {
    if (isAlive(group)) process.kill(group, "SIGKILL");
  });
  return { program: await listening(observe(child)), group };
}

/** Whether there is a process, or for a negative number any process of that group. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  withNpm(`npm start: ${signal} to the whole group, as Ctrl-C does it, ends all of it${note}`, async (t) => {
    const { program, group } = await npmStart(t);
    t.is((await fetch(`${program.url}/health/ready`)).status, 200);
    process.kill(group, signal);
    await program.ended;
    t.false(isAlive(group), "nothing is left of the group");
    await t.throwsAsync(fetch(`${program.url}/health/live`));
  });

  withNpm(`npm start: ${signal} to npm alone ends all of it${note}`, async (t) => {
    const { program, group } = await npmStart(t);
    const slow = fetch(`${program.url}/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: "nobody@example.com", password: "wrong" }),
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    program.child.kill(signal);
    t.is((await slow).status, 400);
    await program.ended;
    t.false(isAlive(group), "nothing is left of the group");
    await t.throwsAsync(fetch(`${program.url}/health/live`));
  });
}
