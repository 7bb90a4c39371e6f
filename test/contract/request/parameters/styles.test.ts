import test from "ava";
import fc from "fast-check";
import { encode, expand, type Value } from "../../../support/contract/expansion.ts";
import { json, operation, type SmallHandler, serveSmall } from "../../../support/contract/small-contract.ts";

const echo: SmallHandler = ({ query, path, header, cookie }) => ({
  status: 200,
  body: { query, path, header, cookie },
});

/** A value of each type that an element or a member may have. */
const scalars = {
  string: fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.toWellFormed()),
  integer: fc.maxSafeInteger(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
};
type Scalar = string | number | boolean;

const OBJECT = {
  type: "object",
  additionalProperties: false,
  properties: { R: { type: "integer" }, "g=&,;|": { type: "string" }, b: { type: "boolean" }, n: { type: "number" } },
};

const objects: fc.Arbitrary<Record<string, Scalar>> = fc
  .record(
    { R: scalars.integer, "g=&,;|": scalars.string, b: scalars.boolean, n: scalars.number },
    { requiredKeys: ["R"] },
  )
  .map((object) => ({ ...object }) as Record<string, Scalar>);

/** Text of a number as JSON writes it: never `-0`, which is no other number. */
function textOf(value: Scalar): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function textsOf(value: Scalar | readonly Scalar[] | Readonly<Record<string, Scalar>>): Value {
  if (Array.isArray(value)) return value.map(textOf);
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, textOf(each)]));
  return textOf(value as Scalar);
}

/** The schemas and the values by which each style is tried. A dot is not encoded: in a label nothing tells it from a separator. */
const SCHEMAS = [
  ...Object.entries(scalars).map(([type, values]) => ({
    name: type,
    schema: { type } as object,
    values: values as fc.Arbitrary<Parameters<typeof textsOf>[0]>,
  })),
  ...Object.entries(scalars).map(([type, values]) => ({
    name: `list of ${type}`,
    schema: { type: "array", items: { type } } as object,
    values: fc.array(values as fc.Arbitrary<Scalar>, { minLength: 1, maxLength: 5 }) as fc.Arbitrary<
      Parameters<typeof textsOf>[0]
    >,
  })),
  { name: "object", schema: OBJECT as object, values: objects as fc.Arbitrary<Parameters<typeof textsOf>[0]> },
];

const COMBINATIONS = [
  ...["", ".", ";", "?"].flatMap((operator) => [true, false].map((explode) => ({ operator, explode }))),
];
const STYLES: Readonly<Record<string, string>> = { "": "simple", ".": "label", ";": "matrix", "?": "form" };

/** What the value is in JSON: `-0` is 0 there. */
const same = (value: unknown) => JSON.parse(JSON.stringify(value));

for (const { operator, explode } of COMBINATIONS) {
  const style = STYLES[operator] as string;
  for (const { name, schema, values } of SCHEMAS) {
    const isAmbiguous = (value: Parameters<typeof textsOf>[0]) => {
      const texts = Object.values(typeof value === "object" ? textsOf(value) : []);
      return style === "label" && explode && texts.some((text) => text.includes("."));
    };
    // Nearly every number has a dot.
    if (style === "label" && explode && name === "list of number") continue;
    test(`${style}, explode ${explode}: any ${name} that RFC 6570 expands is read as it was`, async (t) => {
      const isQuery = operator === "?";
      const parameter = { name: "color", in: isQuery ? "query" : "path", required: true, style, explode, schema };
      const more = isQuery ? { allowEmptyValue: true } : {};
      const path = isQuery ? "/p" : "/p/{color}/q";
      const app = await serveSmall(t, {
        paths: { [path]: { get: operation("read", { parameters: [{ ...parameter, ...more }] }) } },
        handlers: { read: echo },
      });
      await fc.assert(
        fc.asyncProperty(values, async (value) => {
          const expanded = expand(operator, "color", textsOf(value), explode);
          fc.pre(!isAmbiguous(value));
          fc.pre(!/^\/p\/(\.{0,2})\/q$/.test(path.replace("{color}", expanded)));
          const response = await app.request(isQuery ? `/p${expanded}` : path.replace("{color}", expanded));
          const text = await response.text();
          t.is(response.status, 200, `${expanded} ${text}`);
          const read = JSON.parse(text)[parameter.in].color;
          t.deepEqual(read, same(value), expanded);
        }),
        { numRuns: 40 },
      );
    });
  }
}

