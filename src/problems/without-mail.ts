import { TooManyAttempts } from "../domain/attempts/attempts.ts";
import { InvalidCredentials } from "../domain/passwords/errors.ts";
import { PROBLEMS, type ProblemRow } from "./table.ts";

/** Messages in place of those that advise to ask for a new password, which nobody gets from a server that sends no mail. */
const MESSAGES: ReadonlyMap<ProblemRow[0], string> = new Map<ProblemRow[0], string>([
  [
    InvalidCredentials,
    "The e-mail address or the password is wrong. If you are sure of both, ask whoever runs this server.",
  ],
  [TooManyAttempts, "Too many attempts; try again later."],
]);

/** The problems of a server that sends no mail: the same as those of any other, but for what it cannot do. */
export const PROBLEMS_WITHOUT_MAIL: readonly ProblemRow[] = PROBLEMS.map((row) => {
  const [kind, slug, status, options] = row;
  const detail = MESSAGES.get(kind);
  if (detail === undefined) return row;
  return [
    kind,
    slug,
    status,
    (error: never) => {
      const { errors, ...told } = options?.(error) ?? {};
      return { ...told, detail, ...(errors && { errors: errors.map((one) => ({ ...one, detail })) }) };
    },
  ];
});
