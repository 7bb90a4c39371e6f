import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExecutionContext } from "ava";
import { startServer } from "./server.ts";

/** The path of the host below which a proxy has a server. */
export const BASE = "/kudos";

/** The origin of a proxy that has a server below {@link BASE}, and cuts the path off or not. */
export async function proxied(t: ExecutionContext, cut: boolean): Promise<string> {
  const { url } = await startServer(t, { environment: { BASE_PATH: BASE, TRUSTED_PROXIES: "1" } });
  const proxy = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "";
    if (!path.startsWith(`${BASE}/`)) {
      outgoing.writeHead(404).end("another program's");
      return;
    }
    const headers = { ...incoming.headers, "x-forwarded-host": incoming.headers.host, "x-forwarded-proto": "http" };
    const target = new URL(cut ? path.slice(BASE.length) : path, url);
    const onward = request(target, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.teardown(() => proxy.close());
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}
