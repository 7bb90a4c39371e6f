import { DeliveryFailed, type Mailer } from "../domain/mail/mailer.ts";

/** The answers by which a gateway refuses a message itself, and not the way that it was asked. */
const ABOUT_THE_MESSAGE = [400, 422];

/**
 * Sends texts to phones by a gateway: `POST` with JSON `{"to": "+14155550123", "text": "…"}`, and user and password of the URL by Basic
 * (RFC 7617). Any 2xx means that the gateway has taken it; 400 and 422 that it never will; anything else is tried again.
 *
 * @param gateway an http or https URL
 */
export function createTextGateway(gateway: string): Mailer {
  const url = new URL(gateway);
  const basic = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = "";
  url.password = "";
  const headers = {
    "Content-Type": "application/json",
    ...(basic !== ":" && { Authorization: `Basic ${Buffer.from(basic).toString("base64")}` }),
  };
  return {
    send: async ({ id, to, text }, signal) => {
      const request = {
        method: "POST",
        // The id tells a gateway that knows the field of a repetition.
        headers: { ...headers, "Idempotency-Key": `"${id}"` },
        body: JSON.stringify({ to, text }),
        redirect: "error",
        signal,
      } as const;
      const response = await fetch(url, request).catch((error: unknown) => {
        throw new DeliveryFailed("the gateway does not answer", { cause: error });
      });
      await response.body?.cancel();
      if (response.ok) return;
      const permanent = ABOUT_THE_MESSAGE.includes(response.status);
      throw new DeliveryFailed(`the gateway answers ${response.status}`, { permanent });
    },
    close: () => {},
  };
}
