/** The members of this program's package.json that a new project takes over. */
export interface Manifest {
  readonly version: string;
  readonly engines: object;
  readonly ava: object;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly scarfSettings: object;
}

/** Packages that others load by a name that no import of the project has: express-openapi-validator needs two, `node` runs it all. */
const LOADED = ["express", "multer", "node"];

const FOR_DEVELOPMENT = ["@types/koa", "@types/node", "ava", "openapi-typescript", "typescript"];

/** The package.json of a new project, with the very versions that this program is tested with. */
export function manifest(name: string, packages: ReadonlySet<string>, own: Manifest): string {
  const needed = [...packages, ...LOADED].filter((each) => own.dependencies[each] !== undefined).toSorted();
  const types = needed.map((each) => `@types/${each.replace(/^@(.+)\//, "$1__")}`);
  const development = [...FOR_DEVELOPMENT, ...packages, ...types].filter(
    (each) => own.devDependencies[each] !== undefined,
  );
  const versions = (names: readonly string[], of: Readonly<Record<string, string>>) =>
    Object.fromEntries([...new Set(names)].toSorted().map((each) => [each, of[each]]));
  const { allowScripts } = own;
  return `${JSON.stringify(
    {
      name,
      version: "0.1.0",
      private: true,
      type: "module",
      engines: own.engines,
      scripts: {
        start: "node src/main.ts",
        dev: "node --watch --watch-path=src --watch-path=openapi.yaml src/main.ts",
        generate: "node src/contract/generate.ts",
        test: "node src/contract/generate.ts --check && tsc && ava",
      },
      ava: own.ava,
      dependencies: versions(needed, own.dependencies),
      devDependencies: versions(development, own.devDependencies),
      allowScripts: Object.fromEntries(Object.entries(allowScripts).filter(([each]) => needed.includes(each))),
    },
    null,
    2,
  )}\n`;
}
