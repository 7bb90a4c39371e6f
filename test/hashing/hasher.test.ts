import { execFile, spawnSync } from "node:child_process";
import { createHash, scryptSync } from "node:crypto";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { HashingQueueFull } from "../../src/domain/passwords/errors.ts";
import {
  DEFAULT_PASSWORD_COST,
  formatPasswordHash,
  parsePasswordHash,
} from "../../src/domain/passwords/scrypt-hash.ts";
import { prepareEnginePool } from "../../src/hashing/engine-pool.ts";
import { createPasswordHasher, type PasswordHasherOptions } from "../../src/hashing/hasher.ts";
import { byArgon2 } from "../support/foreign-database.ts";
import { leastWork } from "../support/least-work.ts";
import { runScript } from "../support/other-process.ts";

const CHEAP = { ln: 4, r: 8, p: 1 };

const hasher = async (t: ExecutionContext, options: PasswordHasherOptions = {}) => {
  const passwords = await createPasswordHasher({ cost: CHEAP, ...options });
  t.teardown(() => passwords.close());
  return passwords;
};

test("a password is verified by its own hash only, and no two hashes are the same", async (t) => {
  const passwords = await hasher(t);
  const phc = await passwords.hash("correct horse");
  t.true(await passwords.verify("correct horse", phc));
  t.false(await passwords.verify("Correct horse", phc));
  t.false(await passwords.verify("", phc));
  t.not(await passwords.hash("correct horse"), phc);
  const parsed = parsePasswordHash(phc);
  t.deepEqual(parsed?.cost, CHEAP);
  t.is(parsed?.salt.length, 16);
  t.is(parsed?.hash.length, 32);
});

test("a password is the same password in every normal form", async (t) => {
  const passwords = await hasher(t);
  t.true(await passwords.verify("e\u0301te\u0301 2026", await passwords.hash("\u00e9t\u00e9 2026")));
});

test("verification fails without a hash, with an unreadable one, and for ill-formed text", async (t) => {
  const passwords = await hasher(t);
  t.false(await passwords.verify("", null));
  t.false(await passwords.verify("correct horse", null));
  t.false(await passwords.verify("correct horse", "$scrypt$ln=60,r=8,p=1$AAAA$AAAA"));
  t.false(await passwords.verify("\ud800", await passwords.hash("\ufffd")));
  t.false(await passwords.verify("x".repeat(10_000), await passwords.hash("x".repeat(256))));
  await t.throwsAsync(passwords.hash("\ud800"), { instanceOf: TypeError });
});

test("a password with NULs behind it is another one, and a hash of such a one is that of the text before them", async (t) => {
  for (const engine of ["native", "scrypt-js"] as const) {
    const passwords = await hasher(t, { engine });
    const phc = await passwords.hash("correct horse");
    for (const text of ["correct horse\0", "correct horse\0\0"]) {
      t.false(await passwords.verify(text, phc));
      await t.throwsAsync(passwords.hash(text), { instanceOf: TypeError });
    }
    t.true(await passwords.verify("correct horse", phc));
    // As hashes were made before NULs were refused.
    const salt = Buffer.alloc(16, 7);
    const old = (text: string) => {
      const hash = scryptSync(text, salt, 32, { N: 16, r: 8, p: 1 });
      return formatPasswordHash({ cost: CHEAP, salt, hash });
    };
    t.true(await passwords.verify("correct horse", old("correct horse\0")));
    t.true(await passwords.verify("correct\0horse", old("correct\0horse")));
    const found = "correct horse battery staple, said the long password, number is:0090641321";
    const short = createHash("sha256").update(found).digest().toString();
    t.false(await passwords.verify(found, old(short)));
    t.true(await passwords.verify(short, old(short)));
  }
});

test("a stored hash that its code throws on is nobody's, and makes no error of another user's wrong password", async (t) => {
  const foreign = (cost: string) => `$flask-security$plain$argon2id$v=19$${cost}$${"s".repeat(22)}$${"h".repeat(43)}`;
  const good = `$flask-security$plain${await byArgon2("correct horse")}`;
  for (const damaged of [
    foreign("m=1,t=1,p=1"),
    foreign("m=31,t=2,p=4"),
    foreign("m=100,t=2,p=99"),
    `$scrypt$ln=16,r=1,p=1$${"A".repeat(22)}$${"A".repeat(43)}`,
    `$scrypt$ln=20,r=1,p=1$${"A".repeat(22)}$${"A".repeat(43)}`,
  ]) {
    const passwords = await hasher(t, { samples: { find: async () => [damaged, good] } });
    t.false(await passwords.verify("correct horse", damaged), damaged);
    t.false(await passwords.verify("wrong horse", null));
    t.false(await passwords.verify("wrong horse", good));
    t.true(await passwords.verify("correct horse", good));
    t.false(await passwords.verify("wrong horse", await passwords.hash("correct horse")));
  }
});

