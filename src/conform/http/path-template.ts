import type { Operation } from "../../contract/document/operation.ts";

/** The parameters in an operation's path, by `path.<name>`. */
export function pathKeys(operation: Operation): string[] {
  return namesIn(operation.path).map((name) => `path.${name}`);
}

/** The names in a path template, in their order. */
export function namesIn(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);
}

/** The paths that a template stands for; a group for each parameter. */
export function patternOf(template: string): RegExp {
  const parts = template.split(/\{[^}]+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("([^/]+)")}$`);
}
