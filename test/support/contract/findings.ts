import { compileContract } from "../../../src/contract/document/compile.ts";
import { ContractFault } from "../../../src/contract/document/document.ts";
import type { ProblemTypeMembers, RaisedProblem } from "../../../src/contract/document/problem-types.ts";
import { serveContract } from "../../../src/contract/serve.ts";
import { SCOPES, type SmallContract, type SmallHandler, smallDocument } from "./small-contract.ts";

/** A document of a test, and the code that serves it. */
export interface Served extends SmallContract {
  readonly handlers?: Readonly<Record<string, unknown>>;
  readonly maxHeaderBytes?: number;
  readonly problems?: readonly RaisedProblem[];
  readonly problemTypeMembers?: ProblemTypeMembers;
  readonly authenticators?: Readonly<Record<string, unknown>>;
}

export const ANSWER: SmallHandler = () => ({ status: 200, body: {} });

/** The findings of the start about a document and the code that serves it; an empty list when it starts. */
export async function findingsOf({
  handlers = { read: ANSWER },
  authenticators = {},
  problems,
  problemTypeMembers,
  maxHeaderBytes,
  ...contract
}: Served): Promise<readonly string[]> {
  try {
    serveContract({
      contract: await compileContract(smallDocument(contract)),
      handlers: handlers as never,
      authenticators: authenticators as never,
      realm: "small",
      sameIdentity: () => true,
      scopes: new Set(SCOPES),
      authorize: () => true,
      authenticatedAt: () => new Date(),
      now: () => new Date(),
      cookiePrefix: () => "",
      createContext: () => ({}),
      problemMediaTypes: new Set(["application/problem+json"]),
      ...(problems && { problems }),
      ...(problemTypeMembers && { problemTypeMembers }),
      ...(maxHeaderBytes && { maxHeaderBytes }),
      trustedOrigins: new Set(),
      signInPath: "/login",
      responseValidation: "fail",
      onUndeclared: () => {},
    });
    return [];
  } catch (error) {
    if (!(error instanceof ContractFault)) throw error;
    return error.findings;
  }
}
