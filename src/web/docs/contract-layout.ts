import type { AccessKeeper } from "./access.ts";
import { authorizeDialog } from "./authorize-dialog.ts";
import type { Component, System } from "./system.ts";

/** The schemes that one entry of the dialog is about: an immutable map. */
interface Schemes {
  readonly size: number;
  has(scheme: string): boolean;
  delete(scheme: string): Schemes;
}

/**
 * Swagger UI's base layout without its own `<main>` and title, which the page has, and without the choice of a server, for
 * there is but one. "Authorize" can sign in. A link inside the button that unfolds an operation would be two stops of the
 * keyboard in one, so there is none.
 */
export function contractLayout(signIn: AccessKeeper["signIn"]) {
  return ({ React }: System) => {
    const { createElement, useState } = React;
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

    const SignIn: Component = () => {
      const [refusal, setRefusal] = useState("");
      const submit = async (event: SubmitEvent) => {
        event.preventDefault();
        const fields = new FormData(event.target as HTMLFormElement);
        setRefusal((await signIn(String(fields.get("email")), String(fields.get("password")), "token")) ?? "");
      };
      const field = (name: string, label: string, more: object) =>
        createElement(
          "div",
          { className: "field" },
          createElement("label", { htmlFor: `authorize-${name}` }, label),
          createElement("input", { id: `authorize-${name}`, name, required: true, ...more }),
        );
      return createElement(
        "form",
        { className: "authorize-form", onSubmit: submit, noValidate: true },
        createElement("h4", null, "Sign in for a token"),
        field("email", "E-mail address", { type: "email", autoComplete: "username" }),
        field("password", "Password", { type: "password", autoComplete: "current-password" }),
        createElement("div", { className: "errors", role: "alert" }, refusal),
        createElement("button", { className: "btn authorize" }, "Sign in and authorize"),
      );
    };

    // The dialog draws one of these for each scheme; the form belongs above the first. No script can set the cookie.
    const withSignIn = (Auths: unknown) => (props: { readonly definitions: Schemes }) => {
      const definitions = props.definitions.delete("sessionCookie");
      const own =
        definitions.size > 0
          ? createElement(Auths, { ...props, definitions })
          : createElement("p", null, "The browser sends the cookie of a session by itself, once you are signed in.");
      return definitions.has("authenticationToken")
        ? createElement("div", null, createElement(SignIn, null), own)
        : own;
    };

    const DeepLink: Component = ({ text }) => createElement("span", null, text);
    return {
      components: { ContractLayout, DeepLink },
      wrapComponents: { auths: withSignIn, authorizationPopup: authorizeDialog(React) },
    };
  };
}
