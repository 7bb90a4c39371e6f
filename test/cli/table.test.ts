import test from "ava";
import fc from "fast-check";
import { formatTable, printable } from "../../src/cli/terminal/table.ts";

test("columns line up, whatever stands in them", (t) => {
  t.is(
    formatTable(
      ["ID", "NAME"],
      [
        ["1", "Zoë"],
        ["22", ""],
        ["3", "a\u001b[31mb\nc"],
      ],
    ),
    "ID  NAME\n1   Zoë\n22\n3   a\ufffd[31mb\ufffdc",
  );
  t.is(formatTable(["ID"], []), "ID");
});

test("what is printed cannot steer a terminal, and other text stays as it is", (t) => {
  const unit = fc.constantFrom("grapheme", "binary", "binary-ascii");
  fc.assert(
    fc.property(
      unit.chain((kind) => fc.string({ unit: kind })),
      (text) => {
        const shown = printable(text);
        return !/\p{Cc}|\p{Cf}/u.test(shown) && shown.isWellFormed() && (/\p{C}/u.test(text) || shown === text);
      },
    ),
  );
  for (const text of ["\u009b31m", "\u202eexe", "\ud800", "\0"]) t.false(printable(text).includes(text));
});
