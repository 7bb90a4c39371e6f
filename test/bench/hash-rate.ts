// Computes hashes like those of new passwords on all cores, and prints how many a second: no server can check more logins.
import { randomBytes, scrypt } from "node:crypto";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { DEFAULT_PASSWORD_COST } from "../../src/domain/passwords/scrypt-hash.ts";

const { ln, r, p } = DEFAULT_PASSWORD_COST;
const options = { N: 2 ** ln, r, p, maxmem: 2 ** ln * r * 256 };
const hash = promisify<string, Buffer, number, object, Buffer>(scrypt);

let left = Number(process.argv[2]);
const start = performance.now();
async function work(): Promise<void> {
  while (left > 0) {
    left -= 1;
    await hash("correct horse battery staple", randomBytes(16), 32, options);
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(Number(process.argv[2]) / ((performance.now() - start) / 1_000));
