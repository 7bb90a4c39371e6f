import type { Settings } from "./settings.ts";

/**
 * The origin that browsers reach the server at: `PUBLIC_URL`, or `http://localhost` with the port, where Chromium makes passkeys, too;
 * the base path follows. In production only the setting counts: null without it.
 *
 * @param listening the address that the server listens on, such as `http://127.0.0.1:8080`
 */
export function publicUrlOf(
  { publicUrl, production, basePath }: Pick<Settings, "publicUrl" | "production" | "basePath">,
  listening: string,
): string | null {
  if (publicUrl !== undefined) return publicUrl + basePath;
  if (production) return null;
  const port = URL.parse(listening)?.port;
  return `http://localhost${port ? `:${port}` : ""}${basePath}`;
}
