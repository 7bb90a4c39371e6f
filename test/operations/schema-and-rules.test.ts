import test from "ava";
import fc from "fast-check";
import type { Operation, Parameter } from "../../src/contract/document/operation.ts";
import { grantAuthor } from "../support/authors.ts";
import { validValue } from "../support/contract/valid-value.ts";
import { startServerOnDisk } from "../support/database-file.ts";
import { document, operations } from "../support/judge.ts";
import { type Person, signUp, startServer } from "../support/server.ts";

/*
 * A request that fits the schemas may be refused by a rule that no schema can say. Then the refusal has a type of its own, which the
 * operation declares (every answer is held to the contract): it never says that the request does not match the contract, or is too long.
 */

const TOO_LONG = new Set([413, 414, 415, 431]);
/** Their content has members that are ignored (RFC 6749 §3.2), as many as a client likes: the contract bounds it as a whole. */
const OPEN = new Set(["exchangeToken", "introspectToken", "revokePresentedToken"]);

interface Parts {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

function textOf(parameter: Parameter): fc.Arbitrary<string> {
  const schema = { node: { $ref: `#${parameter.pointer}/schema` }, pointer: "" };
  return validValue(document, schema).map(String);
}

function named(parameters: readonly Parameter[], requiredOnly: boolean): fc.Arbitrary<Record<string, string>> {
  const required = parameters.filter(({ node }) => node.required === true).map(({ name }) => name);
  const values = Object.fromEntries(parameters.map((parameter) => [parameter.name, textOf(parameter)]));
  return fc.record(values, {
    requiredKeys: requiredOnly ? required : parameters.map(({ name }) => name),
  }) as fc.Arbitrary<Record<string, string>>;
}

/** A text that `fetch` can send as the value of a header, and that stays what it is on its way. */
function isSendable(text: string): boolean {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(text);
}

function validRequest({ path, parameters, requestContent }: Operation): fc.Arbitrary<Parts> {
  const within = (where: string) => parameters.filter((parameter) => parameter.in === where);
  const contents = [...(requestContent?.mediaTypes ?? [])].map(([mediaType, pointer = ""]) =>
    validValue(document, { node: { $ref: `#${pointer}` }, pointer: "" }).map((value) => write(mediaType, value)),
  );
  return fc.boolean().chain((requiredOnly) =>
    fc
      .record({
        path: named(within("path"), false).filter(
          (values) => !Object.values(values).some((value) => /^\.+$/.test(value)),
        ),
        query: named(within("query"), requiredOnly),
        headers: named(within("header"), requiredOnly).filter((values) => Object.values(values).every(isSendable)),
        content: contents.length === 0 ? fc.constant(undefined) : fc.oneof(...contents),
      })
      .map(({ path: inPath, query, headers, content }) => ({
        path: `${path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(inPath[name] ?? ""))}?${new URLSearchParams(query)}`,
        headers: { Accept: "application/json, */*;q=0.1", ...headers, ...content?.headers },
        body: content?.body ?? null,
      })),
  );
}

function write(mediaType: string, value: unknown) {
  const headers = { "Content-Type": mediaType };
  if (mediaType === "application/json") return { headers, body: JSON.stringify(value) };
  // A list has its name once for each element.
  const pairs = Object.entries(Object(value)).flatMap(([name, each]) =>
    [each].flat().map((one): [string, string] => [name, String(one)]),
  );
  return { headers, body: String(new URLSearchParams(pairs)) };
}

test("every operation refuses what fits its schemas by its own rules only, and says by which", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  let person: Person | undefined;
  let people = 0;
  const author = async (): Promise<Person> => {
    if (person !== undefined) return person;
    people += 1;
    person = await signUp(server, `ada${people}@example.com`);
    await grantAuthor(sql, person.id);
    return person;
  };
  const seen = new Map<string, number>();
  for (const operation of operations) {
    await fc.assert(
      fc.asyncProperty(validRequest(operation), async ({ path, headers, body }) => {
        const send = async () => {
          const credentials = (operation.security ?? []).length > 0 ? (await author()).headers : {};
          return server.request(path, { method: operation.method, headers: { ...credentials, ...headers }, body });
        };
        let response = await send();
        if (response.status === 401) {
          // An earlier request has ended the credential.
          person = undefined;
          response = await send();
        }
        const { status } = response;
        const told = status < 400 ? undefined : JSON.parse(await response.text());
        const type: string = told?.type ?? told?.response?.type ?? "none";
        seen.set(`${status} ${type}`, (seen.get(`${status} ${type}`) ?? 0) + 1);
        t.not(type, "urn:kudos:problem:invalid-request", `${operation.operationId}: ${JSON.stringify(told)}`);
        const isOpen = status === 413 && OPEN.has(operation.operationId);
        t.false(TOO_LONG.has(status) && !isOpen, `${operation.operationId}: ${status}`);
        t.true(status < 500, `${operation.operationId}: ${status}`);
      }),
      { numRuns: operation.requestContent ? 40 : 20, verbose: 1 },
    );
  }
  t.log([...seen].map(([kind, times]) => `${times} × ${kind}`).join(", "));
  // Rules that some of these requests meet whatever the seed is.
  for (const kind of ["400 urn:kudos:problem:invalid-cursor", "400 urn:kudos:problem:passwords-differ"]) {
    t.true(seen.has(kind), kind);
  }
});

const LEAF = "\u{1f340}";

test("showLoginForm: 200 with the longest next of four-byte characters, 400 and not 431 with one more", async (t) => {
  const server = await startServer(t);
  const open = (count: number) => server.request(`/login?next=${encodeURIComponent(LEAF.repeat(count))}`);
  t.is((await open(1_000)).status, 200);
  t.is((await open(1_001)).status, 400);
});

test("register: 400 by its rules and not 413 with the longest text in each field, in JSON and in a form", async (t) => {
  const server = await startServer(t);
  const longest = (count: number) => LEAF.repeat(count);
  const fields = {
    email: `${longest(252)}@${longest(1)}`,
    password: longest(1_024),
    password_confirm: longest(1_024),
    csrf_token: longest(256),
    next: longest(1_000),
  };
  const json = JSON.stringify({ ...fields, token_name: longest(100) }).replaceAll(/[^ -~]/g, "\\ud83c");
  for (const [type, body] of [
    ["application/json", json.replaceAll("\\ud83c\\ud83c", "\\ud83c\\udf40")],
    ["application/x-www-form-urlencoded", String(new URLSearchParams(fields))],
  ] as const) {
    const headers = { "Content-Type": type, Accept: "application/json" };
    const response = await server.request("/register", { method: "POST", headers, body });
    t.is(response.status, 400);
    t.is(JSON.parse(await response.text()).response.type, "urn:kudos:problem:email-refused");
    t.true(body.length > 40_000, `${body.length} bytes`);
  }
});
