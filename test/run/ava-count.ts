import { stripVTControlCharacters } from "node:util";

/** What a run of ava came to, as numbers of tests, and what a reader must not miss. */
export interface AvaCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
  readonly skips: readonly string[];
}

// The marks of ava's reporter, and those it falls back to on a terminal without Unicode.
const PASS = /^\s*[✔√] /;
const FAIL = /^\s*[✘×◌] (?:\[fail\]: )?(.*)$/;
const SKIP = /^\s*- \[(?:skip|todo)\] (.*)$/;
const CRASH = /^\s*((?:Uncaught exception|Unhandled rejection) in .*)$/;
const SUMMARY = /^\s*(\d+) (tests? passed|known failures?)$/;

/**
 * Counts the results that ava wrote, and holds them to its closing summary and to how it ended, so that a run that broke
 * off, however it broke off, is never green.
 *
 * @param output the lines of ava's standard output
 * @param exit ava's exit code, or the signal that ended it
 */
export function countAva(output: readonly string[], exit: number | string): AvaCount {
  const lines = output.map((line) => stripVTControlCharacters(line));
  const named = (pattern: RegExp): string[] => lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  const passed = lines.filter((line) => PASS.test(line)).length;
  const skips = named(SKIP);
  const failures = [...named(FAIL), ...named(CRASH)];
  if (passed + failures.length === 0) failures.push("ava ran no test");
  else if (failures.length === 0 && exit !== 0) failures.push(`ava ended with ${exit}`);
  else if (failures.length === 0) {
    const promised = named(SUMMARY).reduce((sum, count) => sum + Number(count), 0);
    if (promised !== passed) failures.push(`ava named ${passed} passed tests, its summary says ${promised}`);
  }
  return { passed, failed: failures.length, skipped: skips.length, failures, skips };
}
