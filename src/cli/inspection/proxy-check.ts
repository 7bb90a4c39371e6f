import { doubtful, type Finding, well, wrong } from "./finding.ts";

const PATIENCE_MS = 10_000;
/** A host that nobody has (RFC 6761 §6.4), which a client claims. */
const CLAIMED = "doctor.invalid";
const FIELDS = "X-Forwarded-Proto and X-Forwarded-Host";

/**
 * Asks a server from outside, through its proxies, which address it believes to have been asked at: it is the first server of the contract
 * that it serves, which tells nobody more than was known.
 *
 * @param url the address of browsers, with the base path if there is one
 */
export async function checkProxy(url: URL): Promise<readonly Finding[]> {
  const asked = url.href.replace(/\/$/, "");
  try {
    const seen = await addressSeen(asked);
    if (seen === undefined) {
      return [
        wrong("proxy", `${asked} is no Kudos: it serves no contract`, "see what the proxy passes requests on to"),
      ];
    }
    if (seen !== asked) {
      const cure = `have the proxy set ${FIELDS}, or pass Host on, and set TRUSTED_PROXIES; see kudos serve --help`;
      return [wrong("proxy", `the server believes to be asked at ${seen}, and not at ${asked}`, cure)];
    }
    const claim = { "X-Forwarded-Host": CLAIMED, "X-Forwarded-Proto": url.protocol === "https:" ? "http" : "https" };
    const claimed = await addressSeen(asked, claim);
    if (claimed === asked) return [well("proxy", `the server sees ${asked}, whatever a client claims`)];
    const cure = `have every proxy overwrite ${FIELDS}`;
    return [
      doubtful("proxy", `a client can make the server believe to be asked at another address by ${FIELDS}`, cure),
    ];
  } catch (error) {
    const { name, cause } = error as Error;
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
    return [
      wrong("proxy", `${asked} does not answer (${code})`, "see its name, its certificate and whether the proxy runs"),
    ];
  }
}

/** The address that a server believes to have been asked at; undefined when it serves no contract. */
async function addressSeen(url: string, headers: Record<string, string> = {}): Promise<string | undefined> {
  const response = await fetch(`${url}/openapi.json`, {
    headers: { "Cache-Control": "no-cache", ...headers },
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: "manual",
  });
  const document = (await response.json().catch(() => null)) as { servers?: { url?: unknown }[] } | null;
  const seen = document?.servers?.[0]?.url;
  return typeof seen === "string" && /^[!-~]{1,300}$/.test(seen) ? seen : undefined;
}
