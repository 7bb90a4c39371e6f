import { isIPv4, isIPv6 } from "node:net";

const GROUPS = 8;

/**
 * What attempts from an address are counted under: an IPv4 address as it is, also where IPv6 carries it (RFC 4291, section
 * 2.5.5.2), and of any other IPv6 address the /64, since whoever has one address there has them all (RFC 6177). A port after it,
 * which some proxies add, does not count. What is no address shares one count.
 */
export function attemptOrigin(text: string): string {
  const address = withoutPort(text);
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return "unknown";
  const groups = expand(address);
  const carriesIPv4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (carriesIPv4) return groups.slice(6).flatMap(bytes).join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** `192.0.2.7:443` without its port, and `[2001:db8::1]:443`, or `[2001:db8::1]`, without what is around the address. */
function withoutPort(text: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(text) ?? [];
  return bracketed ?? plain ?? text;
}

/** The eight groups of a valid IPv6 address in any spelling, without its zone (RFC 4007, section 11). */
function expand(address: string): number[] {
  // A URL writes the last 32 bits in hexadecimal too, and an address in one way only.
  const { hostname } = new URL(`http://[${address.replace(/%.*$/s, "")}]`);
  const [head = [], tail = []] = hostname
    .slice(1, -1)
    .split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: GROUPS - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}

function bytes(group: number): [number, number] {
  return [group >> 8, group & 0xff];
}
