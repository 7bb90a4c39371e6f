import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { build, type Rolldown } from "vite";
import { ASSET_NAMES } from "./asset.ts";

const SOURCES = fileURLToPath(new URL("../", import.meta.url));
const ENTRIES = {
  "kudos.css": "style/kudos.css",
  "kudos.svg": "style/kudos.svg",
  "docs.css": "docs/style/docs.css",
  docs: "docs/docs.ts",
  forms: "view/server-form/forms.ts",
  view: "view/view.ts",
};
/** Files of swagger-ui-dist, which are minified already and are not bundled again. */
const FOREIGN = ["swagger-ui-bundle.js", "swagger-ui.css"];
const HASH = /-[\w-]{8}(?=\.\w+$)/;

/** The files that pages load, by names with a hash of their content; `names` maps the plain names to those. */
export interface Bundle {
  readonly names: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

/** Bundles the files that pages load, without source maps and without code that needs `eval` (the policy forbids it). */
export async function bundle(): Promise<Bundle> {
  const { output } = (await build({
    configFile: false,
    root: SOURCES,
    base: "/assets/",
    publicDir: false,
    mode: "production",
    logLevel: "error",
    plugins: [vue()],
    define: {
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    build: {
      write: false,
      sourcemap: false,
      // Without a list of files that are loaded ahead: it would name them from the root of the host.
      modulePreload: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      // The first browsers with `light-dark()`: for older ones each colour would be written twice.
      target: ["chrome123", "firefox125", "safari17.5"],
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, `${SOURCES}${file}`])),
        output: {
          entryFileNames: "[name]-[hash].js",
          chunkFileNames: "[name]-[hash].js",
          assetFileNames: "[name]-[hash][extname]",
        },
      },
    },
  })) as Rolldown.RolldownOutput;
  const files = new Map<string, string | Uint8Array>();
  for (const file of output) files.set(file.fileName, file.type === "chunk" ? file.code : file.source);
  for (const name of FOREIGN) {
    const text = await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)), "utf8");
    // Source maps are not served, so the file must not name one.
    const content = text.replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*$/s, "");
    files.set(hashed(name, content), content);
  }
  const named = [...files.keys()].map((file) => [file.replace(HASH, ""), file] as const);
  return { names: Object.fromEntries(named.filter(([plain]) => ASSET_NAMES.some((name) => name === plain))), files };
}

function hashed(name: string, content: string): string {
  const extension = extname(name);
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 8);
  return `${name.slice(0, -extension.length)}-${hash}${extension}`;
}
