import type { Contract, ContractOperation } from "../contract/contract.ts";
import type { CopyText } from "../copy.ts";
import type { Component, System } from "../system.ts";
import { builtRequest, Incomplete, type RequestState } from "./built-request.ts";
import { type Choice, LANGUAGES } from "./languages.ts";

/** The properties of an operation's samples: the operation, and Swagger UI's state. */
interface SamplesProps extends RequestState {
  readonly operation: ContractOperation;
}

/** The keys that move along the tabs (WAI-ARIA Authoring Practices, tabs), with the place that each leads to. */
const MOVES: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at, last) => (at === 0 ? last : at - 1),
  ArrowRight: (at, last) => (at === last ? 0 : at + 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/** The code that makes an operation's call, in tabs by language, with the values of the form; it can be copied. */
export function samplesSection(
  { createElement, useLayoutEffect, useState }: System["React"],
  contract: Contract,
  choice: Choice,
  copy: CopyText,
) {
  const Samples: Component<SamplesProps> = ({ operation, ...state }) => {
    const [chosen, setChosen] = useState(choice.current);
    const [copied, setCopied] = useState("");
    useLayoutEffect(() => choice.watch(setChosen), []);
    const at = Math.max(
      0,
      LANGUAGES.findIndex(({ name }) => name === chosen),
    );
    const id = `samples-${operation.operationId}`;
    const code = codeOf(() => LANGUAGES[at]?.write(builtRequest(contract, state, operation)) ?? "");

    const onKeyDown = (event: KeyboardEvent) => {
      const to = MOVES[event.key]?.(at, LANGUAGES.length - 1);
      if (to === undefined) return;
      event.preventDefault();
      choice.choose(LANGUAGES[to]?.name ?? "");
      ((event.currentTarget as HTMLElement).children[to] as HTMLElement).focus();
    };
    const tabs = LANGUAGES.map(({ name }, place) =>
      createElement(
        "button",
        {
          key: name,
          id: `${id}-${name}`,
          type: "button",
          role: "tab",
          "aria-selected": place === at,
          "aria-controls": `${id}-panel`,
          tabIndex: place === at ? 0 : -1,
          onClick: () => choice.choose(name),
        },
        name,
      ),
    );
    const onCopy = async () => setCopied((await copy(code.text, "The sample")) ? code.text : "");
    return createElement(
      "div",
      { className: "samples" },
      createElement(
        "div",
        { className: "samples-bar" },
        createElement("h4", { id: `${id}-title` }, "Code"),
        createElement("div", { role: "tablist", "aria-labelledby": `${id}-title`, onKeyDown }, ...tabs),
        code.complete &&
          createElement(
            "button",
            { type: "button", className: "copy", onClick: onCopy },
            copied === code.text ? "Copied" : "Copy",
          ),
      ),
      createElement(
        "div",
        { id: `${id}-panel`, role: "tabpanel", "aria-labelledby": `${id}-${LANGUAGES[at]?.name}` },
        code.complete
          ? createElement("pre", { tabIndex: 0 }, createElement("code", null, code.text))
          : createElement("p", null, code.text),
      ),
    );
  };
  // Swagger UI draws a component anew when what this gives has changed; without it, at every change of anything.
  function OwnSamples(props: SamplesProps): unknown {
    return Samples(props);
  }
  OwnSamples.prototype.mapStateToProps = (
    state: { getIn(path: readonly string[]): unknown },
    { operation: { path, method } }: SamplesProps,
  ) => {
    const at = ["paths", path, method.toLowerCase()];
    return {
      values: state.getIn(["spec", "meta", ...at]),
      resolved: state.getIn(["spec", "resolvedSubtrees", ...at]),
      content: state.getIn(["oas3", "requestData", path, method.toLowerCase()]),
      authorized: state.getIn(["auth", "authorized"]),
    };
  };
  return OwnSamples;
}

/** The code, or the sentence about what it lacks. */
function codeOf(write: () => string): { readonly text: string; readonly complete: boolean } {
  try {
    return { text: write(), complete: true };
  } catch (error) {
    if (!(error instanceof Incomplete)) throw error;
    return { text: `${error.message}: press “Try it out” and fill it in.`, complete: false };
  }
}
