import type { Contract, ContractOperation } from "../contract/contract.ts";
import { objectOf, resolve } from "../contract/contract.ts";
import {
  ageInWords,
  alternativeInWords,
  type Requirement,
  requirementOf,
  sizeInWords,
} from "../contract/requirement.ts";
import type { Component, System } from "../system.ts";

interface NoteProps {
  readonly operation: ContractOperation;
}

/** What an operation asks of its caller: credentials, scopes, a recent sign-in, and how large its content may be. */
export function accessNote({ createElement }: System["React"], contract: Contract) {
  const code = (text: string) => createElement("code", { key: text }, text);
  /** Text whose parts between backticks are code. */
  const marked = (text: string) => text.split("`").map((part, place) => (place % 2 === 1 ? code(part) : part));

  const AccessNote: Component<NoteProps> = ({ operation }) => {
    const { object, operationId } = operation;
    const requirement = requirementOf(contract, object);
    const { scopes, maxAgeSeconds } = requirement;
    const size = resolve(contract, object.requestBody)["x-max-bytes"];
    const rows: (readonly [string, unknown])[] = [
      ["Operation", code(operationId)],
      ["Credentials", marked(credentialsInWords(requirement))],
      ...(scopes.length > 0 ? [["Scopes", scopes.flatMap((scope) => [code(scope), " "])] as const] : []),
      ...(maxAgeSeconds === undefined ? [] : [["Signed in", `within the last ${ageInWords(maxAgeSeconds)}`] as const]),
      ...(typeof size === "number" ? [["Content", `${sizeInWords(size)} at most`] as const] : []),
      ...("429" in objectOf(object.responses) ? [["Attempts", "limited, see 429 below"] as const] : []),
    ];
    return createElement(
      "dl",
      { className: "access-note" },
      ...rows.map(([name, value]) =>
        createElement("div", { key: name }, createElement("dt", null, name), createElement("dd", null, value)),
      ),
    );
  };
  return AccessNote;
}

/** The credentials in a sentence; names of headers and cookies are between backticks. */
function credentialsInWords({ alternatives, optional }: Requirement): string {
  if (alternatives.length === 0) return "none";
  const words = alternatives.map(alternativeInWords);
  return `${optional ? "optional: " : ""}${words.join(" or ")}`;
}