for (const [style, separators, forbidden] of [
  ["spaceDelimited", ["%20", "+"], /[ ]/],
  ["pipeDelimited", ["|", "%7C", "%7c"], /[|]/],
] as const) {
  test(`${style}: lists and objects are read, by each spelling of the separator`, async (t) => {
    const parameter = (name: string, schema: object) => ({ name, in: "query", style, schema });
    const app = await serveSmall(t, {
      paths: {
        "/": {
          get: operation("read", {
            parameters: [
              parameter("list", { type: "array", items: { type: "string" } }),
              parameter("object", { type: "object", properties: { R: { type: "integer" }, s: { type: "string" } } }),
            ],
          }),
        },
      },
      handlers: { read: echo },
    });
    const texts = scalars.string.filter((text) => !forbidden.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(texts, { minLength: 1 }),
        scalars.integer,
        texts,
        fc.constantFrom(...separators),
        async (list, R, s, by) => {
          const object = ["R", String(R), "s", encode(s)].join(by);
          const response = await app.request(`/?list=${list.map(encode).join(by)}&object=${object}`);
          t.deepEqual((await json(response)).query, same({ list, object: { R, s } }));
        },
      ),
      { numRuns: 60 },
    );
  });
}

test("deepObject: members are read one by one, and nothing in a value is taken for another member", async (t) => {
  const filter = {
    type: "object",
    additionalProperties: false,
    properties: { a: { type: "string" }, n: { type: "integer" }, list: { type: "array", items: { type: "integer" } } },
  };
  const app = await serveSmall(t, {
    paths: {
      "/": {
        get: operation("read", {
          parameters: [
            { name: "filter", in: "query", style: "deepObject", explode: true, schema: filter },
            { name: "q", in: "query", schema: { type: "string" } },
          ],
        }),
      },
    },
    handlers: { read: echo },
  });
  await fc.assert(
    fc.asyncProperty(
      scalars.string,
      scalars.integer,
      fc.array(scalars.integer, { minLength: 1 }),
      async (a, n, list) => {
        const pairs = [
          ["filter[a]", a],
          ["filter[n]", String(n)],
          ...list.map((each) => ["filter[list]", String(each)]),
        ];
        const wire = pairs.map(([name = "", text = ""]) => `${encode(name)}=${encode(text)}`).join("&");
        t.deepEqual((await json(await app.request(`/?${wire}`))).query, same({ filter: { a, n, list } }));
      },
    ),
    { numRuns: 60 },
  );
  t.deepEqual((await json(await app.request("/?filter[a]=x%26y&q=1"))).query, { filter: { a: "x&y" }, q: "1" });
  t.deepEqual((await json(await app.request("/?filter[a]=x%26filter[n]=1%26q=2"))).query, {
    filter: { a: "x&filter[n]=1&q=2" },
  });
  for (const refused of [
    "filter[a][b]=x",
    "filter[]=x",
    "filter=x",
    "filter[a]=x&filter[a]=y",
    "filter[z]=x",
    "filter[__proto__]=x",
    "filter[n]=x",
    "filter[a=x",
    "filtera]=x",
    "__proto__[a]=x",
    "filter[constructor]=x",
  ]) {
    t.is((await app.request(`/?${refused}`)).status, 400, refused);
  }
});

test("header: lists and objects are read as fields are, with white space and empty ones", async (t) => {
  const parameter = (name: string, schema: object, explode?: boolean) => ({ name, in: "header", schema, explode });
  const list = { type: "array", items: { type: "integer" }, maxItems: 3 };
  const object = { type: "object", properties: { R: { type: "integer" }, s: { type: "string" } } };
  const app = await serveSmall(t, {
    paths: {
      "/": {
        get: operation("read", {
          parameters: [parameter("X-List", list), parameter("X-Object", object), parameter("X-Exploded", object, true)],
        }),
      },
    },
    handlers: { read: echo },
  });
  const headers = { "X-List": "1, 2 ,3", "X-Object": "R, 7, s, 100%25", "X-Exploded": "R=7, s=a=b" };
  t.deepEqual((await json(await app.request("/", { headers }))).header, {
    "x-list": [1, 2, 3],
    "x-object": { R: 7, s: "100%25" },
    "x-exploded": { R: 7, s: "a=b" },
  });
  t.deepEqual((await json(await app.request("/", { headers: { "X-List": "" } }))).header, { "x-list": [] });
  for (const refused of [{ "X-List": "1,x" }, { "X-List": "1,2,3,4" }, { "X-Object": "R" }, { "X-Object": "R,x" }]) {
    const response = await app.request("/", { headers: refused as never });
    t.is(response.status, 400, JSON.stringify(refused));
    t.is((await json(response)).errors[0].parameter.toLowerCase(), Object.keys(refused)[0]?.toLowerCase());
  }
});

