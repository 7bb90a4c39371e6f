import { type Contract, type Json, objectOf } from "./contract.ts";

/** The contract without the parameters that are cookies: a browser sends them by itself, and lets no script set them. */
export function withoutCookies({ paths, ...others }: Contract): Contract {
  const declared = objectOf(objectOf(others.components).parameters);
  const isCookie = (parameter: Json) => {
    const { $ref, ...inline } = objectOf(parameter);
    const name = typeof $ref === "string" ? $ref.replace("#/components/parameters/", "") : "";
    return objectOf(name === "" ? inline : declared[name]).in === "cookie";
  };
  const operations = Object.entries(objectOf(paths)).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(objectOf(item)).map(([method, operation]) => {
        const { parameters } = objectOf(operation);
        if (!Array.isArray(parameters)) return [method, operation];
        return [method, { ...objectOf(operation), parameters: parameters.filter((one) => !isCookie(one)) }];
      }),
    ),
  ]);
  return { ...others, paths: Object.fromEntries(operations) };
}
