import { domainToUnicode } from "node:url";

const EMAIL_LENGTH = 254;

// A loose pattern: it refuses texts that cannot be one address, and texts that look like another address. No address
// has an invisible character or one that separates addresses in a list (RFC 5322, section 3.2.3). Only a message could
// prove that the address exists.
const EMAIL = /^(?!.*[\s\p{C}\p{Default_Ignorable_Code_Point}<>()[\]\\,;:"])[^@]{1,64}@(?<domain>[^@]+)$/su;

// Letters and digits of any script, hyphens inside (RFC 5890, section 2.3.2), and the underscores of some old hosts.
const LABEL = /^(?!-|xn--)[^!-,./:-@[-^`{-~]{1,63}(?<!-)$/u;

/**
 * The normal spelling of an e-mail address, by which accounts are found: NFKC, lower case, without white space around
 * it, and the labels of its domain in their own script (RFC 5890: U-labels).
 */
export function normaliseEmail(email: string): string {
  const folded = foldCase(email).trim();
  const at = folded.lastIndexOf("@") + 1;
  // The ideographic full stop separates labels, too (RFC 3490, section 3.1).
  const domain = folded.slice(at).replaceAll("\u3002", ".").split(".").map(inItsScript).join(".");
  return at === 0 ? folded : folded.slice(0, at) + foldCase(domain);
}

/**
 * Whether a new account may have this normalised address: a mail server takes dots only between other characters of the local
 * part (RFC 5321 §4.1.2, Dot-string). Accounts from before, and imported ones, keep what they have.
 */
export function isRegistrableEmail(email: string): boolean {
  return isUsableEmail(email) && email.slice(0, email.lastIndexOf("@")).split(".").every(Boolean);
}

/** Whether an account can have this normalised address. */
export function isUsableEmail(email: string): boolean {
  const domain = EMAIL.exec(email)?.groups?.domain;
  return domain !== undefined && email.length <= EMAIL_LENGTH && domain.split(".").every((label) => LABEL.test(label));
}

/**
 * A text without differences of case and of Unicode form (NFKC). It is normalised twice, since lower case can undo the normal form. Lower
 * case has two letters for the capital sigma, one of them for the end of a word: here both become one.
 */
export function foldCase(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll("\u03c2", "\u03c3").normalize("NFKC");
}

function inItsScript(label: string): string {
  return /^xn--[a-z0-9-]+$/.test(label) ? domainToUnicode(label) || label : label;
}