test("cookie: texts are decoded once, lists and objects taken apart before", async (t) => {
  const parameter = (name: string, schema: object, members: object = { explode: false }) => ({
    name,
    in: "cookie",
    schema,
    ...members,
  });
  const list = { type: "array", items: { type: "string" } };
  const object = { type: "object", properties: { R: { type: "integer" }, s: { type: "string" } } };
  const app = await serveSmall(t, {
    paths: {
      "/": {
        get: operation("read", {
          parameters: [parameter("list", list), parameter("object", object), parameter("text", { type: "string" }, {})],
        }),
      },
    },
    handlers: { read: echo },
  });
  const cookie = async (value: string) => app.request("/", { headers: { Cookie: value } });
  t.deepEqual((await json(await cookie("list=a%2Cb,c; object=R,7,s,%3B; text=%2525"))).cookie, {
    list: ["a,b", "c"],
    object: { R: 7, s: ";" },
    text: "%25",
  });
  for (const refused of ["list=%", "object=R", "object=R,x", "text=%C3"])
    t.is((await cookie(refused)).status, 400, refused);
});

test("content: a JSON text is parsed once, held to its schema, and refused when it is none", async (t) => {
  const schema = {
    type: "object",
    required: ["a"],
    properties: { a: { type: "integer", maximum: 9 }, s: { type: "string" } },
  };
  const parameter = (where: string, name: string, members: object = {}) => ({
    name,
    in: where,
    content: { "application/json": { schema } },
    ...members,
  });
  const app = await serveSmall(t, {
    paths: {
      "/{p}": {
        get: operation("read", {
          parameters: [
            parameter("path", "p", { required: true }),
            parameter("query", "q"),
            parameter("header", "X-H"),
            parameter("cookie", "c"),
            { name: "text", in: "query", content: { "text/plain": { schema: { type: "string", maxLength: 3 } } } },
          ],
        }),
      },
    },
    handlers: { read: echo },
  });
  const good = JSON.stringify({ a: 1, s: "5&%+é" });
  const ask = (p: string, query = "", headers: Record<string, string> = {}) =>
    app.request(`/${encode(p)}${query}`, { headers });
  const response = await ask(good, `?q=${encode(good)}&text=a%2Bb`, { "X-H": '{"a":2}', Cookie: `c=${encode(good)}` });
  const value = { a: 1, s: "5&%+é" };
  t.deepEqual(await json(response), {
    path: { p: value },
    query: { q: value, text: "a+b" },
    header: { "x-h": { a: 2 } },
    cookie: { c: value },
  });
  // A text in the JSON stays a text: nothing is converted once more.
  for (const bad of ['{"a":"1"}', '{"a":10}', "{}", "{", "x", "null", "[]", '"{}"']) {
    t.is((await ask(bad)).status, 400, bad);
    t.is((await ask(good, `?q=${encode(bad)}`)).status, 400, bad);
    t.is((await ask(good, "", { "X-H": bad })).status, 400, bad);
    t.is((await ask(good, "", { Cookie: `c=${encode(bad)}` })).status, 400, bad);
  }
  t.is((await ask(good, "?text=abcd")).status, 400);
  t.is((await ask(good, `?q=${encode(good)}&q=${encode(good)}`)).status, 400);
  t.deepEqual((await json(await ask(good, "?q=%7B"))).errors, [{ parameter: "q", detail: "must be application/json" }]);
});

test("an exploded object lends its members to the query, and takes the other names where it has others", async (t) => {
  const closed = {
    type: "object",
    required: ["R"],
    additionalProperties: false,
    properties: { R: { type: "integer", default: 5 }, list: { type: "array", items: { type: "string" } } },
  };
  const open = { type: "object", properties: {}, additionalProperties: { type: "integer" } };
  const color = (schema: object) => ({ name: "color", in: "query", schema });
  const q = { name: "q", in: "query", schema: { type: "string" } };
  const app = await serveSmall(t, {
    paths: {
      "/closed": {
        get: operation("closed", { parameters: [color({ ...closed, properties: { R: closed.properties.R } }), q] }),
      },
      "/open": { get: operation("open", { parameters: [color(open), q] }) },
    },
    handlers: { closed: echo, open: echo },
  });
  t.deepEqual((await json(await app.request("/closed?R=1&q=a"))).query, { color: { R: 1 }, q: "a" });
  t.deepEqual((await json(await app.request("/closed"))).query, {});
  t.is((await app.request("/closed?color=1")).status, 400);
  t.is((await app.request("/closed?R=1&R=2")).status, 400);
  t.deepEqual((await json(await app.request("/open?a=1&q=a&b=2"))).query, { color: { a: 1, b: 2 }, q: "a" });
  t.is((await app.request("/open?a=x")).status, 400);
});

