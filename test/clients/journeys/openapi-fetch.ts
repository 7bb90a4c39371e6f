import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./api.ts";

const [baseUrl = ""] = process.argv.slice(2);
const steps: string[] = [];
const note = (step: string, { status }: Response): void => void steps.push(`${step} ${status}`);

const me = { email: "ada@example.com", password: "correct horse battery staple" };
const api = createClient<paths>({ baseUrl });

const registered = await api.POST("/register", { body: me });
note("register", registered.response);
assert.equal(registered.data?.response.user?.email, me.email);

const signedIn = await api.POST("/api/sign_in", { body: me });
note("sign in", signedIn.response);
const token = signedIn.data?.authentication_token;
assert(token);
const headers = { "Authentication-Token": token };

const tested = await api.GET("/api/test", { headers });
note("test", tested.response);
assert.equal(tested.data?.msg, "Hello World");

const liked = await api.POST("/api/article_likes", { headers, body: { article_id: 1 } });
note("like", liked.response);
assert.equal(liked.data?.article_id, 1);

const article = { params: { path: { article_id: 1 } } };
const listed = await api.GET("/api/articles/{article_id}/likes", article);
note("list", listed.response);
assert.deepEqual(
  listed.data?.items.map(({ id }) => id),
  [liked.data.id],
);

const unliked = await api.DELETE("/api/articles/{article_id}/likes", { headers, ...article });
note("unlike", unliked.response);

const loggedOut = await api.POST("/logout", { headers });
note("log out", loggedOut.response);

const refused = await api.GET("/api/test", { headers });
note("test", refused.response);
// The compiler knows every type of problem, and by it the status: a misspelt one would not compile.
assert(refused.error?.type === "urn:kudos:problem:credential-refused");
refused.error.status satisfies 401;

const missing = await api.GET("/api/articles/{article_id}", { params: { path: { article_id: 999_999 } } });
note("read", missing.response);
assert(missing.error?.type === "urn:kudos:problem:article-not-found");
missing.error.status satisfies 404;

let tried = await api.POST("/api/sign_in", { body: { ...me, password: "wrong" } });
for (let left = 9; tried.response.status !== 429 && left > 0; left -= 1) {
  tried = await api.POST("/api/sign_in", { body: { ...me, password: "wrong" } });
}
note("sign in", tried.response);
assert(tried.error?.type === "urn:kudos:problem:too-many-attempts");
tried.error.status satisfies 429;
assert(Number(tried.response.headers.get("Retry-After")) > 0);
console.log(steps.join(", "));
