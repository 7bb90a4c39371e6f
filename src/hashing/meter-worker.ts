import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as common } from "@zxcvbn-ts/language-common";
import { dictionary as english, translations } from "@zxcvbn-ts/language-en";
import type { PasswordRating } from "../domain/passwords/password-hasher.ts";
import { isCommon } from "./common-passwords.ts";
import { isDecorated } from "./decorated-password.ts";

/** A password to rate, and words that an attacker knows of its user. */
export interface RatingJob {
  readonly password: string;
  readonly about: readonly string[];
}

// A word that is tried first by an attacker who knows which site the password is for.
const SITE = ["kudos"];

// Bounds of the meter's time, which grows with the square of the length and with the ways in which digits and signs
// could stand for letters. Within these bounds the worst password, made of such signs alone, takes some 20 ms of one
// core.
const MOST_CHARACTERS = 40;
const MOST_SUBSTITUTIONS = 2;

const COMMON = "It is one of the 100,000 passwords that are used most, which are tried first.";
const DECORATED = "A common password with digits or signs around it is among the first guesses.";

const meter = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  translations,
  l33tMaxSubstitutions: MOST_SUBSTITUTIONS,
});

const commonPasswords: ReadonlySet<string> = new Set(common["passwords-common"]);

/** Rates one password, in the calling thread. */
export default function rate({ password, about }: RatingJob): PasswordRating {
  const words = [...SITE, ...about].map((word) => word.slice(0, MOST_CHARACTERS)).filter((word) => word.length > 2);
  if (isCommon(password)) return { strength: 0, advice: [COMMON] };
  if (isDecorated(password, commonPasswords, words)) return { strength: 1, advice: [DECORATED] };
  const { score, feedback } = meter.check(password.slice(0, MOST_CHARACTERS), words);
  const advice = [feedback.warning ?? "", ...feedback.suggestions];
  return { strength: score, advice: advice.filter((sentence) => sentence !== "") };
}
