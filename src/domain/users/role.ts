import { defineEntity, p } from "@mikro-orm/core";

const RoleSchema = defineEntity({
  name: "Role",
  tableName: "role",
  properties: {
    id: p.integer().primary().autoincrement(),
    name: p.string().length(50).ignoreSchemaChanges("collation").unique("role_name_unique"),
    permissions: p.string().length(255).default(""),
    requiresFactor: p.boolean().default(false),
  },
});

/**
 * A named set of permissions that users may hold; `permissions` are scopes, separated by spaces; `requiresFactor` says whether its
 * holders need a second factor to sign in.
 */
export class Role extends RoleSchema.class {}
RoleSchema.setClass(Role);

/** Whether a role can have this name: one line of at most 50 characters. */
export function isRoleName(name: string): boolean {
  return /^[^\p{C}]{1,50}$/u.test(name);
}
