import { pathToFileURL } from "node:url";
import type { Call, Output } from "../command.ts";
import { Refusal } from "../explain.ts";

/** `kudos generate`: see groups.ts. */
export async function generateTypes({ options: { document, folder, check } }: Call): Promise<Output> {
  const { writeGenerated } = await loadGenerator();
  const name = String(folder ?? "generated").replace(/\/*$/, "/");
  const files = { document: pathToFileURL(String(document ?? "openapi.yaml")), folder: pathToFileURL(name) };
  const written = await writeGenerated({ ...files, check: check === true }).catch((error: NodeJS.ErrnoException) => {
    throw error.syscall === undefined ? error : new Refusal(`${error.path} cannot be used (${error.code})`);
  });
  if (check === true && written.length > 0) throw new Refusal(`${name} is stale: ${written.join(", ")}`);
  const text = written.length === 0 ? `${name} is up to date.` : `${name} has new files: ${written.join(", ")}.`;
  return { json: { folder: name, written }, text };
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
