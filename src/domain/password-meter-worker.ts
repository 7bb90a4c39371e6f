import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as common } from "@zxcvbn-ts/language-common";
import { dictionary as english, translations } from "@zxcvbn-ts/language-en";
import type { PasswordRating } from "./passwords.ts";

/** A password to rate, and the words that it must not rest on. */
export interface RatingJob {
  readonly password: string;
  readonly about: readonly string[];
}

// What everybody tries who knows where the password is for.
const SITE = ["kudos"];

// The time of the meter grows with the length, and with the ways in which digits could stand for letters: as many as these take it
// some 20 ms at the most.
const MOST_CHARACTERS = 64;
const MOST_SUBSTITUTIONS = 5;

const meter = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  translations,
  l33tMaxSubstitutions: MOST_SUBSTITUTIONS,
});

/** Rates one password in the thread that it is called in. */
export default function rate({ password, about }: RatingJob): PasswordRating {
  const words = [...SITE, ...about].map((word) => word.slice(0, MOST_CHARACTERS)).filter((word) => word.length > 2);
  const { score, feedback } = meter.check(password.slice(0, MOST_CHARACTERS), words);
  const advice = [feedback.warning ?? "", ...feedback.suggestions];
  return { strength: score, advice: advice.filter((sentence) => sentence !== "") };
}
