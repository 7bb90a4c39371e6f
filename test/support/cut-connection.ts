import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { ExecutionContext } from "ava";

/** A way to a server that can be cut, and mended. */
export interface Way {
  /** The same URL, by this way. */
  readonly url: string;
  /** Ends all connections and refuses new ones. */
  cut(): void;
  /** Lets nothing through any more, and tells nobody. */
  hush(): void;
  /** Lets new connections through. */
  mend(): void;
}

/** Opens a way to the server of a URL. It is closed when the test ends. */
export async function wayTo(t: ExecutionContext, url: string): Promise<Way> {
  const target = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: "open" | "cut" | "hushed" = "open";
  const server = createServer((near) => {
    if (state === "cut") return void near.destroy();
    const far = connect(Number(target.port || 5432), target.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near]] as const) {
      from.on("data", (bytes) => state !== "hushed" && to.write(bytes));
      from.on("error", () => {});
      from.on("close", () => {
        pairs.delete(pair);
        if (state !== "hushed") to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const end = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  t.teardown(() => {
    end();
    server.close();
  });
  const near = new URL(url);
  near.port = String((server.address() as AddressInfo).port);
  return {
    url: near.href,
    cut: () => {
      state = "cut";
      end();
    },
    hush: () => {
      state = "hushed";
    },
    mend: () => {
      // What was said in the silence is lost for good.
      if (state === "hushed") end();
      state = "open";
    },
  };
}
