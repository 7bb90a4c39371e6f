import { readFile } from "node:fs/promises";
import { conform } from "../../conform/conform.ts";
import { Unreachable } from "../../conform/http/exchange.ts";
import { type ConformOptions, defaultOptions } from "../../conform/options.ts";
import { describeReport } from "../../conform/report.ts";
import { prepareSubject, type Subject } from "../../conform/subject.ts";
import { ContractFault } from "../../contract/document/document.ts";
import { parseDocument } from "../../contract/document/parse.ts";
import { type Call, type Output, UsageFault } from "../command.ts";

/** `kudos conform`: see groups.ts. */
export async function holdServer({
  operands: [address],
  options,
  environment,
}: Call<readonly ["URL"]>): Promise<Output> {
  const server = serverOf(address);
  const file = String(options.spec);
  const subject = await readSubject(file);
  const given = await readOptions(server, options, subject, environment);
  try {
    const report = await conform(subject, given);
    const isStrict = options.strict === true && report.notExercised.length > 0;
    const text = describeReport(report, `kudos conform ${address} --spec ${file}`);
    return { json: report, text, code: report.faults.length > 0 || isStrict ? 1 : 0 };
  } catch (error) {
    if (error instanceof Unreachable) throw new UsageFault(error.message, { cause: error });
    throw error;
  }
}

function serverOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageFault("URL is to be an address by http or https");
  return url;
}

async function readSubject(file: string): Promise<Subject> {
  let source: string;
  try {
    source = await readFile(file, "utf8");
  } catch (error) {
    throw new UsageFault(`the file of --spec cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
  try {
    return prepareSubject(parseDocument(source));
  } catch (error) {
    if (!(error instanceof ContractFault)) throw error;
    const [first = "", ...others] = error.findings;
    const more = others.length === 0 ? "" : `; and ${others.length} more`;
    throw new UsageFault(`${file} cannot be used: ${first}${more}`, { cause: error });
  }
}

async function readOptions(
  server: URL,
  options: Call["options"],
  subject: Subject,
  environment: NodeJS.ProcessEnv,
): Promise<ConformOptions> {
  const { seed, runs, timeout, ...others } = defaultOptions(server);
  const ids = new Set(subject.operations.map(({ operationId }) => operationId));
  const known = (name: string) =>
    listOf(options[name]).map((id) => {
      if (!ids.has(id)) throw new UsageFault(`--${name} names an operation that the document has not`);
      return id;
    });
  return {
    ...others,
    credentials: await readCredentials(options, subject, environment),
    headers: listOf(options.header).map(headerOf),
    only: known("operation"),
    except: known("exclude"),
    seed: options.seed === undefined ? Math.trunc(Math.random() * 0x7fffffff) : numberOf("seed", options.seed, seed),
    runs: numberOf("runs", options.runs, runs),
    timeout: numberOf("timeout", options.timeout, timeout / 1_000) * 1_000,
    replay: typeof options.path === "string" ? options.path : undefined,
    failFast: options["fail-fast"] === true,
  };
}

/** The credentials by the names of their schemes. */
async function readCredentials(
  options: Call["options"],
  { schemes }: Subject,
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const credentials: Record<string, string> = {};
  for (const [option, read] of [
    ["credential", (text: string) => text],
    ["credential-env", (name: string) => environment[name]],
    ["credential-file", async (path: string) => (await readFile(path, "utf8").catch(() => undefined))?.trimEnd()],
  ] as const) {
    for (const pair of listOf(options[option])) {
      const [, scheme = "", detail = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (!schemes.has(scheme))
        throw new UsageFault(`--${option} is to be SCHEME=…, by a security scheme of the document`);
      const text = await read(detail);
      if (text === undefined || text === "") throw new UsageFault(`--${option} finds no credential for ${scheme}`);
      credentials[scheme] = text;
    }
  }
  return credentials;
}

function headerOf(line: string): readonly [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new UsageFault("--header is to be 'Name: value'");
  return [name, value];
}

function numberOf(name: string, given: unknown, otherwise: number): number {
  if (given === undefined) return otherwise;
  const number = Number(given);
  if (!Number.isInteger(number) || number < (name === "seed" ? 0 : 1) || number > 0x7fffffff)
    throw new UsageFault(`--${name} is to be a whole number`);
  return number;
}

function listOf(value: Call["options"][string]): readonly string[] {
  return value === undefined || typeof value === "boolean" ? [] : [value].flat();
}
