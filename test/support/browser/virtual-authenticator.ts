import type { ExecutionContext } from "ava";
import { visit } from "./browser.ts";

/** What a virtual authenticator is like (Chrome DevTools Protocol, WebAuthn.VirtualAuthenticatorOptions). */
interface Likeness {
  readonly transport?: "internal" | "usb";
  readonly hasResidentKey?: boolean;
  readonly hasUserVerification?: boolean;
  readonly isUserVerified?: boolean;
}

/** A page at the server's name, where Chromium makes passkeys, with a virtual authenticator that says yes. */
export async function visitWithAuthenticator(t: ExecutionContext, url: string, likeness: Likeness = {}) {
  const { page, context } = await visit(t, url.replace("127.0.0.1", "localhost"), { expected: /status of 4/ });
  const protocol = await context.newCDPSession(page);
  await protocol.send("WebAuthn.enable");
  const { authenticatorId } = await protocol.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...likeness,
    },
  });
  const consent = (isUserVerified: boolean) =>
    protocol.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  const keys = async () => (await protocol.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length;
  return { page, consent, keys };
}
