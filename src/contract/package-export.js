// What `import "kudos/contract"` loads. Node strips no types below node_modules, so an installed package has its code built beside the
// source (`npm pack` does that); a checkout runs its source.
const built = import.meta.url.includes("/node_modules/");
const file = built ? "../../dist/src/contract/index.js" : "./index.ts";

export const {
  compileContract,
  ContractFault,
  errorDoor,
  HttpProblem,
  loadDocument,
  parseDocument,
  serveContract,
  serveDocument,
} = await import(file);
