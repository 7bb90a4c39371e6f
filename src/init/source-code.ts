/*
 * Reads and changes code as text. It relies on the formatter of this project: a statement at the top begins a line, and a blank line stands
 * before it.
 */

const IMPORT =
  /^import (?:type )?(?:(?<list>\{[^}]*\})|\* as (?<all>\w+)|(?<one>\w+)) from "(?<from>[^"]+)"(?: with \{[^}]*\})?;\n/gm;

/** The specifiers that a file imports, static or not, as types or not, and the files that it starts as threads. */
export function importsOf(text: string): string[] {
  const imports = text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"\s]+)"/g);
  const threads = text.matchAll(/new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g);
  return [...imports, ...threads].map(([, specifier]) => specifier as string);
}

/** The code without the exported handlers whose names are not kept. */
export function withoutHandlers(text: string, isKept: (operationId: string) => boolean): string {
  const statements = text.split(/\n\n(?=\S)/);
  return statements
    .filter((statement) => {
      const [, operationId] = /^export const (\w+): Operation</m.exec(statement) ?? [];
      return operationId === undefined || isKept(operationId);
    })
    .join("\n\n");
}

/** The code without what nothing in it uses: imports, and statements that declare one thing and do not export it. */
export function withoutUnused(text: string): string {
  let current = text;
  for (let before = ""; before !== current; ) {
    before = current;
    current = withoutUnusedStatements(withoutUnusedImports(current));
  }
  return current.endsWith("\n") ? current : `${current}\n`;
}

function withoutUnusedImports(text: string): string {
  const code = text.replaceAll(IMPORT, "").replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  const isUsed = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
  return text.replaceAll(IMPORT, (statement: string, ...groups: unknown[]) => {
    const { list, all, one } = groups.at(-1) as Record<string, string | undefined>;
    if (list === undefined) return isUsed(all ?? one ?? "") ? statement : "";
    const names = list
      .slice(1, -1)
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    const used = names.filter((name) => isUsed(name.split(" ").at(-1) ?? ""));
    if (used.length === names.length) return statement;
    return used.length === 0 ? "" : statement.replace(list, `{ ${used.join(", ")} }`);
  });
}

function withoutUnusedStatements(text: string): string {
  const uses = (name: string) => text.match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0;
  // Constants of a line each stand together, without blank lines.
  const lines = /^(?:\/\*\* .*\*\/\n)?const (\w+)(?:: [^=]+)? = .*;\n/gm;
  const shorter = text.replaceAll(lines, (line: string, name: string) => (uses(name) > 1 ? line : ""));
  const statements = shorter.split(/\n\n(?=\S)/);
  const declared = /^(?:async )?(?:function|const|class|interface|type) (\w+)/gm;
  return statements
    .filter((statement) => {
      const names = [...statement.matchAll(declared)].map(([, name]) => name as string);
      if (names.length !== 1 || /^(?:import|export) /m.test(statement)) return true;
      const use = new RegExp(`\\b${names[0]}\\b`);
      return statements.some((other) => other !== statement && use.test(other));
    })
    .join("\n\n");
}