test("the code of imported hashes throws on some of them, and none of these is right", async (t) => {
  const pool = prepareEnginePool("native", 1);
  t.teardown(() => pool.close());
  const hash = `$argon2id$v=19$m=31,t=2,p=4$${"s".repeat(22)}$${"h".repeat(43)}`;
  t.false(await pool.verifyForeign({ scheme: "argon2", hash, input: Buffer.from("correct horse") }));
  t.false(await pool.verifyForeign({ scheme: "bcrypt", hash: "$2b$", input: Buffer.from("correct horse") }));
});

test("the engines' hashes are interchangeable at full cost", async (t) => {
  const native = await hasher(t, { engine: "native", cost: DEFAULT_PASSWORD_COST });
  const portable = await hasher(t, { engine: "scrypt-js", cost: DEFAULT_PASSWORD_COST });
  t.true(await portable.verify("correct horse", await native.hash("correct horse")));
  t.true(await native.verify("correct horse", await portable.hash("correct horse")));
});

test.serial(
  "a wrong password takes as long whatever its user has, weaker and stronger hashes than new ones too",
  async (t) => {
    const cost = { ln: 12, r: 8, p: 1 };
    const stored: Record<string, string | null> = { none: null };
    for (const [name, ln] of Object.entries({ weaker: 4, same: 12, stronger: 14 })) {
      stored[name] = await (await hasher(t, { cost: { ln, r: 8, p: 1 } })).hash("correct horse");
    }
    const samples = Object.values(stored).filter((hash) => hash !== null);
    const passwords = await hasher(t, { cost, samples: { find: async () => samples } });
    for (const hash of samples) t.true(await passwords.verify("correct horse", hash));
    const works = await leastWork(
      Object.fromEntries(Object.entries(stored).map(([name, hash]) => [name, () => passwords.verify("wrong", hash)])),
    );
    const times = Object.values(works);
    t.true(Math.max(...times) < 1.5 * Math.min(...times), JSON.stringify(works));
  },
);

test("a full queue is refused with a time to come back, and those in it are served", async (t) => {
  const passwords = await hasher(t, { cost: { ln: 12, r: 8, p: 1 }, threads: 1, maxWaiting: 2 });
  const attempts = await Promise.allSettled([1, 2, 3, 4, 5].map(() => passwords.hash("correct horse")));
  t.deepEqual(
    attempts.map(({ status }) => status),
    ["fulfilled", "fulfilled", "fulfilled", "rejected", "rejected"],
  );
  const refused = attempts.flatMap((attempt) => (attempt.status === "rejected" ? [attempt.reason] : []));
  for (const reason of refused) {
    t.true(reason instanceof HashingQueueFull);
    t.true(reason.retryAfterSeconds >= 1 && reason.retryAfterSeconds <= 60);
  }
});

test.serial("a password that would wait too long is refused, though there is room in the line", async (t) => {
  const options = { cost: { ln: 12, r: 8, p: 1 }, threads: 1, maxWaiting: 100 };
  const alone = await hasher(t, options);
  // The shortest of several: one that other programs held up would allow more than all attempts take.
  let once = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5; tries += 1) {
    const start = performance.now();
    await alone.hash("correct horse");
    once = Math.min(once, performance.now() - start);
  }
  const passwords = await hasher(t, { ...options, longestWait: 5 * once });
  const attempts = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.verify("correct horse", null)));
  const refused = attempts.flatMap((attempt) => (attempt.status === "rejected" ? [attempt.reason] : []));
  t.true(refused.length > 0 && refused.length < 60, String(refused.length));
  for (const reason of refused) {
    t.true(reason instanceof HashingQueueFull);
    t.true(reason.retryAfterSeconds >= 1 && reason.retryAfterSeconds <= 60, String(reason.retryAfterSeconds));
  }
  t.truthy(await passwords.hash("correct horse"));
});

test("a password that could not be hashed is not rated", async (t) => {
  let rated = 0;
  const meter = {
    rate: async () => {
      rated += 1;
      return { strength: 4, advice: [] };
    },
    close: async () => {},
  };
  const passwords = await hasher(t, { cost: { ln: 12, r: 8, p: 1 }, threads: 1, maxWaiting: 1, meter });
  await passwords.rate("correct horse", []);
  const waiting = [passwords.hash("correct horse"), passwords.hash("correct horse")];
  await t.throwsAsync(passwords.rate("correct horse", []), { instanceOf: HashingQueueFull });
  t.is(rated, 1);
  await Promise.all(waiting);
});

test("the event loop stays free while passwords are hashed", async (t) => {
  const passwords = await hasher(t, { cost: { ln: 15, r: 8, p: 3 } });
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  await passwords.hash("correct horse");
  clearInterval(timer);
  t.true(ticks >= 5, `${ticks} ticks`);
});

