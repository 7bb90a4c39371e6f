import type { AccessKeeper } from "./access/access.ts";
import type { Component, System } from "./system.ts";

/** The sign-in within the dialog of "Authorize"; while Swagger UI holds a token, a sentence about it takes the place of the form. */
export function authorizeForm(
  { createElement, useLayoutEffect, useRef, useState }: System["React"],
  keeper: AccessKeeper,
) {
  const field = (name: string, label: string, more: object) =>
    createElement(
      "div",
      { className: "field" },
      createElement("label", { htmlFor: `authorize-${name}` }, label),
      createElement("input", { id: `authorize-${name}`, name, required: true, ...more }),
    );

  const AuthorizeForm: Component<{ readonly holdsToken: boolean }> = ({ holdsToken }) => {
    const [refusal, setRefusal] = useState("");
    const state = useRef<HTMLElement>(null);
    // The focused button goes with the form, so the focus moves to the sentence.
    useLayoutEffect(() => {
      if (holdsToken) state.current?.focus();
      return () => undefined;
    }, [holdsToken]);
    const submit = async (event: SubmitEvent) => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      const fields = new FormData(form);
      const said = await keeper.signIn(String(fields.get("email")), String(fields.get("password")), "token");
      setRefusal(said ?? "");
      if (said !== undefined) form.querySelector<HTMLElement>("[type=password]")?.focus();
    };
    const { current } = keeper;
    const who = current?.token ? `Signed in as ${current.email}: a` : "A";
    return createElement(
      "section",
      { className: "authorize-form" },
      createElement(
        "p",
        null,
        "Authorize fills in what your calls below are sent with: a token, got here or elsewhere.",
      ),
      createElement(
        "p",
        { ref: state, role: "status", tabIndex: -1 },
        holdsToken && `${who} token is filled in, and goes with every call that takes one.`,
      ),
      !holdsToken &&
        createElement(
          "form",
          { onSubmit: submit, noValidate: true },
          createElement("h4", null, "Sign in for a token"),
          field("email", "E-mail address", { type: "email", autoComplete: "username" }),
          field("password", "Password", { type: "password", autoComplete: "current-password" }),
          createElement("div", { className: "errors", role: "alert" }, refusal),
          createElement("button", { className: "btn authorize" }, "Sign in and authorize"),
        ),
    );
  };
  return AuthorizeForm;
}
