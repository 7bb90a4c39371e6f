import test from "ava";
import type { operations } from "../../generated/openapi.ts";
import { PASSWORD, signUp, startServer } from "../support/server.ts";

/*
 * A client that tells errors apart by the types of the contract alone. Each `switch` is exhaustive: `tsc`, which is part of `npm test`,
 * refuses `satisfies never` once the contract declares one type more, and a `case` once it declares one less.
 */

/** The errors of an operation, as openapi-fetch types them, in the media type that is given. */
type ErrorOf<Id extends keyof operations, MediaType extends string> = {
  [Status in Exclude<
    keyof operations[Id]["responses"],
    200 | 201 | 204 | 302 | 303 | 304
  >]: operations[Id]["responses"][Status] extends {
    content: { [Type in MediaType]: infer Body };
  }
    ? Body
    : never;
}[Exclude<keyof operations[Id]["responses"], 200 | 201 | 204 | 302 | 303 | 304>];

type ProblemOf<Id extends keyof operations> = ErrorOf<Id, "application/problem+json">;
type EnvelopeOf<Id extends keyof operations> = ErrorOf<Id, "application/json">;

function adviceForLike(error: ProblemOf<"likeArticle">): string {
  switch (error.type) {
    case "urn:kudos:problem:invalid-request":
      return error.errors?.[0]?.parameter ?? "";
    case "urn:kudos:problem:conflicting-credentials":
      return "Sign out of one of the two.";
    case "urn:kudos:problem:authentication-required":
      return "Sign in.";
    case "urn:kudos:problem:credential-refused":
      return "Sign in again.";
    case "urn:kudos:problem:insufficient-scope":
      return "Ask for a token with the scope likes:write.";
    case "urn:kudos:problem:article-not-found":
      return "Reload the list.";
    case "urn:kudos:problem:database-busy":
    case "urn:kudos:problem:database-unavailable":
      return "Try again.";
    case "about:blank":
      return (error.status satisfies 406 | 500 | 503) ? "Report it." : "";
    default:
      return error satisfies never;
  }
}

function adviceForRegistration({ meta, response }: EnvelopeOf<"register">): string {
  switch (response.type) {
    case "urn:kudos:problem:invalid-request":
      return Object.keys(response.field_errors ?? {}).join();
    case "urn:kudos:problem:email-taken":
      return "Sign in.";
    case "urn:kudos:problem:email-refused":
    case "urn:kudos:problem:password-refused":
    case "urn:kudos:problem:passwords-differ":
    case "urn:kudos:problem:session-not-narrowed":
    case "urn:kudos:problem:invalid-credentials":
      return "Correct the form.";
    case "urn:kudos:problem:cross-site-request":
    case "urn:kudos:problem:registration-closed":
      return "Ask the operator.";
    case "urn:kudos:problem:too-many-attempts":
    case "urn:kudos:problem:hashing-queue-full":
    case "urn:kudos:problem:hashing-unavailable":
    case "urn:kudos:problem:database-busy":
    case "urn:kudos:problem:database-unavailable":
      return "Try again.";
    case "about:blank":
      return (meta.code satisfies 400 | 403 | 413 | 415 | 429 | 500 | 503) ? "Report it." : "";
    default:
      return response satisfies never;
  }
}

/** Types that must not compile. */
function misspelt(problem: ProblemOf<"likeArticle">, envelope: EnvelopeOf<"login">): boolean[] {
  return [
    // @ts-expect-error a type that the operation does not declare
    problem.type === "urn:kudos:problem:like-not-found",
    // @ts-expect-error a status that the operation does not declare
    problem.status === 429,
    // @ts-expect-error a type of another operation of the envelope
    envelope.response.type === "urn:kudos:problem:email-taken",
    // @ts-expect-error a code that the operation does not declare
    envelope.meta.code === 401,
  ];
}

test("likeArticle: 400, 401, 403 and 404 are told apart by their types", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  const adviceFor = async (id: number, headers: Readonly<Record<string, string>>): Promise<string> => {
    const { error, response } = await server.client.POST("/api/articles/{article_id}/likes", {
      params: { path: { article_id: id } },
      headers,
    });
    if (error === undefined) throw new Error(`The call succeeded: ${response.status}.`);
    return adviceForLike(error);
  };
  const narrowed = await server.client.POST("/api/tokens", { headers: ada.headers, body: { scopes: [] } });
  const reading = { "Authentication-Token": narrowed.data?.authentication_token ?? "" };
  const both = { ...ada.headers, Authorization: `Bearer ${bob.token}` };
  t.is(await adviceFor(0, ada.headers), "article_id");
  t.is(await adviceFor(1, both), "Sign out of one of the two.");
  t.is(await adviceFor(1, {}), "Sign in.");
  t.is(await adviceFor(1, { "Authentication-Token": "kudos_none" }), "Sign in again.");
  t.is(await adviceFor(1, reading), "Ask for a token with the scope likes:write.");
  t.is(await adviceFor(2 ** 50, ada.headers), "Reload the list.");
});

test("register: 400 and 403 are told apart by the type in the envelope", async (t) => {
  const [server, closed] = [await startServer(t), await startServer(t, { environment: { REGISTRATION: "closed" } })];
  await signUp(server);
  const adviceFor = async ({ client }: typeof server, body: { email: string; password: string }): Promise<string> => {
    const { error } = await client.POST("/register", { body, headers: { Accept: "application/json" } });
    if (typeof error !== "object") throw new Error("The answer is no envelope.");
    return adviceForRegistration(error);
  };
  t.is(await adviceFor(server, { email: "ada@example.com", password: PASSWORD }), "Sign in.");
  t.is(await adviceFor(server, { email: "eve@example.com", password: "short" }), "Correct the form.");
  t.is(await adviceFor(server, { email: "eve", password: PASSWORD }), "email");
  t.is(await adviceFor(closed, { email: "eve@example.com", password: PASSWORD }), "Ask the operator.");
});

test("a type or a status that the operation does not declare does not compile", (t) => {
  const problem = { type: "urn:kudos:problem:article-not-found", title: "Not Found", status: 404 } as const;
  const response = { type: "urn:kudos:problem:invalid-credentials" } as const;
  t.deepEqual(misspelt(problem, { meta: { code: 400 }, response: { ...response, errors: [] } }), [
    false,
    false,
    false,
    false,
  ]);
});
