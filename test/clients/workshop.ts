import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ROOT, surroundings, WITHOUT_COVERAGE } from "../support/program.ts";

/** What comes with this folder: lock files, journeys, settings of generators. */
export const HERE = fileURLToPath(new URL("./", import.meta.url));

/**
 * Where generators are installed and clients are made. git ignores it, and a later run installs anew only what has changed. It is
 * inside the project, so that code in it finds the project's own packages; it is not in `node_modules`, where Node runs no TypeScript.
 */
const WORKSHOP = join(ROOT, ".cache", "clients");

/** The environment of a tool: this Node and the project's commands first, and nobody is told that the tool was used. */
export const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...surroundings(),
  ...WITHOUT_COVERAGE,
  PATH: [dirname(process.execPath), join(ROOT, "node_modules", ".bin"), process.env.PATH].join(delimiter),
  REDOCLY_TELEMETRY: "off",
  DO_NOT_TRACK: "1",
  NO_COLOR: "1",
};

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** A set of installed tools. */
export interface Tools {
  /** A client that is made below it finds the packages beside them. */
  readonly folder: string;
  /** The folder of their commands. */
  readonly commands: string;
}

/**
 * Runs a program to its end and answers what it wrote. Throws all of it where the program fails.
 *
 * @param cwd the folder where it runs
 * @param tools their commands come before all others
 * @param environment variables on top of those that every tool gets
 */
export function run(
  [file, ...args]: Command,
  cwd: string,
  tools?: Tools,
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const path = [tools?.commands, ENVIRONMENT.PATH].filter((part) => part !== undefined).join(delimiter);
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...ENVIRONMENT, ...environment, PATH: path }, maxBuffer: 64 * 1024 * 1024 };
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${file} ${args.join(" ")}: ${error.code}\n${stdout}${stderr}`));
      else resolve(stdout);
    });
  });
}

/**
 * Installs a set of tools unless the very same is there: what a run breaks off leaves no mark, so the next one begins anew. Test files
 * may run in several processes: one installs, the others wait for it.
 *
 * @param lock the text that names every package with its version
 */
async function install(folder: string, lock: string, work: () => Promise<void>): Promise<void> {
  const mark = join(folder, "installed");
  const digest = createHash("sha256").update(lock).update(process.version).digest("hex");
  await mkdir(dirname(folder), { recursive: true });
  await inTurn(`${folder}.pid`, async () => {
    const installed = await readFile(mark, "utf8").catch(() => "");
    if (installed === digest) return;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await work();
    await writeFile(mark, digest);
  });
}

/** Does a work when no other living process has the file, which names its process. */
async function inTurn(file: string, work: () => Promise<void>): Promise<void> {
  while (
    !(await writeFile(file, String(process.pid), { flag: "wx" }).then(
      () => true,
      () => false,
    ))
  ) {
    const owner = Number(await readFile(file, "utf8").catch(() => ""));
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    else await sleep(200);
  }
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The generators that npm has, by the lock file of this folder. */
export const npmTools = once(async (): Promise<Tools> => {
  const folder = join(WORKSHOP, "npm");
  const lock = await readFile(join(HERE, "package-lock.json"), "utf8");
  await install(folder, lock, async () => {
    for (const name of ["package.json", "package-lock.json"]) await cp(join(HERE, name), join(folder, name));
    await run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
  });
  return { folder, commands: join(folder, "node_modules", ".bin") };
});

/** The tools that PyPI has, by the list of this folder, in a virtual environment. */
export const pythonTools = once(async (): Promise<Tools> => {
  const folder = join(WORKSHOP, "python");
  const list = join(HERE, "requirements.txt");
  const tools = { folder, commands: join(folder, "venv", "bin") };
  await install(folder, await readFile(list, "utf8"), async () => {
    await run(["python3", "-m", "venv", "venv"], folder);
    await run(["pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", list], folder, tools);
  });
  return tools;
});

/** Why there are no tools of Python here; nothing where there are. */
export function missesPython(): string | undefined {
  const program = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
  if (process.platform === "win32") return "the paths of its tools are those of POSIX";
  return spawnSync("python3", ["-c", program]).status === 0 ? undefined : "there is no Python 3.11 with venv";
}

/** Why Java cannot be compiled here; nothing where it can. */
export function missesJava(): string | undefined {
  const version = /^javac (\d+)/.exec(spawnSync("javac", ["-version"], { encoding: "utf8" }).stdout ?? "")?.[1];
  return Number(version) >= 17 ? undefined : "there is no JDK 17";
}

/** Why programs of Java do not run here; nothing where they do. */
export function missesJavaRuntime(): string | undefined {
  return spawnSync("java", ["-version"]).status === 0 ? undefined : "there is no Java";
}

/** An empty folder below the tools for one client. */
export async function emptyFolder({ folder }: Tools, name: string): Promise<string> {
  const made = join(folder, name);
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  return made;
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
