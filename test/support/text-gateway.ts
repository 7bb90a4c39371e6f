import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecutionContext } from "ava";

/** A text to a phone, as the gateway was given it. */
export interface ReceivedText {
  readonly to: string;
  readonly text: string;
  /** The code of eight digits in it. */
  readonly code: string;
}

/** A gateway of texts to phones, of one test. */
export interface TextGateway {
  /** The value of `SMS_URL`. */
  readonly url: string;
  /** Resolves to all texts once there are so many; rejects after 10 seconds. */
  received(count: number): Promise<readonly ReceivedText[]>;
}

const PATIENCE_MS = 10_000;

/** Starts a gateway on a port of its own; it ends with the test. */
export async function startTextGateway(t: ExecutionContext<unknown>): Promise<TextGateway> {
  const texts: ReceivedText[] = [];
  const server = createServer(async (request, response) => {
    const { to, text } = JSON.parse(Buffer.concat(await request.toArray()).toString("utf8"));
    texts.push({ to, text, code: /(\d{4}) (\d{4})/.exec(text)?.slice(1).join("") ?? "" });
    response.writeHead(202).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/texts`,
    received: async (count) => {
      for (const deadline = performance.now() + PATIENCE_MS; texts.length < count; await sleep(10)) {
        if (performance.now() > deadline) throw new Error(`${texts.length} of ${count} texts arrived`);
      }
      return texts;
    },
  };
}
