// Builds the browser files of Yixian: `node build.mjs OUT`.
//
// In:  src/page.ts, css/app.css, icons/*.svg, favicon.svg
// Out: OUT/page-HASH.js, app-HASH.css, favicon-HASH.svg, each with .br and .gz, and manifest.json (logical → hashed name).
// It knows nothing of the server; crates/web/build.rs embeds whatever the manifest lists.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));

/** One CSS mask per icon: `.ico-NAME{--i:url(data:…)}`; needs only img-src data:. */
const icons = {
  name: 'icons',
  setup(b) {
    b.onResolve({ filter: /^virtual:icons$/ }, (a) => ({ path: a.path, namespace: 'icons' }));
    b.onLoad({ filter: /.*/, namespace: 'icons' }, () => {
      const dir = join(here, 'icons');
      const rules = readdirSync(dir).filter((f) => f.endsWith('.svg')).sort().map((f) => {
        const uri = readFileSync(join(dir, f), 'utf8').trim().replace(/[#"%]/g, (c) => '%' + c.charCodeAt(0).toString(16));
        const name = basename(f, '.svg');
        const url = `url("data:image/svg+xml,${uri}")`;
        return name === 'mark' ? `:root{--mark:${url}}` : `.ico-${name}{--i:${url}}`;
      });
      return { contents: rules.join('\n'), loader: 'css' };
    });
  },
};

const result = await build({
  absWorkingDir: here,
  entryPoints: { page: 'src/page.ts', app: 'css/app.css' },
  outdir: out,
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  charset: 'utf8',
  legalComments: 'none',
  target: ['chrome87', 'safari14.1'],
  plugins: [icons],
  logLevel: 'warning',
});

const files = new Map(result.outputFiles.map((f) => [basename(f.path), Buffer.from(f.contents)]));
files.set('favicon.svg', readFileSync(join(here, 'favicon.svg')));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const manifest = {};
for (const [name, body] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  const dot = name.lastIndexOf('.');
  const path = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  const br = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
  const gz = gzipSync(body, { level: 9 });
  writeFileSync(join(out, path), body);
  writeFileSync(join(out, `${path}.br`), br);
  writeFileSync(join(out, `${path}.gz`), gz);
  manifest[name] = path;
  if (process.env.YIXIAN_UI_SIZES) console.log(`${name}\t${body.length}\tbr ${br.length}\tgz ${gz.length}`);
}
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
