/** Prints the address of a peer that listens, and ends the peer at SIGTERM. */
export function announce(port: number): void {
  process.once("SIGTERM", () => process.exit(0));
  process.stdout.write(`The peer listens on http://127.0.0.1:${port}\n`);
}
