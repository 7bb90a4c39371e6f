import {
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
} from "kysely";
import type { Pool } from "pg";
import { ServerDriver } from "./driver.ts";

/** Kysely's dialect for a PostgreSQL server. It is handed to MikroORM as its `driverOptions`. */
export class ServerDialect implements Dialect {
  readonly #driver: ServerDriver;

  /** @param name of the database, for messages */
  constructor(pool: Pool, name: string) {
    this.#driver = new ServerDriver(pool, name);
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
}
