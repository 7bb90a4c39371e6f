import { stderr, stdin } from "node:process";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Refusal } from "../explain.ts";

/** The most that is read from standard input, in bytes: more than the longest password. */
const MOST_BYTES = 16_384;

/**
 * Asks for a new password: twice and without echo at a terminal, else by the first line of standard input.
 *
 * @param email the account, for the prompt at the terminal
 * @throws {Refusal} when no password is given, the two differ, or the line is not UTF-8
 */
export async function askPassword(email: string): Promise<string> {
  const password = stdin.isTTY ? await askAtTerminal(email) : await readFirstLine();
  if (password === "") throw new Refusal("no password was given");
  return password;
}

// The prompt goes to standard error: standard output is for the output of the command.
async function askAtTerminal(email: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // An interface of `terminal: true` turns the echo of the terminal off at once, before the first prompt.
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
    const password = await ask(`Password for ${email}: `);
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