test("a parameter of several types is a number or a boolean where its text reads as one", async (t) => {
  const schema = {
    oneOf: [{ type: "integer", maximum: 9 }, { type: "string", pattern: "^[a-z]+$" }, { type: "boolean" }],
  };
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("read", { parameters: [{ name: "v", in: "query", schema }] }) } },
    handlers: { read: echo },
  });
  const ask = async (text: string) => (await json(await app.request(`/?v=${text}`))).query;
  t.deepEqual([await ask("7"), await ask("abc")], [{ v: 7 }, { v: "abc" }]);
  for (const refused of ["10", "A", "", "1&v=2"]) t.is((await app.request(`/?v=${refused}`)).status, 400, refused);
});

test("defaults and required parameters hold in each style, and references have their siblings", async (t) => {
  const list = { $ref: "#/components/schemas/List", maxItems: 2, default: [1] };
  const app = await serveSmall(t, {
    schemas: {
      List: { type: "array", items: { type: "integer" } },
      Deep: { type: "object", properties: { a: { $ref: "#/components/schemas/Five" }, b: { type: "string" } } },
      Five: { type: "integer", default: 5 },
      Text: { type: "string" },
    },
    paths: {
      "/": {
        parameters: [{ name: "s", in: "query", schema: { $ref: "#/components/schemas/Text", maxLength: 2 } }],
        get: operation("read", {
          parameters: [
            { name: "list", in: "query", explode: false, schema: list },
            { name: "deep", in: "query", style: "deepObject", schema: { $ref: "#/components/schemas/Deep" } },
            { name: "must", in: "header", required: true, schema: { type: "array", items: { type: "string" } } },
          ],
        }),
        post: operation("other"),
      },
    },
    handlers: { read: echo, other: echo },
  });
  const headers = { must: "a" };
  t.deepEqual((await json(await app.request("/", { headers }))).query, { list: [1] });
  t.deepEqual((await json(await app.request("/?deep[b]=x&list=3,4", { headers }))).query, {
    list: [3, 4],
    deep: { b: "x", a: 5 },
  });
  t.is((await app.request("/?list=1,2,3", { headers })).status, 400);
  t.is((await app.request("/?s=abc", { headers })).status, 400);
  t.is((await app.request("/?s=abc", { method: "POST" })).status, 400);
  t.is((await app.request("/?s=ab", { method: "POST" })).status, 200);
  const { errors } = await json(await app.request("/"));
  t.deepEqual(errors, [{ parameter: "must", detail: "is required" }]);
});

test("no garbage in any place is a fault of the server", async (t) => {
  const list = { type: "array", items: { type: "integer" } };
  const parameter = (name: string, where: string, members: object) => ({ name, in: where, schema: list, ...members });
  const app = await serveSmall(t, {
    paths: {
      "/a/{m}/{l}/{s}": {
        get: operation("read", {
          parameters: [
            parameter("m", "path", { required: true, style: "matrix", schema: OBJECT }),
            parameter("l", "path", { required: true, style: "label", explode: true }),
            parameter("s", "path", { required: true, schema: OBJECT, explode: true }),
            parameter("deep", "query", { style: "deepObject", schema: OBJECT }),
            parameter("pipe", "query", { style: "pipeDelimited" }),
            parameter("form", "query", { explode: false, schema: OBJECT }),
            parameter("H", "header", { schema: OBJECT, explode: true }),
            parameter("c", "cookie", { explode: false }),
          ],
        }),
      },
    },
    handlers: { read: echo },
  });
  const signs = fc.string({
    unit: fc.constantFrom(...'%2Cab01;,.=&[]|+?~mlsRdeepformpi\\"{}:'.split("")),
    maxLength: 14,
  });
  await fc.assert(
    fc.asyncProperty(signs, signs, signs, signs, signs, async (m, l, s, query, field) => {
      const clean = (text: string) => text.replaceAll(/[?#\\{}"|]/g, "-");
      const headers = { H: field, Cookie: `c=${field}` };
      const response = await app.request(
        `/a/${clean(m)}/${clean(l)}/${clean(s)}?${clean(query)}&deep[${clean(field)}`,
        { headers },
      );
      t.true([200, 400, 404].includes(response.status), `${response.status}`);
    }),
    { numRuns: 300 },
  );
  t.deepEqual(app.faults, []);
});
