import type { PasskeyUsage } from "./passkey.ts";

/** The most ways to reach an authenticator that are kept, each of so many characters at most. */
const MOST_TRANSPORTS = 10;
const TRANSPORT = /^[a-z-]{1,20}$/;

/** What a passkey is for, after what its authenticator can do: to sign in alone it has to be kept there, and its user to be verified. */
export function usageOf(
  wanted: PasskeyUsage | null,
  { discoverable, verified }: { readonly discoverable: boolean | null; readonly verified: boolean },
): PasskeyUsage {
  if (wanted !== "both") return wanted ?? "secondary";
  return verified && discoverable !== false ? "both" : "secondary";
}

/** Whether the browser said that the authenticator finds the passkey by itself (`credProps.rk`); null where it did not say. */
export function saidDiscoverable(credential: unknown): boolean | null {
  const { clientExtensionResults } = credential as { clientExtensionResults?: { credProps?: { rk?: unknown } } };
  const said = clientExtensionResults?.credProps?.rk;
  return typeof said === "boolean" ? said : null;
}

/** The ways to reach the authenticator, as the browser said. */
export function saidTransports(credential: unknown): readonly string[] {
  const { transports } = (credential as { response: { transports?: unknown } }).response;
  const texts = Array.isArray(transports)
    ? transports.filter((one) => typeof one === "string" && TRANSPORT.test(one))
    : [];
  return [...new Set(texts)].slice(0, MOST_TRANSPORTS);
}
