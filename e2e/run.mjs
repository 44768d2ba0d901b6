// Runs the browser tests against a freshly made demo company: `npm ci && node run.mjs [part of a file's name]`.
// The files are shared out among two servers, each with a company of its own.
// YIXIAN_BIN      the binary; else target/release/yixian or target/debug/yixian, whichever is newer
// YIXIAN_CHROMIUM the browser; else /usr/bin/chromium
// YIXIAN_E2E_DATA a folder with a demo company, or to keep one in between runs (it is written to); else a temporary one
// YIXIAN_E2E_SHOTS a folder for screenshots, for a person to look at
import { spawn } from 'node:child_process';
import { cpSync, createWriteStream, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

function stop(why) {
  console.error(why);
  process.exit(1);
}

function binary() {
  if (process.env.YIXIAN_BIN) return process.env.YIXIAN_BIN;
  const target = process.env.CARGO_TARGET_DIR ?? resolve(here, '../target');
  const built = ['release', 'debug'].map((profile) => join(target, profile, 'yixian')).filter(existsSync);
  built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return built[0] ?? stop('No binary: run `cargo build` first, or set YIXIAN_BIN.');
}

const chromium = process.env.YIXIAN_CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(chromium)) stop('No browser: install Chromium (Debian: apt-get install chromium), or set YIXIAN_CHROMIUM.');

const part = process.argv[2] ?? '';
const tests = join(here, 'tests');
const all = readdirSync(tests).filter((name) => name.endsWith('.test.mjs') && name.includes(part)).map((name) => join(tests, name));

/** The files as two hands of about the same length. */
function dealt(files) {
  const hands = [[], []];
  const length = (hand) => hand.reduce((sum, file) => sum + statSync(file).size, 0);
  for (const file of files.toSorted((a, b) => statSync(b).size - statSync(a).size)) {
    hands[length(hands[0]) <= length(hands[1]) ? 0 : 1].push(file);
  }
  return hands;
}

/** Runs a hand in a process of its own; what it says is told when it is through, so that it can be read. */
function played(hand, n) {
  const env = { ...process.env, YIXIAN_E2E_FILES: JSON.stringify(hand) };
  if (process.env.YIXIAN_E2E_DATA && n > 0) {
    env.YIXIAN_E2E_DATA = `${process.env.YIXIAN_E2E_DATA}-${n}`;
    rmSync(env.YIXIAN_E2E_DATA, { recursive: true, force: true });
    cpSync(process.env.YIXIAN_E2E_DATA, env.YIXIAN_E2E_DATA, { recursive: true });
  }
  return new Promise((done) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(text));
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      done(code === 0);
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  });
}

if (!process.env.YIXIAN_E2E_FILES && all.length > 1 && availableParallelism() > 1) {
  const good = await Promise.all(dealt(all).map(played));
  process.exit(good.every(Boolean) ? 0 : 1);
}
const files = process.env.YIXIAN_E2E_FILES ? JSON.parse(process.env.YIXIAN_E2E_FILES) : all;

const data = process.env.YIXIAN_E2E_DATA ?? mkdtempSync(join(tmpdir(), 'yixian-e2e-'));
const bin = binary();
const server = spawn(bin, ['demo', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'], env: { YIXIAN_LOG: 'info,yixian=debug,yixian_app=debug,yixian_store=debug,yixian_web=debug', ...process.env } });
// All of the log goes to a file, in which the tests look for what must never stand there.
const logs = mkdtempSync(join(tmpdir(), 'yixian-e2e-log-'));
const whole = createWriteStream(join(logs, 'server.log'));
const log = [];
createInterface({ input: server.stderr }).on('line', (line) => {
  whole.write(`${line}\n`);
  if (log.push(line) > 40) log.shift();
});

/** The address and the sign-in links, as the binary prints them. */
const started = await new Promise((done) => {
  const links = {};
  let url;
  let role;
  let last4;
  const give = () => done({ url, links, last4 });
  const roles = { Chairman: 'chairman', 'Department head': 'head', Leader: 'leader', Coordinator: 'coordinator', Handler: 'handler', Verifier: 'verifier', Raiser: 'raiser', Administrator: 'administrator', Customer: 'customer', 'Service team': 'service_team' };
  server.on('exit', (code) => stop(`The server ended with ${code} before it was ready.\n${log.join('\n')}`));
  createInterface({ input: server.stdout }).on('line', (line) => {
    // The role stands on the line of its link or on the line before.
    role = Object.keys(roles).find((name) => line.includes(name)) ?? role;
    // The customer's page asks for the last digits of his phone, which stand behind his name.
    last4 = line.match(/手机尾号 (\d{4})/)?.[1] ?? last4;
    const found = line.match(/https?:\/\/[\w.:[\]-]+(\/\S*)?/);
    if (!found) return;
    url ??= new URL(found[0]).origin;
    if (role && found[1]) links[roles[role]] = found[1];
    if (Object.keys(links).length === Object.keys(roles).length) give();
  });
});

process.env.YIXIAN_E2E = JSON.stringify({ ...started, chromium, data, log: join(logs, 'server.log'), binary: bin });
let failed = false;
process.on('exit', () => server.kill('SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const running = run({ files, concurrency: 1, timeout: 180_000 });
running.on('test:fail', () => { failed = true; });
for await (const text of running.compose(spec)) process.stdout.write(text);
server.removeAllListeners('exit');
await new Promise((gone) => {
  server.on('exit', gone);
  server.kill('SIGTERM');
  setTimeout(() => { console.error('The server did not stop within 10 s of SIGTERM.'); failed = true; gone(); }, 10_000).unref();
});
if (failed && log.length) console.error(`The server's last lines:\n${log.join('\n')}`);
rmSync(logs, { recursive: true, force: true });
if (!process.env.YIXIAN_E2E_DATA) rmSync(data, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
