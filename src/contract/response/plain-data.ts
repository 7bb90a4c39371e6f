/**
 * Large bodies that are plain, each looked at once: they are the same objects for every request, such as a document. Smaller ones are
 * made for each request, and looking costs less than remembering.
 */
const known = new WeakSet<object>();
const LARGE = 5_000;

/**
 * The first part of a body that `JSON.stringify` would turn into something else or leave out, in a phrase with its JSON pointer:
 * `NaN` and `Infinity` (sent as null), holes and functions in a list (null), members that are hidden or inherited, such as the getters
 * of a class (left out), and values of other kinds. A date is sent as a text, one that is none as null. Members that are undefined count
 * as missing. Undefined when the body is plain data.
 */
export function findUnplain(body: unknown): string | undefined {
  if (typeof body === "object" && body !== null && known.has(body)) return undefined;
  const walk: Walk = { parts: 0, fault: undefined };
  if (!isPlain(body, walk)) return `value${walk.fault}`;
  if (walk.parts > LARGE && typeof body === "object" && body !== null) known.add(body);
  return undefined;
}

interface Walk {
  parts: number;
  fault: string | undefined;
}

function isPlain(value: unknown, walk: Walk): boolean {
  walk.parts += 1;
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) || failed(walk, `is ${value}`);
    case "object":
      if (value === null) return true;
      return Array.isArray(value) ? isPlainList(value, walk) : isPlainObject(value, walk);
    default:
      return failed(walk, `is ${typeof value}`);
  }
}

function isPlainList(list: readonly unknown[], walk: Walk): boolean {
  for (let index = 0; index < list.length; index += 1) {
    if (!isPlain(list[index], walk)) return within(walk, index);
  }
  return true;
}

function isPlainObject(object: object, walk: Walk): boolean {
  const prototype = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    if (!(object instanceof Date)) return failed(walk, "is an instance of a class");
    return !Number.isNaN(object.getTime()) || failed(walk, "is a date that is none");
  }
  let visible = 0;
  // All enumerable members: the prototype has none.
  for (const name in object) {
    visible += 1;
    const value = (object as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) continue;
    if (!isPlain(value, walk)) return within(walk, name);
  }
  // Reading the names alone is much quicker than reading what each member is.
  return Object.getOwnPropertyNames(object).length === visible || failed(walk, "has hidden members");
}

function failed(walk: Walk, fault: string): false {
  walk.fault = ` ${fault}`;
  return false;
}

/** Puts the name of a member in front of the fault that was found in it. */
function within(walk: Walk, name: string | number): false {
  walk.fault = `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}${walk.fault}`;
  return false;
}
