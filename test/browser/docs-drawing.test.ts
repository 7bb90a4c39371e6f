import type { Page } from "playwright-core";
import { type Json, objectOf } from "../../src/web/docs/contract/contract.ts";
import { resolvedAt } from "../../src/web/docs/contract/resolved.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { operations } from "../support/judge.ts";
import { startServer } from "../support/server.ts";

/** The most work that opening an operation may be, in milliseconds of the processor. */
const MOST_WORK = 200;

async function openDocs(page: Page): Promise<void> {
  await page.goto("/docs");
  await page
    .locator(".opblock")
    .nth(operations.length - 1)
    .waitFor();
  await page.waitForLoadState("networkidle");
}

browserTest(`the documentation: to open an operation is less than ${MOST_WORK} ms of work`, async (t) => {
  const server = await startServer(t);
  const { page, context } = await visit(t, server.url);
  await openDocs(page);
  const session = await context.newCDPSession(page);
  // The time of the page's own thread, to which other work of the machine adds little.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
  };
  const works: number[] = [];
  for (const id of ["getMe", "login", "listArticles", "createArticleLike", "verifyPasscode"]) {
    const before = await worked();
    await page.locator(`.opblock[id$="-${id}"] .opblock-summary-control`).dispatchEvent("click");
    await page.locator(`.opblock[id$="-${id}"] .responses-table`).waitFor();
    works.push((await worked()) - before);
  }
  t.log(works.map(Math.round).join(", "));
  // The least: other work can only add to it.
  t.true(Math.min(...works) < MOST_WORK, works.map(Math.round).join(", "));
});

/**
 * Counts, in `window.drawn`, the buttons of operations' summaries that Swagger UI draws: `SwaggerUIBundle` gets a plugin that wraps
 * React's `createElement`.
 */
const COUNT = `{
  let bundle;
  window.drawn = 0;
  const counting = ({ React }) => {
    const { createElement } = React;
    React.createElement = (type, props, ...children) => {
      if (type === "button" && /^(opblock|authorization)/.test(props?.className)) window.drawn += 1;
      return createElement(type, props, ...children);
    };
    return {};
  };
  const wrapped = (options) => bundle({ ...options, plugins: [...options.plugins, counting] });
  Object.defineProperty(window, "SwaggerUIBundle", { get: () => bundle && wrapped, set: (given) => { bundle = given; } });
}`;

browserTest("the documentation: what happens in one operation draws none of the others anew", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { expected: /status of 400/ });
  await page.addInitScript({ content: COUNT });
  await openDocs(page);
  const drawn = async (act: () => Promise<void>) => {
    await page.evaluate("window.drawn = 0");
    await act();
    return Number(await page.evaluate("window.drawn"));
  };
  const operation = page.locator('.opblock[id$="-login"]');
  const click = (selector: string) => operation.locator(selector).dispatchEvent("click");
  for (const [what, act] of [
    [
      "opened",
      async () => {
        await click(".opblock-summary-control");
        await operation.locator(".responses-table").waitFor();
      },
    ],
    ["tried", () => click(".try-out__btn")],
    ["typed", () => operation.locator("textarea").fill("{}")],
    [
      "sent",
      async () => {
        await click(".execute");
        await operation.locator(".live-responses-table .response").waitFor();
      },
    ],
    ["closed", () => click(".opblock-summary-control")],
  ] as const) {
    const count = await drawn(act);
    t.log(what, count);
    t.true(count < operations.length / 2, `${what}: ${count} buttons`);
  }
});

browserTest("the documentation: a call that lacks a value is not sent, and what it lacks is said", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await page.goto("/docs");
  const operation = page.locator('.opblock[id$="-getArticle"]');
  await operation.locator(".opblock-summary-control").click();
  await operation.locator(".try-out__btn").click();
  await operation.locator('tr[data-param-name="article_id"] input').fill("");
  const calls: string[] = [];
  page.on("request", (request) => calls.push(request.url()));
  await operation.locator(".execute").click();
  await operation.locator(".validation-errors").getByText("article_id").waitFor();
  t.deepEqual(calls, []);
  await operation.locator('tr[data-param-name="article_id"] input').fill("1");
  await operation.locator(".execute").click();
  await operation.locator(".live-responses-table .response").waitFor();
  t.is(await operation.locator(".validation-errors").count(), 0);
});

