import { doubtsAbout, readSettings, type Settings, SettingsFault, sendsMail } from "../../settings.ts";
import { doubtful, type Finding, well, wrong } from "./finding.ts";

/** What is found about the settings, and the settings themselves; undefined when they cannot be used. */
export interface CheckedSettings {
  readonly findings: readonly Finding[];
  readonly settings: Settings | undefined;
}

/** Looks at the variables of an environment: those that no start would accept, and those that were probably not meant. */
export function checkSettings(environment: NodeJS.ProcessEnv): CheckedSettings {
  const doubts = doubtsAbout(environment).map((doubt) =>
    wrong("settings", doubt, "correct its spelling, or take it out of the environment"),
  );
  try {
    const settings = readSettings(environment);
    const findings = [
      ...doubts,
      ...inProduction(settings, environment),
      ...behindProxy(settings),
      ...measured(settings),
    ];
    const mode = settings.production ? "production" : "development";
    return {
      settings,
      findings: findings.length > 0 ? findings : [well("settings", `they fit together, for ${mode}`)],
    };
  } catch (error) {
    if (!(error instanceof SettingsFault)) throw error;
    const faults = error.message.split("\n").map((line) => wrong("settings", line, "kudos serve --help tells each"));
    return { settings: undefined, findings: [...doubts, ...faults] };
  }
}

/** The hosts that only this machine reaches. */
const LOOPBACK = /^(?:127\.|localhost$|::1$)|\//;

function inProduction(settings: Settings, { MAIL_URL, PUBLIC_URL }: NodeJS.ProcessEnv): Finding[] {
  const findings: Finding[] = [];
  const { production, host, publicUrl } = settings;
  if (!production && !LOOPBACK.test(host)) {
    findings.push(
      doubtful(
        "settings",
        `HOST is ${host}, which other machines reach, and the defaults are those of development`,
        "NODE_ENV=production, or HOST=127.0.0.1",
      ),
    );
  }
  if (production && !PUBLIC_URL) {
    findings.push(
      doubtful(
        "settings",
        "PUBLIC_URL is not set: there are no passkeys, and no mail can have a link",
        "PUBLIC_URL=https://… as browsers reach this server",
      ),
    );
  }
  if (production && !MAIL_URL && !sendsMail(settings)) {
    findings.push(
      doubtful(
        "settings",
        "MAIL_URL is not set: who forgets a password needs an operator, and no owner is told of what happens",
        "MAIL_URL=smtp://… with MAIL_FROM, or MAIL_URL=none where that is meant",
      ),
    );
  }
  if (production && publicUrl?.startsWith("http:") && !/^http:\/\/localhost(?::|$)/.test(publicUrl)) {
    findings.push(
      doubtful(
        "settings",
        "PUBLIC_URL is of http: passwords and cookies can be read on the way",
        "a proxy with TLS in front, and its https://… here",
      ),
    );
  }
  return findings;
}

function behindProxy({ trustedProxies, publicUrl, host }: Settings): Finding[] {
  if (trustedProxies === 0 && publicUrl?.startsWith("https:")) {
    const effect = "all clients count as one address, and cookies are not Secure";
    return [
      wrong(
        "settings",
        `PUBLIC_URL is of https, which a proxy must speak, and TRUSTED_PROXIES=0 ignores its fields: ${effect}`,
        "TRUSTED_PROXIES=1, or the number of proxies in a row",
      ),
    ];
  }
  if (trustedProxies > 0 && !LOOPBACK.test(host)) {
    return [
      doubtful(
        "settings",
        `TRUSTED_PROXIES=${trustedProxies}, and HOST is ${host}: who reaches the port past the proxy can claim any address`,
        "HOST=127.0.0.1 or a socket, or a firewall that lets the proxy alone through",
      ),
    ];
  }
  return [];
}

function measured({ metricsHost, metricsPort }: Settings): Finding[] {
  if (metricsPort === undefined || LOOPBACK.test(metricsHost)) return [];
  const message = `METRICS_HOST is ${metricsHost}: whoever reaches port ${metricsPort} reads what the server does`;
  return [doubtful("settings", message, "METRICS_HOST=127.0.0.1, or a firewall that lets Prometheus alone through")];
}
