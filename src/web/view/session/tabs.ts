import type { KeptToken, TokenStore } from "./token-store.ts";

const CHANNEL = "auth";

/** How long another tab has to answer, in milliseconds: to do without its token is no harm. */
const PATIENCE_MS = 300;

type Message =
  | { readonly kind: "left" | "entered" }
  | { readonly kind: "asked"; readonly refused: string | null }
  | { readonly kind: "answered"; readonly kept: KeptToken };

/** What the tabs of one browser tell each other. */
export interface Tabs {
  /** Has every other tab sign out. */
  tellLeft(): void;
  /** Tells the others that this tab has got a token that it gives to whoever asks. */
  tellEntered(): void;
  /**
   * Asks the others for the token that they have of the browser's session, so that a browser has one. Null when nobody answers at
   * once, or only with the one that is `refused`.
   */
  askForToken(refused: string | null): Promise<KeptToken | null>;
  /** Calls back when somebody signs out in another tab, and when one gets a token that it gives away. */
  watch(heard: (event: "left" | "entered") => void): void;
}

/** The tabs of this origin. What is kept for every tab tells them of itself; what is a tab's own is told here, and stored nowhere. */
export function createTabs(store: Pick<TokenStore, "read">): Tabs {
  const channel = new BroadcastChannel(CHANNEL);
  const post = (message: Message) => channel.postMessage(message);
  const listen = (listener: (message: Message) => void, signal?: AbortSignal) =>
    channel.addEventListener("message", ({ data }: MessageEvent<Message>) => listener(data), {
      ...(signal && { signal }),
    });

  listen((message) => {
    if (message.kind !== "asked") return;
    const kept = store.read(message.refused);
    // One that was got with a password is of the tab in which it was typed, unless somebody wanted it to be kept.
    if (kept !== null && kept.session !== null) post({ kind: "answered", kept });
  });
  return {
    tellLeft: () => post({ kind: "left" }),
    tellEntered: () => post({ kind: "entered" }),
    askForToken: (refused) =>
      new Promise((resolve) => {
        const done = AbortSignal.timeout(PATIENCE_MS);
        done.addEventListener("abort", () => resolve(null));
        listen((message) => {
          if (message.kind === "answered" && message.kept.token !== refused) resolve(message.kept);
        }, done);
        post({ kind: "asked", refused });
      }),
    watch: (heard) =>
      listen(({ kind }) => {
        if (kind === "left" || kind === "entered") heard(kind);
      }),
  };
}
