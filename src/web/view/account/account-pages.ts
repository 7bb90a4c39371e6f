import type { Application } from "../application.ts";
import type { View } from "../place.ts";

/** A page of the account area, as the menu and the tabs lead to it. */
export interface AccountPage {
  readonly view: View;
  readonly title: string;
  readonly address: string;
  /** The views that are further steps of this page. */
  readonly steps?: readonly View[];
}

const PAGES: readonly AccountPage[] = [
  { view: "security", title: "Security", address: "/#/security", steps: ["password"] },
  { view: "devices", title: "Devices", address: "/#/devices" },
  { view: "activity", title: "Activity", address: "/#/activity" },
  { view: "tokens", title: "Tokens", address: "/#/tokens" },
  { view: "address", title: "Address", address: "/#/address" },
  { view: "export", title: "Export", address: "/#/export" },
  { view: "deletion", title: "Delete account", address: "/#/deletion" },
];

/** The pages of the account area that this server has, in the order of the menu. */
export function accountPages({ sendsMail }: Application): readonly AccountPage[] {
  return PAGES.filter(({ view }) => sendsMail || view !== "address");
}

/** How a link to a page is marked while a view is shown: as that page, or as the part of the site that the view belongs to. */
export function currentMark({ view, steps = [] }: AccountPage, shown: View): "page" | "true" | undefined {
  if (view === shown) return "page";
  return steps.includes(shown) ? "true" : undefined;
}
