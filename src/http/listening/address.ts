import { once } from "node:events";
import { chmod, lstat, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** The number of connections that may wait to be accepted, within the kernel's own limit. Node's 511 is too few for a burst of logins. */
const BACKLOG = 4_096;

/** Who may connect to a Unix socket: its owner and group, of which a proxy in front has to be one. */
const SOCKET_MODE = 0o660;

/** Whether a `HOST` is the path of a Unix socket: it has a slash, which no name and no address has. */
export function isSocketPath(host: string): boolean {
  return host.includes("/") && !host.includes("://");
}

/**
 * Listens at an address and a port, or at a Unix socket, whose file a server that was killed may have left behind.
 *
 * @param port 0 picks a free one; it does not count for a socket
 * @returns the URL of the server; `unix:` and the path for a socket
 * @throws the error of Node, when the address is not available
 */
export async function listenAt(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  if (isSocketPath(host)) {
    await removeDeadSocket(host);
    await begin(server, { path: host });
    await chmod(host, SOCKET_MODE);
    return `unix:${host}`;
  }
  await begin(server, { host, port });
  const { address, family, port: chosen } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${chosen}`;
}

function begin(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ ...where, backlog: BACKLOG }, () => {
    server.off("error", reject);
    resolve();
  });
  return promise;
}

/** Deletes the file of a socket at which nobody listens any more. What is no socket stays. */
async function removeDeadSocket(path: string): Promise<void> {
  const file = await lstat(path).catch(() => undefined);
  if (!file?.isSocket()) return;
  const probe = connect(path);
  try {
    await once(probe, "connect");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") await rm(path, { force: true });
  } finally {
    probe.destroy();
  }
}
