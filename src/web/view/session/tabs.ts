import type { KeptToken, TokenStore } from "./token-store.ts";

const CHANNEL = "auth";

/** The time that other tabs have to answer, in milliseconds; short, because the page can do without their token. */
const PATIENCE_MS = 300;

type Message =
  | { readonly kind: "left" | "entered" }
  | { readonly kind: "asked"; readonly refused: string | null }
  | { readonly kind: "answered"; readonly kept: KeptToken };

/** The messages between the tabs of one browser. */
export interface Tabs {
  /** Signs out every other tab. */
  tellLeft(): void;
  /** Tells the other tabs that this one has a token to share. */
  tellEntered(): void;
  /**
   * Asks the other tabs for their token of the browser's session, so that a browser has only one. Null when no tab answers in time
   * with a token other than `refused`.
   */
  askForToken(refused: string | null): Promise<KeptToken | null>;
  /** Calls back when another tab signs out, and when one has a token to share. */
  watch(heard: (event: "left" | "entered") => void): void;
}

/** The other tabs of this origin. Tokens in `localStorage` reach them by its own events; tokens of single tabs by this channel. */
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
    // A token got with a password stays in its tab, unless the person wanted to be kept signed in.
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
