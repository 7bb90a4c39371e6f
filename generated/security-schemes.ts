// Generated from openapi.yaml by `npm run generate`. Do not edit.

/** Where each security scheme of type `apiKey` has its credential. */
export const securitySchemes = {
  authenticationToken: { in: "header", name: "Authentication-Token" },
  sessionCookie: { in: "cookie", name: "kudos_session" },
} as const;
