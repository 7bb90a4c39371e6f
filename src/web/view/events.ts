import { watch } from "vue";
import type { Application } from "./application.ts";
import { begin } from "./session/begin.ts";
import { follow } from "./session/leave.ts";
import { check } from "./session/lose.ts";
import { join } from "./session/renew.ts";

/** Lets the application follow the other tabs, the browser and the address. */
export function followEvents({ articles, news, place, session }: Application): void {
  const { held, store, tabs } = session;
  for (const source of [store, tabs]) {
    source.watch((event) => {
      if (event === "left" && session.email !== null) void follow(session);
      else if (event === "lost") void check(session);
      else if (event === "entered" && session.email === null) void join(session);
    });
  }
  // A browser may show a page again that it had put aside; meanwhile the person may have signed out or in elsewhere.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  addEventListener("online", () => {
    const unsettled = session.state.kind === "failed" || (session.email !== null && held.token === null);
    if (articles.failure !== null || unsettled) void begin(session).then(() => articles.load());
  });
  // A link within the page leads to no other view of it.
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main")?.focus();
  });
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") news.tell("");
  });
  watch(
    () => place.cursor,
    () => void check(session),
  );
  // News of one view end with it. At once, so that news about the change itself stay.
  watch(
    () => place.view,
    () => news.tell(""),
    { flush: "sync" },
  );
}
