import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { DeliveryFailed } from "../../src/domain/mail/mailer.ts";
import { createTextGateway } from "../../src/mail/text-gateway.ts";

const MESSAGE = {
  channel: "text",
  id: "0123456789abcdefABCDEF",
  to: "+14155550123",
  subject: "",
  text: "12345678 is your code.\n",
  createdAt: new Date(),
} as const;

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A gateway that answers with a status, or not at all. */
async function startGateway(t: ExecutionContext, status: number | undefined, location?: string) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    asked.push({ method: request.method, url: request.url, headers: request.headers, body: await json(request) });
    if (status !== undefined) response.writeHead(status, location ? { Location: location } : {}).end("taken");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("a text is one POST of JSON, with user and password of the URL by Basic", async (t) => {
  const { asked, host } = await startGateway(t, 202);
  await createTextGateway(`http://us%40er:p%3Aw@${host}/send?from=kudos`).send(MESSAGE, AbortSignal.timeout(10_000));
  const [{ method, url, headers, body }] = asked as [Asked];
  t.deepEqual([method, url, body], ["POST", "/send?from=kudos", { to: MESSAGE.to, text: MESSAGE.text }]);
  t.is(headers["content-type"], "application/json");
  t.is(headers.authorization, `Basic ${Buffer.from("us@er:p:w").toString("base64")}`);
  t.is(headers["idempotency-key"], `"${MESSAGE.id}"`);
});

test("400 and 422 are refusals for good; other answers, redirects and silence are failures that pass", async (t) => {
  for (const [status, permanent] of [
    [400, true],
    [422, true],
    [401, false],
    [404, false],
    [429, false],
    [500, false],
    [302, false],
    [undefined, false],
  ] as const) {
    const { host } = await startGateway(t, status, "http://127.0.0.1:1/");
    const gateway = createTextGateway(`http://u:secret@${host}/`);
    const error = await t.throwsAsync(gateway.send(MESSAGE, AbortSignal.timeout(status ? 10_000 : 200)), {
      instanceOf: DeliveryFailed,
    });
    t.is(error?.permanent, permanent, String(status));
    t.notRegex(error?.reason ?? "", /secret|4155550123|12345678/);
  }
});
