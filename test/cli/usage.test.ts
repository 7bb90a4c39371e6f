import { readdir } from "node:fs/promises";
import test from "ava";
import { COMMANDS } from "../../src/cli/commands.ts";
import { endSharedProcess } from "../support/command-process.ts";
import { openShop, spawnKudos } from "../support/kudos.ts";
import { listening } from "../support/program.ts";

test.after.always(endSharedProcess);

test("help names every command; a group's and a command's help say more; nothing is started", async (t) => {
  const shop = await openShop(t, { migrated: false });
  const help = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await shop.quickly(args);
    t.deepEqual({ code, stderr }, { code: 0, stderr: "" }, args.join(" "));
    for (const line of stdout.split("\n")) t.true(line.length <= 140, line);
    return stdout;
  };
  const [whole] = [await help("--help"), await help("-h"), await help("help")];
  const alone = await shop.kudos(["--help"]);
  t.deepEqual([alone.code, alone.stdout, alone.stderr], [0, whole, ""]);
  t.regex(whole, /^ {2}serve +serve until Ctrl-C/m);
  for (const name of COMMANDS.keys()) t.regex(whole, new RegExp(`^ {2}${name} .*[a-z]$`, "m"));
  t.regex(
    await help("users", "--help"),
    /^Usage: kudos users COMMAND\n[\s\S]*^ {2}users import --from flask-security FILE /m,
  );
  t.notRegex(await help("users", "--help"), /keys rotate/);
  t.regex(await help("users", "create", "--help"), /^Usage: kudos users create \[--json\] EMAIL\n[\s\S]*without echo/);
  t.regex(await help("users", "create", "ada@example.com", "-h"), /^Usage: kudos users create/);
  t.regex(
    await help("migrate", "--help"),
    /Stop the servers first: it refuses while another process has the file open/,
  );
  t.regex(await help("keys", "rotate", "--help"), /restart it to sign with it/);
  t.regex(await help("users", "import", "--help"), /^ {2}--from flask-security +the system/m);
  t.regex(await help("seed", "--help"), /^Usage: kudos seed \[--json\] \[--undo\]\n\n/);
  t.regex(
    await help("init", "--help"),
    /^Usage: kudos init \[--json\] \[--name NAME\] \[--auth\] \[--no-auth\] DIR\n\n/,
  );
  for (const [name, { options = {} }] of COMMANDS) {
    const [usage = ""] = (await help(...name.split(" "), "--help")).split("\n\n");
    for (const option of Object.keys(options)) t.regex(usage, new RegExp(`(^|[ [])--${option}[ \\]]`), name);
  }
  t.regex(await help("--version"), /^\d+\.\d+\.\d+\n$/);
  t.regex(await help("serve", "--help"), /^ {2}DATABASE_URL +\S/m);
  t.deepEqual(await readdir(shop.folder), []);
});

const MISTAKES: readonly (readonly [string, RegExp])[] = [
  ["frobnicate", /^there is no command frobnicate; see kudos --help$/],
  ["constructor", /^there is no command constructor; see/],
  ["--json", /^there is no command --json; see/],
  ["sede", /^there is no command sede; the nearest is seed; see kudos --help$/],
  ["user list", /^there is no command user; the nearest is users; see kudos --help$/],
  ["serv", /^there is no command serv; the nearest is serve; see/],
  ["\u001b[2J", /^there is no command \ufffd\[2J; see/],
  ["x".repeat(40), /^there is no such command; see kudos --help$/],
  ["users", /^users needs one of list, create, .*; see kudos users --help$/],
  ["users hunter2", /^users needs one of/],
  ["users create", /^users create needs EMAIL; see kudos users create --help$/],
  ["users create a@b.example hunter2", /^users create takes EMAIL and no more/],
  ["users create a@b.example --password hunter2", /^Unknown option '--password'; see/],
  ["users create a@b.example --password=hunter2", /^Unknown option '--password'; see/],
  ["users create a@b.example --json=hunter2", /^Option '--json' does not take an argument; see/],
  ["users list hunter2", /^users list takes nothing and no more/],
  ["users import --from", /^Option '--from <value>' argument missing; see/],
  ["users import --from --json hunter2", /^Option '--from' argument is ambiguous\.?; see/],
  ["roles grant a@b.example", /^roles grant needs ROLE/],
  ["keys rotate --force", /^Unknown option '--force'/],
  ["serve --port=hunter2", /^--port=\S+ is not understood/],
];

test("what is not understood: one line, exit 2, nothing done, and no operand is repeated", async (t) => {
  const shop = await openShop(t, { migrated: false });
  for (const [typed, reason] of MISTAKES) {
    const line = await shop.refused(typed.split(" "), { code: 2 });
    t.regex(line, reason, typed);
    if (!typed.startsWith("serve")) t.false(line.includes("hunter2"), typed);
  }
  for (const run of [shop.quickly, shop.kudos]) {
    const { code, stdout, stderr } = await run([]);
    t.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    t.regex(stderr, /^Usage: kudos COMMAND\n/);
  }
  t.deepEqual(await readdir(shop.folder), []);
});

test("serve: listens, and stops as npm start does", async (t) => {
  const { folder } = await openShop(t, { migrated: false });
  const program = await listening(spawnKudos(t, folder, ["serve"], { PORT: "0" }));
  t.is((await fetch(`${program.url}/health/ready`)).status, 200);
  program.child.kill("SIGTERM");
  t.is((await program.ended).code, 0);
});
