import test from "ava";
import fc from "fast-check";
import { openForeignFactor } from "../../../src/domain/accounts/foreign-factor.ts";

/** Written by passlib 1.7.4: `TOTP.using(secrets=…).new().to_json(encrypt=True)`, and the secrets that it shows. */
const SECRETS = new Map([
  ["1", "pass phrase one"],
  ["2", "pass phrase two"],
]);
const WRITTEN = [
  [
    '{"enckey":{"c":14,"k":"PTH43AGZ2XV2V52TO2M56V5RGI45BLU6","s":"KIFCDBHQT2JZF4V6G5DA","t":"2","v":1},"type":"totp","v":1}',
    "PDXV32Z5U42IMEGC3D5X6D5BGQDCBZH4",
  ],
  [
    '{"enckey":{"c":14,"k":"3RONQB2TQWOIVWMYDUCP3DMR33F23A7E","s":"7TPXW33NJXUR2I5ESSZA","t":"1","v":1},"type":"totp","v":1}',
    "HQTQIIAEEDSPYH4DSBZO5XL3B4AYA4HO",
  ],
  ['{"key":"PDXV32Z5U42IMEGC3D5X6D5BGQDCBZH4","type":"totp","v":1}', "PDXV32Z5U42IMEGC3D5X6D5BGQDCBZH4"],
] as const;

const open = (totp: string | null, secrets: ReadonlyMap<string, string> = SECRETS) =>
  openForeignFactor({ totp, recoveryCodes: null }, secrets)?.secret ?? null;

test("secrets that passlib has written are read, encrypted by any known secret or plain", (t) => {
  for (const [totp, secret] of WRITTEN) t.is(open(totp), secret);
});

test("a secret that is encrypted by an unknown secret is none", (t) => {
  t.is(open(WRITTEN[0][0], new Map()), null);
  t.is(open(WRITTEN[0][0], new Map([["1", "pass phrase two"]])), null);
});

test("an authenticator of other parameters, a damaged text and no text are none", (t) => {
  const plain = { key: "PDXV32Z5U42IMEGC3D5X6D5BGQDCBZH4", type: "totp", v: 1 };
  const enckey = { c: 14, k: "PTH43AGZ2XV2V52TO2M56V5RGI45BLU6", s: "KIFCDBHQT2JZF4V6G5DA", t: "2", v: 1 };
  for (const value of [
    { ...plain, alg: "sha256" },
    { ...plain, digits: 8 },
    { ...plain, period: 60 },
    { ...plain, v: 2 },
    { ...plain, type: "hotp" },
    { ...plain, key: "short" },
    { ...plain, key: 7 },
    ...[{ v: 2 }, { c: 40 }, { c: "14" }, { t: "3" }, { s: "!" }, { k: null }].map((wrong) => ({
      type: "totp",
      v: 1,
      enckey: { ...enckey, ...wrong },
    })),
  ]) {
    t.is(open(JSON.stringify(value)), null, JSON.stringify(value));
  }
  for (const text of [null, "", "null", "[]", "{", "7"]) t.is(open(text), null);
});

test("whatever stands in the column, the answer is a secret or none", (t) => {
  t.notThrows(() =>
    fc.assert(fc.property(fc.json(), (text) => open(text) === null || /^[A-Z2-7]{16,128}$/.test(open(text) ?? ""))),
  );
});

test("recovery codes come along where they are plain", (t) => {
  const [[totp]] = WRITTEN;
  const codes = (recoveryCodes: string) => openForeignFactor({ totp, recoveryCodes }, SECRETS)?.recoveryCodes;
  t.deepEqual(codes("4512-e001-3407,8513-7ae1-2b70"), ["4512-e001-3407", "8513-7ae1-2b70"]);
  t.deepEqual(codes("gAAAAABk1234,gAAAAABk5678"), []);
  t.deepEqual(codes(""), []);
});
