import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * The network that attempts from an address are counted by: an IPv4 address itself, also where IPv6 carries it (RFC 4291 §2.5.5.2),
 * and the /64 of any other IPv6 address, because a site is given at least a /64 (RFC 6177 §2) and can use each address in it. All
 * texts that are no address share one count, `unknown`.
 *
 * @param text an address in any spelling of RFC 4291 §2.2, with a zone (RFC 4007 §11) or not; brackets and a port, which some
 *   proxies add, are left out
 */
export function attemptNetwork(text: string): string {
  const address = withoutPort(text);
  // ipaddr.js also reads what inet_aton does, such as `127.1` and `0x7f.1`; Node reads addresses in full only.
  if (isIP(address) === 0) return "unknown";
  const parsed = ipaddr.process(longForm(address));
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(":")}::/64`;
}

/** `192.0.2.7:443` without its port; `[2001:db8::1]:443`, or `[2001:db8::1]`, without its brackets and port. */
function withoutPort(text: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(text) ?? [];
  return bracketed ?? plain ?? text;
}

/**
 * A valid address in a spelling that ipaddr.js reads as RFC 4291 does: without its zone, since ipaddr.js does not know all zones, and
 * with a zero before `::192.0.2.7`, which ipaddr.js would take for `::ffff:192.0.2.7`.
 */
function longForm(address: string): string {
  return address.replace(/%.*$/s, "").replace(/^::(?=[\d.]+$)/, "0::");
}
