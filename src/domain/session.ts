import { defineEntity } from "@mikro-orm/core";
import { credentialColumns } from "./credential-columns.ts";

const SessionSchema = defineEntity({
  name: "Session",
  tableName: "session",
  properties: credentialColumns("session"),
});

/** A browser's signed-in session: a credential that travels in a cookie. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
