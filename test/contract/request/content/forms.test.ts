import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import type { UploadedFile } from "../../../../src/contract/request/content/uploads.ts";
import { json, operation, type SmallHandler, serveSmall } from "../../../support/contract/small-contract.ts";

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";

const echo: SmallHandler = ({ body }) => ({ status: 200, body: body === undefined ? "nothing" : body });

function taking(mediaType: string, schema: object, encoding: object = {}, maxBytes = 5_000) {
  return { required: true, "x-max-bytes": maxBytes, content: { [mediaType]: { schema, encoding } } };
}

const serve = (t: ExecutionContext, requestBody: object, handler = echo, schemas = {}) =>
  serveSmall(t, {
    schemas,
    paths: { "/": { post: operation("take", { requestBody }) } },
    handlers: { take: handler },
  });

const PERSON = {
  type: "object",
  additionalProperties: false,
  properties: {
    name: { type: "string" },
    age: { type: "integer", minimum: 0 },
    height: { type: "number", multipleOf: 0.01 },
    admin: { type: "boolean", default: false },
    tags: { type: "array", items: { type: "string" } },
    scores: { type: "array", items: { type: "integer" } },
    joined: { type: "array", items: { type: "integer" } },
    piped: { type: "array", items: { type: "string" } },
    address: { type: "object", properties: { street: { type: "string" }, no: { type: "integer" } }, required: ["no"] },
    deep: { type: "object", properties: { n: { type: "integer" } }, additionalProperties: false },
  },
};
const ENCODING = { joined: { explode: false }, piped: { style: "pipeDelimited" }, deep: { style: "deepObject" } };

test("the fields of a form have the types of their members", async (t) => {
  const app = await serve(t, taking(FORM, { $ref: "#/components/schemas/Person" }, ENCODING), echo, { Person: PERSON });
  const send = (body: string) => app.request("/", { method: "POST", headers: { "Content-Type": FORM }, body });
  const sent = [
    "name=Ada+L%26%3D",
    "age=42",
    "height=4.35",
    "tags=a,b",
    "scores=1&scores=2",
    "joined=1,2",
    "piped=a|b",
    `address=${encodeURIComponent('{"street":"x","no":1}')}`,
    "deep[n]=5",
  ].join("&");
  t.deepEqual(await json(await send(sent)), {
    name: "Ada L&=",
    age: 42,
    height: 4.35,
    admin: false,
    tags: ["a,b"],
    scores: [1, 2],
    joined: [1, 2],
    piped: ["a", "b"],
    address: { street: "x", no: 1 },
    deep: { n: 5 },
  });
  for (const [body, pointer] of [
    ["age=x", "/age"],
    ["age=", "/age"],
    ["age=0x10", "/age"],
    ["age=1&age=2", "/age"],
    ["age=-1", "/age"],
    ["admin=on", "/admin"],
    ["scores=1&scores=x", "/scores/1"],
    ["joined=1,x", "/joined/1"],
    ["address={", "/address"],
    ["address=%7B%7D", "/address/no"],
    ["deep[n]=x", "/deep/n"],
    ["deep[m]=1", "/deep/m"],
    ["deep=1&deep[n]=2", "/deep"],
    ["deep[n]=2&deep=1", "/deep"],
    ["deep=1", "/deep"],
    ["other=1", "/other"],
  ] as const) {
    const response = await send(body);
    t.is(response.status, 400, body);
    t.is((await json(response)).errors[0].pointer, pointer, body);
  }
});

