/** What of Swagger UI's bundle, which the page loads before this script, is used here. */
export interface SwaggerUi {
  /** Fills in a scheme of `components.securitySchemes` as "Authorize" would. */
  preauthorizeApiKey(scheme: string, value: string): unknown;
  readonly authActions: { logout(schemes: readonly string[]): unknown };
}

declare global {
  interface Window {
    SwaggerUIBundle(options: Readonly<Record<string, unknown>>): SwaggerUi;
  }
}

/** Shows the contract by a plugin's `ContractLayout`. Answers when it is there: only then can a scheme be authorized. */
export function showSwaggerUi(plugin: unknown): Promise<SwaggerUi> {
  return new Promise((resolve) => {
    const ui = window.SwaggerUIBundle({
      url: "/openapi.json",
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
      onComplete: () => resolve(ui),
    });
  });
}
