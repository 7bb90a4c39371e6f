import type { AccessKeeper } from "./access.ts";
import { authorizeDialog } from "./authorize-dialog.ts";
import { authorizeForm } from "./authorize-form.ts";
import type { Component, System } from "./system.ts";

/** The security schemes of one entry of the dialog: an immutable map. */
interface Schemes {
  readonly size: number;
  has(scheme: string): boolean;
  delete(scheme: string): Schemes;
}

/** The properties of one entry of the dialog. */
interface AuthsProps extends Readonly<Record<string, unknown>> {
  readonly definitions: Schemes;
  /** The schemes that hold a value. */
  readonly authSelectors: { authorized(): Schemes };
}

/** The scheme whose entry has the form for signing in. */
const TOKEN_SCHEME = "authenticationToken";

/**
 * Swagger UI's base layout without `<main>` and title, which the page has, and without the choice of a server: there is one.
 * "Authorize" can sign in. The link inside the button that unfolds an operation is plain text: the keyboard would stop twice.
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

    // One entry for each scheme: the form stands above the first. The cookie has no entry, since no script can set it.
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
