/** One thing about a request that the contract does not allow: in its body (by JSON pointer) or in a parameter (by name). */
export type Violation =
  | { readonly in: "body"; readonly pointer: string; readonly detail: string }
  | { readonly in: string; readonly name: string; readonly detail: string };
