import { type Contract, operationsOf, resolve } from "../contract/contract.ts";
import { requirementOf, sizeInWords } from "../contract/requirement.ts";
import { problemTypesOf } from "./problems.ts";

/** A table of the guide, read out of the contract. */
export interface GuideTable {
  /** The section that it belongs to. */
  readonly section: string;
  readonly caption: string;
  readonly head: readonly string[];
  /** Cells; those that start with a backtick are code, and "@" with an operationId is a link to it. */
  readonly rows: readonly (readonly (readonly string[])[])[];
}

/** The tables that the contract has rows for: problem types, scopes, lists in pages, and sizes of contents. */
export function tablesOf(contract: Contract): readonly GuideTable[] {
  const operations = operationsOf(contract);
  const problems = problemTypesOf(contract).map(({ type, statuses, meaning }) => [statuses, [`\`${type}`], [meaning]]);
  const scopes = new Map<string, string[]>();
  for (const { object, operationId } of operations) {
    for (const scope of requirementOf(contract, object).scopes) {
      scopes.set(scope, [...(scopes.get(scope) ?? []), `@${operationId}`]);
    }
  }
  const sizes = new Map<number, string[]>();
  for (const { object, operationId } of operations) {
    const size = resolve(contract, object.requestBody)["x-max-bytes"];
    if (typeof size === "number") sizes.set(size, [...(sizes.get(size) ?? []), `@${operationId}`]);
  }
  const paged = operations.filter(({ parameters }) => parameters.some(({ name }) => name === "cursor"));
  const tables: readonly GuideTable[] = [
    {
      section: "Scopes",
      caption: "The operations that need a scope",
      head: ["Scope", "Operations"],
      rows: [...scopes].map(([scope, ids]) => [[`\`${scope}`], ids]),
    },
    {
      section: "Errors",
      caption: `The problem types (${problems.length})`,
      head: ["Status", "Type", "Meaning"],
      rows: problems,
    },
    {
      section: "Paging",
      caption: "The operations that answer in pages",
      head: ["Operation", "Parameters"],
      rows: paged.map(({ operationId, parameters }) => [
        [`@${operationId}`],
        parameters.filter((one) => one.in === "query").map(({ name }) => `\`${name}`),
      ]),
    },
    {
      section: "Limits",
      caption: "The largest contents",
      head: ["Size", "Operations"],
      rows: [...sizes].toSorted(([a], [b]) => a - b).map(([size, ids]) => [[sizeInWords(size)], ids]),
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}
