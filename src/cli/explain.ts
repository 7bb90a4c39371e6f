import { ContractFault } from "../contract/document/document.ts";
import { TokenNotFound } from "../domain/credentials/errors.ts";
import { DomainError } from "../domain/domain-error.ts";
import { RoleNotFound, UserNotFound } from "../domain/users/errors.ts";
import { SettingsFault } from "../settings.ts";
import { SecretKeyUnavailable } from "../storage/keys/key-file.ts";
import { DatabaseUnavailable } from "../storage/sqlite/errors.ts";
import { MetricsUnavailable } from "../telemetry/telemetry.ts";
import { AssetsUnavailable } from "../web/assets/asset.ts";

/** A command that is refused; the message is one line for the operator. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
}

/** Errors whose message is meant for the operator. Any other error is a fault of the program, and is shown with its stack. */
const FOR_OPERATORS = [
  Refusal,
  DomainError,
  SettingsFault,
  ContractFault,
  DatabaseUnavailable,
  SecretKeyUnavailable,
  AssetsUnavailable,
  MetricsUnavailable,
];

/** The commands that list what an error says is not there. */
const LISTS = [
  [RoleNotFound, "kudos roles list"],
  [TokenNotFound, "kudos tokens list EMAIL"],
  [UserNotFound, "kudos users list"],
] as const;

/** The text of an error for the operator, without a line break at the end. */
export function explain(error: unknown): string {
  const [, list] = LISTS.find(([kind]) => error instanceof kind) ?? [];
  if (list !== undefined) return `${(error as Error).message} ${list} names those that there are.`;
  if (FOR_OPERATORS.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code, syscall, message, stack } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return "the address is in use; choose another PORT, or stop what listens there";
  if (syscall === "listen" || syscall === "getaddrinfo") {
    const { address, hostname, port } = error as { address?: string; hostname?: string; port?: number };
    const place = [address ?? hostname, port].filter((part) => part !== undefined && part !== -1).join(" port ");
    return `cannot listen there (${[code, place].filter(Boolean).join(" at ")}); see HOST and PORT`;
  }
  return stack ?? message;
}
