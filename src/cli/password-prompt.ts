import { stderr, stdin } from "node:process";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Refusal } from "./explain.ts";

/** More than any password, and little enough to keep. */
const MOST_BYTES = 16_384;

/**
 * Asks for a new password: at a terminal twice, without echo; else it is the first line of standard input.
 *
 * @param whose shown at the terminal
 * @throws {Refusal} when there is none, or the two differ
 */
export async function askPassword(whose: string): Promise<string> {
  const password = stdin.isTTY ? await askAtTerminal(whose) : await readFirstLine();
  if (password === "") throw new Refusal("no password was given");
  return password;
}

// The prompt goes to standard error: standard output is for what the command answers.
async function askAtTerminal(whose: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // It takes the terminal out of echoing before anything is asked.
  const terminal = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  const lines = terminal[Symbol.asyncIterator]();
  terminal.on("SIGINT", () => terminal.close());
  const ask = async (prompt: string): Promise<string> => {
    stderr.write(prompt);
    const { value, done } = await lines.next();
    stderr.write("\n");
    return done ? "" : value;
  };
  try {
    const password = await ask(`Password for ${whose}: `);
    if (password !== "" && (await ask("The same again: ")) !== password) throw new Refusal("the two passwords differ");
    return password;
  } finally {
    terminal.close();
  }
}

async function readFirstLine(): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    if (bytes.includes("\n") || length > MOST_BYTES) break;
  }
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf("\n");
  try {
    const line = new TextDecoder("utf-8", { fatal: true }).decode(end === -1 ? bytes : bytes.subarray(0, end));
    return line.replace(/\r$/, "");
  } catch (error) {
    throw new Refusal("the password on standard input is not UTF-8", { cause: error });
  }
}
