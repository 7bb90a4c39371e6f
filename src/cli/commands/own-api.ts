import { stderr, stdin } from "node:process";
import { createInterface } from "node:readline/promises";
import { pathToFileURL } from "node:url";
import { initProject, ProjectRefused } from "../../init/init.ts";
import { type Call, type Output, UsageFault } from "../command.ts";
import { Refusal } from "../explain.ts";

/** `kudos init`: see groups.ts. */
export async function initApi({ operands: [dir], options }: Call<readonly ["DIR"]>): Promise<Output> {
  const auth = await wantsAuth(options);
  const name = options.name === undefined ? undefined : String(options.name);
  const made = await initProject({ folder: dir, name, auth }).catch((error: unknown) => {
    throw error instanceof ProjectRefused ? new Refusal(error.message, { cause: error }) : error;
  });
  const generate = made.generated ? "" : " && npm run generate";
  return {
    json: { folder: made.folder, name: made.name, auth, files: made.files, generated: made.generated },
    text: `${made.folder} has ${made.files} files now: cd ${dir} && npm install${generate} && npm test && npm start`,
  };
}

async function wantsAuth({ auth, "no-auth": none }: Call["options"]): Promise<boolean> {
  if (auth === true && none === true) throw new UsageFault("init takes --auth or --no-auth, and not both");
  if (auth === true || none === true) return auth === true;
  if (!stdin.isTTY) throw new UsageFault("init needs --auth or --no-auth; see kudos init --help");
  // The question goes to standard error: standard output is for the output of the command.
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return /^y/i.test((await terminal.question("With accounts, tokens and sessions? [y/N] ")).trim());
  } finally {
    terminal.close();
  }
}

/** `kudos generate`: see groups.ts. */
export async function generateTypes({ options: { document, folder, check } }: Call): Promise<Output> {
  const { writeGenerated } = await loadGenerator();
  const name = String(folder ?? "generated").replace(/\/*$/, "/");
  const files = { document: pathToFileURL(String(document ?? "openapi.yaml")), folder: pathToFileURL(name) };
  const faults: string[] = [];
  const onFault = (sentence: string) => void faults.push(sentence);
  const written = await writeGenerated({ ...files, check: check === true, onFault }).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.syscall === undefined ? error : new Refusal(`${error.path} cannot be used (${error.code})`);
    },
  );
  if (check === true && written.length > 0) throw new Refusal(`${name} is stale: ${written.join(", ")}`);
  const text = written.length === 0 ? `${name} is up to date.` : `${name} has new files: ${written.join(", ")}.`;
  const warning = [`A start would refuse this document, so ${name}contract.json is null:`, ...faults].join("\n  - ");
  return { json: { folder: name, written, faults }, text: faults.length === 0 ? text : `${text}\n${warning}` };
}

/** The generator. What writes the types is no dependency of a server, so it may be missing. */
async function loadGenerator(): Promise<typeof import("../../contract/generate.ts")> {
  try {
    return await import("../../contract/generate.ts");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Refusal("openapi-typescript is missing: npm install --save-dev openapi-typescript typescript@5", {
      cause: error,
    });
  }
}
