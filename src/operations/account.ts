import { User } from "../domain/user.ts";
import type { Operation } from "./scope.ts";

export const getMe: Operation<"getMe"> = async ({ em, principal }) => {
  const { id, email, roles } = await em.findOneOrFail(User, { id: principal.userId }, { populate: ["roles"] });
  return { status: 200, body: { id, email, roles: roles.getItems().map(({ name }) => name) } };
};
