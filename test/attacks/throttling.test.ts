import type { Socket } from "node:net";
import test from "ava";
import fc from "fast-check";
import { startServerOnDisk } from "../support/database-file.ts";
import { openSocket } from "../support/open-socket.ts";
import { requestText } from "../support/raw.ts";
import { logIn, PASSWORD, post, signIn, signUp, startServer, type TestServer } from "../support/server.ts";

const ON = { RATE_LIMITS: "on" };
/** A proxy in front: the last address of the field is the client's. */
const PROXIED = { ...ON, TRUSTED_PROXIES: "1" };
const WRONG = "not the password";
const ADA = "ada@example.com";

function from(address: string): Record<string, string> {
  return { "X-Forwarded-For": address };
}

function guess(server: TestServer, email: string, headers: Record<string, string> = {}): Promise<Response> {
  return post(server, "/login", { email, password: WRONG }, headers);
}

function enter(server: TestServer, email: string, headers: Record<string, string> = {}): Promise<Response> {
  return post(server, "/login", { email, password: PASSWORD }, headers);
}

async function repeat<Result>(times: number, call: (index: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < times; index += 1) results.push(await call(index));
  return results;
}

/** An answer without the parts that differ each time. */
async function likeness(response: Response): Promise<unknown> {
  const ofThisRequest = new Set(["x-request-id", "date", "retry-after", "ratelimit"]);
  const headers = [...response.headers].map(([name, value]) => [name, ofThisRequest.has(name) ? "…" : value]);
  return { status: response.status, headers, body: await response.text() };
}

test("login: 429 after ten wrong passwords, with when to come back, and for the right password the same", async (t) => {
  const server = await startServer(t, { environment: ON });
  await signUp(server, ADA);
  const first = await repeat(10, () => guess(server, ADA));
  t.true(first.every(({ status }) => status === 400));
  const answers = [await guess(server, ADA), await enter(server, ADA), await enter(server, "ADA@Example.com")];
  for (const response of answers) {
    t.is(response.status, 429);
    const wait = Number(response.headers.get("Retry-After"));
    t.true(Number.isInteger(wait) && wait > 0 && wait <= 900, String(wait));
    t.is(response.headers.get("RateLimit-Policy"), '"account-address";q=10;w=900');
    t.is(response.headers.get("RateLimit"), `"account-address";r=0;t=${wait}`);
    t.deepEqual(response.headers.getSetCookie(), []);
    t.is(response.headers.get("Cache-Control"), "no-store");
  }
  const seen = await Promise.all(answers.map(likeness));
  t.deepEqual(seen[1], seen[0]);
  t.deepEqual(seen[2], seen[0]);
  t.is((await post(server, "/login?include_auth_token", { email: ADA, password: PASSWORD })).status, 429);
  const page = await enter(server, ADA, { Accept: "text/html" });
  t.is(page.status, 429);
  t.regex(await page.text(), /Too many attempts/);
});

test("login: 429 for accounts that there are not, after as many attempts and in the same words", async (t) => {
  const server = await startServer(t, { environment: PROXIED });
  await signUp(server, ADA);
  const sequences = await Promise.all(
    [ADA, "nobody@example.com"].map((email, index) =>
      repeat(13, async () => likeness(await guess(server, email, from(`192.0.2.${index}`)))),
    ),
  );
  t.deepEqual(sequences[0], sequences[1]);
  t.deepEqual(
    sequences[0]?.map((answer) => (answer as { status: number }).status),
    [...Array.from({ length: 10 }, () => 400), 429, 429, 429],
  );
});

test("login: 429 for all but ten of many guesses at once", async (t) => {
  const server = await startServer(t, { environment: ON });
  await signUp(server, ADA);
  const answers = await Promise.all(Array.from({ length: 60 }, () => guess(server, ADA)));
  t.is(answers.filter(({ status }) => status === 400).length, 10);
  t.is(answers.filter(({ status }) => status === 429).length, 50);
});

