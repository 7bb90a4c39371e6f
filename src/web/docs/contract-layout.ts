import type { AccessKeeper } from "./access.ts";
import { authorizeDialog } from "./authorize-dialog.ts";
import { authorizeForm } from "./authorize-form.ts";
import type { Component, System } from "./system.ts";

/** The schemes that one entry of the dialog is about: an immutable map. */
interface Schemes {
  readonly size: number;
  has(scheme: string): boolean;
  delete(scheme: string): Schemes;
}

/** What one entry of the dialog gets. */
interface AuthsProps extends Readonly<Record<string, unknown>> {
  readonly definitions: Schemes;
  /** Which schemes are filled in. */
  readonly authSelectors: { authorized(): Schemes };
}

/** The one whose entry has the form, too. */
const TOKEN_SCHEME = "authenticationToken";

/**
 * Swagger UI's base layout without its own `<main>` and title, which the page has, and without the choice of a server, for
 * there is but one. "Authorize" can sign in. A link inside the button that unfolds an operation would be two stops of the
 * keyboard in one, so there is none.
 */
export function contractLayout(keeper: AccessKeeper) {
  return ({ React }: System) => {
    const { createElement } = React;
    const ContractLayout: Component = ({ getComponent }) => {
      const component = getComponent as (name: string, container?: boolean) => unknown;
      const authorize = createElement(component("AuthorizeBtnContainer", true), null);
      return createElement(
        "div",
        { className: "swagger-ui" },
        createElement(component("SvgAssets"), null),
        createElement("div", { className: "docs-bar" }, createElement("h2", null, "Operations"), authorize),
        createElement(component("errors", true), null),
        createElement(component("operations", true), null),
        createElement(component("Models", true), null),
      );
    };

    const AuthorizeForm = authorizeForm(React, keeper);

    // The dialog draws one of these for each scheme; the form belongs above the first. No script can set the cookie.
    const withSignIn = (Auths: unknown) => (props: AuthsProps) => {
      const definitions = props.definitions.delete("sessionCookie");
      const own =
        definitions.size > 0
          ? createElement(Auths, { ...props, definitions })
          : createElement("p", null, "The browser sends the cookie of a session by itself, once you are signed in.");
      if (!definitions.has(TOKEN_SCHEME)) return own;
      const holdsToken = props.authSelectors.authorized().has(TOKEN_SCHEME);
      return createElement("div", null, createElement(AuthorizeForm, { holdsToken }), own);
    };

    const DeepLink: Component = ({ text }) => createElement("span", null, text);
    return {
      components: { ContractLayout, DeepLink },
      wrapComponents: { auths: withSignIn, authorizationPopup: authorizeDialog(React) },
    };
  };
}
