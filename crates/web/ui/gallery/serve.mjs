// Developer gallery: `node gallery/serve.mjs [PORT]`, after `npm ci`. Builds into a temporary folder and serves
// these pages under the same Content-Security-Policy as the real server, so that a forbidden style shows here first.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = mkdtempSync(join(tmpdir(), 'yixian-ui-'));
execFileSync(process.execPath, [join(here, '..', 'build.mjs'), dist], { stdio: 'inherit' });
const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));
const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

createServer((request, answer) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)).replace(/^[/\\]+/, '') || 'index.html';
  const asset = manifest[path.replace(/^assets\//, '')];
  const file = asset ? join(dist, asset) : join(here, path);
  if (request.method === 'POST' || !file.startsWith(asset ? dist : here) || !existsSync(file)) {
    answer.writeHead(request.method === 'POST' ? 204 : 404).end();
    return;
  }
  answer.writeHead(200, { 'content-type': `${types[extname(file)] ?? 'application/octet-stream'}; charset=utf-8`, 'content-security-policy': csp });
  answer.end(readFileSync(file));
}).listen(Number(process.argv[2] ?? 4173), '127.0.0.1', function () {
  console.log(`http://127.0.0.1:${this.address().port}/`);
});
