import type { Settings } from "../settings.ts";
import { Refusal } from "./explain.ts";

/** A flag, or an option that takes a value. */
export interface Option {
  readonly type: "boolean" | "string";
  /** What stands for its value in help. */
  readonly value?: string;
  readonly help: string;
  readonly required?: true;
}

/** What a command was called with. */
export interface Call<Operands extends readonly string[] = readonly string[]> {
  /** One text for each operand that the command names. */
  readonly operands: { readonly [Index in keyof Operands]: string };
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly settings: Settings;
}

/** What a command has to tell: one of them is printed. */
export interface Answer {
  /** For scripts; its names are those of the wire. */
  readonly json: unknown;
  /** For people; lines without the last line break. */
  readonly text: string;
}

/** One thing that the program does when it is told to. */
export interface Command<Operands extends readonly string[] = readonly string[]> {
  /** One line for lists of commands. */
  readonly summary: string;
  /** What else to know before using it: lines for its own help. */
  readonly details?: string;
  /** The names of what it must be told, in order, as help shows them. */
  readonly operands: Operands;
  readonly options?: Readonly<Record<string, Option>>;
  /** Does it, or throws. */
  run(call: Call<Operands>): Promise<Answer>;
}

/** A command whose `run` gets as many operands as it names. */
export function defineCommand<const Operands extends readonly string[]>(command: Command<Operands>): Command {
  return command;
}

/** The program was not called as it must be. */
export class UsageFault extends Refusal {
  override readonly name = "UsageFault";
}
