import { defineEntity, p } from "@mikro-orm/core";

const RoleSchema = defineEntity({
  name: "Role",
  tableName: "role",
  properties: {
    id: p.integer().primary().autoincrement(),
    name: p.string().length(50).unique("role_name_unique"),
  },
});

/** A named set of permissions that users may hold. */
export class Role extends RoleSchema.class {}
RoleSchema.setClass(Role);