browserTest(
  "the documentation: a response shows the media type, the example and the schema that one chooses",
  async (t) => {
    const server = await startServer(t);
    const { page } = await visit(t, server.url);
    await page.goto("/docs");
    const rowOf = (id: string) => page.locator(`.opblock[id$="-${id}"] tr.response[data-code="200"]`);
    for (const id of ["login", "showLoginForm"]) {
      await page.locator(`.opblock[id$="-${id}"] .opblock-summary-control`).click();
      await rowOf(id).waitFor();
    }
    const signedIn = rowOf("login");
    await signedIn.locator(".example", { hasText: "authentication_token" }).waitFor();
    await signedIn.locator(".examples-select-element").selectOption("session");
    await signedIn.locator(".example", { hasText: "csrf_token" }).waitFor();
    t.is(await signedIn.locator(".example", { hasText: "authentication_token" }).count(), 0);
    await signedIn.getByRole("tab", { name: "Schema" }).click();
    await signedIn.locator(".json-schema-2020-12").first().waitFor();

    const form = rowOf("showLoginForm");
    const shown = form.locator(".example");
    await shown.filter({ hasText: "csrf_token" }).waitFor();
    await form.locator(".content-type").selectOption("text/html");
    await shown.filter({ hasText: "<title>" }).waitFor();
    t.is(await shown.filter({ hasText: "csrf_token" }).count(), 0);
  },
);

const ADDRESS = "https://api.example/docs";

/** Each way in which a reference stands in a document. */
const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "References", version: "1" },
  paths: {
    "/things/{id}": {
      parameters: [{ $ref: "#/components/parameters/Id" }],
      get: {
        operationId: "getThing",
        parameters: [{ $ref: "#/components/parameters/Page" }],
        responses: {
          "200": { $ref: "#/components/responses/Thing" },
          "404": { $ref: "#/components/responses/Missing", description: "Never there." },
        },
      },
      put: {
        operationId: "putThing",
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Tree" } } } },
        responses: { "204": { description: "Put." } },
      },
    },
  },
  components: {
    parameters: {
      Id: { name: "id", in: "path", required: true, schema: { $ref: "#/components/schemas/Id" } },
      Page: { name: "page", in: "query", schema: { type: "string" } },
    },
    responses: {
      Thing: {
        description: "A thing.",
        headers: { ETag: { $ref: "#/components/headers/ETag" } },
        content: {
          "application/json": {
            schema: { $ref: "#/components/schemas/Thing" },
            examples: { one: { $ref: "#/components/examples/One" } },
          },
        },
        links: { again: { $ref: "#/components/links/Again" } },
      },
      Missing: { description: "There is none." },
    },
    headers: { ETag: { schema: { type: "string" } } },
    examples: { One: { value: { id: 1, $ref: 2 } } },
    links: { Again: { operationId: "getThing", parameters: { id: "$response.body#/id" } } },
    schemas: {
      Id: { type: "integer", description: "A number." },
      Thing: {
        type: "object",
        properties: {
          id: { $ref: "#/components/schemas/Id", description: "Its number." },
          $ref: { type: "integer" },
          owner: { anyOf: [{ $ref: "#/components/schemas/Owner" }, { type: "null" }] },
        },
      },
      Owner: { type: "object", properties: { id: { $ref: "#/components/schemas/Id" } } },
      Tree: {
        type: "object",
        properties: { parent: { $ref: "#/components/schemas/Tree" }, thing: { $ref: "#/components/schemas/Thing" } },
      },
    },
  },
} as const;

browserTest("the documentation: references stand for what they stand for in Swagger UI itself", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await openDocs(page);
  const whole: unknown = await page.evaluate(`(async () => {
    const { fn } = SwaggerUIBundle({ spec: { openapi: "3.1.0" }, domNode: document.createElement("div") });
    const { spec, errors } = await fn.resolveSubtree(${JSON.stringify(DOCUMENT)}, [], { baseDoc: ${JSON.stringify(ADDRESS)} });
    if (errors?.length > 0) throw errors[0];
    return spec;
  })()`);
  for (const place of [
    ["paths", "/things/{id}", "get"],
    ["paths", "/things/{id}", "put"],
    ["components", "schemas", "Thing"],
    ["components", "schemas", "Tree"],
    ["components", "schemas"],
  ]) {
    const own = place.reduce((at, name) => objectOf(at)[name] ?? {}, whole as Json);
    t.deepEqual(resolvedAt(DOCUMENT, place, ADDRESS), own, place.join(" "));
  }
});
