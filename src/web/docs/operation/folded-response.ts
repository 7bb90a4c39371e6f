import type { ComponentClass, Drawn, System } from "../system.ts";

/** The properties of a row of the table of responses. */
interface ResponseProps {
  readonly path: string;
  readonly method: string;
  readonly code: string;
  readonly className: string;
  readonly response: { get(name: string): { readonly size: number } | undefined };
  readonly contentType: unknown;
  readonly activeExamplesKey: unknown;
  readonly controlsAcceptHeader: unknown;
  readonly oas3Selectors: {
    /** The media type that the reader has chosen for this response. */
    responseCodeContentType(path: string, method: string, code: string): unknown;
  };
}

/**
 * Swagger UI's row for a response, shorter: what an error looks like is folded, and so are headers and links. A folded part is drawn
 * once it is unfolded, so that a page with many operations stays quick.
 */
export function foldedResponse({ createElement, cloneElement, useState }: System["React"]) {
  const Fold = ({ title, children }: { readonly title: string; readonly children?: unknown }) => {
    const [open, setOpen] = useState(false);
    const onToggle = (event: Event) => {
      if ((event.target as HTMLDetailsElement).open) setOpen(true);
    };
    return createElement(
      "details",
      { className: "fold", onToggle },
      createElement("summary", null, title),
      open && children,
    );
  };
  const fold = (title: string, ...children: unknown[]) => createElement(Fold, { title, key: title }, ...children);

  return (Response: ComponentClass<ResponseProps>) =>
    class FoldedResponse extends Response {
      #drawn: readonly unknown[] = [];

      // Swagger UI makes an example from the schema whenever it draws a row, and draws the rows of an open operation at each change.
      shouldComponentUpdate(next: ResponseProps): boolean {
        return contentsOf(next).some((content, place) => content !== this.#drawn[place]);
      }

      override render(): unknown {
        this.#drawn = contentsOf(this.props);
        const { code, response } = this.props;
        const row = super.render() as Drawn;
        const [status, details, links] = row.props.children as [unknown, Drawn, Drawn];
        const [text, ...rest] = details.props.children;
        const headers = response.get("headers")?.size ?? 0;
        const linked = response.get("links")?.size ?? 0;
        const hasContent = (response.get("content")?.size ?? 0) > 0;
        const content = rest.slice(0, -1);
        const parts = [
          ...(hasContent && code.startsWith("2") ? content : []),
          ...(hasContent && !code.startsWith("2") ? [fold("Content", ...content)] : []),
          ...(headers > 0 ? [fold(`Headers (${headers})`, rest.at(-1))] : []),
          ...(linked > 0 ? [fold(`Links (${linked})`, links.props.children)] : []),
        ];
        return cloneElement(row, null, status, cloneElement(details, null, text, ...parts));
      }
    };
}

/** All that a row shows. */
function contentsOf(props: ResponseProps): readonly unknown[] {
  const { path, method, code, className, response, contentType, activeExamplesKey, controlsAcceptHeader } = props;
  const chosen = props.oas3Selectors.responseCodeContentType(path, method, code);
  return [code, className, response, contentType, activeExamplesKey, controlsAcceptHeader, chosen];
}
