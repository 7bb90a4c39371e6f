import { createApp, watch } from "vue";
import { createApi } from "./api/client.ts";
import App from "./app.vue";
import { createArticleList } from "./articles/article-list.ts";
import { catchLostFocus } from "./lost-focus.ts";
import { createPlace } from "./place.ts";
import { type Credentials, createCredentials } from "./session/credentials.ts";
import { createSession } from "./session/session.ts";
import { createTabs } from "./session/tabs.ts";
import { createTokenStore } from "./session/token-store.ts";

const NEWS_MS = 8_000;

/** As long as a page may wait for something that changes little of it, in milliseconds. */
const SOON_MS = 300;

async function start(root: HTMLElement, account: HTMLElement): Promise<void> {
  const { session: id, signedIn: email, persistent, registration, minPasswordLength } = root.dataset;
  // Whoever signs out is not to be found in the page.
  for (const name of ["data-session", "data-signed-in", "data-persistent"]) root.removeAttribute(name);
  const store = createTokenStore(window, window);
  const tabs = createTabs(store);
  const cookie = id && email ? { id, email, persistent: persistent !== undefined } : null;
  const held: Credentials = createCredentials(() => api, store, tabs, cookie);
  const api = createApi(() => held.token);
  const place = createPlace();
  const session = createSession(api, store, tabs, held);
  const articles = createArticleList(api, place, session);
  // Until there is something better to show than what the server drew.
  const drawn = [...root.querySelectorAll("ol.articles, nav.pages")];

  account.replaceChildren();
  root.replaceChildren();
  createApp(App, {
    application: {
      api,
      place,
      session,
      articles,
      drawn,
      registrationOpen: registration !== "closed",
      minPasswordLength: Number(minPasswordLength ?? 8),
    },
  }).mount(root);

  catchLostFocus(document);
  for (const source of [store, tabs]) {
    source.watch((event) => {
      if (event === "left" && session.email !== null) void session.follow();
      else if (event === "lost") void session.check();
      else if (event === "entered" && session.email === null) void session.join();
    });
  }
  // The browser may show a page again that it had put aside, after somebody has signed out or in elsewhere.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  addEventListener("online", () => {
    if (articles.failure !== null || session.failure !== null) void session.begin().then(() => articles.load());
  });
  // A link within the page leads to no other view of it.
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main")?.focus();
  });
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") session.tell("");
  });
  watch(
    () => place.cursor,
    () => void session.check(),
  );
  // What happened on one view is nothing to the next; whatever is told about going there comes after.
  watch(
    () => place.view,
    () => session.tell(""),
    { flush: "sync" },
  );
  let fading: ReturnType<typeof setTimeout> | undefined;
  watch(
    () => session.news,
    (news) => {
      clearTimeout(fading);
      if (news !== "") fading = setTimeout(() => session.tell(""), NEWS_MS);
    },
  );
  // Who cannot be told apart from a stranger for a while reads as one until then.
  const begun = session.begin();
  const known = await Promise.race([begun.then(() => true), sleep(SOON_MS).then(() => false)]);
  await articles.load();
  if (!known) await begun.then(() => articles.load());
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const [root, account] = ["app", "account"].map((id) => document.getElementById(id));
if (root && account) await start(root, account);
