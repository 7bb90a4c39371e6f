import assert from "node:assert/strict";
import { Api } from "./api";

const [baseUrl = ""] = process.argv.slice(2);
const steps: string[] = [];
const note = (step: string, { status }: { status: number }): void => void steps.push(`${step} ${status}`);

const me = { email: "ada@example.com", password: "correct horse battery staple" };
const client = new Api<string>({
  baseUrl,
  securityWorker: (token) => (token === null ? {} : { headers: { "Authentication-Token": token } }),
});

const registered = await client.register.register(me);
note("register", registered);
assert.equal(registered.data.response.user?.email, me.email);

const signedIn = await client.api.signIn(me);
note("sign in", signedIn);
const token = signedIn.data.authentication_token;
client.setSecurityData(token);

const tested = await client.api.getTest();
note("test", tested);
assert.equal(tested.data.msg, "Hello World");

const liked = await client.api.createArticleLike({ article_id: 1 });
note("like", liked);
assert.equal(liked.data.article_id, 1);

const listed = await client.api.listArticleLikes(1);
note("list", listed);
assert.deepEqual(
  listed.data.items.map(({ id }) => id),
  [liked.data.id],
);

note("unlike", await client.api.unlikeArticle(1));
note("log out", await client.logout.logout());

const refused = await client.api.getTest();
note("test", refused);
// The compiler knows every type of problem, and by it the status: a misspelt one would not compile.
assert(refused.error.type === "urn:kudos:problem:credential-refused");
refused.error.status satisfies 401;

const missing = await client.api.getArticle(999_999);
note("read", missing);
assert(missing.error.type === "urn:kudos:problem:article-not-found");
missing.error.status satisfies 404;

let tried = await client.api.signIn({ ...me, password: "wrong" });
for (let left = 9; tried.status !== 429 && left > 0; left -= 1) {
  tried = await client.api.signIn({ ...me, password: "wrong" });
}
note("sign in", tried);
assert(tried.error.type === "urn:kudos:problem:too-many-attempts");
tried.error.status satisfies 429;
assert(Number(tried.headers.get("Retry-After")) > 0);
console.log(steps.join(", "));
