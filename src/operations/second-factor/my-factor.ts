import { findFactor } from "../../domain/second-factor/factor-repository.ts";
import { finishSetUp } from "../../domain/second-factor/finish-set-up.ts";
import { countRecoveryCodes } from "../../domain/second-factor/recovery-codes.ts";
import { removeFactor } from "../../domain/second-factor/remove.ts";
import { beginSetUp } from "../../domain/second-factor/set-up.ts";
import { phoneShown } from "../../domain/sent-codes/destination.ts";
import { factorNeeds } from "../../domain/users/user-repository.ts";
import type { Operation } from "../handler-context.ts";
import { availableMethods } from "../steps/factor-codes.ts";
import { occasionOf } from "../steps/occasion.ts";
import { representSetUp } from "./answers.ts";
import { askedFactor } from "./proof.ts";
import { withinCodeLimit } from "./waiting.ts";

export const getMyFactor: Operation<"getMyFactor"> = async (request) => {
  const { db, keys, principal, secondFactor } = request;
  const factor = await findFactor(db, principal.userId);
  return {
    status: 200,
    body: {
      policy: secondFactor,
      method: factor?.method ?? null,
      has_factor: (await factorNeeds(db, principal.userId)).hasFactor,
      phone: phoneShown(keys, principal.userId, factor),
      added_at: factor === undefined ? null : new Date(factor.created_at).toISOString(),
      available_methods: availableMethods(request),
      recovery_codes_left: await countRecoveryCodes(db, principal.userId),
    },
  };
};

export const beginMyFactor: Operation<"beginMyFactor"> = async (request) => {
  const { em, keys, principal, body } = request;
  const { wanted, sentTo } = await askedFactor(request, principal, { ...body, pointer: "/method" });
  const begun = await beginSetUp(em, keys, principal, wanted, occasionOf(request, principal));
  return representSetUp({ ...begun, sentTo });
};

export const confirmMyFactor: Operation<"confirmMyFactor"> = async (request) => {
  const { em, keys, body, principal, principals } = request;
  const user = { id: principal.userId, email: principal.email };
  const given = { principals, state: body.set_up_token, code: body.code };
  await withinCodeLimit(request, user, () => finishSetUp(em, keys, given, occasionOf(request, principal)));
  return { status: 204 };
};

export const removeMyFactor: Operation<"removeMyFactor"> = async (request) => {
  const { em, principal, secondFactor } = request;
  await removeFactor(em, principal.userId, secondFactor, occasionOf(request, principal));
  return { status: 204 };
};
