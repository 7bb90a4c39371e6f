/** What a TAP stream of ava says, as numbers of tests, and what a reader must not miss. */
export interface TapCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
  readonly skips: readonly string[];
}

const RESULT = /^(not )?ok \d+ - (.*?)(?: # (SKIP|TODO))?$/;

/**
 * Counts the results that ava wrote and holds them to its closing summary and to how it ended, so that a run that broke
 * off, however it broke off, is never green.
 *
 * @param lines what ava wrote to its standard output with `--tap`
 * @param exit ava's exit code, or the signal that ended it
 */
export function countTap(lines: readonly string[], exit: number | string): TapCount {
  const failures: string[] = [];
  const skips: string[] = [];
  let passed = 0;
  for (const line of lines) {
    const result = RESULT.exec(line);
    if (result === null) continue;
    const [, failed, title = "", directive] = result;
    if (directive !== undefined) skips.push(title);
    else if (failed === undefined) passed += 1;
    else failures.push(title);
  }
  const todo = lines.filter((line) => RESULT.exec(line)?.[3] === "TODO").length;
  const broken = faultOf(lines, { exit, passed, failed: failures.length, todo, skipped: skips.length });
  if (broken !== undefined) failures.push(broken);
  return { passed, failed: failures.length, skipped: skips.length, failures, skips };
}

interface Seen {
  readonly exit: number | string;
  readonly passed: number;
  readonly failed: number;
  readonly todo: number;
  readonly skipped: number;
}

function faultOf(lines: readonly string[], seen: Seen): string | undefined {
  const said = (word: string): number | undefined => {
    const line = lines.findLast((candidate) => candidate.startsWith(`# ${word} `));
    return line === undefined ? undefined : Number(line.slice(word.length + 3));
  };
  if (said("pass") === undefined || said("fail") === undefined) return "ava broke off before its summary";
  if (seen.passed + seen.failed === 0) return "ava ran no test";
  if (said("pass") !== seen.passed) return `ava's summary counts ${said("pass")} passed tests, it named ${seen.passed}`;
  // Tests that never came to run are in ava's number of failures, and nowhere else.
  if (said("fail") !== seen.failed + seen.todo) return `ava's summary counts ${said("fail")} failures`;
  if (seen.exit !== 0 && seen.failed === 0) return `ava ended with ${seen.exit}`;
  return undefined;
}
