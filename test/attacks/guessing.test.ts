import test from "ava";
import { askForReset, startMailingServer } from "../support/account-mail.ts";
import { startServerOnDisk } from "../support/database-file.ts";
import { cookiesOf, PASSWORD, post, signIn, signUp, type TestServer } from "../support/server.ts";

const WRONG = "not the password";
const ADA = "ada@example.com";
const NOBODY = "nobody@example.com";
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const HOME = "192.0.2.7";
/** One wrong password from each of many addresses, with the limits by time out of the way. */
const WIDE = { RATE_LIMITS: "on", TRUSTED_PROXIES: "1", RATE_LIMIT_ACCOUNT: "1000/1m" };

let next = 0;
/** An address that nobody has used before. */
function somewhere(): string {
  next += 1;
  return `198.${18 + (next >> 16)}.${(next >> 8) & 255}.${next & 255}`;
}

function from(address: string): Record<string, string> {
  return { "X-Forwarded-For": address };
}

function guess(server: TestServer, email: string, password = WRONG, headers = {}): Promise<Response> {
  return post(server, "/login", { email, password }, { ...from(somewhere()), ...headers });
}

async function guessOften(server: TestServer, email: string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let count = 0; count < times; count += 1) statuses.push((await guess(server, email)).status);
  return statuses;
}

/** An answer without the parts that differ each time. */
async function likeness(response: Response): Promise<unknown> {
  const ofThisRequest = new Set(["x-request-id", "date"]);
  const headers = [...response.headers].filter(([name]) => !ofThisRequest.has(name));
  const body = (await response.text()).replace(/urn:uuid:[\w-]+/, "…");
  return { status: response.status, headers, body };
}

test("login: 400 for the right password from a new place after 100 failures in a row, the same as for a wrong one", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: WIDE });
  await signUp(server, ADA);
  const { device } = await signIn(server, ADA);
  const home = await post(server, "/login?include_auth_token", { email: ADA, password: PASSWORD }, from(HOME));
  t.is(home.status, 200);
  for (const email of [ADA, NOBODY]) {
    t.deepEqual(new Set(await guessOften(server, email, 99)), new Set([400]));
  }
  t.is((await guess(server, ADA, PASSWORD)).status, 200, "the hundredth try");
  // The success took itself back, and lowered the count by ten.
  t.deepEqual(await sql("select failures from failed_sign_ins"), [{ failures: 89 }]);
  await guessOften(server, ADA, 11);
  await guessOften(server, NOBODY, 11);
  const answers = [
    await guess(server, ADA, PASSWORD),
    await guess(server, ADA, WRONG),
    await guess(server, NOBODY, WRONG),
    await guess(server, "other@example.com", WRONG),
  ];
  const [first, ...others] = await Promise.all(answers.map(likeness));
  t.is((first as { status: number }).status, 400);
  for (const other of others) t.deepEqual(other, first);
  t.regex((first as { body: string }).body, /ask whoever runs this server/);
  t.is((await guess(server, ADA, PASSWORD, { Cookie: device })).status, 200, "a known browser, anywhere");
  const familiar = await post(server, "/login?include_auth_token", { email: ADA, password: PASSWORD }, from(HOME));
  t.is(familiar.status, 200, "a familiar address");
  t.is((await guess(server, ADA, PASSWORD)).status, 400, "the count falls once a day");
  t.deepEqual(await sql("select count(*) as n from failed_sign_ins"), [{ n: 1 }], "an unknown address takes no room");
});

