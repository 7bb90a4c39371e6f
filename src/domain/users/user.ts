import { defineEntity, p } from "@mikro-orm/core";
import { Role } from "./role.ts";

const UserSchema = defineEntity({
  name: "User",
  tableName: "user",
  properties: {
    id: p.integer().primary().autoincrement(),
    email: p.string().length(254).unique("user_email_unique"),
    passwordHash: p.string().length(255).nullable().ignoreSchemaChanges("collation").hidden(),
    active: p.boolean().default(true),
    generation: p.integer().default(0),
    createdAt: p.datetime().length(3),
    confirmedAt: p.datetime().length(3).nullable(),
    username: p.string().length(64).nullable().unique("user_username_unique"),
    roles: () =>
      p.manyToMany(Role).owner().pivotTable("user_role").joinColumn("user_id").inverseJoinColumn("role_id").hidden(),
  },
  indexes: [{ name: "user_password_hash_index", properties: ["passwordHash"] }],
});

/**
 * A user. `email` is stored normalised, at most 254 characters (RFC 5321, section 4.5.3.1.3). `passwordHash` is a PHC
 * string, or null for a user without a password, who cannot sign in. `confirmedAt` is the time at which the user proved to
 * read mails to the address; null before. Raising `generation` ends every token and session
 * of the user in that one write. `username`, normalised, is that of an account that came with one from another system; it signs in as
 * the address does.
 */
export class User extends UserSchema.class {}
UserSchema.setClass(User);
