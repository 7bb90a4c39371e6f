import type { Context } from "koa";

/**
 * The address of this server as the client has used it, such as `https://kudos.example/base`: scheme and host of the request, by the
 * proxies that are trusted, and the base path. A relative one where the request names no host, or nothing that could be one: what goes
 * into the contract is copied into shells and source code.
 *
 * @param base the path below which a proxy has the server, such as `/kudos`; empty for none
 */
export function serverUrl({ protocol, host }: Pick<Context, "protocol" | "host">, base: string): string {
  if (!SCHEME.test(protocol) || host.length > MAX_HOST_LENGTH || !HOST.test(host)) return base === "" ? "/" : base;
  return `${protocol}://${host.toLowerCase()}${base}`;
}

const SCHEME = /^https?$/;
/** 253 characters of a name (RFC 1035 §2.3.4) and a port. */
const MAX_HOST_LENGTH = 260;
/** A name or an address (RFC 3986 §3.2.2), without the signs that a shell, a URL or HTML would read as its own. */
const HOST = /^(?:[a-z\d_](?:[a-z\d._-]*[a-z\d_])?|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
