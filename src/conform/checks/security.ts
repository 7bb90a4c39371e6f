import { isSecured, type Operation, schemesOf } from "../../contract/document/operation.ts";
import type { Breach, Seen } from "../breach.ts";
import type { Run } from "../run.ts";
import { seek } from "../seek.ts";
import { bind, provide } from "../state/provide.ts";

/** Credentials that an operation is to refuse. */
interface Attempt {
  readonly id: string;
  readonly credentials: Readonly<Record<string, string>>;
}

/** A secured operation refuses, by a 401 or 403 that is declared, no credential, garbage, and credentials of another class. */
export async function checkSecurity(run: Run, operation: Operation): Promise<void> {
  const calls = run.calls.of(operation, "lean");
  if (!isSecured(operation) || calls === undefined) return;
  for (const { id, credentials } of attemptsOn(run, operation)) {
    await seek(run, operation, `security ${id}`, calls, 1, async (call) => {
      const bindings = await provide(run, operation);
      const seen = await run.send({ ...bind(call, bindings ?? {}), credentials });
      return [...seen.breaches, ...passed(run, seen, id, bindings === undefined)];
    });
  }
}

function passed(run: Run, seen: Seen, id: string, isElsewhere: boolean): Breach[] {
  const { status } = seen.answer;
  if ([0, 401, 403, 429, 503].includes(status) || status >= 500) return [];
  if (status < 400) return [run.breach(seen, `lets a request pass with ${id}`)];
  // Nothing was there to be guarded.
  return isElsewhere && [400, 404, 422].includes(status)
    ? []
    : [run.breach(seen, `answers ${status} to a request with ${id}, instead of 401 or 403`)];
}

function attemptsOn({ subject, options }: Run, operation: Operation): Attempt[] {
  const given = options.credentials;
  const accepted = schemesOf(operation).filter((name) => subject.schemes.has(name));
  const own = new Set(accepted.flatMap((name) => given[name] ?? []));
  const others = Object.keys(given).filter((name) => !accepted.includes(name));
  const parts = (operation.security ?? [])
    .filter(({ size }) => size > 1)
    .flatMap((alternative) =>
      [...alternative.keys()].map((left) => [...alternative.keys()].filter((name) => name !== left)),
    );
  return [
    { id: "no credential", credentials: {} },
    ...accepted.flatMap((name) =>
      garbageFor(given[name], subject.schemes.get(name)?.node.scheme).map(([how, text]) => ({
        id: `${how} as ${name}`,
        credentials: { [name]: text },
      })),
    ),
    ...others.map((name) => ({ id: `the credential of ${name}`, credentials: { [name]: given[name] ?? "" } })),
    ...accepted.flatMap((name) =>
      others
        .filter((other) => !own.has(given[other] ?? ""))
        .map((other) => ({ id: `the credential of ${other} as ${name}`, credentials: { [name]: given[other] ?? "" } })),
    ),
    // One credential where two are needed, unless it is enough for another alternative.
    ...parts
      .filter((names) => names.every((name) => given[name] !== undefined))
      .filter(
        (names) =>
          !(operation.security ?? []).some((alternative) =>
            [...alternative.keys()].every((name) => names.includes(name)),
          ),
      )
      .map((names) => ({
        id: `${names.join(" and ")} alone`,
        credentials: Object.fromEntries(names.map((name) => [name, given[name] ?? ""])),
      })),
  ];
}

function garbageFor(known: string | undefined, scheme: unknown): [string, string][] {
  const isBasic = String(scheme).toLowerCase() === "basic";
  const plain: [string, string][] = [["garbage", isBasic ? "nobody:nothing" : "garbage"]];
  if (known === undefined || known.length < 4) return plain;
  const middle = Math.floor(known.length / 2);
  const other = known[middle] === "a" ? "b" : "a";
  return [
    ...plain,
    ["a credential with one letter changed", `${known.slice(0, middle)}${other}${known.slice(middle + 1)}`],
    ["a credential cut short", known.slice(0, -2)],
  ];
}
