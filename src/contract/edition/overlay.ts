import { query } from "json-p3";
import { ContractFault, isNode, type Node } from "../document/document.ts";

/** One action of an overlay (Overlay 1.0 §4.4.3). */
interface Action {
  readonly target: string;
  readonly update: unknown;
  readonly remove: boolean;
}

type Container = Record<string | number, unknown>;

/**
 * The document that an overlay makes of another, which stays as it is (OpenAPI Overlay Specification 1.0.0; targets are JSONPath by
 * RFC 9535). Actions follow each other: each sees what the one before has made.
 *
 * Throws {@link ContractFault} for an overlay that is not written so, and, more strictly than the specification, for an action whose
 * target selects nothing: it names something that the document does not have any more.
 */
export function applyOverlay(root: Node, overlay: Node): Node {
  const changed = structuredClone(root);
  for (const [index, action] of readActions(overlay).entries()) {
    const nodes = select(changed, action.target, index);
    if (nodes.length === 0) throw fault(index, `target ${action.target} selects nothing`);
    if (action.remove) removeAll(nodes, index);
    else for (const { value } of nodes) update(value, action.update, index);
  }
  return changed;
}

/** A selected place: the container and the key in it, last, and what is there. */
interface Selected {
  readonly value: unknown;
  readonly holder: Container | undefined;
  readonly key: string | number | undefined;
}

function select(root: Node, target: string, index: number): Selected[] {
  try {
    return query(target, root as never).nodes.map(({ value, location }) => {
      const holder = location.slice(0, -1).reduce<unknown>((at, key) => (at as Container)[key], root);
      return { value, holder: location.length > 0 ? (holder as Container) : undefined, key: location.at(-1) };
    });
  } catch (error) {
    throw fault(index, `target ${target} is no JSONPath: ${(error as Error).message}`);
  }
}

/** The last come first: what is removed from a list must not move what is to be removed before it. */
function removeAll(nodes: readonly Selected[], index: number): void {
  const inOrder = nodes.toSorted((one, other) => (typeof one.key === "number" ? Number(other.key) - one.key : 0));
  for (const { holder, key } of inOrder) {
    if (holder === undefined || key === undefined) throw fault(index, "would remove the whole document");
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  }
}

function update(target: unknown, value: unknown, index: number): void {
  if (Array.isArray(target)) target.push(structuredClone(value));
  else if (isNode(target) && isNode(value)) merge(target, value);
  else throw fault(index, "updates a place that is neither an object, for which it has an object, nor a list");
}

/** Merges objects member by member; lists are concatenated, and all else is replaced (Overlay 1.0 §4.4.3.1). */
function merge(target: Container, value: Node): void {
  for (const [key, member] of Object.entries(value)) {
    const present = target[key];
    if (isNode(present) && isNode(member)) merge(present, member);
    else if (Array.isArray(present) && Array.isArray(member)) present.push(...structuredClone(member));
    else target[key] = structuredClone(member);
  }
}

function readActions(overlay: Node): Action[] {
  if (!/^1\.0\.\d+$/.test(String(overlay.overlay)) || !Array.isArray(overlay.actions) || overlay.actions.length === 0) {
    throw new ContractFault(["the overlay is not one of version 1.0 with actions"]);
  }
  return overlay.actions.map((action: unknown, index) => {
    if (!isNode(action) || typeof action.target !== "string") throw fault(index, "has no target");
    const unknown = Object.keys(action).filter((key) => !KNOWN.has(key) && !key.startsWith("x-"));
    if (unknown.length > 0) throw fault(index, `has the member ${unknown.join(", ")}, which 1.0 does not know`);
    if (action.remove !== true && action.update === undefined) throw fault(index, "neither updates nor removes");
    return { target: action.target, update: action.update, remove: action.remove === true };
  });
}

const KNOWN = new Set(["target", "description", "update", "remove"]);

function fault(index: number, text: string): ContractFault {
  return new ContractFault([`action ${index + 1} of the overlay ${text}`]);
}