test("login: 429 for guesses at one account from many addresses, at many accounts from one", async (t) => {
  const server = await startServer(t, { environment: PROXIED });
  await signUp(server, ADA);
  const spread = await repeat(32, (index) => guess(server, ADA, from(`198.51.100.${index}`)));
  t.deepEqual(spread.map(({ status }) => status).indexOf(429), 30);
  t.is(spread.at(-1)?.headers.get("RateLimit-Policy"), '"account";q=30;w=300');
  t.is((await enter(server, ADA, from("203.0.113.1"))).status, 429, "a stranger with the right password");
  const sprayed = await repeat(102, (index) => guess(server, `user${index}@example.com`, from("192.0.2.1")));
  t.deepEqual(sprayed.map(({ status }) => status).indexOf(429), 100);
  t.is(sprayed.at(-1)?.headers.get("RateLimit-Policy"), '"address";q=100;w=900');
  t.is((await guess(server, "user1@example.com", from("192.0.2.2"))).status, 400, "another address");
});

test("login: 200 for the owner's browser while strangers keep the account under fire", async (t) => {
  const server = await startServer(t, { environment: PROXIED });
  await signUp(server, ADA);
  await signUp(server, "mallory@example.com");
  const { device } = await signIn(server, ADA);
  const { device: foreign } = await signIn(server, "mallory@example.com");
  await repeat(31, (index) => guess(server, ADA, from(`198.51.100.${index}`)));
  const home = from("192.0.2.7");
  t.is((await enter(server, ADA, home)).status, 429);
  t.is((await enter(server, ADA, { ...home, Cookie: foreign })).status, 429, "known to another account only");
  for (const forged of [
    "kudos_device=x",
    `${device}A`,
    `${device.slice(0, -1)}_`,
    `${device.slice(0, 30)}.${foreign.slice(-43)}`,
  ]) {
    t.is((await enter(server, ADA, { ...home, Cookie: forged })).status, 429, forged);
  }
  t.is((await enter(server, ADA, { ...home, Cookie: device })).status, 200);
  // A stolen device cookie allows ten guesses; a success of the owner starts the count anew.
  const stolen = await repeat(12, () => guess(server, ADA, { ...from("203.0.113.9"), Cookie: device }));
  t.is(stolen.map(({ status }) => status).indexOf(429), 10);
  t.is(stolen.at(-1)?.headers.get("RateLimit-Policy"), '"account-device";q=10;w=900');
});

test("login: 200 for the owner's browser at an address from which everybody is guessed at", async (t) => {
  const server = await startServer(t, { environment: PROXIED });
  await signUp(server, ADA);
  const { device } = await signIn(server, ADA);
  const shared = from("192.0.2.7");
  await repeat(101, (index) => guess(server, `user${index}@example.com`, shared));
  t.is((await enter(server, ADA, shared)).status, 429);
  t.is((await enter(server, ADA, { ...shared, Cookie: device })).status, 200);
});

test("login: 200 from where the account has been signed in to for a token, while strangers keep it under fire", async (t) => {
  const server = await startServer(t, { environment: PROXIED });
  await signUp(server, ADA);
  await signUp(server, "mallory@example.com");
  const asToken = (email: string, headers: Record<string, string>, password = PASSWORD) =>
    post(server, "/login?include_auth_token", { email, password }, headers);
  const home = "2001:db8:1:2";
  t.is((await asToken(ADA, from(`${home}::1`))).status, 200);
  t.is((await asToken("mallory@example.com", from("192.0.2.66"))).status, 200);
  await repeat(31, (index) => guess(server, ADA, from(`198.51.100.${index}`)));
  t.is((await asToken(ADA, from("192.0.2.66"))).status, 429, "known to another account only");
  t.is((await asToken(ADA, from("2001:db8:1:3::1"))).status, 429, "the next network");
  t.is((await asToken(ADA, from(`${home}::2`))).status, 200);
  const guesses = await repeat(12, () => asToken(ADA, from(`${home}::2`), WRONG));
  t.is(guesses.map(({ status }) => status).indexOf(429), 10);
});

