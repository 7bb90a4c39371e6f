import assert from "node:assert/strict";
import { client } from "./api/client.gen";
import * as api from "./api/sdk.gen";

const [baseUrl = ""] = process.argv.slice(2);
const steps: string[] = [];
const note = (step: string, { response }: { response?: Response }): void =>
  void steps.push(`${step} ${response?.status}`);

const me = { email: "ada@example.com", password: "correct horse battery staple" };
client.setConfig({ baseUrl });

const registered = await api.register({ body: me });
note("register", registered);
assert.equal(registered.data?.response.user?.email, me.email);

const signedIn = await api.signIn({ body: me });
note("sign in", signedIn);
const token = signedIn.data?.authentication_token;
assert(token);
client.setConfig({ auth: ({ name }) => (name === "Authentication-Token" ? token : undefined) });

const tested = await api.getTest();
note("test", tested);
assert.equal(tested.data?.msg, "Hello World");

const liked = await api.createArticleLike({ body: { article_id: 1 } });
note("like", liked);
assert.equal(liked.data?.article_id, 1);

const listed = await api.listArticleLikes({ path: { article_id: 1 } });
note("list", listed);
assert.deepEqual(
  listed.data?.items.map(({ id }) => id),
  [liked.data.id],
);

note("unlike", await api.unlikeArticle({ path: { article_id: 1 } }));
note("log out", await api.logout());

const refused = await api.getTest();
note("test", refused);
// The compiler knows every type of problem, and by it the status: a misspelt one would not compile.
assert(refused.error?.type === "urn:kudos:problem:credential-refused");
refused.error.status satisfies 401;

const missing = await api.getArticle({ path: { article_id: 999_999 } });
note("read", missing);
assert(missing.error?.type === "urn:kudos:problem:article-not-found");
missing.error.status satisfies 404;

let tried = await api.signIn({ body: { ...me, password: "wrong" } });
for (let left = 9; tried.response?.status !== 429 && left > 0; left -= 1) {
  tried = await api.signIn({ body: { ...me, password: "wrong" } });
}
note("sign in", tried);
assert(tried.error?.type === "urn:kudos:problem:too-many-attempts");
tried.error.status satisfies 429;
assert(Number(tried.response?.headers.get("Retry-After")) > 0);
console.log(steps.join(", "));
