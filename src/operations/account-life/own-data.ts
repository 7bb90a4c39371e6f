import { findLikesOfUser } from "../../domain/articles/like-repository.ts";
import { listEvents } from "../../domain/audit-trail/audit-trail.ts";
import { listCredentials } from "../../domain/credentials/authenticate.ts";
import { findPasskeys, type PasskeyView } from "../../domain/passkeys/passkey-repository.ts";
import { timestamp } from "../../domain/query.ts";
import { deleteAccount } from "../../domain/recovery/delete-account.ts";
import { type ListedFamily, listFamilies } from "../../domain/refresh-tokens/families.ts";
import type { Scope } from "../../domain/scope.ts";
import { findFactor } from "../../domain/second-factor/factor-repository.ts";
import { countRecoveryCodes } from "../../domain/second-factor/recovery-codes.ts";
import { openPhone } from "../../domain/sent-codes/destination.ts";
import { viewUser } from "../../domain/users/user-repository.ts";
import type { Operation } from "../handler-context.ts";
import { occasionOf } from "../steps/occasion.ts";
import { answerRevocation } from "../steps/sign-out.ts";

/** The length of the list of tokens: its `maxItems`. */
const MOST_LISTED = 1_000;

/** More events than the audit trail keeps of a person. */
const ALL_EVENTS = 1_000_000;

export const deleteMe: Operation<"deleteMe"> = async (request) => {
  await deleteAccount(request.em, request.principal.userId, occasionOf(request, request.principal));
  return answerRevocation(request, () => true);
};

export const exportMe: Operation<"exportMe"> = async ({ em, db, keys, principal, now, lifetimes }) => {
  const { userId } = principal;
  const user = await viewUser(em, userId);
  const tokens = await listCredentials(db, "token", { userId, now, lifetimes });
  const { refreshIdleMs } = lifetimes;
  const families = await listFamilies(db, { userId, now, refreshIdleMs });
  const sessions = await listCredentials(db, "session", { userId, now, lifetimes });
  const passkeys = await findPasskeys(db, userId);
  const factor = await findFactor(db, userId);
  const likes = await findLikesOfUser(db, userId);
  const events = await listEvents(em, { userId, limit: ALL_EVENTS });
  return {
    status: 200,
    headers: {
      "Content-Disposition": `attachment; filename="account-${now.toISOString().slice(0, 10)}.json"`,
      "Cache-Control": "no-store",
    },
    body: {
      exported_at: now.toISOString(),
      user: {
        id: user.id,
        email: user.email,
        ...(user.username !== null && { username: user.username }),
        active: user.active,
        created_at: user.createdAt.toISOString(),
        confirmed_at: user.confirmedAt?.toISOString() ?? null,
        has_password: user.hasPassword,
        roles: [...user.roles],
      },
      tokens: [...families.map((family) => ({ ...family, tokenKind: "refresh" as const })), ...tokens]
        .slice(0, MOST_LISTED)
        .map((view) => ({
          ...exported(view),
          kind: view.tokenKind ?? ("access" as const),
          scopes: view.scopes as Scope[] | null,
        })),
      sessions: sessions.map(exported),
      passkeys: passkeys.map(exportedPasskey),
      second_factor:
        factor === undefined
          ? null
          : {
              method: factor.method,
              phone: openPhone(keys, userId, factor.phone),
              created_at: time(factor.created_at),
            },
      recovery_codes: await countRecoveryCodes(db, userId),
      likes: likes.map(({ id, articleId, title, createdAt }) => ({
        id,
        article_id: articleId,
        article_title: title,
        created_at: createdAt.toISOString(),
      })),
      events: events.map(({ at, kind, actor, address, credential, detail }) => ({
        at: at.toISOString(),
        kind,
        actor,
        address,
        credential,
        detail,
      })),
    },
  };
};

function exported({ id, name, createdAt, lastUsedAt, expiresAt }: ListedFamily) {
  return {
    id,
    name,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
    expires_at: expiresAt.toISOString(),
  };
}

function exportedPasskey({ id, name, credentialId, usage, secondFactor, transports, aaguid, ...passkey }: PasskeyView) {
  return {
    id,
    name,
    credential_id: credentialId,
    usage,
    second_factor: secondFactor,
    transports: [...transports],
    aaguid,
    backed_up: passkey.backedUp,
    created_at: passkey.createdAt.toISOString(),
    last_used_at: passkey.lastUsedAt?.toISOString() ?? null,
  };
}

function time(value: number | string | Date): string {
  return timestamp(value).toISOString();
}
