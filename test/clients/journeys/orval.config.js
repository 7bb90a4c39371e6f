export default {
  kudos: {
    input: "openapi.client.json",
    output: { target: "api.ts", client: "fetch", baseUrl: { getBaseUrlFromSpecification: true } },
  },
};