test("signIn: 400 after 100 failures in a row as login does, and the page of the form says the same", async (t) => {
  const { server } = await startServerOnDisk(t, { environment: WIDE });
  await signUp(server, ADA);
  await guessOften(server, ADA, 100);
  const token = (email: string, password: string) =>
    post(server, "/api/sign_in", { email, password }, from(somewhere())).then(likeness);
  t.deepEqual(await token(ADA, PASSWORD), await token(NOBODY, PASSWORD));
  const page = async (email: string, password: string) => {
    const response = await guess(server, email, password, { Accept: "text/html" });
    return { status: response.status, page: (await response.text()).replaceAll(email, "…") };
  };
  t.deepEqual(await page(ADA, PASSWORD), await page(NOBODY, PASSWORD));
  t.is((await page(ADA, PASSWORD)).status, 400);
});

test("login: 200 from a new place again when the owner has signed in from a known one, on the next day too", async (t) => {
  const clock = { ms: Date.UTC(2026, 10, 28, 12) };
  const { server } = await startServerOnDisk(t, { environment: WIDE, now: () => new Date(clock.ms) });
  await signUp(server, ADA);
  const { device } = await signIn(server, ADA);
  await guessOften(server, ADA, 120);
  t.is((await guess(server, ADA, PASSWORD)).status, 400);
  t.is((await guess(server, ADA, PASSWORD, { Cookie: device })).status, 200);
  t.is((await guess(server, ADA, PASSWORD)).status, 200);
  await guessOften(server, ADA, 120);
  clock.ms += 400 * DAY_MS;
  t.is((await guess(server, ADA, PASSWORD)).status, 400, "no time ends the run");
  t.is((await guess(server, ADA, PASSWORD, { Cookie: device })).status, 200);
  t.is((await guess(server, ADA, PASSWORD)).status, 200);
});

test("changePassword: 200 from a known place ends the run of failures", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: WIDE });
  await signUp(server, ADA);
  const { cookie, device, csrfToken } = await signIn(server, ADA);
  await guessOften(server, ADA, 101);
  const headers = { Cookie: `${cookie}; ${device}`, "X-CSRF-Token": csrfToken };
  const change = { password: PASSWORD, new_password: "vK8#qz2w!pL5" };
  t.is((await post(server, "/change", change, headers)).status, 200);
  t.deepEqual(await sql("select * from failed_sign_ins"), []);
  t.is((await guess(server, ADA, change.new_password)).status, 200);
});

test("resetPassword: 200 by a mailed link, from a new place, opens the account to its new password there", async (t) => {
  const server = await startMailingServer(t, { environment: WIDE });
  await signUp(server, ADA);
  await guessOften(server, ADA, 101);
  const refused = await guess(server, ADA, PASSWORD);
  t.is(refused.status, 400);
  t.regex(await refused.text(), /If you are sure of both, ask for a new password\./);
  const [notice] = await server.mailsTo(ADA, 1, "Many wrong passwords");
  t.regex(notice?.text ?? "", /password/);
  const { mail, browser } = await askForReset(server, ADA);
  const chosen = { password: "vK8#qz2w!pL5", password_confirm: "vK8#qz2w!pL5" };
  t.is((await post(server, mail.path, chosen, { ...browser, ...from(somewhere()) })).status, 200);
  t.is((await guess(server, ADA, chosen.password)).status, 200);
});

for (const [operationId, path] of [
  ["verifyPassword", "/verify"],
  ["changePassword", "/change"],
] as const) {
  test(`${operationId}: 400 for the right password by a token from a new place after 100 failures in a row`, async (t) => {
    const { server } = await startServerOnDisk(t, { environment: WIDE });
    const ada = await signUp(server, ADA);
    await guessOften(server, ADA, 60);
    const call = (password: string, address = somewhere()) =>
      post(
        server,
        path,
        { password, ...(path === "/change" && { new_password: "vK8#qz2w!pL5" }) },
        { ...ada.headers, ...from(address) },
      );
    for (let count = 0; count < 40; count += 1) t.is((await call(WRONG)).status, 400);
    t.deepEqual(await likeness(await call(PASSWORD)), await likeness(await call(WRONG)));
    t.is((await call(PASSWORD, "127.0.0.1")).status, 200, "where the account was made");
  });
}

