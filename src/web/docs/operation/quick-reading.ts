import { type Contract, type Json, objectOf } from "../contract/contract.ts";
import { resolvedAt } from "../contract/resolved.ts";

/** The part of Swagger UI's system that keeps the document, and what has been resolved of it. */
interface DocumentSystem {
  readonly specActions: {
    updateJsonSpec(document: Contract): unknown;
    updateResolvedSubtree(place: readonly string[], resolved: Json): unknown;
  };
}

/** What stands in place of Swagger UI's actions that read the document: by themselves they take a second for a hundred operations. */
export function quickReading(contract: Contract) {
  return {
    /** Hands over the document: Swagger UI's own action has written it as a text, and would read that as YAML. */
    parseToJson:
      (_slow: unknown, { specActions }: DocumentSystem) =>
      () =>
        specActions.updateJsonSpec(contract),
    /**
     * Resolves an operation or a schema before it is drawn. Swagger UI's own action reads the whole document each time, and then replaces
     * all that it has resolved before, whereupon it draws every open operation anew.
     */
    requestResolvedSubtree:
      (_slow: unknown, { specActions }: DocumentSystem) =>
      (place: readonly string[]): void => {
        const { href } = new URL("", document.baseURI);
        const resolved = resolvedAt(contract, place, href);
        // Marked as the target of a reference, an operation is taken whole where Swagger UI merges what is resolved into the document,
        // which it does at each letter that is typed; unmarked, member by member.
        const marked = place[0] === "paths" ? { ...objectOf(resolved), $$ref: `${href}#${place.join("/")}` } : resolved;
        specActions.updateResolvedSubtree(place, marked);
      },
  };
}
