import type { View } from "../place.ts";

/** A page of the account area, as the menu and the tabs lead to it. */
export interface AccountPage {
  readonly view: View;
  readonly title: string;
  readonly address: string;
  /** The views that are further steps of this page. */
  readonly steps?: readonly View[];
}

/** The pages of the account area, in the order of the menu. */
export const ACCOUNT_PAGES: readonly AccountPage[] = [
  { view: "security", title: "Security", address: "/#/security", steps: ["password"] },
  { view: "devices", title: "Devices", address: "/#/devices" },
];

/** How a link to a page is marked while a view is shown: as that page, or as the part of the site that the view belongs to. */
export function currentMark({ view, steps = [] }: AccountPage, shown: View): "page" | "true" | undefined {
  if (view === shown) return "page";
  return steps.includes(shown) ? "true" : undefined;
}
