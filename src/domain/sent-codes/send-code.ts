import { paragraphs } from "../mail/mail-text.ts";
import { mintMailedSecret } from "../mail/mint-mailed-secret.ts";
import type { Outbox } from "../mail/outbox.ts";
import type { Message } from "../mail/outgoing-message.ts";
import type { Queryable } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import type { Destination } from "./destination.ts";

/** A code to be sent. */
export interface CodeToSend {
  /** Whether it proves a factor that is there, or one that is being set up. */
  readonly purpose: "second-factor" | "set-up";
  readonly user: { readonly id: number; readonly email: string };
  readonly destination: Destination;
  /** What the code is good for, and nothing else: a sign-in that waits, a set-up, or a credential. */
  readonly bound: string;
}

/** Whether the server sends codes by a method. */
export function sendsCodes(outbox: Outbox | null, method: Destination["method"]): outbox is Outbox {
  return outbox !== null && (method === "email" || outbox.texts);
}

/** Makes a code and puts it into the outbox, in the transaction of what it is for. */
export async function sendCode(
  tx: Queryable,
  { outbox, keys }: { readonly outbox: Outbox; readonly keys: SecretKeys },
  { purpose, user, destination, bound }: CodeToSend,
  now: Date,
): Promise<void> {
  const wanted = { purpose, account: user.email, userId: user.id, browser: bound };
  const { code, lifetimeMs } = await mintMailedSecret(tx, keys, wanted, now);
  const spaced = code.replace(/(?=.{4}$)/, " ");
  const message = destination.method === "email" ? mailOf(purpose, spaced) : textOf(spaced, code, outbox.publicUrl);
  await outbox.post(tx, { ...message, to: destination.to }, { now, lifetimeMs });
}

function mailOf(purpose: CodeToSend["purpose"], code: string): Omit<Message, "to"> {
  const [subject, why] =
    purpose === "set-up"
      ? [
          "Your code to set up a second factor",
          "Somebody, probably you, wants codes of your account to go to this address.",
        ]
      : ["Your code as a second factor", "Somebody who knows your password, probably you, is proving to be you."];
  const text = paragraphs(
    `${why} The code is:`,
    `  ${code}`,
    "It is good for ten minutes, and once. Type it only on the page or in the program that asks for it; nobody else needs it.",
    purpose === "set-up"
      ? "If it was not you, do nothing: without the code nothing is set up."
      : "If it was not you, somebody else knows your password: nobody gets in without the code, but set a new password soon.",
  );
  return { channel: "mail", subject, text };
}

/** The last line lets phones fill in the code at this site alone (WICG, origin-bound one-time codes). */
function textOf(spaced: string, code: string, publicUrl: string): Omit<Message, "to"> {
  const host = publicUrl.startsWith("https://") ? new URL(publicUrl).hostname : null;
  const text = `Your code is ${spaced}. It is good for ten minutes, and once.\n${host === null ? "" : `\n@${host} #${code}\n`}`;
  return { channel: "text", subject: "", text };
}
