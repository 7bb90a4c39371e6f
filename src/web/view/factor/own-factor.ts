import type { components } from "../../../../generated/openapi.ts";
import { contentOf } from "../api/failure.ts";
import { authorized } from "../session/authorized.ts";
import type { Session } from "../session/session.ts";

/** The second factor of who is signed in, and what can be set up. */
export type MyFactor = components["schemas"]["MyFactor"];
/** A method that can be set up. */
export type SetUpMethod = components["schemas"]["SetUpMethod"];
/** What is to be set up: a method, and the telephone number of codes by SMS. */
export type WantedFactor = components["schemas"]["MyFactorSetupInput"];
/** A factor that is being set up. */
export type BegunFactor = components["schemas"]["MyFactorSetup"];

/** The methods that can be set up, or take the place of the present one. Codes by mail go to one address, so that nothing replaces them by themselves. */
export function settable({ method, available_methods }: MyFactor): SetUpMethod[] {
  return available_methods.filter(
    (one) => one !== "webauthn" && !(one === "email" && method === "email"),
  ) as SetUpMethod[];
}

/** Begins to set up a factor; who has one is asked to prove it first. Throws a {@link Failure}. */
export function beginFactor(session: Session, body: WantedFactor): Promise<BegunFactor> {
  return authorized(session, () => {
    const { api, credentials } = session;
    return contentOf(api.POST("/api/me/second_factor", { body, credentials }));
  });
}

/** Finishes a set-up by its first code. Throws a {@link Failure}. */
export function confirmFactor(session: Session, { set_up_token }: BegunFactor, code: string): Promise<void> {
  return authorized(session, async () => {
    const { api, credentials } = session;
    await contentOf<unknown>(api.PUT("/api/me/second_factor", { body: { set_up_token, code }, credentials }));
  });
}