test("any values come through a form in their types", async (t) => {
  const app = await serve(t, taking(FORM, PERSON, ENCODING, 100_000));
  const person = fc.record({
    name: fc.string({ unit: "grapheme" }).map((text) => text.toWellFormed()),
    age: fc.nat(),
    admin: fc.boolean(),
    scores: fc.array(fc.maxSafeInteger(), { minLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(person, async ({ name, age, admin, scores }) => {
      const body = new URLSearchParams({ name, age: String(age), admin: String(admin) });
      for (const score of scores) body.append("scores", String(score));
      const response = await app.request("/", { method: "POST", body });
      t.deepEqual(await json(response), JSON.parse(JSON.stringify({ name, age, admin, scores })));
    }),
    { numRuns: 60 },
  );
});

/** A handler that answers with the files it was given, and what is in them. */
const describing =
  (seen: UploadedFile[]): SmallHandler =>
  async ({ body }) => {
    const entries = await Promise.all(
      Object.entries(body as object).map(async ([key, value]) => {
        const one = async (each: unknown) => {
          if (typeof each !== "object" || each === null || !("path" in each)) return each;
          const file = each as UploadedFile;
          seen.push(file);
          const { path: _, ...rest } = file;
          return { ...rest, text: await readFile(file.path, "latin1") };
        };
        return [key, Array.isArray(value) ? await Promise.all(value.map(one)) : await one(value)];
      }),
    );
    return { status: 200, body: Object.fromEntries(entries) };
  };

const describe = describing([]);

const UPLOAD = {
  type: "object",
  additionalProperties: false,
  required: ["picture", "n"],
  properties: {
    picture: { type: "string", format: "binary", maxLength: 1_000, minLength: 1 },
    pages: { type: "array", maxItems: 2, items: { type: "string", contentMediaType: "application/octet-stream" } },
    n: { type: "integer" },
    meta: { type: "object", required: ["a"], properties: { a: { type: "integer" }, b: { default: 1 } } },
    tags: { type: "array", items: { type: "boolean" } },
  },
};
const UPLOAD_ENCODING = { picture: { contentType: "image/png, image/jp*" }, pages: { contentType: "text/*" } };

const png = (bytes: string | Uint8Array<ArrayBuffer>, type = "image/png") => new Blob([bytes], { type });

function upload(parts: readonly (readonly [string, string | Blob, string?])[]): FormData {
  const form = new FormData();
  for (const [name, value, filename] of parts) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value, filename ?? "blob");
  }
  return form;
}

/** Waits until a folder is gone. */
async function gone(path: string): Promise<boolean> {
  for (let wait = 0; wait < 100 && existsSync(path); wait += 1) await sleep(20);
  return !existsSync(path);
}

test("multipart: texts have their types, files are on the disk until the answer is sent, under names of the server's own", async (t) => {
  const seen: UploadedFile[] = [];
  const app = await serve(t, taking(MULTIPART, UPLOAD, UPLOAD_ENCODING), describing(seen));
  const bytes = new Uint8Array([0, 255, 13, 10, 45, 45, 200]);
  const body = upload([
    ["picture", png(bytes), "../../../etc/pass\u00e4wd.png"],
    ["pages", png("one", "text/plain")],
    ["pages", png("two", "text/css")],
    ["n", "42"],
    ["meta", png('{"a":1}', "application/json")],
    ["tags", "true"],
    ["tags", "false"],
  ]);
  const response = await app.request("/", { method: "POST", body });
  const answer = await json(response);
  t.deepEqual(answer, {
    picture: {
      size: 7,
      mediaType: "image/png",
      name: "../../../etc/pass\u00e4wd.png",
      text: Buffer.from(bytes).toString("latin1"),
    },
    pages: [
      { size: 3, mediaType: "text/plain", name: "blob", text: "one" },
      { size: 3, mediaType: "text/css", name: "blob", text: "two" },
    ],
    n: 42,
    meta: { a: 1, b: 1 },
    tags: [true, false],
  });
  t.is(seen.length, 3);
  for (const { path } of seen) {
    t.regex(path, /upload-[^/]+\/\d+$/);
    t.true(await gone(dirname(path)));
  }
});

test("multipart: by any method that takes content, QUERY among them", async (t) => {
  const requestBody = taking(MULTIPART, UPLOAD, UPLOAD_ENCODING);
  const [put, query] = ["put", "query"].map((id) => operation(id, { requestBody }));
  const seen: UploadedFile[] = [];
  const handlers = { put: describing(seen), query: describing(seen) };
  const app = await serveSmall(t, { root: { openapi: "3.2.0" }, paths: { "/": { put, query } }, handlers });
  for (const method of ["PUT", "QUERY"]) {
    const body = upload([
      ["picture", png("abc"), "a.png"],
      ["n", "1"],
    ]);
    const response = await app.request("/", { method, body });
    t.is(response.status, 200, method);
    t.like((await json(response)).picture, { size: 3, text: "abc" });
    t.is((await app.request("/", { method, body: upload([["n", "1"]]) })).status, 400, method);
  }
});

test("multipart: what is not declared of a file is refused, and stored nowhere", async (t) => {
  const app = await serve(t, taking(MULTIPART, UPLOAD, UPLOAD_ENCODING), describe);
  const good = ["picture", png("x")] as const;
  const n = ["n", "1"] as const;
  const cases: readonly (readonly [string, readonly (readonly [string, string | Blob])[], string])[] = [
    ["no file", [n], "/picture"],
    ["a text where a file belongs", [["picture", "x"], n], "/picture"],
    ["an empty file", [["picture", png("")], n], "/picture"],
    ["a file that is too long", [["picture", png("x".repeat(1_001))], n], "/picture"],
    ["a media type that is not listed", [["picture", png("x", "image/gif")], n], "/picture"],
    ["two files for one", [good, good, n], "/picture"],
    [
      "too many of a list",
      [good, n, ...Array.from({ length: 3 }, () => ["pages", png("x", "text/a")] as const)],
      "/pages",
    ],
    ["a file that nobody knows", [good, n, ["other", png("x")]], "/other"],
    ["a text that nobody knows", [good, n, ["other", "x"]], "/other"],
    ["a number that is none", [good, ["n", "x"]], "/n"],
    ["JSON that is none", [good, n, ["meta", png("{", "application/json")]], "/meta"],
    ["JSON of another type", [good, n, ["meta", '{"a":"1"}']], "/meta/a"],
  ];
  for (const [what, parts, pointer] of cases) {
    const response = await app.request("/", { method: "POST", body: upload(parts) });
    t.is(response.status, 400, what);
    t.true(
      (await json(response)).errors.some((error: { pointer: string }) => error.pointer === pointer),
      what,
    );
  }
  t.is(
    (await app.request("/", { method: "POST", body: upload([["picture", png("x".repeat(6_000))], n]) })).status,
    413,
  );
  const chunked = new Response(upload([["picture", png("x".repeat(6_000))], n]));
  const response = await app.request("/", {
    method: "POST",
    body: chunked.body as ReadableStream<Uint8Array>,
    duplex: "half",
    headers: { "Content-Type": chunked.headers.get("Content-Type") ?? "" },
  } as RequestInit);
  t.is(response.status, 413);
  t.deepEqual(app.faults, []);
});

test("multipart: a coded form is decoded, and one that bursts is refused", async (t) => {
  const app = await serve(t, taking(MULTIPART, UPLOAD, UPLOAD_ENCODING), describe);
  const send = async (form: FormData) => {
    const response = new Response(form);
    const body = gzipSync(Buffer.from(await response.arrayBuffer()));
    const headers = { "Content-Type": response.headers.get("Content-Type") ?? "", "Content-Encoding": "gzip" };
    return app.request("/", { method: "POST", headers, body });
  };
  t.is(
    (
      await send(
        upload([
          ["picture", png("x")],
          ["n", "1"],
        ]),
      )
    ).status,
    200,
  );
  t.is(
    (
      await send(
        upload([
          ["picture", png("x".repeat(500_000))],
          ["n", "1"],
        ]),
      )
    ).status,
    413,
  );
});

test("multipart: a client that breaks off leaves no file, and no fault", async (t) => {
  let folder: string | undefined;
  const app = await serve(t, taking(MULTIPART, UPLOAD, UPLOAD_ENCODING, 1_000_000), describe);
  const { port } = new URL(app.url);
  const before = await uploadFolders();
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n" +
      '--b\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\nContent-Type: image/png\r\n\r\nxxxx',
  );
  for (let wait = 0; wait < 100 && folder === undefined; wait += 1) {
    await sleep(20);
    folder = (await uploadFolders()).find((name) => !before.includes(name));
  }
  t.truthy(folder, "the file has begun");
  socket.destroy();
  t.true(await gone(folder ?? ""));
  t.deepEqual(app.faults, []);
});