test("login: 400 for guesses in bursts of 50, of which a hundred count; the owner is told once", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: WIDE });
  const { id } = await signUp(server, ADA);
  // As many at once as wait in line for their hash: one that finds the line full is taken back.
  for (let burst = 0; burst < 5; burst += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => guess(server, ADA)));
    t.true(answers.every(({ status }) => status === 400));
  }
  t.deepEqual(await sql("select failures from failed_sign_ins"), [{ failures: 100 }]);
  await guessOften(server, ADA, 20);
  const events = await sql("select kind, user_id, actor from event where kind = 'guessing_blocked'");
  t.deepEqual(events, [{ kind: "guessing_blocked", user_id: id, actor: "anonymous" }]);
  t.is(server.log().split('"guessing_blocked"').length - 1, 1);
});

test("login: 200 at the first try, every day, for the owner of an account that strangers flood for three weeks", async (t) => {
  const clock = { ms: Date.UTC(2026, 10, 28, 12) };
  const environment = { RATE_LIMITS: "on", TRUSTED_PROXIES: "1" };
  const { server, sql } = await startServerOnDisk(t, { environment, now: () => new Date(clock.ms) });
  await signUp(server, ADA);
  let { device } = await signIn(server, ADA);
  const enter = (headers: Record<string, string>) =>
    post(server, "/login", { email: ADA, password: PASSWORD }, { ...from(somewhere()), ...headers });
  t.is((await post(server, "/login?include_auth_token", { email: ADA, password: PASSWORD }, from(HOME))).status, 200);
  let newPlaces = 0;
  for (let day = 0; day < 21; day += 1) {
    for (let window = 0; window < 2; window += 1) {
      const statuses = await guessOften(server, ADA, 31);
      t.is(statuses.at(-1), 429, "the limit by time is reached in each window, and the last one still bites");
      if (window < 1) clock.ms += 6 * MINUTE_MS;
    }
    const known = await enter({ Cookie: device });
    t.is(known.status, 200, `known browser, day ${day}`);
    device = `kudos_device=${cookiesOf(known).kudos_device?.value}`;
    const familiar = await post(server, "/login?include_auth_token", { email: ADA, password: PASSWORD }, from(HOME));
    t.is(familiar.status, 200, `familiar address, day ${day}`);
    clock.ms += 6 * MINUTE_MS;
    if ((await enter({})).status === 200) newPlaces += 1;
    clock.ms += DAY_MS - 12 * MINUTE_MS;
  }
  t.is(newPlaces, 21, "the day's sign-in at home leaves ten tries for new places");
  t.deepEqual(await sql("select count(*) as n from event where kind = 'guessing_blocked'"), [{ n: 1 }]);
});

test.serial(
  "login: 400 takes as long for a right password that opens nothing as for a wrong one and for nobody",
  async (t) => {
    const environment = { ...WIDE, PASSWORD_COST: "ln=14,r=8,p=1" };
    const { server } = await startServerOnDisk(t, { environment });
    await signUp(server, ADA);
    await guessOften(server, ADA, 100);
    const kinds = [
      [ADA, PASSWORD],
      [ADA, WRONG],
      [NOBODY, PASSWORD],
    ] as const;
    const times = kinds.map((): number[] => []);
    for (let round = 0; round < 30; round += 1) {
      for (const [index, [email, password]] of kinds.entries()) {
        const start = performance.now();
        await (await guess(server, email, password)).text();
        times[index]?.push(performance.now() - start);
      }
    }
    const medians = times.map((all) => all.toSorted((one, other) => one - other)[15] ?? 0);
    const [right = 0, ...others] = medians;
    // Other load on the machine lengthens some; without its hash an answer would come in a tenth of the time.
    for (const other of others) t.true(other > right / 1.5 && other < right * 1.5, JSON.stringify(medians));
    t.log(medians.map((median) => median.toFixed(2)).join(" "));
  },
);
