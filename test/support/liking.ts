import type { Person, TestServer } from "./server.ts";

/** The two calls that like an article. */
export const spellings = {
  likeArticle: (server: TestServer, { headers }: Pick<Person, "headers">, articleId: number) =>
    server.request(`/api/articles/${articleId}/likes`, { method: "POST", headers }),
  createArticleLike: (server: TestServer, { headers }: Pick<Person, "headers">, articleId: number, claimed = {}) =>
    server.request("/api/article_likes", {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ article_id: articleId, ...claimed }),
    }),
};

/** The JSON of an answer. */
export async function read(response: Response) {
  return JSON.parse(await response.text());
}

/** An article as it is read without credentials. */
export async function article(server: TestServer, id: number) {
  return read(await server.request(`/api/articles/${id}`));
}
