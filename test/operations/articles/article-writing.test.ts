import test from "ava";
import fc from "fast-check";
import { isOneLine } from "../../../src/domain/articles/articles.ts";
import { grantAuthor, revokeAuthor } from "../../support/authors.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { contract } from "../../support/judge.ts";
import { article, read } from "../../support/liking.ts";
import { logIn, type Person, post, signIn, signUp, startServer, type TestServer } from "../../support/server.ts";

type Fields = Record<string, string>;

const TEXT = { title: "On tokens", author: "Ada Lovelace" };

function create(server: TestServer, headers: Fields, body: unknown = TEXT): Promise<Response> {
  return post(server, "/api/articles", body, headers);
}

function update(server: TestServer, headers: Fields, body: unknown = { title: "New" }, id = 1): Promise<Response> {
  const fields = { "Content-Type": "application/json", ...headers };
  return server.request(`/api/articles/${id}`, { method: "PATCH", headers: fields, body: JSON.stringify(body) });
}

function remove(server: TestServer, headers: Fields, id = 1): Promise<Response> {
  return server.request(`/api/articles/${id}`, { method: "DELETE", headers });
}

async function tagOf(server: TestServer, headers: Fields = {}, id = 1): Promise<string> {
  return (await server.request(`/api/articles/${id}`, { headers })).headers.get("ETag") ?? "";
}

async function startWithAuthor(t: Parameters<typeof startServerOnDisk>[0]) {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server, "ada@example.com");
  await grantAuthor(sql, ada.id);
  return { server, sql, ada };
}

test("createArticle: 201 for an author, with where it is and the tag by which it is changed", async (t) => {
  const { server, ada } = await startWithAuthor(t);
  const response = await create(server, ada.headers);
  t.is(response.status, 201);
  const made = await read(response);
  t.like(made, { ...TEXT, like_count: 0, liked_by_me: false });
  t.is(response.headers.get("Location"), `/api/articles/${made.id}`);
  t.is(response.headers.get("ETag"), await tagOf(server, ada.headers, made.id));
  t.deepEqual(await article(server, made.id), made);
  t.is(
    (await update(server, { ...ada.headers, "If-Match": response.headers.get("ETag") ?? "" }, TEXT, made.id)).status,
    200,
  );
  const { id } = await read(await create(server, ada.headers));
  await remove(server, { ...ada.headers, "If-Match": "*" }, id);
  t.true((await read(await create(server, ada.headers))).id > id, "an address never names another article");
});

test("createArticle, updateArticle, deleteArticle: 403 without the role, 401 without a token, by cookie or with a spent one", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const bob = await signUp(server, "bob@example.com");
  const ada = await signUp(server, "ada@example.com");
  await grantAuthor(sql, ada.id);
  const { cookie, csrfToken } = await signIn(server, ada.email);
  const before = await sql("select * from article");
  const cases: readonly (readonly [Fields, number])[] = [
    [bob.headers, 403],
    [{ Authorization: `Bearer ${bob.token}` }, 403],
    [{ ...bob.headers, Cookie: cookie, "X-CSRF-Token": csrfToken }, 403],
    [{}, 401],
    [{ Cookie: cookie, "X-CSRF-Token": csrfToken, Origin: server.url, "Sec-Fetch-Site": "same-origin" }, 401],
    [{ "Authentication-Token": `${ada.token.slice(0, -1)}_` }, 401],
  ];
  for (const [headers, status] of cases) {
    for (const [ifMatch, body] of [
      [{ "If-Match": "*" }, undefined],
      [{}, "nonsense"],
    ] as const) {
      t.is((await create(server, headers, body)).status, status);
      t.is((await update(server, { ...headers, ...ifMatch }, body)).status, status);
      t.is((await remove(server, { ...headers, ...ifMatch })).status, status);
    }
  }
  t.deepEqual(await sql("select * from article"), before);
});