test.serial("login: 503 while the line in front of the hashes is full, and no attempt is used up", async (t) => {
  // Long, because a sign-in waits in line for more than 10 s on a busy machine, the usual patience of these tests with a quiet socket.
  const patience = { finishing: 120_000 };
  const server = await startServer(t, { environment: { ...PROXIED, PASSWORD_COST: "ln=16,r=8,p=1" }, patience });
  await signUp(server, ADA);
  const home = from("192.0.2.7");
  const strangers: Socket[] = [];
  const flood = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += 1) {
      const index = strangers.length;
      const body = JSON.stringify({ email: `user${index}@example.com`, password: WRONG });
      const length = `Content-Length: ${body.length}`;
      const fields = ["Content-Type: application/json", length, `X-Forwarded-For: 198.51.${index >> 8}.${index & 255}`];
      const { socket } = await openSocket(t, server.url, requestText("POST /login HTTP/1.1", fields, body));
      strangers.push(socket);
    }
  };
  const refused: Response[] = [];
  for (let round = 0; round < 10 && refused.length < 12; round += 1) {
    await flood(75);
    for (let status = 503; status === 503 && refused.length < 12; ) {
      // New sign-ins, in place of those whose turn has come.
      await flood(2);
      const response = await enter(server, ADA, home);
      status = response.status;
      if (status === 503) refused.push(response);
    }
  }
  t.is(refused.length, 12);
  for (const { headers } of refused) {
    const wait = Number(headers.get("Retry-After"));
    t.true(Number.isInteger(wait) && wait >= 1 && wait <= 60, String(wait));
  }
  for (const socket of strangers) socket.destroy();
  t.is((await enter(server, ADA, home)).status, 200);
});

test("login: 200 as often as one likes with the right password, and wrong guesses in between still count", async (t) => {
  const server = await startServer(t, { environment: PROXIED });
  await signUp(server, ADA);
  await signUp(server, "bob@example.com");
  const home = from("192.0.2.7");
  const own = await repeat(150, () => enter(server, ADA, home));
  t.true(own.every(({ status }) => status === 200));
  // A sign-in to an own account in between allows no more guesses at other accounts.
  const guesses = await repeat(115, async (index) => {
    await enter(server, ADA, home);
    return guess(server, index < 12 ? "bob@example.com" : `user${index}@example.com`, home);
  });
  const statuses = guesses.map(({ status }) => status);
  t.is(statuses.indexOf(429), 10, "ten at one account");
  t.is(statuses.filter((status) => status === 400).length, 100, "a hundred by one address");
});

test("login: 429 whatever a client says of its address, while no proxy is trusted", async (t) => {
  const server = await startServer(t, { environment: ON });
  await signUp(server, ADA);
  await repeat(10, (index) => guess(server, ADA, from(`198.51.100.${index}`)));
  const claims = ["127.0.0.1", "192.0.2.1", "::1", "unknown", "1.2.3.4, 5.6.7.8"];
  for (const value of claims) {
    for (const name of [
      "X-Forwarded-For",
      "X-Real-IP",
      "Forwarded",
      "True-Client-IP",
      "CF-Connecting-IP",
      "X-Client-IP",
    ]) {
      const headers = { [name]: name === "Forwarded" ? `for=${value}` : value };
      t.is((await enter(server, ADA, headers)).status, 429, `${name}: ${value}`);
    }
  }
  const anything = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(..."0123456789abcdef.:, []%") }));
  await t.notThrowsAsync(() =>
    fc.assert(
      fc.asyncProperty(anything, async (value) => (await enter(server, ADA, from(value))).status === 429),
      { numRuns: 60 },
    ),
  );
});

