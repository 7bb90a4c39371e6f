import { reactive, watch } from "vue";
import type { components } from "../../../../generated/openapi.ts";
import { contentOf, Failure } from "../api/failure.ts";
import type { Place } from "../place.ts";
import { authorized } from "../session/authorized.ts";
import { Declined } from "../session/question.ts";
import type { Session } from "../session/session.ts";

/** An article of the list. */
export type ListedArticle = components["schemas"]["Article"];

export interface ArticleList {
  readonly items: readonly ListedArticle[];
  /** The cursor of the next page; null on the last. */
  readonly nextCursor: string | null;
  readonly loading: boolean;
  /** Whether a page of articles has arrived, even an empty one. */
  readonly loaded: boolean;
  readonly failure: Failure | null;
  load(): Promise<void>;
  /** Likes an article or takes the like back: drawn at once, and undone when the server refuses. */
  toggle(article: ListedArticle): Promise<void>;
}

/** The page of articles that the address names; loaded again whenever the address or the person changes. */
export function createArticleList(place: Place, session: Session): ArticleList {
  const { api, news } = session;
  let latest = Promise.resolve();
  /** The last wish for each article with a call under way, by id: true for liked. */
  const wishes = new Map<number, boolean>();
  const list = reactive({
    items: [] as ListedArticle[],
    nextCursor: null as string | null,
    loading: false,
    loaded: false,
    failure: null as Failure | null,
    load: () => {
      const own = fetchPage(() => latest === own);
      latest = own;
      return own;
    },
    toggle: async (article: ListedArticle) => {
      const { id, title, liked_by_me: before } = article;
      const underWay = wishes.has(id);
      wishes.set(id, !before);
      draw(id, !before);
      // Calls for one article follow each other: the loop below, already running, sends the new wish.
      if (underWay) return;
      let known = before;
      try {
        for (let wish = wishes.get(id); wish !== undefined && wish !== known; wish = wishes.get(id)) {
          await send(id, wish);
          known = wish;
        }
        news.tell(known ? `You like “${title}”.` : `You no longer like “${title}”.`);
      } catch (error) {
        draw(id, known);
        if (error instanceof Declined) {
          news.tell(error.message);
          // Another person who is signed in now has other likes.
          if (session.email !== null) await list.load();
        } else if (!(error instanceof Failure)) throw error;
        else if (error.status === 404) news.tell(`“${title}” is no longer there, so nothing was changed.`);
        else news.tell(`Your like of “${title}” was not changed. ${error.message}`);
        return;
      } finally {
        wishes.delete(id);
      }
      await refresh(id);
    },
  });

  async function send(article_id: number, wish: boolean): Promise<void> {
    const call = { params: { path: { article_id } } };
    await authorized(session, async () => {
      // A sign-in loads the list again; the wish is drawn once more on the new one, which does not have it yet.
      await latest;
      draw(article_id, wishes.get(article_id) ?? wish);
      await contentOf<unknown>(
        wish
          ? api.POST("/api/articles/{article_id}/likes", call)
          : api.DELETE("/api/articles/{article_id}/likes", call),
      );
    });
  }

  async function fetchPage(isLatest: () => boolean): Promise<void> {
    list.loading = true;
    const query = place.cursor === undefined ? {} : { cursor: place.cursor };
    try {
      const page = await contentOf(api.GET("/api/articles", { params: { query } }));
      if (!isLatest()) return;
      Object.assign(list, { items: page.items, nextCursor: page.next_cursor, loaded: true, failure: null });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (isLatest()) list.failure = error;
    } finally {
      if (isLatest()) list.loading = false;
    }
  }

  /** Draws an article as liked or not, and corrects its count, unless it is drawn so already. */
  function draw(id: number, liked: boolean): void {
    const article = list.items.find((item) => item.id === id);
    if (article === undefined || article.liked_by_me === liked) return;
    article.liked_by_me = liked;
    article.like_count = Math.max(0, article.like_count + (liked ? 1 : -1));
  }

  /** Reads an article again: its count includes the likes of other people. */
  async function refresh(article_id: number): Promise<void> {
    const article = list.items.find(({ id }) => id === article_id);
    const current = await contentOf(api.GET("/api/articles/{article_id}", { params: { path: { article_id } } })).catch(
      () => null,
    );
    if (article && current && !wishes.has(article_id)) Object.assign(article, current);
  }

  watch([() => place.cursor, () => session.email], () => void list.load(), { flush: "sync" });
  return list;
}
