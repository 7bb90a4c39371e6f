import { reactive } from "vue";

/** The views; articles and the others that need somebody to be signed in. */
export type View = "articles" | "devices" | "password";

/** Where one is in the application, as the address tells it. */
export interface Place {
  readonly view: View;
  /** Where the page of articles starts; undefined for the newest. */
  readonly cursor: string | undefined;
  /** The address itself, without the origin. */
  readonly address: string;
  /** Goes to another address of the application, as a link does. */
  go(address: string): void;
}

/**
 * Follows the address. A page of articles is `/?cursor=…`, which the server draws as well; what is after the hash, `#/devices`
 * and `#/password`, is of this application alone.
 */
export function createPlace(): Place {
  const place = reactive({
    ...read(),
    go: (address: string) => {
      if (new URL(address, location.href).href !== location.href) history.pushState(null, "", address);
      Object.assign(place, read());
    },
  });
  // A link of the page itself, such as the one past the header, leads to no other view.
  addEventListener("popstate", () => {
    if (location.hash === "" || location.hash.startsWith("#/")) Object.assign(place, read());
  });
  return place;
}

function read(): Pick<Place, "view" | "cursor" | "address"> {
  const cursor = new URLSearchParams(location.search).get("cursor") ?? undefined;
  const view = /^#\/(devices|password)$/.exec(location.hash)?.[1] as View | undefined;
  return { view: view ?? "articles", cursor, address: location.pathname + location.search + location.hash };
}
