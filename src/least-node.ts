const LEAST = [24, 12] as const;

/** Why the running Node cannot run the program, in one line that ends with the remedy; null when it can. */
export function nodeFault(remedy: string): string | null {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split(".").map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return null;
  return `Kudos needs Node ${LEAST.join(".")} or later, this is ${node}: ${remedy}`;
}
