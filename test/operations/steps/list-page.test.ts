import test from "ava";
import { PAGE_LIMIT } from "../../../src/operations/steps/list-page.ts";
import { contract } from "../../support/judge.ts";

test("a page without a limit holds as many items as the contract's default says", async (t) => {
  const { root } = (await contract()).document;
  const { parameters } = root.components as { parameters: { Limit: { schema: { default: number } } } };
  t.is(PAGE_LIMIT, parameters.Limit.schema.default);
});
