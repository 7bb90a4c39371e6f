import type { AccessKeeper } from "./access/access.ts";
import { authorizeDialog } from "./authorize-dialog.ts";
import { authorizeForm } from "./authorize-form.ts";
import type { Contract, ContractOperation } from "./contract/contract.ts";
import type { CopyText } from "./copy.ts";
import { type GuideSection, guide } from "./guide/guide.ts";
import { accessNote } from "./operation/access-note.ts";
import { foldedResponse } from "./operation/folded-response.ts";
import { quickReading } from "./operation/quick-reading.ts";
import { lessRedrawing } from "./operation/redrawing.ts";
import { keepChoice } from "./samples/languages.ts";
import { samplesSection } from "./samples/samples.ts";
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

/** The properties of an operation's responses. */
interface ResponsesProps extends Readonly<Record<string, unknown>> {
  readonly path: string;
  readonly method: string;
  getComponent(name: string, container: boolean): unknown;
}

/** The contract, and what the page has made of it. */
export interface DocsContent {
  readonly contract: Contract;
  readonly operations: readonly ContractOperation[];
  readonly guideSections: readonly GuideSection[];
  open(operation: ContractOperation): void;
  readonly copy: CopyText;
}

/** The scheme whose entry has the form for signing in. */
const TOKEN_SCHEME = "authenticationToken";

/**
 * Swagger UI's base layout without `<main>` and title, which the page has, and without the choice of a server: there is one. The
 * guide stands above the operations; each has a note about its access and samples. "Authorize" can sign in. The link inside the button that unfolds an operation is plain text: the keyboard would stop twice.
 */
export function contractLayout(keeper: AccessKeeper, content: DocsContent) {
  const { contract, operations, guideSections, open, copy } = content;
  return ({ React }: System) => {
    const { createElement } = React;
    const ContractLayout: Component = ({ getComponent }) => {
      const component = getComponent as (name: string, container?: boolean) => unknown;
      const authorize = createElement(component("AuthorizeBtnContainer", true), null);
      return createElement(
        "div",
        { className: "swagger-ui" },
        createElement(component("SvgAssets"), null),
        createElement(component("Guide"), { getComponent }),
        createElement(
          "div",
          { className: "docs-bar", id: "operations", tabIndex: -1 },
          createElement("h2", null, "Operations"),
          authorize,
        ),
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
    const byPlace = new Map(operations.map((one) => [`${one.path} ${one.method.toLowerCase()}`, one]));
    const Guide = guide(React, guideSections, (id) => {
      const operation = operations.find(({ operationId }) => operationId === id);
      if (operation) open(operation);
    });
    const AccessNote = accessNote(React, contract);
    const withNote = (Parameters: unknown) => (props: { readonly pathMethod: readonly string[] }) => {
      const operation = byPlace.get(props.pathMethod.join(" "));
      const note = operation && createElement(AccessNote, { operation });
      return createElement("div", null, note, createElement(Parameters, props));
    };
    const withSamples = (Responses: unknown) => (props: ResponsesProps) => {
      const operation = byPlace.get(`${props.path} ${props.method}`);
      const samples = operation && createElement(props.getComponent("Samples", true), { operation });
      return createElement("div", null, samples, createElement(Responses, props));
    };
    const Samples = samplesSection(
      React,
      contract,
      keepChoice(() => window.localStorage),
      copy,
    );
    const redrawing = lessRedrawing(React);
    return {
      // The samples stand in place of Swagger UI's own command, which shows the token.
      components: { ContractLayout, DeepLink, Guide, Samples, curl: () => null },
      wrapComponents: {
        ...redrawing.components,
        auths: withSignIn,
        authorizationPopup: authorizeDialog(React),
        parameters: withNote,
        response: foldedResponse(React),
        responses: withSamples,
      },
      statePlugins: {
        spec: {
          wrapActions: quickReading(contract),
          wrapSelectors: redrawing.selectors,
        },
      },
    };
  };
}
