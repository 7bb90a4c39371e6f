import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { loadDocument } from "kudos/contract";
import { generate } from "../../../src/contract/generate.ts";
import { createHarbour } from "../../fixtures/harbour/harbour.ts";

const JSON_TYPE = { "Content-Type": "application/json" };
const MASTER = { Authorization: `Basic ${Buffer.from("master:a:b ü").toString("base64")}` };
const SHIP = { imo: 9_176_187, name: "Bertha", flag: "NO", length: 88 };

/** Serves the harbour until the test ends. */
async function serve(t: ExecutionContext) {
  const { app, landed } = await createHarbour();
  const faults: unknown[] = [];
  app.on("error", (error) => faults.push(error));
  // A longer time than a busy machine needs between two requests, of which the second could meet the end of its connection.
  const server = createServer({ keepAliveTimeout: 60_000 }, app.callback()).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    landed,
    faults,
    ask: async (path: string, init: RequestInit = {}) => {
      const response = await fetch(url + path, init);
      const text = await response.text();
      const isJson = response.headers.get("Content-Type")?.includes("json");
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
  };
}

test("the generated files of the harbour are those that its document gives", async (t) => {
  const folder = new URL("../../fixtures/harbour/", import.meta.url);
  const files = await generate(await loadDocument(new URL("openapi.yaml", folder)));
  for (const [name, text] of files) t.is(text, await readFile(new URL(`generated/${name}`, folder), "utf8"), name);
});

test("findShips: 200 by a list in the query, a number with a default, a cookie, and two media types", async (t) => {
  const { ask } = await serve(t);
  const all = await ask("/ships");
  t.is(all.headers.get("Content-Type"), "application/vnd.harbour+json");
  t.deepEqual(all.body, {
    ships: [{ imo: 9_074_729, name: "Ada", flag: "DE", length: 120.5, captain: null }],
    unit: "m",
  });
  t.is((await ask("/ships?flag=NO&flag=DE")).body.ships.length, 1);
  t.is((await ask("/ships?flag=NO")).body.ships.length, 0);
  t.is((await ask("/ships?min_length=121")).body.ships.length, 0);
  const feet = await ask("/ships", { headers: { Cookie: "unit=ft" } });
  t.is(feet.body.unit, "ft");
  t.is(Math.round(feet.body.ships[0].length), 395);
  const table = await ask("/ships", { headers: { Accept: "text/csv" } });
  t.is(table.headers.get("Content-Type"), "text/csv; charset=utf-8");
  t.is(table.body, "9074729,Ada\r\n");
});

test("findShips: 400 with all that is wrong, and 406, as problems though neither is declared by its number", async (t) => {
  const { ask, faults } = await serve(t);
  const { status, headers, body } = await ask("/ships?flag=de&min_length=-1&colour=red", {
    headers: { Cookie: "unit=mile" },
  });
  t.is(status, 400);
  t.is(headers.get("Content-Type"), "application/problem+json");
  t.deepEqual(
    body.errors.map(({ parameter }: { parameter: string }) => parameter),
    ["colour"],
  );
  const others = await ask("/ships?flag=de&min_length=-1", { headers: { Cookie: "unit=mile" } });
  t.deepEqual(others.body.errors.map(({ parameter }: { parameter: string }) => parameter).toSorted(), [
    "flag/0",
    "min_length",
    "unit",
  ]);
  t.regex(body.instance, /^urn:uuid:[\da-f-]{36}$/);
  t.is((await ask("/ships", { headers: { Accept: "image/png" } })).status, 406);
  t.deepEqual(faults, []);
});

test("registerShip: 201 by HTTP Basic with a colon and an umlaut in the password, 409 for the same again", async (t) => {
  const { ask } = await serve(t);
  const init = { method: "POST", headers: { ...JSON_TYPE, ...MASTER }, body: JSON.stringify(SHIP) };
  const made = await ask("/ships", init);
  t.is(made.status, 201);
  t.is(made.headers.get("Location"), "/ships/9176187");
  t.deepEqual(made.body, { ...SHIP, captain: null });
  const again = await ask("/ships", init);
  t.is(again.status, 409);
  t.is(again.body.detail, "The ship is here already.");
});

test("registerShip: 401 without, with a wrong and with a malformed credential; the challenge is that of Basic", async (t) => {
  const { ask } = await serve(t);
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  for (const Authorization of [
    "",
    basic("master:wrong"),
    basic("quay"),
    "Basic ä",
    `Basic ${Buffer.from("odd:\xff", "latin1").toString("base64")}`,
    "Bearer clerk",
  ]) {
    const headers = { ...JSON_TYPE, ...(Authorization !== "" && { Authorization }) };
    const { status, headers: fields } = await ask("/ships", { method: "POST", headers, body: JSON.stringify(SHIP) });
    t.is(status, 401, Authorization);
    t.is(fields.get("WWW-Authenticate"), 'Basic realm="api", charset="UTF-8"');
  }
});

