import type { Component, System } from "./system.ts";

/** What closes Swagger UI's own dialog. */
interface DialogProps extends Readonly<Record<string, unknown>> {
  readonly authActions: { showDefinitions(definitions: false): void };
}

/**
 * Puts Swagger UI's "Authorize" into a dialog of the browser's: what is behind it cannot be reached, Esc closes it, and the
 * focus goes back to where it came from. It starts at the field of an e-mail address, where there is one.
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
