/** The parts of a running system that `kudos doctor` looks at. */
export type Area = "settings" | "keys" | "database" | "mail" | "server" | "proxy";

/** What was found about a part: that it is well, that it may not be meant, or that it is wrong, with what to do about it. */
export interface Finding {
  readonly area: Area;
  readonly state: "well" | "doubtful" | "wrong";
  /** One line; it shows no secret. */
  readonly message: string;
  /** One line: what mends it; null for what is well. */
  readonly cure: string | null;
}

export function well(area: Area, message: string): Finding {
  return { area, state: "well", message, cure: null };
}

/** A finding that can be meant: it does not fail the command. */
export function doubtful(area: Area, message: string, cure: string): Finding {
  return { area, state: "doubtful", message, cure };
}

export function wrong(area: Area, message: string, cure: string): Finding {
  return { area, state: "wrong", message, cure };
}

/** The finding of an error whose message for the operator says what is wrong and then, behind a semicolon, what to do. */
export function wrongBy(area: Area, error: Error, cure = "see what its message says"): Finding {
  const { message } = error;
  const at = message.indexOf("; ");
  return at === -1 ? wrong(area, message, cure) : wrong(area, message.slice(0, at), message.slice(at + 2));
}
