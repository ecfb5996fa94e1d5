// Bundles web/assets/ into web/static/: the pages, the standalone chat component and the API pages.
// The same sources give the same bytes; everything in web/static/ is made here and may be deleted.
import { readFile, rm } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const out = resolve(root, "web/static");

/** `import css from "./x.css?text"` gives the minified style sheet as a string (for shadow roots). */
const cssAsText = {
  name: "css-as-text",
  setup(bundler) {
    bundler.onResolve({ filter: /\.css\?text$/ }, async ({ path, resolveDir, kind }) => {
      const found = await bundler.resolve(path.slice(0, -"?text".length), { resolveDir, kind });
      return found.errors.length > 0
        ? { errors: found.errors }
        : { path: relative(root, found.path), namespace: "css-text" }; // names go into hashes
    });
    bundler.onLoad({ filter: /.*/, namespace: "css-text" }, async ({ path }) => {
      const file = resolve(root, path);
      const made = await build({ entryPoints: [file], bundle: true, minify: true, write: false });
      return { contents: made.outputFiles[0].text, loader: "text", watchFiles: [file] };
    });
  },
};

const common = {
  absWorkingDir: root,
  outdir: out,
  bundle: true,
  minify: true,
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
  plugins: [cssAsText],
};

await rm(out, { recursive: true, force: true });
const results = await Promise.all([
  // Pages and component share their code as chunks, so that nothing is downloaded twice.
  build({
    ...common,
    entryPoints: Object.fromEntries(["app", "chat", "launcher"].map((name) => [name, resolve(here, `${name}.ts`)])),
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
  }),
  // Runs before the first paint, hence a classic script of its own.
  build({ ...common, entryPoints: { theme: resolve(here, "theme.ts") }, format: "iife" }),
  build({ ...common, entryPoints: { docs: resolve(here, "docs.ts") }, format: "iife" }),
  build({ ...common, entryPoints: { app: resolve(here, "styles/app.css") } }),
]);

const files = results.flatMap(({ metafile }) => Object.keys(metafile.outputs)).sort();
for (const file of files.filter((name) => /\.(js|css)$/.test(name))) {
  const bytes = await readFile(resolve(root, file));
  const packed = gzipSync(bytes, { level: 9 }).length;
  console.log(`${file}  ${kilobytes(bytes.length)}  gzipped ${kilobytes(packed)}`);
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} kB`;
}
