import { isIP } from "node:net";
import test from "ava";
import fc from "fast-check";
import { noAttemptLimits, TooManyAttempts, TRUSTED } from "../../../src/domain/attempts/attempts.ts";
import { countsOfAttempt, countsOfRegistration } from "../../../src/domain/attempts/counts.ts";
import { attemptNetwork } from "../../../src/domain/attempts/network.ts";
import { ATTEMPT_RULES } from "../../../src/domain/attempts/rules.ts";

const NETWORKS: readonly (readonly [string, string])[] = [
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:c000:0207", "192.0.2.7"],
  ["0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:db8::5:6:7:8", "2001:db8:0:0::/64"],
  ["::2:3:4:5:6:7:8", "0:2:3:4::/64"],
  ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::", "0:0:0:0::/64"],
  // An IPv4-compatible address, which is deprecated (RFC 4291 §2.5.5.1): a server sees no IPv4 client so.
  ["::192.0.2.7", "0:0:0:0::/64"],
  ["64:ff9b::192.0.2.7", "64:ff9b:0:0::/64"],
  ["1:2:3:4:5:6:192.0.2.7", "1:2:3:4::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["fe80::1%en-1.2", "fe80:0:0:0::/64"],
  ["::ffff:192.0.2.7%eth0", "192.0.2.7"],
  ["fe80::1", "fe80:0:0:0::/64"],
  ["", "unknown"],
  ["unix:", "unknown"],
  ["192.0.2.07", "unknown"],
  ["::ffff:192.0.2.07", "unknown"],
  // Spellings of inet_aton: short, octal, hexadecimal, one number.
  ["127.1", "unknown"],
  ["0177.0.0.1", "unknown"],
  ["0x7f.1", "unknown"],
  ["0x7f.0.0.1", "unknown"],
  ["2130706433", "unknown"],
  ["::ffff:127.1", "unknown"],
  ["192.0.2.7%eth0", "unknown"],
  ["192.0.2.7:443", "192.0.2.7"],
  ["[2001:db8::1]:443", "2001:db8:0:0::/64"],
  ["[2001:db8::1]", "2001:db8:0:0::/64"],
  ["[::ffff:192.0.2.7]:1", "192.0.2.7"],
  ["192.0.2.7:", "unknown"],
  ["192.0.2.7:123456", "unknown"],
  ["[2001:db8::1", "unknown"],
  ["[]:1", "unknown"],
  ["2001:db8::1/64", "unknown"],
  ["2001:db8:::1", "unknown"],
  ["localhost", "unknown"],
];

test("attempts are counted by IPv4 address and by IPv6 network, however they are spelled", (t) => {
  for (const [address, counted] of NETWORKS) t.is(attemptNetwork(address), counted, address);
});

const byte = fc.integer({ min: 0, max: 255 });
const network = fc.tuple(byte, byte, byte, byte).map((parts) => parts.map((part) => part.toString(16)).join(":"));

test("all addresses of one IPv6 network count as one, and no two networks do", (t) => {
  fc.assert(
    fc.property(network, network, fc.ipV6(), fc.ipV6(), (one, other, here, there) => {
      const host = (address: string) => attemptNetwork(address).replace("::/64", "");
      const [low, high] = [host(here), host(there)];
      fc.pre(!low.includes(".") && !high.includes("."));
      t.is(attemptNetwork(`${one}:${low}`), attemptNetwork(`${one}:${high}`));
      t.is(attemptNetwork(`${one}:${low}`) === attemptNetwork(`${other}:${low}`), one === other);
    }),
  );
});

test("an IPv4 address that comes through IPv6 is the same address", (t) => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      t.is(attemptNetwork(`::ffff:${address}`), address);
      t.is(attemptNetwork(address), address);
    }),
  );
});

test("every spelling of an IPv6 address counts as the eight groups that it stands for", (t) => {
  const group = fc.oneof(fc.constantFrom(0, 0xffff), fc.integer({ min: 0, max: 0xffff }));
  const spelling = fc.record({
    groups: fc.array(group, { minLength: 8, maxLength: 8 }),
    width: fc.integer({ min: 1, max: 4 }),
    upper: fc.boolean(),
    dotted: fc.boolean(),
    zeros: fc.option(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 8 }))),
    zone: fc.constantFrom("", "%eth0", "%1"),
    around: fc.constantFrom(["", ""], ["[", "]"], ["[", "]:443"]),
  });
  fc.assert(
    fc.property(spelling, ({ groups, width, upper, dotted, zeros, zone, around }) => {
      const [from, count] = zeros ?? [0, 0];
      const full = groups.map((value, index) => (index >= from && index < from + count ? 0 : value));
      const hex = full.map((value) => value.toString(16).padStart(width, "0"));
      const tail = full.slice(6).flatMap((value) => [value >> 8, value & 0xff]);
      const parts = dotted ? [...hex.slice(0, 6), tail.join(".")] : hex;
      // The double colon stands for the zeros, unless they reach into the part with dots.
      const short = count > 0 && (!dotted || from + count <= 6);
      const text = short
        ? `${parts.slice(0, from).join(":")}::${parts.slice(from + count).join(":")}`
        : parts.join(":");
      const carriesIPv4 = full.slice(0, 5).every((value) => value === 0) && full[5] === 0xffff;
      const network = full.slice(0, 4).map((value) => value.toString(16));
      const counted = carriesIPv4 ? tail.join(".") : `${network.join(":")}::/64`;
      t.is(attemptNetwork(`${around[0]}${upper ? text.toUpperCase() : text}${zone}${around[1]}`), counted, text);
    }),
    { numRuns: 1_000 },
  );
});