async function uploadFolders(): Promise<string[]> {
  const { readdir } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  return (await readdir(tmpdir())).filter((name) => name.startsWith("upload-")).map((name) => `${tmpdir()}/${name}`);
}

test("multipart: no garbage is a fault of the server, nor waits for ever", async (t) => {
  const app = await serve(t, taking(MULTIPART, UPLOAD, UPLOAD_ENCODING), describe);
  const line = fc.oneof(
    fc.constantFrom(
      "--b",
      "--b--",
      "",
      'Content-Disposition: form-data; name="picture"; filename="a"',
      'Content-Disposition: form-data; name="__proto__"',
      'Content-Disposition: form-data; name="n"',
      "Content-Type: image/png",
      "Content-Transfer-Encoding: base64",
      "Content-Transfer-Encoding: quoted-printable",
      "\u00ff\u00fe",
    ),
    fc.string({ maxLength: 10 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 14 }), fc.constantFrom("b", '"b"', ""), async (lines, boundary) => {
      const headers = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
      const body = Buffer.from(`--b\r\n${lines.join("\r\n")}\r\n--b--\r\n`, "latin1");
      const response = await app.request("/", { method: "POST", headers, body, signal: AbortSignal.timeout(5_000) });
      t.true([200, 400].includes(response.status), `${response.status} ${JSON.stringify(lines)}`);
    }),
    { numRuns: 200 },
  );
  t.is((await app.request("/", { method: "POST", headers: { "Content-Type": MULTIPART }, body: "--b" })).status, 400);
  t.deepEqual(app.faults, []);
});

