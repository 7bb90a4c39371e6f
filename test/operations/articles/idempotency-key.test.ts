import test, { type ExecutionContext } from "ava";
import { grantAuthor, revokeAuthor } from "../../support/authors.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { logIn, type Person, post, signUp, type TestServer } from "../../support/server.ts";

const TEXT = { title: "On tokens", author: "Ada Lovelace" };
const KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"';

function create(server: TestServer, { headers }: Pick<Person, "headers">, key: string, body: object = TEXT) {
  return post(server, "/api/articles", body, { ...headers, "Idempotency-Key": key });
}

async function startWithAuthors(t: ExecutionContext, now?: () => Date) {
  const { server, sql } = await startServerOnDisk(t, { ...(now && { now }) });
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  for (const { id } of [ada, bob]) await grantAuthor(sql, id);
  const written = async () =>
    Number((await sql("select count(*) as n from article where title = ?", TEXT.title))[0]?.n);
  return { server, sql, ada, bob, written };
}

test("createArticle: 201 again for the same Idempotency-Key, with the same article, by any token of the user", async (t) => {
  const { server, sql, ada, written } = await startWithAuthors(t);
  const first = await create(server, ada, KEY);
  t.is(first.status, 201);
  t.is(first.headers.get("Idempotent-Replayed"), null);
  const made = await first.text();
  for (const person of [ada, await logIn(server, ada.email)]) {
    const again = await create(server, person, KEY);
    t.is(again.status, 201);
    t.is(again.headers.get("Idempotent-Replayed"), "true");
    t.is(again.headers.get("Location"), first.headers.get("Location"));
    t.is(again.headers.get("ETag"), first.headers.get("ETag"));
    t.is(await again.text(), made);
  }
  t.is(await written(), 1);
  await revokeAuthor(sql, ada.id);
  t.is((await create(server, ada, KEY)).status, 403, "a kept answer is for those who may do it now");
});

test("createArticle: 422 for the Idempotency-Key of another request, and users have keys of their own", async (t) => {
  const { server, ada, bob, written } = await startWithAuthors(t);
  t.is((await create(server, ada, KEY)).status, 201);
  const other = await create(server, ada, KEY, { ...TEXT, author: "Bob" });
  t.is(other.status, 422);
  t.is(JSON.parse(await other.text()).type, "urn:kudos:problem:idempotency-key-reused");
  t.is((await create(server, bob, KEY)).status, 201);
  t.is(await written(), 2);
});

test("createArticle: 409 while the first request with the Idempotency-Key is in flight, until it can run no more", async (t) => {
  const { server, sql, ada, written } = await startWithAuthors(t);
  t.is((await create(server, ada, KEY)).status, 201);
  // As a process that is killed in the middle leaves it: a claim without an answer, and nothing written.
  await sql("delete from article where title = ?", TEXT.title);
  await sql("update idempotency_key set answer = null");
  const inFlight = await create(server, ada, KEY);
  t.is(inFlight.status, 409);
  t.is(JSON.parse(await inFlight.text()).type, "urn:kudos:problem:request-in-flight");
  t.is(inFlight.headers.get("Retry-After"), "1");
  await sql("update idempotency_key set claimed_at = claimed_at - 60000");
  const late = await create(server, ada, KEY);
  t.is(late.status, 201);
  t.is(late.headers.get("Idempotent-Replayed"), null);
  t.is(await written(), 1);
});

test("createArticle: 201 once for 20 requests at the same time with one Idempotency-Key", async (t) => {
  const { server, ada, written } = await startWithAuthors(t);
  const answers = await Promise.all(Array.from({ length: 20 }, () => create(server, ada, KEY)));
  t.is(await written(), 1);
  const made = answers.filter(({ status }) => status === 201);
  t.is(made.filter(({ headers }) => headers.get("Idempotent-Replayed") === null).length, 1);
  t.is(new Set(await Promise.all(made.map((answer) => answer.text()))).size, 1);
  t.true(answers.every(({ status }) => status === 201 || status === 409));
  t.is((await create(server, ada, KEY)).status, 201);
  t.is(await written(), 1);
});

test("createArticle: 400 keeps nothing, and frees the Idempotency-Key", async (t) => {
  const { server, sql, ada, written } = await startWithAuthors(t);
  t.is((await create(server, ada, KEY, { ...TEXT, title: "\u200b" })).status, 400);
  t.deepEqual(await sql("select * from idempotency_key"), []);
  t.is((await create(server, ada, KEY)).status, 201);
  for (const key of ["", '"', '""', "a b", `"${"x".repeat(256)}"`])
    t.is((await create(server, ada, key)).status, 400, key);
  t.is(await written(), 1);
});

test("createArticle: 201 anew a day later with the same Idempotency-Key", async (t) => {
  const clock = { now: new Date() };
  const { server, ada, written } = await startWithAuthors(t, () => clock.now);
  const start = clock.now.getTime();
  t.is((await create(server, ada, KEY)).status, 201);
  clock.now = new Date(start + 86_400_000 - 1);
  t.is((await create(server, ada, KEY)).headers.get("Idempotent-Replayed"), "true");
  clock.now = new Date(start + 86_400_000);
  t.is((await create(server, ada, KEY)).headers.get("Idempotent-Replayed"), null);
  t.is(await written(), 2);
});

test("createArticle: neither the Idempotency-Key nor its user can be read in the database", async (t) => {
  const { server, sql, ada } = await startWithAuthors(t);
  await create(server, ada, '"my-secret-order-number"');
  const [row = {}] = await sql("select key, fingerprint, owner from idempotency_key");
  t.notRegex(JSON.stringify(row), /secret|order|user/);
  t.regex(String(row.key), /^[\w-]{43}$/);
});
