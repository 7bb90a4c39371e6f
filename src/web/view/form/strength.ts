import type { Client } from "openapi-fetch";
import type { components, paths } from "../../../../generated/openapi.ts";
import { contentOf, Failure } from "../api/failure.ts";

/** The pause in typing after which a password is rated, in milliseconds: who types on is neither interrupted nor read out to. */
const PAUSE_MS = 500;

/** How hard a password is to guess, by the rules of the server. */
export type Strength = components["schemas"]["PasswordStrength"];

/** Rates a password while it is typed. */
export interface StrengthMeter {
  /** Takes what is typed now, and the address of the account, "" for none. */
  typed(password: string, email: string): void;
  /** Ends what is under way. */
  stop(): void;
}

/**
 * A meter that asks the server, and shows each rating as it comes; null while there is none: nothing is typed, or the server does not
 * say. It will say so when the form is sent.
 */
export function createStrengthMeter(api: Client<paths>, show: (strength: Strength | null) => void): StrengthMeter {
  let asking = new AbortController();

  async function rate(password: string, email: string, signal: AbortSignal): Promise<void> {
    try {
      const body = { password, ...(email !== "" && { email }) };
      const strength = await contentOf(api.POST("/api/password_strength", { body, signal }));
      if (!signal.aborted) show(strength);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!signal.aborted) show(null);
    }
  }

  function stop(): void {
    asking.abort();
    asking = new AbortController();
  }

  return {
    stop,
    typed: (password, email) => {
      stop();
      if (password === "") return show(null);
      const { signal } = asking;
      const pause = setTimeout(() => void rate(password, email, signal), PAUSE_MS);
      signal.addEventListener("abort", () => clearTimeout(pause));
    },
  };
}

const PRAISE = ["", "", "This password will do.", "This password is good.", "This password is very good."];

/** A rating as a person would say it: praise, or the server's reasons why it is refused. */
export function strengthInWords({ acceptable, score, reasons }: Strength): string {
  return acceptable ? (PRAISE[score] ?? "") : reasons.join(" ");
}
