import { loadGroup } from "../groups.ts";

await loadGroup("postgresql-parts");
