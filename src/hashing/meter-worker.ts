import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as common } from "@zxcvbn-ts/language-common";
import { dictionary as english, translations } from "@zxcvbn-ts/language-en";
import type { PasswordRating } from "../domain/passwords/password-hasher.ts";
import { isDecorated } from "./decorated-password.ts";

/** A password to rate, and the words that it must not rest on. */
export interface RatingJob {
  readonly password: string;
  readonly about: readonly string[];
}

// What everybody tries who knows where the password is for.
const SITE = ["kudos"];

// The time of the meter grows with the square of the length, and with the ways in which digits and signs could stand for letters:
// the worst of these, nothing but such signs, takes it some 20 ms of one core.
const MOST_CHARACTERS = 40;
const MOST_SUBSTITUTIONS = 2;

const DECORATED = "A common password with digits or signs around it is among the first guesses.";

const meter = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  translations,
  l33tMaxSubstitutions: MOST_SUBSTITUTIONS,
});

const commonPasswords: ReadonlySet<string> = new Set(common["passwords-common"]);

/** Rates one password in the thread that it is called in. */
export default function rate({ password, about }: RatingJob): PasswordRating {
  const words = [...SITE, ...about].map((word) => word.slice(0, MOST_CHARACTERS)).filter((word) => word.length > 2);
  if (isDecorated(password, commonPasswords, words)) return { strength: 1, advice: [DECORATED] };
  const { score, feedback } = meter.check(password.slice(0, MOST_CHARACTERS), words);
  const advice = [feedback.warning ?? "", ...feedback.suggestions];
  return { strength: score, advice: advice.filter((sentence) => sentence !== "") };
}
