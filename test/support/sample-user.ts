import type { EntityManager } from "@mikro-orm/core";
import { User } from "../../src/domain/users/user.ts";

/** A stored user without a password. */
export const sampleUser = (em: EntityManager, email = "ada@example.org"): Promise<User> =>
  em.transactional(async (tx) => tx.create(User, { email, createdAt: new Date(0) }));
