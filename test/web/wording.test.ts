import test from "ava";
import fc from "fast-check";
import { nextTry, waitInWords } from "../../src/web/wording.ts";

for (const [seconds, words] of [
  [1, "a few seconds"],
  [5, "a few seconds"],
  [6, "about 10 seconds"],
  [90, "about 90 seconds"],
  [91, "about 2 minutes"],
  [5_400, "about 90 minutes"],
  [5_401, "about 2 hours"],
] as const) {
  test(`a wait of ${seconds} s is said as a person would`, (t) => {
    t.is(waitInWords(seconds), words);
  });
}

for (const [seconds, sentence] of [
  [null, "Try again in a moment."],
  [1, "Try again in 1 second."],
  [89, "Try again in 89 seconds."],
  [90, "Try again in 2 minutes."],
  [5_340, "Try again in 89 minutes."],
  [5_341, "Try again in 2 hours."],
] as const) {
  test(`the next try is told for a wait of ${seconds} s`, (t) => {
    t.is(nextTry(seconds), sentence);
  });
}

test("a wait in words is never shorter than the wait", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 100_000 }), (seconds) => {
      const [, number = "", unit = ""] = /^about (\d+) (\w+)$/.exec(waitInWords(seconds)) ?? [];
      return Number(number) * ({ seconds: 1, minutes: 60, hours: 3_600 }[unit] ?? 0) >= seconds;
    }),
  );
  t.pass();
});
