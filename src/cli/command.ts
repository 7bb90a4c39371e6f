import type { Settings } from "../settings.ts";
import { Refusal } from "./explain.ts";

/** An option of a command: a flag, or with a value. */
export interface Option {
  readonly type: "boolean" | "string";
  /** The placeholder of the value in help. */
  readonly value?: string;
  readonly help: string;
  readonly required?: true;
  /** It may be given several times: its value is a list. */
  readonly multiple?: true;
}

/** The call of a command, parsed. */
export interface Call<Operands extends readonly string[] = readonly string[]> {
  /** One text for each operand of the command. */
  readonly operands: { readonly [Index in keyof Operands]: string };
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  /** Read when it is asked for. @throws {SettingsFault} */
  readonly settings: Settings;
  readonly environment: NodeJS.ProcessEnv;
}

/** The result of a command in two forms, of which one is printed. */
export interface Output {
  /** For scripts, with `--json`; member names are those of the wire. */
  readonly json: unknown;
  /** For people: lines, without a line break at the end. */
  readonly text: string;
  /** The exit code, where it is not 0 although the command has done its work. */
  readonly code?: number;
}

/** A command of the program. */
export interface Command<Operands extends readonly string[] = readonly string[]> {
  /** One line, for lists of commands. */
  readonly summary: string;
  /** More lines, for the help of the command itself. */
  readonly details?: string;
  /** The names of the operands, in order, as help shows them; all are required. */
  readonly operands: Operands;
  readonly options?: Readonly<Record<string, Option>>;
  /** Runs the command. Throws an error that `explain` can tell, when it is refused. */
  run(call: Call<Operands>): Promise<Output>;
}

/** Defines a command; the compiler holds the operands that `run` reads to those that it names. */
export function defineCommand<const Operands extends readonly string[]>(command: Command<Operands>): Command {
  return command;
}

/** The arguments of the program cannot be understood: exit code 2. */
export class UsageFault extends Refusal {
  override readonly name = "UsageFault";
}
