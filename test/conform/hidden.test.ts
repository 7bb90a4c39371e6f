import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import { conform } from "../../src/conform/conform.ts";
import { defaultOptions } from "../../src/conform/options.ts";
import { describeReport } from "../../src/conform/report.ts";
import { prepareSubject } from "../../src/conform/subject.ts";
import { parseDocument } from "../../src/contract/document/parse.ts";

const text = { type: "string", minLength: 2, maxLength: 5 };
const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "Small", version: "1" },
  paths: {
    "/word": {
      get: {
        operationId: "readWord",
        parameters: [{ name: "q", in: "query", schema: text }],
        responses: Object.fromEntries(
          ["200", "400", "404", "409"].map((status) => [
            status,
            { description: "It.", content: { "text/plain": { schema: {} } } },
          ]),
        ),
      },
    },
  },
};

for (const [status, hides] of [
  [400, false],
  [404, true],
  [409, true],
] as const) {
  test(`conform tells how many violations were answered ${status}: ${hides ? "it tells nothing of them" : "none"}`, async (t) => {
    const server = createServer((request, response) => {
      const query = new URL(request.url ?? "", "http://_").searchParams;
      const q = query.get("q") ?? "ab";
      const isRight = request.method === "GET" && [...q].length >= 2 && [...q].length <= 5;
      if (request.method !== "GET") response.writeHead(405, { Allow: "GET" }).end();
      else response.writeHead(isRight ? 200 : status, { "Content-Type": "text/plain" }).end("it");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.teardown(() => server.close());
    const address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const subject = await prepareSubject(parseDocument(JSON.stringify(DOCUMENT)));
    const report = await conform(subject, { ...defaultOptions(address), seed: 1 });
    const { hidden = 0, requests = 0 } = report.operations.readWord ?? {};
    t.is(hidden > 0, hides);
    t.true(hidden < requests);
    const line = new RegExp(
      `^violations answered by one of 404, 409, 410, 412, 429, so not seen: readWord ${hidden}$`,
      "m",
    );
    t.is(line.test(describeReport(report, "kudos conform")), hides);
  });
}
