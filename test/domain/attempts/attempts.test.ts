import test from "ava";
import fc from "fast-check";
import { noAttemptLimits, TooManyAttempts } from "../../../src/domain/attempts/attempts.ts";
import { countsOfAttempt, countsOfRegistration } from "../../../src/domain/attempts/counts.ts";
import { attemptNetwork } from "../../../src/domain/attempts/network.ts";
import { ATTEMPT_RULES } from "../../../src/domain/attempts/rules.ts";

const ORIGINS: readonly (readonly [string, string])[] = [
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
  // Deprecated, and not what a server sees of an IPv4 client.
  ["::192.0.2.7", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["fe80::1", "fe80:0:0:0::/64"],
  ["", "unknown"],
  ["unix:", "unknown"],
  ["192.0.2.07", "unknown"],
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
  for (const [address, origin] of ORIGINS) t.is(attemptNetwork(address), origin, address);
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

test("where the account has been signed in to, what is done to it from elsewhere does not count", (t) => {
  t.deepEqual(countsOfAttempt({ account: "ada@example.org", address: "192.0.2.7", device: null }, true), [
    { policy: "account-address", subject: ["ada@example.org", "192.0.2.7"] },
    { policy: "address", subject: ["192.0.2.7"] },
  ]);
});

test("a known browser counts apart from what others do, to the account and from its address", (t) => {
  t.deepEqual(countsOfAttempt({ account: "ada@example.org", address: "192.0.2.7", device: "d" }, false), [
    { policy: "account-device", subject: ["ada@example.org", "d"] },
  ]);
});

test("nobody waits longer than a quarter of an hour to sign in, and five minutes for what strangers did", (t) => {
  const { registration, token, account, ...others } = ATTEMPT_RULES;
  t.true(account.windowSeconds <= 5 * 60);
  for (const { windowSeconds } of Object.values(others)) t.true(windowSeconds <= 15 * 60);
  for (const { windowSeconds } of [registration, token]) t.true(windowSeconds <= 60 * 60);
});

test("who tries too often is told when to come back, in whole seconds and never at once", (t) => {
  for (const [ms, seconds] of [
    [-5, 1],
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
    [900_000, 900],
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
  for (const call of [limits.giveBack, limits.welcome]) await t.notThrowsAsync(call(attempt));
  await t.notThrowsAsync(limits.giveBackRegistration(attempt.address));
  await t.notThrowsAsync(limits.succeed(attempt));
});
