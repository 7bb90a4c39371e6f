import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { AssetsUnavailable } from "./asset.ts";

const SOURCES = new URL("../", import.meta.url);
const OTHER_SOURCES = [new URL("../../../generated/security-schemes.ts", import.meta.url)];
const BUILD = fileURLToPath(new URL("build.ts", import.meta.url));

/** The folder of all builds; each is a folder named by the digest of its sources. */
export const BUILDS = new URL("../../../generated/assets/", import.meta.url);

/** The packages that the built files contain or are made by: another version of one makes other files. */
const PACKAGES = ["@simplewebauthn/browser", "@vitejs/plugin-vue", "openapi-fetch", "swagger-ui-dist", "vite", "vue"];

/**
 * The folder of the build of the present sources. A missing one is built first, in a process of its own: the tools' memory ends
 * with it. Throws {@link AssetsUnavailable}.
 */
export async function builtAssets(): Promise<URL> {
  const folder = new URL(`${sourcesDigest()}/`, BUILDS);
  if (await isThere(folder)) return folder;
  // NODE_ENV is set because the tools read from it which kind of build is wanted.
  const child = spawn(process.execPath, [BUILD], {
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exit = new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code ?? signal ?? "no exit code"));
  });
  const complaint = (await text(child.stderr)).trim();
  if ((await exit) !== 0 || !(await isThere(folder))) {
    const reason = complaint.split("\n").at(-1) || `it ended with ${await exit}`;
    throw new AssetsUnavailable(`the files that pages load cannot be built (npm run build shows more): ${reason}`);
  }
  return folder;
}

/** A digest of everything that the built files come from, in 32 hexadecimal digits; takes a few milliseconds. */
export function sourcesDigest(): string {
  const own = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(ts|vue|css|svg)$/.test(name),
  );
  const files = [
    ...own.toSorted().map((name) => [name, new URL(name, SOURCES)] as const),
    ...OTHER_SOURCES.map((file) => [file.pathname.split("/").at(-1) ?? "", file] as const),
  ];
  const digest = createHash("sha256").update(JSON.stringify(PACKAGES.map(versionOf)));
  // File by file: all of them as one text would be memory that a start keeps.
  for (const [name, file] of files) {
    const content = readFileSync(file);
    digest.update(JSON.stringify([name, content.length])).update(content);
  }
  return digest.digest("hex").slice(0, 32);
}

function versionOf(name: string): string {
  const { version } = JSON.parse(
    readFileSync(new URL(`../../../node_modules/${name}/package.json`, import.meta.url), "utf8"),
  );
  return `${name} ${version}`;
}

function isThere(folder: URL): Promise<boolean> {
  return access(new URL("manifest.json", folder)).then(
    () => true,
    () => false,
  );
}
