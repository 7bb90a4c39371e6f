import { Agent, type RequestOptions, request } from "node:http";
import type { ExecutionContext } from "ava";

/** Sends requests without content over kept connections, faster than `fetch`; resolves to the status. */
export function quickRequests(t: ExecutionContext, url: string) {
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  return (path: string, { method = "GET", headers }: Pick<RequestOptions, "method" | "headers">): Promise<number> =>
    new Promise((resolve, reject) => {
      request(url + path, { agent, method, headers }, (response) => {
        response.resume().once("end", () => resolve(response.statusCode ?? 0));
      })
        .once("error", reject)
        .end();
    });
}

/**
 * Sends requests, four at once, while `end` ends their credential, and one more by each sender afterwards.
 *
 * @returns the status of a request before, the result of `end`, and the statuses of the requests that started after it
 */
export async function whileInUse<Result>(send: () => Promise<number>, end: () => Promise<Result>) {
  const before = await send();
  const after: number[] = [];
  let ended = false;
  const keepSending = async (): Promise<void> => {
    while (!ended) await send();
    after.push(await send());
  };
  const senders = Array.from({ length: 4 }, keepSending);
  const result = await end();
  ended = true;
  await Promise.all(senders);
  return { before, result, after };
}