test("exactly the texts that Node reads as no address share the count of unknown ones", (t) => {
  const nearly = fc.oneof(
    fc.ipV4Extended(),
    fc.string({ unit: fc.constantFrom(..."0123456789abcdefx.:%"), maxLength: 20 }),
    fc.ipV6(),
  );
  fc.assert(
    fc.property(nearly, (text) => {
      // A port is no part of an address, so Node would not read it.
      fc.pre(!/^[^:]*:\d{1,5}$/.test(text));
      t.is(attemptNetwork(text) === "unknown", isIP(text) === 0, text);
    }),
    { numRuns: 1_000 },
  );
});

test("no text is too odd to be counted", (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.ipV6()), (text) => {
      t.regex(attemptNetwork(text), /^(?:unknown|[\d.]+|[\da-f:]+::\/64)$/);
    }),
  );
});

test("an attempt counts by account and address, by account, and by address", (t) => {
  t.deepEqual(countsOfAttempt({ account: "ada@example.org", address: "::ffff:192.0.2.7", device: null }, false), [
    { policy: "account-address", subject: ["ada@example.org", "192.0.2.7"] },
    { policy: "account", subject: ["ada@example.org"] },
    { policy: "address", subject: ["192.0.2.7"] },
  ]);
  t.deepEqual(countsOfRegistration("2001:db8::1"), [{ policy: "registration", subject: ["2001:db8:0:0::/64"] }]);
});

test("at a familiar address the count of the account, which attempts from elsewhere fill, is left out", (t) => {
  t.deepEqual(countsOfAttempt({ account: "ada@example.org", address: "192.0.2.7", device: null }, true), [
    { policy: "account-address", subject: ["ada@example.org", "192.0.2.7"] },
    { policy: "address", subject: ["192.0.2.7"] },
  ]);
});

test("a known browser has a count of its own, apart from those of the account and of its address", (t) => {
  t.deepEqual(countsOfAttempt({ account: "ada@example.org", address: "192.0.2.7", device: "d" }, false), [
    { policy: "account-device", subject: ["ada@example.org", "d"] },
  ]);
});

test("the longest wait to sign in is a quarter of an hour, and five minutes for attempts of strangers", (t) => {
  const { registration, token, code, account, ...others } = ATTEMPT_RULES;
  const { "mail-address": toAddress, "mail-sender": bySender, ...rest } = others;
  t.true(account.windowSeconds <= 5 * 60);
  for (const { windowSeconds } of Object.values(rest)) t.true(windowSeconds <= 15 * 60);
  for (const { windowSeconds } of [registration, token, code, toAddress, bySender]) t.true(windowSeconds <= 60 * 60);
});

test("a refused attempt is told how long to wait, in whole seconds and at least one", (t) => {
  for (const [ms, seconds] of [
    [-5, 1],
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
    // No wait is longer than the window: the clock has been set back.
    [900_000, 300],
  ] as const) {
    const error = new TooManyAttempts("account", { attempts: 30, windowSeconds: 300 }, ms);
    t.is(error.retryAfterSeconds, seconds);
    t.like(error, { policy: "account", limit: 30, windowSeconds: 300, remaining: 0 });
  }
});

test("limits that are off let everything through", async (t) => {
  const limits = noAttemptLimits();
  const attempt = { account: "a@example.org", address: "192.0.2.7", device: null };
  for (let round = 0; round < 200; round += 1) {
    await limits.spend(attempt);
    await limits.register(attempt.address);
  }
  t.deepEqual(await limits.spend(attempt), TRUSTED);
  await t.notThrowsAsync(limits.giveBack(attempt, TRUSTED));
  await t.notThrowsAsync(limits.welcome(attempt));
  await t.notThrowsAsync(limits.giveBackRegistration(attempt.address));
  await t.notThrowsAsync(limits.succeed(attempt, TRUSTED));
});
