import { ContractFault } from "../contract/document/document.ts";
import { DomainError } from "../domain/domain-error.ts";
import { SettingsFault } from "../settings.ts";
import { SecretKeyUnavailable } from "../storage/keys/key-file.ts";
import { DatabaseUnavailable } from "../storage/sqlite/errors.ts";
import { AssetsUnavailable } from "../web/assets/asset.ts";

/** What the program does not do, and why: one line for the person who runs it. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
}

/** Errors that are a message for whoever runs the program; anything else is a fault of ours and shows where it happened. */
const FOR_PEOPLE = [
  Refusal,
  DomainError,
  SettingsFault,
  ContractFault,
  DatabaseUnavailable,
  SecretKeyUnavailable,
  AssetsUnavailable,
];

/** Says what an error means to the person who runs the program. */
export function explain(error: unknown): string {
  if (FOR_PEOPLE.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code, syscall, message, stack } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return "the address is in use; choose another PORT, or stop what listens there";
  if (syscall === "listen" || syscall === "getaddrinfo") return `cannot listen there (${code}); see HOST and PORT`;
  return stack ?? message;
}
