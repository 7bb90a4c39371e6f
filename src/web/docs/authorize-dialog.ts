import type { Component, System } from "./system.ts";

/** The property that closes Swagger UI's own dialog. */
interface DialogProps extends Readonly<Record<string, unknown>> {
  readonly authActions: { showDefinitions(definitions: false): void };
}

/**
 * Swagger UI's "Authorize" in a `<dialog>` of the browser's: the page behind it cannot be reached, Esc closes it, and the focus
 * goes back to the element that had it. The focus starts at the field of the e-mail address, if there is one.
 */
export function authorizeDialog({ createElement, useLayoutEffect, useRef }: System["React"]) {
  return (Popup: unknown) => {
    const AuthorizeDialog: Component<DialogProps> = (props) => {
      const dialog = useRef<HTMLDialogElement>(null);
      useLayoutEffect(() => {
        const { current } = dialog;
        current?.showModal();
        current?.querySelector<HTMLElement>("input[type=email]")?.focus();
        current?.querySelector(".modal-ux-content")?.scrollTo(0, 0);
        return () => current?.close();
      }, []);
      const onCancel = (event: Event) => {
        event.preventDefault();
        props.authActions.showDefinitions(false);
      };
      return createElement(
        "dialog",
        { ref: dialog, className: "authorize-dialog", "aria-label": "Authorize", onCancel },
        createElement(Popup, props),
      );
    };
    return AuthorizeDialog;
  };
}