test("updateArticle: 200 with the role and 403 without it, from the very next request on", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  const narrow = await logIn(server, ada.email, { scopes: ["likes:write", "account"] });
  const narrowed = await logIn(server, ada.email, { scopes: ["articles:write"] });
  const any = { "If-Match": "*" };
  const statuses = (people: readonly Person[]) =>
    Promise.all(people.map(async ({ headers }) => (await update(server, { ...headers, ...any })).status));
  for (const _ of [1, 2]) {
    t.deepEqual(await statuses([ada, narrow, narrowed]), [403, 403, 403]);
    await grantAuthor(sql, ada.id);
    t.deepEqual(await statuses([ada, narrow, narrowed]), [200, 403, 200]);
    await revokeAuthor(sql, ada.id);
  }
  await grantAuthor(sql, ada.id);
  await sql("update role set permissions = 'likes:write' where name = 'author'");
  t.deepEqual(await statuses([ada, narrow, narrowed]), [403, 403, 403], "a role that may do less");
  const { data } = await server.client.GET("/api/me", { headers: ada.headers });
  t.deepEqual(data?.roles, ["author"]);
});

test("updateArticle: 200 by the tag that getArticle gave, likes in between or not; 412 after a change", async (t) => {
  const { server, ada } = await startWithAuthor(t);
  const bob = await signUp(server, "bob@example.com");
  for (const reader of [ada.headers, bob.headers, {}]) {
    const tag = await tagOf(server, reader);
    await server.request("/api/articles/1/likes", { method: "POST", headers: bob.headers });
    t.not(await tagOf(server), tag, "what a reader gets has changed");
    const response = await update(server, { ...ada.headers, "If-Match": tag }, { title: `By ${tag}` });
    t.is(response.status, 200);
    const changed = await read(response);
    t.is(changed.title, `By ${tag}`);
    t.is(changed.like_count, 1);
    t.is(response.headers.get("ETag"), await tagOf(server, ada.headers));
    const late = await update(server, { ...ada.headers, "If-Match": tag });
    t.is(late.status, 412);
    t.is((await read(late)).detail, "The article was changed by somebody else in the meantime.");
    t.is((await remove(server, { ...ada.headers, "If-Match": tag })).status, 412);
    t.is((await article(server, 1)).title, `By ${tag}`);
    await server.request("/api/articles/1/likes", { method: "DELETE", headers: bob.headers });
  }
});

test("updateArticle, deleteArticle: 428 without If-Match, and nothing changes", async (t) => {
  const { server, ada } = await startWithAuthor(t);
  const before = await article(server, 1);
  for (const headers of [ada.headers, { ...ada.headers, "If-Match": "" }, { ...ada.headers, "If-None-Match": "*" }]) {
    for (const id of [1, 101]) {
      t.is((await update(server, headers, {}, id)).status, 428);
      t.is((await remove(server, headers, id)).status, 428);
    }
  }
  t.deepEqual(await article(server, 1), before);
});