test("an aborted caller leaves the line, and the others do not notice", async (t) => {
  const passwords = await hasher(t, { cost: { ln: 12, r: 8, p: 1 }, threads: 1, maxWaiting: 2 });
  const controller = new AbortController();
  const running = passwords.hash("correct horse", controller.signal);
  const waiting = passwords.hash("correct horse", controller.signal);
  controller.abort(new Error("gone"));
  await t.throwsAsync(waiting, { message: "gone" });
  t.truthy(await running);
  t.truthy(await passwords.hash("correct horse"));
});

// Options that replace scrypt in every thread of the process, as another build of Node would.
(process.platform === "linux" ? test : test.skip)(
  "the hashing threads have a lower priority than the event loop (skipped where threads have no numbers)",
  async (t) => {
    const { stdout, stderr } = await runScript(`
      import { readdirSync, readFileSync } from "node:fs";
      import { setPriority } from "node:os";
      import { createPasswordHasher } from ${JSON.stringify(import.meta.resolve("../../src/hashing/hasher.ts"))};
      const niceOf = (stat) => Number(stat.slice(stat.lastIndexOf(")")).split(" ")[17]);
      const nices = () => readdirSync("/proc/self/task").map((id) => niceOf(readFileSync("/proc/self/task/" + id + "/stat", "utf8")));
      setPriority(1);
      const passwords = await createPasswordHasher({ cost: { ln: 4, r: 8, p: 1 }, threads: 1 });
      const before = nices().filter((nice) => nice === 10).length;
      await passwords.hash("correct horse");
      console.log(before, nices().filter((nice) => nice === 10).length, niceOf(readFileSync("/proc/self/stat", "utf8")));
      await passwords.close();
    `);
    t.is(stdout, "0 1 1\n", stderr);
  },
);

/** Runs a command as a user who may not raise a priority: root, whom no rule holds, gives up that right before (setpriv(1)). */
const ORDINARY = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-sys_nice"] : [];
const [ordinary = "nice", ...ordinaryArgs] = [...ORDINARY, "nice"];

(process.platform === "linux" && spawnSync(ordinary, ["--version"]).status === 0 ? test : test.skip)(
  "a process of low priority, which its user may not raise, hashes all the same, at a lower one where there is one",
  async (t) => {
    for (const [nice, lower] of [
      [15, 19],
      [19, 19],
    ] as const) {
      const script = `
        import { readdirSync, readFileSync } from "node:fs";
        import { createPasswordHasher } from ${JSON.stringify(import.meta.resolve("../../src/hashing/hasher.ts"))};
        const nices = () => readdirSync("/proc/self/task").map((id) => readFileSync("/proc/self/task/" + id + "/stat", "utf8"))
          .map((stat) => Number(stat.slice(stat.lastIndexOf(")")).split(" ")[17]));
        const passwords = await createPasswordHasher({ cost: { ln: 4, r: 8, p: 1 }, threads: 1 });
        console.log(await passwords.verify("correct horse", await passwords.hash("correct horse")));
        console.log(nices().includes(${lower}));
        await passwords.close();
      `;
      const args = [...ordinaryArgs, "-n", String(nice), process.execPath, "-e", script];
      const { stdout, stderr } = await promisify(execFile)(ordinary, args);
      t.is(stdout, "true\ntrue\n", stderr);
    }
  },
);

const withScrypt = (replacement: string): string[] => [
  "--import",
  `data:text/javascript,import crypto from "node:crypto"; crypto.scryptSync = ${replacement};`,
];

const start = (options: string): string => `
  import { createPasswordHasher } from ${JSON.stringify(import.meta.resolve("../../src/hashing/hasher.ts"))};
  try {
    const passwords = await createPasswordHasher(${options});
    console.log(await passwords.verify("correct horse", await passwords.hash("correct horse")));
    await passwords.close();
  } catch (error) {
    console.log(error.message);
  }
`;

test("without an engine of its own Node computes with the portable one, unless it is told not to", async (t) => {
  const absent = withScrypt('() => { throw new Error("not supported") }');
  const [portable, native] = await Promise.all([
    runScript(start("{ cost: { ln: 4, r: 8, p: 1 } }"), absent),
    runScript(start('{ engine: "native" }'), absent),
  ]);
  t.is(portable.stdout, "true\n", portable.stderr);
  t.is(native.stdout, "this Node has no native password engine\n", native.stderr);
});

test("an engine that computes something else stops the start with one line", async (t) => {
  const { stdout, stderr } = await runScript(start("{}"), withScrypt("(p, s, length) => Buffer.alloc(length)"));
  t.is(stdout, "the password engine native does not compute scrypt as RFC 7914 defines it\n", stderr);
});
