import { glob } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const ROOT = new URL("../../", import.meta.url);

export async function runGroup(patterns: readonly string[], exclude: readonly string[] = []): Promise<void> {
  await import("../support/judge.ts");
  const files = await Array.fromAsync(glob(patterns, { cwd: ROOT, exclude }));
  const imports = files.toSorted().map((file) => `import ${JSON.stringify(new URL(file, ROOT).href)};`);
  await import(`data:text/javascript,${encodeURIComponent(imports.join("\n"))}`);
}
