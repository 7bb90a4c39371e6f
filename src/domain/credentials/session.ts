import { defineEntity, p } from "@mikro-orm/core";
import { credentialColumns } from "./columns.ts";

const SessionSchema = defineEntity({
  name: "Session",
  tableName: "session",
  properties: {
    ...credentialColumns("session"),
    persistent: p.boolean().default(false),
  },
});

/** A browser's signed-in session: a credential that travels in a cookie, be it a persistent one (RFC 6265, section 5.3). */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
