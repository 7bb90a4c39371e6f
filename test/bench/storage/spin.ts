// Computes SHA-256 for some milliseconds, and prints how many: what one core can do beside what else runs.
import { hash } from "node:crypto";

const text = "kudos".repeat(100);
const end = performance.now() + Number(process.argv[2]);
let done = 0;
for (; performance.now() < end; done += 1) hash("sha256", text);
console.log(done);