test("registerShip: 403 from a page of another site: a browser adds Basic by itself", async (t) => {
  const { ask, faults } = await serve(t);
  const headers = { ...JSON_TYPE, ...MASTER, Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
  const { status, body } = await ask("/ships", { method: "POST", headers, body: JSON.stringify(SHIP) });
  t.is(status, 403);
  t.is(body.title, "Forbidden");
  t.deepEqual(faults, []);
});

test("registerShip: 400, 413 and 415 for its content", async (t) => {
  const { ask } = await serve(t);
  const post = (body: string, type = "application/json") =>
    ask("/ships", { method: "POST", headers: { ...MASTER, "Content-Type": type }, body });
  t.is((await post(JSON.stringify({ ...SHIP, length: 501 }))).body.errors[0].pointer, "/length");
  t.is((await post("{}", "text/csv")).status, 415);
  t.is((await post(`{"name":"${"x".repeat(1_048_577)}"}`)).status, 413);
});

test("getShip: 200, 404 with a problem, and 404 for what the document does not know", async (t) => {
  const { ask } = await serve(t);
  t.is((await ask("/ships/9074729")).body.name, "Ada");
  t.is((await ask("/ships/9999999")).body.detail, "No such ship is here.");
  t.is((await ask("/ships/1")).status, 400);
  const unknown = await ask("/trains");
  t.is(unknown.status, 404);
  t.is(unknown.headers.get("Content-Type"), "application/problem+json");
  const other = await ask("/ships/9074729", { method: "DELETE" });
  t.is(other.status, 405);
  t.is(other.headers.get("Allow"), "GET, HEAD, OPTIONS, PATCH");
});

test("renameShip: 200 by a scope of OAuth 2 or by Basic, 403 without the scope", async (t) => {
  const { ask } = await serve(t);
  const patch = (headers: Record<string, string>, body = '{"name":"Lovelace"}') =>
    ask("/ships/9074729", {
      method: "PATCH",
      headers: { "Content-Type": "application/merge-patch+json", ...headers },
      body,
    });
  t.is((await patch({ Authorization: "Bearer clerk" })).body.name, "Lovelace");
  t.is((await patch(MASTER, '{"captain":null}')).body.captain, null);
  const refused = await patch({ Authorization: "Bearer sailor" });
  t.is(refused.status, 403);
  t.regex(refused.headers.get("WWW-Authenticate") ?? "", /^Bearer realm="api", error="insufficient_scope"/);
  t.is((await patch({ Authorization: "Bearer clerk" }, '{"flag":"NO"}')).status, 400);
});

test("unloadCargo: 204 with the token and the pass that are needed together; the kind decides about the rest", async (t) => {
  const { ask, landed } = await serve(t);
  const post = (body: unknown, headers: Record<string, string>) =>
    ask("/ships/9074729/cargo", { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
  const both = { Authorization: "Bearer sailor", "X-Terminal-Pass": "pass-7" };
  const cargo = { kind: "containers", numbers: ["MSKU1234567"] };
  t.is((await post(cargo, both)).status, 204);
  t.deepEqual(landed, [{ from: "Ada", cargo, by: ["fleet", "fleet"] }]);
  t.is((await post({ kind: "bulk", tonnes: 12.5 }, both)).status, 204);
  t.is((await post({ kind: "bulk", numbers: ["MSKU1234567"] }, both)).status, 400);
  t.is((await post({ kind: "people" }, both)).status, 400);
  t.is((await post(cargo, { Authorization: "Bearer sailor" })).status, 401);
  t.is((await post(cargo, { ...both, Authorization: "Bearer clerk" })).status, 400, "they are not the same person");
});

test("showBoard: 200 by a key in the query, which is no parameter; 401 for another one, 400 for two", async (t) => {
  const { ask } = await serve(t);
  t.is((await ask("/board?key=quay&lines=1")).body, "Ada (DE)\n");
  const refused = await ask("/board?key=wrong");
  t.is(refused.status, 401);
  t.is(refused.headers.get("WWW-Authenticate"), 'ApiKey realm="api", query="key"');
  t.is((await ask("/board")).status, 401);
  t.is((await ask("/board?key=quay&key=quay")).status, 400);
  t.is((await ask("/board?key=quay&keys=1")).status, 400);
  t.regex((await ask("/ships/9074729?key=quay")).body.errors[0].detail, /is not a parameter/);
});

test("assignBerth: 200 by a form, and without content, which is optional", async (t) => {
  const { ask } = await serve(t);
  const put = (body?: URLSearchParams) =>
    ask("/berths/B12", { method: "PUT", headers: MASTER, ...(body !== undefined && { body }) });
  t.deepEqual((await put(new URLSearchParams({ ship: "9074729", note: "fuel & water" }))).body, {
    berth: "B12",
    ship: 9_074_729,
    note: "fuel & water",
  });
  t.deepEqual((await put()).body, { berth: "B12", ship: null });
  t.is((await put(new URLSearchParams({ note: "?" }))).status, 400);
});
