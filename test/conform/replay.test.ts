import test from "ava";
import { READER_SESSION } from "../fixtures/faulty-server/server.ts";
import { conformLibrary, openLibrary } from "../support/library.ts";

test("a fault is made small, and its seed and path show it again by few requests", async (t) => {
  const server = await openLibrary(t, "accepts one more than the maximum");
  const report = await conformLibrary(server, { seed: 7 });
  const [fault, ...others] = report.faults;
  t.deepEqual(others, []);
  t.regex(fault?.request ?? "", /--data-binary '\{"days":61\}'$/);
  const again = await conformLibrary(server, { seed: 7, replay: fault?.path ?? "" });
  t.is(again.faults.length, 1);
  t.is(again.faults[0]?.what, fault?.what);
  t.true(again.requests < 20, `${again.requests} requests`);
  const mended = await conformLibrary(await openLibrary(t), { seed: 7, replay: fault?.path ?? "" });
  t.deepEqual(mended.faults, []);
});

test("a report shows credentials as variables", async (t) => {
  const { faults } = await conformLibrary(await openLibrary(t, "a malformed time"), { seed: 1 });
  t.regex(
    faults[0]?.request ?? "",
    /-H 'Cookie: reader_session='"\$READER_SESSION"|-H 'X-Library-Key: '"\$LIBRARY_KEY"/,
  );
  t.false(JSON.stringify(faults).includes(READER_SESSION));
});

test("what cannot be exercised is told: without credentials no secured operation succeeds, and nothing is a fault", async (t) => {
  const { faults, notExercised } = await conformLibrary(await openLibrary(t), { credentials: {} });
  t.deepEqual(faults, []);
  const secured = ["addBook", "changeBook", "removeBook", "lendBook", "getLoan", "returnLoan", "getReader"];
  t.deepEqual(notExercised.map((line) => line.split(":")[0]).toSorted(), secured.toSorted());
});

test("an operation that is excluded is never called, and one that is named is checked alone", async (t) => {
  const server = await openLibrary(t);
  const { operations } = await conformLibrary(server, { except: ["removeBook"] });
  t.false("removeBook" in operations);
  const alone = await conformLibrary(server, { only: ["getBook"] });
  t.deepEqual(Object.keys(alone.operations), ["getBook"]);
});

test("a server that falls over by a request has a fault, and one that was never there is none", async (t) => {
  const server = await openLibrary(t, "hangs up at a quotation mark");
  const { faults } = await conformLibrary(server, { failFast: true });
  t.is(faults[0]?.what, "the connection ended without a whole answer");
  await t.throwsAsync(conformLibrary(new URL("http://127.0.0.1:1")), { name: "Unreachable" });
});
