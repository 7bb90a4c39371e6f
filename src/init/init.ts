import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";
import { CUT } from "./changes.ts";
import { type Manifest, manifest } from "./manifest.ts";
import { partOfDocument } from "./part-of-document.ts";
import { programFolder, type SourceFiles, sourceFiles } from "./source-files.ts";

/** A new project. */
export interface Project {
  /** A folder that is empty or not there. */
  readonly folder: string;
  /** Its name as a package; that of the folder if left out. */
  readonly name?: string | undefined;
  /** Whether it has accounts, tokens and sessions. */
  readonly auth: boolean;
}

/** A project that cannot be made; the message is one line for whoever asked for it. */
export class ProjectRefused extends Error {
  override readonly name = "ProjectRefused";
}

/** What has been made. */
export interface MadeProject {
  readonly folder: string;
  readonly name: string;
  readonly files: number;
  /** Whether the types of the document are there; they need a package that may be missing. */
  readonly generated: boolean;
}

const NAME = /^[a-z][a-z0-9-]{0,49}$/;

/**
 * Makes a project of one's own from the parts of this program: they are copied, and belong to the project. All of it appears at once, or
 * nothing does.
 *
 * @throws {ProjectRefused}, and errors of the file system
 */
export async function initProject({ folder, auth, ...given }: Project): Promise<MadeProject> {
  const target = resolve(folder);
  const name = given.name ?? basename(target);
  if (!NAME.test(name)) {
    throw new ProjectRefused(
      "the name must begin with a letter, of a-z, 0-9 and hyphens, and have 50 characters at most; see --name",
    );
  }
  const present = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new ProjectRefused(`${folder} is no folder that can be read (${error.code})`, { cause: error });
  });
  if (present.length > 0) throw new ProjectRefused(`${folder} is not empty`);

  const files = auth ? await withAccounts(name) : await greetings(name);
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(join(dirname(target), ".kudos-init-"));
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), text);
    }
    const generated = await generate(draft);
    await chmod(draft, 0o755);
    await rename(draft, target);
    return { folder: target, name, files: files.size, generated };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** One operation, and what serves it. */
async function greetings(name: string): Promise<ReadonlyMap<string, string>> {
  const own = await templates("greetings", name);
  return project(name, own, await sourceFiles(own, [...ENTRIES, ...codeOf(own)], () => true));
}

/** Accounts, tokens and sessions as this program has them. */
async function withAccounts(name: string): Promise<ReadonlyMap<string, string>> {
  const templated = await templates("accounts", name);
  const document = partOfDocument(parse((await source("openapi.yaml")).replaceAll("like button", "laptop")), CUT);
  const info = { title: name, version: "0.1.0", description: "Accounts, tokens and sessions; errors are RFC 9457." };
  const text = renamed(stringify({ ...document, info }, { lineWidth: 120 }), name);
  const own = new Map([...templated, ["openapi.yaml", text]]);
  const ids = new Set([...text.matchAll(/^ +operationId: (\w+)$/gm)].map(([, id]) => id));
  const { files, packages } = await sourceFiles(own, [...ENTRIES, ...codeOf(own)], (id) => ids.has(id));
  const named = new Map([...files].map(([path, code]) => [path, own.has(path) ? code : renamed(code, name)]));
  return project(name, own, { files: named, packages });
}

/** Files that no other one imports. */
const ENTRIES = ["src/contract/generate.ts", "src/contract/README.md"];

function codeOf(own: ReadonlyMap<string, string>): string[] {
  return [...own.keys()].filter((path) => path.endsWith(".ts"));
}

/** The names by which this program shows on the wire and in files, replaced. */
function renamed(text: string, name: string): string {
  return text
    .replaceAll(/\bkudos_(?=session|device|asked|sign_in)/g, `${name}_`)
    .replaceAll("urn:kudos:", `urn:${name}:`)
    .replaceAll('realm: "kudos"', `realm: "${name}"`)
    .replaceAll('realm="kudos"', `realm="${name}"`)
    .replaceAll("kudos.sqlite", `${name}.sqlite`)
    .replaceAll(/\bKudos\b/g, name);
}

async function project(name: string, own: ReadonlyMap<string, string>, { files, packages }: SourceFiles) {
  const manifestOfProgram: Manifest = JSON.parse(await source("package.json"));
  return new Map([
    ...own,
    ...files,
    ["package.json", manifest(name, packages, manifestOfProgram)],
    ["tsconfig.json", (await source("tsconfig.json")).replace(/,\s*"exclude": \[.*\]/, "")],
    [".gitignore", "node_modules/\ndata/\n*.sqlite*\n*.key\n"],
    [".npmrc", "save-exact=true\n"],
  ]);
}

function source(path: string): Promise<string> {
  return readFile(new URL(path, programFolder()), "utf8");
}

/** The files that a kind of project has of its own: `src/init/<kind>`, where `--` in a name stands for a folder. */
async function templates(kind: string, name: string): Promise<ReadonlyMap<string, string>> {
  const folder = new URL(`src/init/${kind}/`, programFolder());
  const names = await readdir(folder);
  const texts = names.map(async (file) => {
    const text = await readFile(new URL(file, folder), "utf8");
    return [file.replace(/\.txt$/, "").replaceAll("--", "/"), text.replaceAll("{{name}}", name)] as const;
  });
  return new Map(await Promise.all(texts));
}

/** Writes the types of the project's document. Whether that was possible. */
async function generate(folder: string): Promise<boolean> {
  const url = (path: string) => pathToFileURL(join(folder, path));
  try {
    const { writeGenerated } = await import("../contract/generate.ts");
    await writeGenerated({ document: url("openapi.yaml"), folder: url("generated/"), check: false });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return false;
    throw error;
  }
}
