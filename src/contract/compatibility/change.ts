/** One difference between two contracts, as their clients see it. */
export interface Change {
  /** Whether a client that was made for the earlier contract can fail because of it. */
  readonly breaking: boolean;
  /** The place in the words of HTTP: `POST /api/article_likes, content, /article_id`. */
  readonly where: string;
  /** What is different, such as `is required now`. */
  readonly what: string;
}

/** Who sends what a schema describes. It decides which way a schema may change: servers may take more, and send less. */
export type Sender = "client" | "server";

/** How the values that a schema allows have changed: fewer, more, or some that cannot be compared. */
export type Shift = "narrower" | "wider" | "other";

/** Whether a shift breaks clients: what they send must still be taken, and what they get must be what they know. */
export function breaks(shift: Shift, sender: Sender): boolean {
  return shift === "other" || shift === (sender === "client" ? "narrower" : "wider");
}