/** Values of `If-Match`, made from the current tag and an outdated one, and whether the current one matches. */
const IF_MATCH: readonly (readonly [(tag: string, old: string) => string, boolean])[] = [
  [(tag) => tag, true],
  [() => "*", true],
  [() => " * ", true],
  [(tag) => `"other", ${tag}`, true],
  [(tag) => `${tag},"other"`, true],
  [(tag, old) => `${old}, ${tag}`, true],
  [(tag, old) => `"x" , ${tag} , ${old} , "9999.abc"`, true],
  [(tag) => `${tag}, ${tag}`, true],
  [(tag) => tag.replace(/[\w-]{27}"$/, `${"a".repeat(27)}"`), true],
  [(tag) => tag.replace(/\..*$/, '.abc"'), false],
  [(tag) => tag.replace(/[\w-]{27}\./, `${"a".repeat(27)}.`), false],
  [(tag) => tag.replace(/\.[\w-]{27}"/, '"'), false],
  [(_, old) => old, false],
  [(_, old) => `${old}, "other"`, false],
  [(tag) => `W/${tag}`, false],
  [(tag) => `"other", W/${tag}`, false],
  [(tag) => tag.slice(1, -1), false],
  [(tag) => tag.slice(1), false],
  [(tag) => `"${tag}"`, false],
  [(tag) => tag.replace(".", "-"), false],
  [(tag) => tag.replace('"', '"0'), false],
  [(tag) => tag.replace('"', '"+'), false],
  [(tag) => tag.replace('"', '"-'), false],
  [() => '"0.abc"', false],
  [() => '"99999999999999999999.abc"', false],
  [() => '"1e0.abc"', false],
  [() => '"*"', false],
  [() => "**", false],
  [() => "null", false],
  [() => ",", false],
  [() => '"1\' or 1=1--.a"', false],
];

test("updateArticle: 200 or 412 by every form of If-Match", async (t) => {
  const { server, ada } = await startWithAuthor(t);
  let old = await tagOf(server);
  await update(server, { ...ada.headers, "If-Match": "*" });
  for (const [index, [spell, matches]] of IF_MATCH.entries()) {
    const tag = await tagOf(server);
    const value = spell(tag, old);
    const response = await update(server, { ...ada.headers, "If-Match": value }, { title: `No ${index}` });
    t.is(response.status, matches ? 200 : 412, value);
    t.is((await article(server, 1)).title === `No ${index}`, matches, value);
    if (matches) old = tag;
  }
  const other = await tagOf(server, {}, 2);
  t.is((await update(server, { ...ada.headers, "If-Match": other }, { title: "x" })).status, 412, "another article's");
  t.is((await remove(server, { ...ada.headers, "If-Match": other })).status, 412);
  t.is((await remove(server, { ...ada.headers, "If-Match": `${old}, ${await tagOf(server)}` })).status, 204);
});

test("updateArticle: 412, 400 and nothing else for any If-Match that was never given out", async (t) => {
  const { server, ada } = await startWithAuthor(t);
  const before = await article(server, 1);
  const piece = fc.constantFrom('"', "W/", "1", "2", "0", ".", ",", " ", "a", "-", "\\", "'", "é");
  const value = fc.oneof(
    fc.array(piece, { minLength: 1, maxLength: 15 }).map((pieces) => pieces.join("")),
    fc.integer({ min: 2 }).map((version) => `"${version}.abc"`),
    fc.double().map((version) => `"${version}.abc"`),
  );
  const never = value.filter((text) => text.trim() !== "");
  await t.notThrowsAsync(() =>
    fc.assert(
      fc.asyncProperty(never, async (text) => {
        const { status } = await update(server, { ...ada.headers, "If-Match": text });
        return status === 412 || status === 400;
      }),
      { numRuns: 150 },
    ),
  );
  t.deepEqual(await article(server, 1), before);
});

test("updateArticle: 200 for exactly one of many who change what they have all seen", async (t) => {
  const { server, ada } = await startWithAuthor(t);
  for (const list of [false, true]) {
    const tag = await tagOf(server);
    const ifMatch = list ? `"7.abc", ${tag}` : tag;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        update(server, { ...ada.headers, "If-Match": ifMatch }, { title: `By ${index}` }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    t.deepEqual(statuses.toSorted(), [200, ...Array.from({ length: 19 }, () => 412)]);
    t.is((await article(server, 1)).title, `By ${statuses.indexOf(200)}`);
  }
});

test("deleteArticle: 204 once, with its likes, and 404 afterwards", async (t) => {
  const { server, sql, ada } = await startWithAuthor(t);
  await server.request("/api/articles/1/likes", { method: "POST", headers: ada.headers });
  const tag = await tagOf(server);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => remove(server, { ...ada.headers, "If-Match": tag })),
  );
  t.deepEqual(answers.map(({ status }) => status).toSorted(), [204, ...Array.from({ length: 9 }, () => 404)]);
  t.is((await server.request("/api/articles/1")).status, 404);
  t.is((await update(server, { ...ada.headers, "If-Match": tag })).status, 404);
  t.is((await update(server, { ...ada.headers, "If-Match": `${tag}, "2.abc"` })).status, 404);
  t.deepEqual(await sql("select count(*) as n from article_like"), [{ n: 0 }]);
});

/** Bodies that are refused wherever an article is written. */
const BAD_BODIES: readonly unknown[] = [
  { title: "" },
  { title: " " },
  { title: " padded" },
  { title: "two\nlines" },
  { title: "nul\u0000" },
  { title: "\u009b" },
  { title: "two\u2028lines" },
  { title: "turned \u202eround" },
  { title: "\u200b" },
  { title: "trailing\u200b" },
  { title: "\u{e0001}" },
  { title: "lone \ud800" },
  { title: "x".repeat(201) },
  { title: 7 },
  { title: null },
  { title: ["a"] },
  { author: "" },
  { author: "x".repeat(101) },
  { id: 5 },
  { like_count: 1_000 },
  { version: 9 },
  { created_at: "2000-01-01T00:00:00Z" },
  { liked_by_me: true },
];

test("createArticle, updateArticle: 400 for what is no title or author, and for what a client may not set", async (t) => {
  const { server, sql, ada } = await startWithAuthor(t);
  const before = await sql("select * from article");
  for (const bad of BAD_BODIES) {
    const text = JSON.stringify(bad);
    t.is((await create(server, ada.headers, { ...TEXT, ...(bad as object) })).status, 400, text);
    t.is((await update(server, { ...ada.headers, "If-Match": "*" }, bad)).status, 400, text);
  }
  for (const body of [{}, [], null, "x", { title: "only" }])
    t.is((await create(server, ada.headers, body)).status, 400);
  for (const body of [{}, [], null, "x"]) {
    t.is((await update(server, { ...ada.headers, "If-Match": "*" }, body)).status, 400, JSON.stringify(body));
  }
  const proto = `{"title":"A","author":"B","__proto__":{"like_count":9}}`;
  const raw = { method: "POST", headers: { ...ada.headers, "Content-Type": "application/json" }, body: proto };
  t.is((await server.request("/api/articles", raw)).status, 400);
  t.deepEqual(await sql("select * from article"), before);
});

/**
 * Texts that the domain refuses and the pattern cannot: halves of characters, and those that begin with an invisible character beyond
 * U+FFFF. Only a regular expression with the flag `u` can name a range of these, and generators of clients write theirs without it.
 */
const BEYOND_PATTERN = /\p{Cs}|^(?=[\u{10000}-\u{10ffff}])\p{Default_Ignorable_Code_Point}/u;

test("createArticle: the pattern of the contract and the rule of the domain allow the same titles, whatever the character", async (t) => {
  const { schemas } = await contract();
  const allows = (text: string) => schemas.check("/components/schemas/ArticleTitle", text) === undefined;
  const agree = (text: string) =>
    BEYOND_PATTERN.test(text) ? !isOneLine(text) : [...text].length > 200 || allows(text) === isOneLine(text);
  const odd: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const character = String.fromCodePoint(point);
    for (const text of [character, `${character}a`, `a${character}`, `a${character}a`])
      if (!agree(text)) odd.push(JSON.stringify(text));
  }
  t.deepEqual(odd.slice(0, 10), []);
  const unit = fc.oneof(fc.constantFrom("a", " ", "\u2028", "\ufe0f", "\u{e0001}", "\ud800", "\u2065"), fc.string());
  t.notThrows(() => fc.assert(fc.property(fc.string({ unit }), agree)));
});

test("createArticle: 201 gives back any one line of text as it was written, and never more than was written", async (t) => {
  const { server, ada } = await startWithAuthor(t);
  const line = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
    fc.string({ unit: fc.constantFrom("'", '"', "\\", "?", ";", "--", "<", "&", "$1", "%s", "😀"), minLength: 1 }),
  );
  await t.notThrowsAsync(() =>
    fc.assert(
      fc.asyncProperty(line, async (title) => {
        const response = await create(server, ada.headers, { title, author: "B" });
        const usable = isOneLine(title) && [...title].length <= 200;
        if (!usable) return response.status === 400;
        const made = await read(response);
        return made.title === title && (await article(server, made.id)).title === title;
      }),
      { numRuns: 120 },
    ),
  );
});

test("getArticle: 200 has a tag that any author can use, and that is another for each version", async (t) => {
  const server = await startServer(t);
  const tags = new Set<string>();
  for (const id of [1, 2]) tags.add(await tagOf(server, {}, id));
  t.is(tags.size, 2);
  for (const tag of tags) t.regex(tag, /^"1\.[\w-]{27}\.[\w-]{27}"$/);
});
