// Serves a generated contract by kudos/contract; the argument is the number of its operations, a multiple of ten.
import Koa from "koa";
import { compileContract, errorDoor, parseDocument, serveContract } from "../../src/contract/index.ts";
import { listen } from "../../src/http/server.ts";
import { announce } from "./peers/announce.ts";
import { GROUPS } from "./works.ts";

const PROBLEM_JSON = "application/problem+json";
const PROBLEM = { description: "A problem.", content: { [PROBLEM_JSON]: { schema: {} } } };
const id = { type: "integer", minimum: 1 };
const limit = { type: "integer", minimum: 1, maximum: 100, default: 20 };
const thing = {
  type: "object",
  required: ["id", "limit"],
  additionalProperties: false,
  properties: { id, limit },
};

function operation(operationId: string) {
  return {
    operationId,
    security: [],
    parameters: [
      { name: "id", in: "path", required: true, schema: id },
      { name: "limit", in: "query", schema: limit },
    ],
    responses: {
      "200": { description: "The thing.", content: { "application/json": { schema: thing } } },
      "400": PROBLEM,
      "406": PROBLEM,
      "500": PROBLEM,
    },
  };
}

// Each group has `things`, which is asked for, behind others in the order of paths, which is the order of the routes.
const names = GROUPS.flatMap((group) => {
  const others = Array.from(
    { length: Number(process.argv[2]) / GROUPS.length - 1 },
    (_, index) => `${group}/other-${index}`,
  );
  return [...others, `${group}/things`];
});
const operationIds = names.map((name) => `get-${name.replace("/", "-")}`);
const paths = names.map((name, index) => [`/${name}/{id}`, { get: operation(operationIds[index] ?? "") }]);
const document = { openapi: "3.1.0", info: { title: "Generated", version: "1" }, paths: Object.fromEntries(paths) };

type Got = { readonly path: { readonly id: number }; readonly query: { readonly limit?: number } };
const handler = ({ path, query }: Got) => ({ status: 200, body: { id: path.id, limit: query.limit ?? 20 } });

const app = new Koa();
app.use(
  errorDoor({
    toProblem: () => undefined,
    representations: { [PROBLEM_JSON]: (problem) => JSON.stringify(problem) },
    mediaTypes: [PROBLEM_JSON],
    instanceOf: () => "urn:uuid:00000000-0000-4000-8000-000000000000",
    onFault: (error) => console.error(error),
  }),
);
app.use(
  serveContract<object, object>({
    contract: await compileContract(parseDocument(JSON.stringify(document))),
    handlers: Object.fromEntries(operationIds.map((operationId) => [operationId, handler])) as never,
    authenticators: {},
    realm: "generated",
    sameIdentity: () => true,
    cookiePrefix: () => "",
    scopes: new Set(),
    authorize: () => true,
    authenticatedAt: () => new Date(0),
    now: () => new Date(),
    createContext: () => ({}),
    problemMediaTypes: new Set([PROBLEM_JSON]),
    trustedOrigins: new Set(),
    signInPath: "/login",
    responseValidation: "log",
    onUndeclared: (operationId, reason) => console.error(operationId, reason),
  }),
);
const patience = { headers: 10_000, request: 20_000, idle: 60_000, arriving: 0, finishing: 2_000 };
const { url } = await listen(app.callback(), { host: "127.0.0.1", port: 0, patience });
announce(Number(new URL(url).port));
