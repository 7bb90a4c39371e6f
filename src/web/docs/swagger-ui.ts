import { basePath } from "../view/api/client.ts";
import { type Contract, objectOf } from "./contract/contract.ts";
import { withoutCookies } from "./contract/without-cookies.ts";

/** The part of Swagger UI that is used here. The page loads its bundle before this script. */
export interface SwaggerUi {
  /** Fills in a scheme of `components.securitySchemes` as "Authorize" would. */
  preauthorizeApiKey(scheme: string, value: string): unknown;
  readonly authActions: { logout(schemes: readonly string[]): unknown };
  readonly layoutSelectors: { isShown(thing: readonly string[], otherwise: boolean): boolean };
  readonly layoutActions: { show(thing: readonly string[], shown: boolean): unknown };
}

declare global {
  interface Window {
    SwaggerUIBundle?: (options: Readonly<Record<string, unknown>>) => SwaggerUi;
  }
}

/** The contract or Swagger UI cannot be loaded; the message is a sentence for the person who waits. */
export class NotLoaded extends Error {
  override readonly name = "NotLoaded";
}

/** The time after which loading fails, in milliseconds: longer than any answer that a person waits for. */
const PATIENCE_MS = 30_000;

/**
 * Shows the contract by the `ContractLayout` of the plugin that is made for it. Resolves when it is drawn, since a scheme cannot be
 * authorized earlier. Throws {@link NotLoaded}.
 *
 * @param cookieName the name of the session's cookie on this connection
 * @param onRefused called when a call that was tried got a 401
 */
export async function showSwaggerUi(
  cookieName: string,
  pluginFor: (contract: Contract) => unknown,
  onRefused: () => void,
): Promise<SwaggerUi> {
  const [spec, bundle] = await Promise.all([loadContract(cookieName), loadBundle()]);
  return new Promise((resolve) => {
    const ui = bundle({
      // The document, not its URL: a failure to load it would reach the console only.
      spec,
      dom_id: "#swagger-ui",
      layout: "ContractLayout",
      plugins: [pluginFor(spec)],
      deepLinking: true,
      persistAuthorization: false,
      // Its colours have too little contrast, and its style attributes break the content security policy.
      syntaxHighlight: { activated: false },
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0,
      // The badge of the outside validator would be the only request to another server.
      validatorUrl: null,
      responseInterceptor: (response: { readonly status: number }) => {
        if (response.status === 401) onRefused();
        return response;
      },
      onComplete: () => resolve(ui),
    });
  });
}

/**
 * The contract. Its server is the one of this page, by whatever name the page was opened, and the cookie has the name that it has
 * on this connection.
 */
async function loadContract(cookieName: string): Promise<Contract> {
  const answer = await fetch(`${basePath()}/openapi.json`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => {
    throw new NotLoaded("The server cannot be reached.");
  });
  if (!answer.ok) throw new NotLoaded(`The server answered ${answer.status} instead of its contract.`);
  const contract = await answer.json().catch(() => {
    throw new NotLoaded("The contract did not arrive whole.");
  });
  const { components, ...others } = withoutCookies(contract as Contract);
  const schemes = objectOf(objectOf(components).securitySchemes);
  const sessionCookie = { ...objectOf(schemes.sessionCookie), name: cookieName };
  return {
    ...others,
    components: { ...objectOf(components), securitySchemes: { ...schemes, sessionCookie } },
    servers: [{ url: basePath() || "/" }],
  };
}

/** Swagger UI's bundle, loaded again when the page's own attempt has failed. */
async function loadBundle(): Promise<NonNullable<Window["SwaggerUIBundle"]>> {
  if (!window.SwaggerUIBundle) {
    const { src } = document.querySelector("#swagger-ui-bundle") as HTMLScriptElement;
    const script = Object.assign(document.createElement("script"), { src });
    await new Promise((settle) => {
      script.addEventListener("load", settle);
      script.addEventListener("error", settle);
      document.head.append(script);
    });
    script.remove();
  }
  if (!window.SwaggerUIBundle) throw new NotLoaded("Swagger UI, which shows the contract, could not be loaded.");
  return window.SwaggerUIBundle;
}
