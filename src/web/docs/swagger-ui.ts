/** What of Swagger UI's bundle, which the page loads before this script, is used here. */
export interface SwaggerUi {
  /** Fills in a scheme of `components.securitySchemes` as "Authorize" would. */
  preauthorizeApiKey(scheme: string, value: string): unknown;
  readonly authActions: { logout(schemes: readonly string[]): unknown };
}

declare global {
  interface Window {
    SwaggerUIBundle?: (options: Readonly<Record<string, unknown>>) => SwaggerUi;
  }
}

/** Something that is needed to show the contract cannot be loaded; the message is a sentence for whoever waits for it. */
export class NotLoaded extends Error {
  override readonly name = "NotLoaded";
}

/** Longer than any answer takes that somebody still waits for. */
const PATIENCE_MS = 30_000;

/**
 * Shows the contract by a plugin's `ContractLayout`. Answers when it is there: only then can a scheme be authorized. Throws
 * {@link NotLoaded}.
 *
 * @param onRefused told when a call that was tried got a 401
 */
export async function showSwaggerUi(plugin: unknown, onRefused: () => void): Promise<SwaggerUi> {
  const [spec, bundle] = await Promise.all([loadContract(), loadBundle()]);
  return new Promise((resolve) => {
    const ui = bundle({
      // Loaded by itself, Swagger UI would tell of a failure to nobody but the console.
      spec,
      dom_id: "#swagger-ui",
      layout: "ContractLayout",
      plugins: [plugin],
      deepLinking: true,
      persistAuthorization: false,
      // Its colours for code cannot be told apart by everybody, and come as style attributes.
      syntaxHighlight: { activated: false },
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0,
      // The badge of an outside validator would be the only request that leaves this server.
      validatorUrl: null,
      responseInterceptor: (response: { readonly status: number }) => {
        if (response.status === 401) onRefused();
        return response;
      },
      onComplete: () => resolve(ui),
    });
  });
}

async function loadContract(): Promise<unknown> {
  const answer = await fetch("/openapi.json", { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => {
    throw new NotLoaded("The server cannot be reached.");
  });
  if (!answer.ok) throw new NotLoaded(`The server answered ${answer.status} instead of its contract.`);
  return answer.json().catch(() => {
    throw new NotLoaded("The contract did not arrive whole.");
  });
}

/** The page has loaded it; where that failed, it is loaded now. */
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
