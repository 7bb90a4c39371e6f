import assert from "node:assert/strict";
import * as api from "./api";

const steps: string[] = [];
const note = (step: string, { status }: { status: number }): void => void steps.push(`${step} ${status}`);

const me = { email: "ada@example.com", password: "correct horse battery staple" };

const registered = await api.register(me);
note("register", registered);
assert(registered.status === 200);
assert.equal(registered.data.response.user?.email, me.email);

const signedIn = await api.signIn(me);
note("sign in", signedIn);
assert(signedIn.status === 201);
const token = signedIn.data.authentication_token;
const signed = { headers: { "Authentication-Token": token } };

const tested = await api.getTest(signed);
note("test", tested);
assert(tested.status === 200);
assert.equal(tested.data.msg, "Hello World");

const liked = await api.createArticleLike({ article_id: 1 }, signed);
note("like", liked);
assert(liked.status === 201);
assert.equal(liked.data.article_id, 1);

const listed = await api.listArticleLikes(1);
note("list", listed);
assert(listed.status === 200);
assert.deepEqual(
  listed.data.items.map(({ id }) => id),
  [liked.data.id],
);

note("unlike", await api.unlikeArticle(1, signed));
note("log out", await api.logout(signed));

const refused = await api.getTest(signed);
note("test", refused);
assert(refused.status === 401);
// The compiler knows every type of problem: a misspelt one would not compile.
assert(refused.data.type === "urn:kudos:problem:credential-refused");

const missing = await api.getArticle(999_999);
note("read", missing);
assert(missing.status === 404);
missing.data.type satisfies "urn:kudos:problem:article-not-found";

let tried = await api.signIn({ ...me, password: "wrong" });
for (let left = 9; tried.status !== 429 && left > 0; left -= 1) {
  tried = await api.signIn({ ...me, password: "wrong" });
}
note("sign in", tried);
assert(tried.status === 429);
tried.data.type satisfies "urn:kudos:problem:too-many-attempts";
assert(Number(tried.headers.get("Retry-After")) > 0);
console.log(steps.join(", "));
