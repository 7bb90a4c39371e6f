import { readFile } from "node:fs/promises";
import test from "ava";
import { parse } from "yaml";
import { parseDocument } from "../../../src/contract/document/parse.ts";
import { readOperations } from "../../../src/contract/document/read-operations.ts";
import { walk } from "../../../src/contract/document/walk.ts";
import { operations } from "../../support/judge.ts";
import { exchange, requestText } from "../../support/raw.ts";
import { startServer } from "../../support/server.ts";

const EDITION = new URL("../../../generated/openapi.client.json", import.meta.url);

async function edition() {
  const document = parseDocument(await readFile(EDITION, "utf8"));
  return { document, operations: readOperations(document) };
}

test("getClientContract: 200 with the edition for clients, and this server in it", async (t) => {
  const server = await startServer(t);
  const response = await server.request("/openapi.client.json");
  t.is(response.status, 200);
  t.is(response.headers.get("Content-Type"), "application/json");
  const servers = [{ url: server.url, description: "This server." }];
  t.deepEqual(JSON.parse(await response.text()), { ...JSON.parse(await readFile(EDITION, "utf8")), servers });
});

test("getClientContract: each operation takes one media type, and answers each status in one", async (t) => {
  for (const { operationId, requestContent, responses } of (await edition()).operations) {
    t.true((requestContent?.mediaTypes.size ?? 0) <= 1, operationId);
    for (const { status, mediaTypes } of responses.values()) t.true(mediaTypes.size <= 1, `${operationId}: ${status}`);
    const all = [
      ...(requestContent?.mediaTypes.keys() ?? []),
      ...[...responses.values()].flatMap((one) => [...one.mediaTypes.keys()]),
    ];
    t.true(
      all.every((mediaType) => /^application\/(?:problem\+)?json$/.test(mediaType)),
      `${operationId}: ${all}`,
    );
    t.false(
      [...responses.keys()].some((status) => status === 302 || status === 303),
      operationId,
    );
  }
});

test("getClientContract: it has every operation that answers JSON, but those of pages, of the documentation and of health", async (t) => {
  const tagsOf = ({ node }: { node: { tags?: unknown } }) => String(node.tags);
  const expected = operations.filter((one) => !["Pages", "Documentation", "Health"].includes(tagsOf(one)));
  t.deepEqual(
    (await edition()).operations.map(({ operationId }) => operationId),
    expected.map(({ operationId }) => operationId),
  );
});

test("getClientContract: nothing stands in it that nothing leads to", async (t) => {
  const { document } = await edition();
  const text = JSON.stringify(document.root);
  const components = document.root.components as Record<string, object>;
  for (const [section, members] of Object.entries(components)) {
    if (section === "securitySchemes") continue;
    for (const name of Object.keys(members))
      t.true(text.includes(`"#/components/${section}/${name}"`), `${section}/${name}`);
  }
  const ids = readOperations(document).map(({ operationId }) => operationId);
  for (const { kind, node } of walk(document.root))
    if (kind === "link" && node.operationId) t.true(ids.includes(String(node.operationId)));
});

const PATHS = ["/openapi.json", "/openapi.yaml", "/openapi.client.json"];

/** `Host`, further fields, trusted proxies, and the server that the document names then. */
const ADDRESSES: readonly (readonly [string, readonly string[], string, string])[] = [
  ["kudos.test", [], "0", "http://kudos.test"],
  ["Kudos.Test:8080", [], "0", "http://kudos.test:8080"],
  ["[::1]:8080", [], "0", "http://[::1]:8080"],
  ["kudos.test", ["X-Forwarded-Host: evil.test", "X-Forwarded-Proto: https"], "0", "http://kudos.test"],
  ["inner:8080", ["X-Forwarded-Host: kudos.test", "X-Forwarded-Proto: https"], "1", "https://kudos.test"],
  ["inner", ["X-Forwarded-Host: evil.test, kudos.test", "X-Forwarded-Proto: gopher, https"], "1", "https://kudos.test"],
  ["inner", ["X-Forwarded-Proto: javascript"], "1", "/"],
  ["inner", ["X-Forwarded-Host: a b"], "1", "/"],
  ["$(id).test", [], "0", "/"],
  ["kudos.test;id", [], "0", "/"],
  ["<script>", [], "0", "/"],
  ['a"b', [], "0", "/"],
  ["ada@kudos.test", [], "0", "http://kudos.test"],
  ["kudos.test/x", [], "0", "/"],
  ["-rf", [], "0", "/"],
  ["", [], "0", "/"],
  [`${"a".repeat(261)}`, [], "0", "/"],
];

for (const hops of ["0", "1"]) {
  test(`getContractJson, getContractYaml, getClientContract: 200 names the server that was asked, behind ${hops} proxies, and no text that is none`, async (t) => {
    const { url } = await startServer(t, { environment: { TRUSTED_PROXIES: hops } });
    for (const [host, fields, proxies, expected] of ADDRESSES) {
      if (proxies !== hops) continue;
      for (const path of PATHS) {
        const [answer] = await exchange(url, requestText(`GET ${path} HTTP/1.1`, [`Host: ${host}`, ...fields]));
        t.is(answer?.status, 200, host);
        const { servers } = parse(answer?.body ?? "") as { servers: { url: string }[] };
        t.is(servers[0]?.url, expected, `${path}: ${host}`);
        t.is(answer?.headers.get("Cache-Control"), "private, no-cache");
      }
    }
  });
}

test("getContractJson: each address has a tag of its own, and keeps it while others are asked for", async (t) => {
  const { url } = await startServer(t);
  const tagAt = async (host: string) => {
    const [answer] = await exchange(url, requestText("GET /openapi.json HTTP/1.1", [`Host: ${host}`]));
    return answer?.headers.get("ETag");
  };
  const first = await tagAt("one.test");
  const others = await Promise.all(Array.from({ length: 20 }, (_, index) => tagAt(`other-${index}.test`)));
  t.is(new Set([first, ...others]).size, 21);
  t.is(await tagAt("one.test"), first);
});
