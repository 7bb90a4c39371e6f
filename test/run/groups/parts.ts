import { runGroup } from "../group.ts";

await runGroup(["test/{domain,operations,attacks}/**/*.test.ts"], ["test/domain/accounts/**"]);
