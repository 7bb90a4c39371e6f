import type { Client } from "openapi-fetch";
import type { paths } from "../../../generated/openapi.ts";
import type { ArticleList } from "./articles/article-list.ts";
import type { News } from "./news.ts";
import type { Place } from "./place.ts";
import type { Session } from "./session/session.ts";

/** The parts of the application, which every component gets. */
export interface Application {
  readonly api: Client<paths>;
  readonly place: Place;
  readonly session: Session;
  readonly news: News;
  readonly articles: ArticleList;
  /** The list of articles as the server drew it, shown until the first answer is there. */
  readonly drawn: readonly Element[];
  /** Whether the server takes new accounts. */
  readonly registrationOpen: boolean;
  /** Whether the server sends mails: only then can it help with a forgotten password, and change an address. */
  readonly sendsMail: boolean;
  /** Whether accounts have user names, which sign in by the form of a page. */
  readonly takesUsernames: boolean;
  /** The least number of characters of a new password. */
  readonly minPasswordLength: number;
  /** The most days that a personal token lives for. */
  readonly personalTokenDays: number;
}
