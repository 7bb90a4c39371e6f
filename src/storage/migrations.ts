import type { MigrationObject } from "@mikro-orm/core";
import { FirstTables } from "./migrations/20261123-first-tables.ts";

/**
 * Every migration, oldest first, listed by hand: nothing is looked for on disk. The name is what a database remembers, so it never
 * changes once released.
 */
export const migrations: MigrationObject[] = [{ name: "20261123-first-tables", class: FirstTables }];