test("login: 429 by the address that the trusted proxy saw, not by those that a client put before it", async (t) => {
  const server = await startServer(t, { environment: PROXIED });
  await signUp(server, ADA);
  const forged = await repeat(12, (index) => guess(server, ADA, from(`198.51.100.${index}, 192.0.2.7`)));
  t.is(forged.map(({ status }) => status).indexOf(429), 10);
  t.is((await enter(server, ADA, from("192.0.2.7, 203.0.113.5"))).status, 200, "the last one counts");
});

test("login: 429 for a whole IPv6 network, and for an IPv4 address however it comes", async (t) => {
  const server = await startServer(t, { environment: PROXIED });
  for (const name of ["ada", "bob"]) await signUp(server, `${name}@example.com`);
  const hosts = await repeat(12, (index) => guess(server, ADA, from(`2001:db8:1:2:${index}:${index}::${index}`)));
  t.is(hosts.map(({ status }) => status).indexOf(429), 10);
  t.is((await enter(server, ADA, from("2001:DB8:1:2::1"))).status, 429);
  t.is((await enter(server, ADA, from("2001:db8:1:3::1"))).status, 200, "the next network");
  await repeat(10, (index) => guess(server, "bob@example.com", from(index % 2 ? "::ffff:192.0.2.7" : "192.0.2.7")));
  t.is((await enter(server, "bob@example.com", from("::ffff:c000:207"))).status, 429);
});

test("register: 429 after a hundred from one address in an hour, whatever is wrong with them", async (t) => {
  const server = await startServer(t, { environment: PROXIED });
  const register = (index: number, address: string, password = "short") =>
    post(server, "/register", { email: `user${index}@example.com`, password }, from(address));
  const answers = await repeat(100, (index) => register(index, "192.0.2.7"));
  t.true(answers.every(({ status }) => status === 400));
  const refused = await register(101, "192.0.2.7", PASSWORD);
  t.is(refused.status, 429);
  t.is(refused.headers.get("RateLimit-Policy"), '"registration";q=100;w=3600');
  t.deepEqual(refused.headers.getSetCookie(), []);
  t.is((await register(101, "192.0.2.8", PASSWORD)).status, 200, "nobody was registered by what was refused");
});

test("createToken: 429 after three hundred of one user in an hour, with whichever sign-in", async (t) => {
  const server = await startServer(t, { environment: ON });
  const ada = await signUp(server, ADA);
  const bob = await signUp(server, "bob@example.com");
  const answers = await repeat(300, () => post(server, "/api/tokens", {}, ada.headers));
  t.deepEqual([...new Set(answers.map(({ status }) => status))], [201, 403], "a hundred are made");
  const { cookie, csrfToken } = await signIn(server, ADA);
  const headers = { Cookie: cookie, "X-CSRF-Token": csrfToken };
  const refused = await post(server, "/api/tokens", {}, headers);
  t.is(refused.status, 429);
  t.is(refused.headers.get("RateLimit-Policy"), '"token";q=300;w=3600');
  t.true(Number(refused.headers.get("Retry-After")) > 3_500);
  t.is((await server.request("/api/test_session", { headers })).status, 200, "nothing else is limited");
  t.is((await post(server, "/api/tokens", {}, bob.headers)).status, 201, "nobody else is");
});