test("content of another media type is kept as a file, text is a text, and each has its limit", async (t) => {
  const requestBody = {
    required: true,
    "x-max-bytes": 100,
    content: {
      "application/octet-stream": { schema: { type: "string", format: "binary" } },
      "text/plain": { schema: { type: "string", maxLength: 5 } },
      "application/merge-patch+json": { schema: { type: "object" } },
    },
  };
  const app = await serve(t, requestBody, async ({ body }) => {
    if (typeof body !== "object" || body === null || !("path" in body)) return { status: 200, body };
    const { path, ...file } = body as UploadedFile;
    return { status: 200, body: { ...file, text: await readFile(path, "latin1") } };
  });
  const send = (type: string, body: string | Uint8Array<ArrayBuffer>) =>
    app.request("/", { method: "POST", headers: { "Content-Type": type }, body });
  t.deepEqual(await json(await send("application/octet-stream", new Uint8Array([0, 255]))), {
    size: 2,
    mediaType: "application/octet-stream",
    text: "\u0000\u00ff",
  });
  t.is(await json(await send("text/plain; charset=utf-8", "é€")), "é€");
  t.deepEqual(await json(await send("application/merge-patch+json", '{"a":1}')), { a: 1 });
  t.is((await send("text/plain", "123456")).status, 400);
  t.is((await send("text/plain", new Uint8Array([255]))).status, 400);
  t.is((await send("application/octet-stream", "x".repeat(101))).status, 413);
  t.is((await send("text/plain", "x".repeat(101))).status, 413);
  t.is((await send("image/png", "x")).status, 415);
  t.deepEqual(app.faults, []);
});

const FILE = { type: "string", format: "binary" };
for (const [mediaType, properties, encoding, sentence] of [
  [MULTIPART, { a: { type: "array", items: FILE } }, {}, /member a is a list of files without maxItems$/],
  [MULTIPART, { a: { type: "object", properties: { f: FILE } } }, {}, /member a has a file inside$/],
  [MULTIPART, { a: { type: "string" } }, { a: { style: "form" } }, /member a has the style form, which no part/],
  [MULTIPART, { a: FILE }, { a: { headers: { "X-A": { schema: {} } } } }, /member a declares headers of its part/],
  [
    MULTIPART,
    { a: { type: "string" } },
    { a: { contentType: "text/csv" } },
    /member a is text\/csv, for which there is no parser$/,
  ],
  [MULTIPART, { a: { type: "string" } }, { b: { contentType: "text/plain" } }, /encodes b, which its form has not$/],
  [FORM, { a: FILE }, {}, /member a is a file, for which only multipart\/form-data has a place$/],
  [FORM, { a: { type: "object" } }, { a: { style: "form" } }, /member a is an object in the style form/],
  [FORM, { a: { type: "string" } }, { a: { style: "deepObject" } }, /member a is no object, in the style deepObject$/],
  [FORM, { a: { type: "array" } }, { a: { style: "pipeDelimited", explode: true } }, /member a is exploded or no list/],
] as const) {
  test(`a form that cannot be read is refused at the start: ${mediaType} ${JSON.stringify([properties, encoding])}`, async (t) => {
    const schema = { type: "object", properties };
    const fault = await t.throwsAsync(serve(t, taking(mediaType, schema, encoding)), { name: "ContractFault" });
    t.regex(fault?.message ?? "", new RegExp(sentence.source, "m"));
  });
}
