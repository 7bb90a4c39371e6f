import type { Client } from "openapi-fetch";
import type { paths } from "../../../generated/openapi.ts";
import type { ArticleList } from "./articles/article-list.ts";
import type { News } from "./news.ts";
import type { Place } from "./place.ts";
import type { Session } from "./session/session.ts";

/** All that the components share. */
export interface Application {
  readonly api: Client<paths>;
  readonly place: Place;
  readonly session: Session;
  readonly news: News;
  readonly articles: ArticleList;
  /** The articles as the server drew them with the page. */
  readonly drawn: readonly Element[];
  /** Whether accounts can be made. */
  readonly registrationOpen: boolean;
  /** The fewest characters of a new password. */
  readonly minPasswordLength: number;
}
