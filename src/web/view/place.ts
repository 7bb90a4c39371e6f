import { reactive } from "vue";
import { basePath } from "./api/client.ts";

/** The views by their fragments, such as `#/devices`. All of them need a sign-in; `articles` has no fragment and needs none. */
const PERSONAL = ["security", "password", "devices", "activity", "tokens", "address", "export", "deletion"] as const;

export type View = "articles" | (typeof PERSONAL)[number];

/** The place in the application that the address names. */
export interface Place {
  readonly view: View;
  /** The cursor of the page of articles; undefined for the newest. */
  readonly cursor: string | undefined;
  /** Path, query and fragment of the address, below the path of the server. */
  readonly address: string;
  /** Goes to another address of the application, as a link does. */
  go(address: string): void;
  /** The address for a link to one of the server's. */
  link(address: string): string;
}

/**
 * The place, which follows the address. A page of articles is `/?cursor=…`, as the server draws it too; the fragments, such as
 * `#/devices`, are known to this application alone.
 */
export function createPlace(): Place {
  const place = reactive({
    ...read(),
    go: (address: string) => {
      const target = basePath() + address;
      if (new URL(target, location.href).href !== location.href) history.pushState(null, "", target);
      Object.assign(place, read());
    },
    link: (address: string) => basePath() + address,
  });
  // Other fragments, such as that of the link past the header, name a part of the page and no view.
  addEventListener("popstate", () => {
    if (location.hash === "" || location.hash.startsWith("#/")) Object.assign(place, read());
  });
  return place;
}

function read(): Pick<Place, "view" | "cursor" | "address"> {
  const cursor = new URLSearchParams(location.search).get("cursor") ?? undefined;
  const view = PERSONAL.find((one) => location.hash === `#/${one}`) ?? "articles";
  const path = location.pathname.slice(basePath().length) || "/";
  return { view, cursor, address: path + location.search + location.hash };
}