test("createToken: 201 tells how many more the user may make, and until when; nothing where nothing is limited", async (t) => {
  const start = Date.now();
  const clock = { now: new Date(start) };
  const server = await startServer(t, { environment: ON, now: () => clock.now });
  const ada = await signUp(server, ADA);
  const bob = await signUp(server, "bob@example.com");
  const fieldsAfter = async (seconds: number, { headers }: typeof ada) => {
    clock.now = new Date(start + seconds * 1_000);
    const { status, headers: told } = await post(server, "/api/tokens", {}, headers);
    return [status, told.get("RateLimit"), told.get("RateLimit-Policy")];
  };
  const policy = '"token";q=300;w=3600';
  t.deepEqual(await fieldsAfter(0, ada), [201, '"token";r=299;t=3600', policy]);
  t.deepEqual(await fieldsAfter(59.5, ada), [201, '"token";r=298;t=3541', policy]);
  t.deepEqual(await fieldsAfter(60, bob), [201, '"token";r=299;t=3600', policy]);
  t.deepEqual(await fieldsAfter(3_600, ada), [201, '"token";r=299;t=3600', policy]);
  const unlimited = await startServer(t);
  const { headers } = await post(unlimited, "/api/tokens", {}, (await signUp(unlimited)).headers);
  t.deepEqual([headers.get("RateLimit"), headers.get("RateLimit-Policy")], [null, null]);
});

for (const [operationId, path] of [
  ["verifyPassword", "/verify"],
  ["changePassword", "/change"],
] as const) {
  test(`${operationId}: 429 after ten wrong passwords, and the sign-in counts with it`, async (t) => {
    const server = await startServer(t, { environment: ON });
    const ada = await signUp(server, ADA);
    const bob = await signUp(server, "bob@example.com");
    const call = (password: string, headers: Record<string, string> = ada.headers) =>
      post(server, path, { password, ...(path === "/change" && { new_password: "vK8#qz2w!pL5" }) }, headers);
    await repeat(5, () => guess(server, ADA));
    const answers = await repeat(5, () => call(WRONG));
    t.true(answers.every(({ status }) => status === 400));
    const refused = await call(PASSWORD);
    t.is(refused.status, 429);
    t.is(refused.headers.get("RateLimit-Policy"), '"account-address";q=10;w=900');
    t.is((await enter(server, ADA)).status, 429);
    t.is((await call(PASSWORD, bob.headers)).status, 200, "somebody else");
    t.is((await server.request("/api/test", { headers: ada.headers })).status, 200, "the token is as good as ever");
    t.is((await call(PASSWORD, {})).status, 401, "without a credential there is nothing to guess");
  });
}

test("changePassword: 400 as often as one likes for a new password that is refused: the current one was right", async (t) => {
  const server = await startServer(t, { environment: ON });
  const ada = await signUp(server, ADA);
  const answers = await repeat(25, () =>
    post(server, "/change", { password: PASSWORD, new_password: "short" }, ada.headers),
  );
  t.true(answers.every(({ status }) => status === 400));
  t.is((await enter(server, ADA)).status, 200);
});

test.serial("login: 429 costs no hash, and is no event", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: { ...ON, PASSWORD_COST: "ln=15,r=8,p=2" } });
  await signUp(server, ADA);
  const time = async (calls: number, call: () => Promise<Response>, status: number) => {
    const start = performance.now();
    for (const response of await repeat(calls, call)) t.is(response.status, status);
    return (performance.now() - start) / calls;
  };
  const hashed = await time(10, () => guess(server, ADA), 400);
  const events = await sql("select count(*) as n from event");
  const refused = await time(30, () => enter(server, ADA), 429);
  t.true(refused < hashed / 3, `${refused} ms, ${hashed} ms with a hash`);
  t.deepEqual(await sql("select count(*) as n from event"), events);
});

test("login: 429 outlives a restart", async (t) => {
  const { server } = await startServerOnDisk(t, { environment: ON });
  await signUp(server, ADA);
  await repeat(10, () => guess(server, ADA));
  await server.stop();
  const again = await startServer(t, { environment: { ...ON, DATABASE_URL: `sqlite:${server.databasePath}` } });
  t.is((await enter(again, ADA)).status, 429);
});

test("login: 200 without limits where they are off", async (t) => {
  const server = await startServer(t);
  await signUp(server, ADA);
  t.true((await repeat(40, () => guess(server, ADA))).every(({ status }) => status === 400));
  await logIn(server, ADA);
});
