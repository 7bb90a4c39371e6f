/**
 * The members of the content that the answer to a refused request names as wrong, as JSON pointers (RFC 6901): each `pointer` of a
 * problem document with a list of errors (as in RFC 9457 §3), and each name below `field_errors`. Empty where it names none.
 */
export function namedPlaces(content: unknown): string[] {
  if (typeof content !== "object" || content === null) return [];
  return Object.entries(content).flatMap(([name, value]) => {
    if (name === "pointer" && typeof value === "string") return [value];
    if (name === "field_errors") return Object.keys(Object(value)).map((field) => (field === "" ? "" : `/${field}`));
    return namedPlaces(value);
  });
}

/** Whether an answer names other members alone than the one at `at`: what is wrong is then not the value there. */
export function namesOthersAlone(content: unknown, at: string): boolean {
  const places = namedPlaces(content);
  return places.length > 0 && places.every((place) => place !== "" && !within(place, at) && !within(at, place));
}

function within(place: string, whole: string): boolean {
  return place === whole || place.startsWith(`${whole}/`);
}
