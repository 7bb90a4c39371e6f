import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { changed } from "./changes.ts";
import { importsOf } from "./source-code.ts";

/** The files of a new project by their paths, and the packages that they import. */
export interface SourceFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly packages: ReadonlySet<string>;
}

/** The folder of this program, which has `src` with its TypeScript; of an installed package, too, whose code is built elsewhere. */
export function programFolder(): URL {
  const candidates = ["../../", "../../../"].map((path) => new URL(path, import.meta.url));
  const found = candidates.find((folder) => existsSync(new URL("src/contract/index.ts", folder)));
  if (found === undefined) throw new Error("The source of this program is not where it should be.");
  return found;
}

/**
 * All files that some files need, changed for a project without articles: those that they import, and so on. Nothing else is copied, so
 * that what is taken out of the first files is out of the project.
 *
 * @param own files of the new project that take the place of this program's
 * @param entries paths from the folder of the project
 */
export async function sourceFiles(
  own: ReadonlyMap<string, string>,
  entries: readonly string[],
  isKept: (operationId: string) => boolean,
): Promise<SourceFiles> {
  const root = programFolder();
  const files = new Map<string, string>();
  const packages = new Set<string>();
  const read = async (path: string): Promise<string> => {
    const given = own.get(path);
    if (given !== undefined) return given;
    const text = await readFile(fileURLToPath(new URL(path, root)), "utf8");
    if (path === "src/operations/index.ts") return withoutEmpty(text, read);
    return path.startsWith("src/") && path.endsWith(".ts") ? changed(path.slice("src/".length), text, isKept) : text;
  };
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (files.has(path)) continue;
    const text = await read(path);
    files.set(path, text);
    if (!path.endsWith(".ts")) continue;
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith("node:")) continue;
      if (!specifier.startsWith(".")) packages.add(packageOf(specifier));
      // What is generated is made from the document of the project.
      else if (!specifier.includes("/generated/")) waiting.push(posix.join(posix.dirname(path), specifier));
    }
  }
  return { files, packages };
}

/** The table of operations without the files that have no handler any more. */
async function withoutEmpty(index: string, read: (path: string) => Promise<string>): Promise<string> {
  let text = index;
  for (const [statement, name, file] of index.matchAll(/^import \* as (\w+) from "\.\/([\w/-]+\.ts)";\n/gm)) {
    if (/^export const \w+: Operation</m.test(await read(`src/operations/${file}`))) continue;
    text = text.replace(statement, "").replace(`  ...${name},\n`, "");
  }
  return text;
}

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
