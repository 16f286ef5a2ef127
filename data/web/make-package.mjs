// SPDX-License-Identifier: Apache-2.0
// make-package.mjs [FOLDER]: puts @bellhop/client together as `npm install` wants it, all that it needs
// inside: one ES module, its declarations, the example. FOLDER is .package unless named; `npm pack`
// there makes the tarball.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? ".package");
const tool = (name) => join(web, "node_modules", ".bin", name);

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "dist"), { recursive: true });

execFileSync(tool("esbuild"), [
  ...["client/index.ts", "--bundle", "--format=esm", "--target=es2020"],
  ...["--charset=utf8", "--legal-comments=inline", "--log-level=warning"],
  `--outdir=${join(out, "dist")}`,
], { cwd: web, stdio: "inherit" });

execFileSync(tool("tsc"), [
  ...["-p", "tsconfig.package.json", "--outDir", join(out, "dist")],
], { cwd: web, stdio: "inherit" });

/** What index.d.ts leads to. Node's own way of finding modules wants whole names. */
const declared = new Set();
function declare(name) {
  if (declared.has(name)) return;
  declared.add(name);
  const file = join(out, "dist", name);
  const text = readFileSync(file, "utf8").replace(
    /((?:from|import\()\s*")(\.[^"]+)(")/g,
    (_, before, path, after) => {
      declare(join(dirname(name), `${path}.d.ts`));
      return `${before}${path}.js${after}`;
    },
  );
  writeFileSync(file, (name === "index.d.ts" ? '/// <reference lib="dom" />\n' : "") + text);
}
declare("index.d.ts");
for (const name of readdirSync(join(out, "dist"), { recursive: true }))
  if (name.endsWith(".d.ts") && !declared.has(name)) rmSync(join(out, "dist", name));

const described = JSON.parse(readFileSync(join(web, "client", "package.json"), "utf8"));
const { dependencies: bundled, ...kept } = described;
writeFileSync(join(out, "package.json"), `${JSON.stringify({
  ...kept,
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  types: "./dist/index.d.ts",
  files: ["dist", "examples", "licenses"],
}, null, 2)}\n`);

cpSync(join(web, "client", "README.md"), join(out, "README.md"));
cpSync(join(web, "..", "..", "LICENSE"), join(out, "LICENSE"));
cpSync(join(web, "client", "examples"), join(out, "examples"), { recursive: true });
for (const name of Object.keys(bundled))
  cpSync(join(web, "node_modules", name, "LICENSE"),
    join(out, "licenses", name.replace(/[@/]+/g, "-").replace(/^-/, "")), { force: true });
