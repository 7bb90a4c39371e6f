import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import test, { type ExecutionContext } from "ava";
import { CLI, openShop, SETTINGS, type Shop } from "../support/kudos.ts";
import { observe, surroundings } from "../support/program.ts";
import { passwordIs } from "../support/quick-hasher.ts";
import { PASSWORD } from "../support/server.ts";

const present = /util-linux/.test(spawnSync("script", ["--version"]).stdout?.toString() ?? "");
const withTerminal = present ? test : test.skip;
const note = present ? "" : " (skipped: there is no script of util-linux)";

/** Runs the command line at a terminal, and types each answer when its prompt is there. */
async function atTerminal(t: ExecutionContext, { folder }: Shop, answers: readonly (readonly [RegExp, string])[]) {
  const command = [process.execPath, CLI, "users", "create", "ada@example.com", "--json"];
  const child = spawn("script", ["--quiet", "--return", "--command", command.join(" "), "/dev/null"], {
    cwd: folder,
    env: { ...surroundings(), ...SETTINGS },
  });
  t.teardown(() => child.kill("SIGKILL"));
  const program = observe(child);
  for (const [prompt, answer] of answers) {
    while (!prompt.test(program.stdout())) await once(child.stdout, "data");
    child.stdin.write(answer);
  }
  const { code, stdout } = await program.ended;
  return { code, screen: stdout.replaceAll("\r\n", "\n") };
}

const FIRST = /Password for ada@example\.com: $/;
const SECOND = /The same again: $/;

withTerminal(`users create: at a terminal the password is asked for twice, and not shown${note}`, async (t) => {
  const shop = await openShop(t);
  // A typing error, corrected by a backspace.
  const { code, screen } = await atTerminal(t, shop, [
    [FIRST, `${PASSWORD}x\u007f\r`],
    [SECOND, `${PASSWORD}\r`],
  ]);
  t.is(code, 0, screen);
  t.regex(screen, /^Password for ada@example\.com: \nThe same again: \n\{"id":1,[^\n]*\}\n$/);
  const [user] = await shop.query('select password_hash from "user"');
  t.true(await passwordIs(String(user?.password_hash), PASSWORD));
});

const REFUSALS: readonly (readonly [string, readonly (readonly [RegExp, string])[], RegExp])[] = [
  [
    "two that differ",
    [
      [FIRST, `${PASSWORD}\r`],
      [SECOND, "another good horse\r"],
    ],
    /kudos: the two passwords differ\n$/,
  ],
  ["an empty one", [[FIRST, "\r"]], /kudos: no password was given\n$/],
  ["Ctrl-C", [[FIRST, "correct\u0003"]], /kudos: no password was given\n$/],
  ["Ctrl-D", [[FIRST, "\u0004"]], /kudos: no password was given\n$/],
];

for (const [what, answers, reason] of REFUSALS) {
  withTerminal(`users create: refused at a terminal after ${what}, and nothing is shown${note}`, async (t) => {
    const shop = await openShop(t);
    const { code, screen } = await atTerminal(t, shop, answers);
    t.is(code, 1, screen);
    t.regex(screen, reason);
    t.notRegex(screen, /correct|another/);
    t.deepEqual(await shop.query('select * from "user"'), []);
  });
}
