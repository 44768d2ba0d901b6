// What every browser test stands on: a browser, people who are signed in, and a watch over every page for anything the
// content security policy blocked and for errors on the console.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { deflateSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const given = JSON.parse(process.env.YIXIAN_E2E ?? 'null');
if (!given) throw new Error('start the tests with `node run.mjs`');
export const { url, links, last4, data, log } = given;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env.YIXIAN_E2E_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 900 };

/** A browser for a test file; close it in `after`. */
export async function browser() {
  return chromium.launch({
    executablePath: given.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

const sessions = {};

/** Somebody at a screen: signed in as a role, in a language and theme, with or without JavaScript. */
export async function as(of, role, { viewport = PHONE, js = true, lang = 'zh-CN', theme = 'light', at = url } = {}) {
  const context = await of.newContext({
    viewport, javaScriptEnabled: js, locale: lang, baseURL: at, colorScheme: theme, permissions: ['geolocation'],
    geolocation: { latitude: 40.45, longitude: 115.97, accuracy: 20 }, reducedMotion: 'reduce', hasTouch: viewport.width < 700,
  });
  context.setDefaultTimeout(10_000);
  const faults = [];
  await context.exposeBinding('cspFault', (_, what) => faults.push(`policy: ${what}`));
  await context.addInitScript(() => addEventListener('securitypolicyviolation', (e) => globalThis.cspFault(`${e.violatedDirective} ${e.blockedURI} on ${location.pathname}`)));
  context.on('page', (page) => {
    // A refused form is answered with 4xx, which the browser notes on the console too.
    page.on('console', (m) => { if (m.type() === 'error' && !/status of (4\d\d)/.test(m.text())) faults.push(`console: ${m.text()}`); });
    page.on('pageerror', (e) => faults.push(`script: ${e.message}`));
  });
  await context.addCookies([{ name: 'yx_lang', value: lang, url: at }, { name: 'yx_theme', value: theme, url: at }]);
  if (role) {
    if (!sessions[role]) {
      const page = await context.newPage();
      await page.goto(links[role]);
      const into = page.locator('main form button');
      assert.equal(await into.count(), 1, `${role} may enter: ${await page.locator('main').innerText()}`);
      await into.click();
      await page.waitForURL(`${url}/`);
      sessions[role] = (await context.cookies()).filter((c) => c.name.endsWith('_s'));
      await page.close();
    }
    await context.addCookies(sessions[role]);
  }
  const page = await context.newPage();
  return {
    page,
    context,
    /** Nothing was blocked, nothing failed on any page so far. */
    clean() { assert.deepEqual(faults, []); },
    async end() {
      assert.deepEqual(faults, []);
      await context.close();
    },
  };
}

/** A company of its own that nobody has set up yet: its address, its setup link, and its end. */
export async function empty() {
  const data = mkdtempSync(join(tmpdir(), 'yixian-empty-'));
  const server = spawn(given.binary, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'], env: { YIXIAN_LOG: 'warn', ...process.env } });
  process.on('exit', () => server.kill('SIGKILL'));
  const setup = await new Promise((found, lost) => {
    server.on('exit', (code) => lost(new Error(`the empty company's server ended with ${code}`)));
    createInterface({ input: server.stdout }).on('line', (line) => {
      const link = line.match(/https?:\/\/\S+\/setup\/\S+/);
      if (link) found(new URL(link[0]));
    });
  });
  return {
    url: setup.origin,
    setup: setup.pathname,
    async end() {
      server.removeAllListeners('exit');
      const gone = new Promise((done) => { server.on('exit', done); });
      server.kill('SIGTERM');
      await gone;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Counts what a hand does. A file chooser is one tap, whatever happens inside it. */
export function hand(page) {
  let taps = 0;
  let entries = 0;
  return {
    async tap(locator) {
      taps += 1;
      await locator.click();
    },
    async photograph(locator, name = 'oil.png') {
      taps += 1;
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), locator.click()]);
      await chooser.setFiles({ name, mimeType: 'image/png', buffer: picture() });
    },
    async write(locator, text) {
      entries += 1;
      await locator.fill(text);
    },
    get taps() { return taps; },
    get entries() { return entries; },
  };
}

const crcs = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function chunk(type, body) {
  const all = Buffer.concat([Buffer.from(type), body]);
  let crc = 0xffffffff;
  for (const byte of all) crc = crcs[(crc ^ byte) & 255] ^ (crc >>> 8);
  const out = Buffer.alloc(8 + all.length);
  out.writeUInt32BE(body.length, 0);
  all.copy(out, 4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 4 + all.length);
  return out;
}

/** A picture as a phone might take it, as PNG. */
export function picture(width = 640, height = 480, seed = Math.floor(Math.random() * 200)) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * (1 + width * 3) + 1 + x * 3;
      rows[at] = (x + seed) & 255;
      rows[at + 1] = (y * 2) & 255;
      rows[at + 2] = (x ^ y) & 127;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** No serious or critical finding of axe-core on the page as it stands. */
export async function accessible(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const bad = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(' | ')}`), [], what);
}

/** Nothing stands out to the side. */
export async function fits(page, what) {
  const [content, screen, out] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    // What scrolls inside a region of its own does not count.
    const inside = (e) => e.parentElement && (getComputedStyle(e.parentElement).overflowX !== 'visible' || inside(e.parentElement));
    const wide = scrollWidth <= clientWidth ? [] : [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > clientWidth + 1 && !inside(e));
    return [scrollWidth, clientWidth, wide.slice(0, 6).map((e) => `${e.tagName.toLowerCase()}.${String(e.className)}`)];
  });
  assert.ok(content <= screen, `${what}: ${content} px of content on ${screen} px of screen: ${out.join(', ')}`);
}

/** No key of a message stands where words should. */
export async function worded(page, what) {
  const text = await page.locator('body').innerText();
  assert.doesNotMatch(text, /⟨[\w-]+⟩/, what);
}

/** The four looks in which pages are looked at: both languages, both themes, phone and desk. */
export const LOOKS = [
  { viewport: PHONE, lang: 'zh-CN', theme: 'light' }, { viewport: DESK, lang: 'en', theme: 'dark' },
  { viewport: PHONE, lang: 'en', theme: 'dark' }, { viewport: DESK, lang: 'zh-CN', theme: 'light' },
];

/** A page looked at as it stands, then with everything folded out: words, axe, and on a phone 320 px. */
export async function look(page, name, { viewport, lang, theme }) {
  const what = `${name}-${viewport.width}-${lang.slice(0, 2)}-${theme}`;
  await shot(page, what);
  await worded(page, what);
  if (viewport !== PHONE) await accessible(page, what);
  await page.locator('details').evaluateAll((all) => all.forEach((d) => { d.open = true; }));
  if (viewport !== PHONE) return fits(page, what);
  await accessible(page, `${what}, opened`);
  // The bar's own menu lies over the page while it is open.
  await page.locator('.nav-more').evaluateAll((all) => all.forEach((d) => { d.open = false; }));
  await page.setViewportSize({ width: 320, height: 700 });
  await fits(page, `${what} at 320`);
  return page.setViewportSize(viewport);
}

export async function shot(page, name) {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}
