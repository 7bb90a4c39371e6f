import test from "ava";
import { bound, createTranslator } from "../../../src/storage/postgresql/statement.ts";

test("places are numbered, and have the types of their values; texts and names keep their question marks", (t) => {
  const translate = createTranslator();
  const sql = `select '?''?' as "a?b" from t where id = ? and at > ? and ok = ? and name = ? and x = ? and y = ?`;
  t.is(
    translate(sql, [7, new Date(), true, "text", null, 0.5]).text,
    `select '?''?' as "a?b" from t where id = $1::bigint and at > $2::timestamptz and ok = $3::boolean and name = $4 ` +
      "and x = $5 and y = $6::double precision",
  );
  t.is(translate("select $2, $1", [1, "a"]).text, "select $2, $1::bigint");
});

test("a statement is prepared once for values of the same types, and by another name for others", (t) => {
  const translate = createTranslator();
  const first = translate("select ?", [1]);
  t.is(translate("select ?", [2]), first);
  t.not(translate("select ?", ["a"]).name, first.name);
  t.not(translate("select ?, 1", [1]).name, first.name);
});

test("names stay different when more statements come than are kept", (t) => {
  const translate = createTranslator();
  const names = new Set(Array.from({ length: 2_500 }, (_, index) => translate(`select ${index}`, [1]).name));
  t.is(names.size, 2_500);
});

test("a text with NUL is sent as one that is nowhere; a number or a time without a value is refused", (t) => {
  t.is(bound("a\0b"), "a\uffffb");
  t.is(bound(new Date(5)), "1970-01-01T00:00:00.005Z");
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN)]) {
    t.throws(() => bound(value), { instanceOf: TypeError });
  }
});
