// Power in two steps: a customer applies on a phone, follows his application, rates it; the hall works the queue.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESK, PHONE, accessible, as, browser, data, fits, hand, last4, links, log, shot, worded } from '../harness.mjs';

let chrome;
before(async () => { chrome = await browser(); });
after(async () => { await chrome.close(); });

let next = 10_000_000 + Math.floor(Math.random() * 80_000_000);
/** A phone of our own for each test: codes are limited by phone. */
const phone = () => `139${next++}`;

/** The newest code sent to a phone: the demo's message port is a folder, a file a message, named by the phone's last digits. */
function codeFor(to) {
  const folder = join(data, 'messages');
  const names = readdirSync(folder).filter((name) => name.endsWith(`-${to.slice(-4)}.txt`)).sort();
  const found = names.map((name) => readFileSync(join(folder, name), 'utf8').match(/(?<!\d)\d{6}(?!\d)/)?.[0]).filter(Boolean).at(-1);
  assert.ok(found, `a code for ${to}`);
  return found;
}

const pic = (page, name, n = 0) => page.locator(`label.pic:has(input[name=${name}])`).nth(n);

/** Fits 320 px, and 640 px with twice the text; the page is as it was afterwards. */
async function small(page, name) {
  const was = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  await fits(page, `${name}, 320 px`);
  await page.setViewportSize({ width: 640, height: 900 });
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  await fits(page, `${name}, 200 % text`);
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  await page.setViewportSize(was);
}

/** Applies as a person or a firm; gives the address of the customer's page and the phone. */
async function apply(page, { firm = false, photo = true, name = '周小青', js = true } = {}) {
  const h = hand(page);
  const to = phone();
  await page.goto('/apply');
  if (firm) {
    await h.tap(page.locator('label.decide-opt').nth(1));
    await h.write(page.locator('#credit_code'), '91440300708461136T');
  }
  await h.write(page.locator('#name'), name);
  await h.write(page.locator('#phone'), to);
  await h.tap(page.locator('button[name=go][value=code]'));
  await page.locator('.banner-ok').waitFor();
  assert.equal(await page.locator('#name').inputValue(), name);
  await h.write(page.locator('#code'), codeFor(to));
  await h.tap(page.locator('#district .areas > .chip').nth(2));
  await h.tap(page.locator('#district .streets:visible .chip').first());
  await h.write(page.locator('#address'), `科创十街 ${to.slice(-3)} 号`);
  await h.tap(pic(page, 'use', 1));
  await h.tap(pic(page, 'capacity', 1));
  if (photo) await h.photograph(page.locator('.photo-pick input').first());
  await h.tap(page.locator('.form-end button[value=review]'));
  await page.locator('button[value=send]').waitFor();
  const review = await page.locator('main').innerText();
  // Both look at the page by scripts of their own.
  if (js) {
    await accessible(page, 'the confirmation');
    await worded(page, 'the confirmation');
    await small(page, 'the confirmation');
  }
  await shot(page, `confirm-${firm ? 'firm' : 'person'}`);
  await h.tap(page.locator('button[value=send]'));
  await page.waitForURL(/\/c\/[\w-]+/);
  await page.locator('ol.stations').waitFor();
  return { h, to, path: new URL(page.url()).pathname, review };
}

test('a person applies: at most 8 taps and 5 entries', async () => {
  const who = await as(chrome, null);
  const { h, review } = await apply(who.page, { photo: true });
  assert.ok(h.taps <= 8, `${h.taps} taps`);
  assert.ok(h.entries <= 5, `${h.entries} entries`);
  assert.match(review, /2 个环节/);
  assert.equal(await who.page.locator('ol.stations > li').count(), 2);
  await who.end();
});

test('a firm applies: at most 8 taps and 5 entries', async () => {
  const who = await as(chrome, null);
  const { h } = await apply(who.page, { firm: true, photo: false, name: '朝阳青禾餐饮有限公司' });
  assert.ok(h.taps <= 8, `${h.taps} taps`);
  assert.ok(h.entries <= 5, `${h.entries} entries`);
  await who.end();
});

test('the same without JavaScript: at most 10 taps', async () => {
  const who = await as(chrome, null, { js: false });
  const { h, path } = await apply(who.page, { firm: true, js: false });
  assert.ok(h.taps <= 10, `${h.taps} taps`);
  assert.ok(h.entries <= 5, `${h.entries} entries`);
  // Another device has the link only: the last four digits open it.
  const other = await as(chrome, null, { js: false });
  await other.page.goto(path);
  assert.equal(await other.page.locator('ol.stations').count(), 0);
  await other.end();
  await who.end();
});

test('a reload loses nothing but what says who somebody is; the next customer at this terminal finds nothing', async () => {
  const who = await as(chrome, null);
  const { page, context } = who;
  await page.goto('/apply');
  await page.locator('label.decide-opt').nth(1).click();
  await page.locator('#name').fill('王府面馆');
  await page.locator('#phone').fill('13900007788');
  await page.locator('#district .areas > .chip').nth(4).click();
  await pic(page, 'use', 2).click();
  await page.locator('#address').fill('东大街 7 号');
  await page.waitForTimeout(500);
  await page.reload();
  assert.equal(await page.locator('#name').inputValue(), '');
  assert.equal(await page.locator('#phone').inputValue(), '');
  assert.equal(await page.locator('#address').inputValue(), '');
  assert.ok(await page.locator('input[name=applicant][value=firm]').isChecked());
  assert.ok(await page.locator('input[name=use]').nth(2).isChecked());
  assert.ok(await page.locator('input[name=district]').nth(4).isChecked());
  assert.equal(await page.locator('.draft-note').count(), 1);
  const held = await page.evaluate(() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage));
  for (const said of ['王府面馆', '13900007788', '东大街']) assert.ok(!held.includes(said), `${said} is kept`);
  await page.close();
  const again = await context.newPage();
  await again.goto('/apply');
  assert.equal(await again.locator('.draft-note').count(), 0);
  assert.ok(!(await again.locator('input[name=use]').nth(2).isChecked()));
  await who.end();
});

test('the customer’s page: the link alone opens nothing, the last four digits do; nothing personal in address, title or cache', async () => {
  const who = await as(chrome, null);
  const name = '金丝雀欧阳';
  const { to, path } = await apply(who.page, { name });
  const other = await as(chrome, null);
  const { page } = other;
  const seen = [];
  page.on('response', (r) => seen.push({ url: r.url(), cache: r.headers()['cache-control'], type: r.headers()['content-type'] ?? '' }));
  await page.goto(path);
  await accessible(page, 'the key');
  await page.locator('#last4').fill(to.slice(-4) === '0000' ? '1111' : '0000');
  await page.locator('form.form .btn-primary').click();
  await page.locator('.errors').waitFor();
  await page.locator('#last4').fill(to.slice(-4));
  await page.locator('form.form .btn-primary').click();
  await page.locator('ol.stations').waitFor();
  for (const canary of [name, encodeURIComponent(name), to, to.slice(-8)]) {
    assert.ok(!(await page.title()).includes(canary), `${canary} in the title`);
    for (const r of seen) assert.ok(!decodeURIComponent(r.url).includes(canary), `${canary} in ${r.url}`);
  }
  // The log tells of the requests, and of nobody.
  const told = readFileSync(log, 'utf8');
  assert.match(told, /\/apply/);
  const token = path.split('/').at(-1);
  for (const canary of [name, encodeURIComponent(name), to, to.slice(-8), `科创十街 ${to.slice(-3)} 号`, token]) assert.ok(!told.includes(canary), `${canary} in the log`);
  for (const r of seen.filter((x) => x.type.startsWith('text/html'))) assert.equal(r.cache, 'no-store', r.url);
  await accessible(page, 'the customer’s page');
  await worded(page, 'the customer’s page');
  await small(page, 'the customer’s page');
  await shot(page, 'customer-390-zh-light');
  await other.end();
  await who.end();
});

test('the printed link of the demo’s customer opens his page with the last four digits that stand beside it', async () => {
  for (const lang of ['zh-CN', 'en']) {
    const who = await as(chrome, null, { lang });
    const { page } = who;
    await page.goto(links.customer);
    await page.locator('#last4').fill(last4);
    await page.locator('form.form .btn-primary').click();
    await page.locator('ol.stations').waitFor();
    const asked = await page.locator('li.line:has(.due-wait) b').allInnerTexts();
    const never = await page.locator('section[aria-labelledby=p1] p b').innerText();
    for (const paper of asked) assert.ok(!never.includes(paper), `${paper} is to come, and never asked for again`);
    await shot(page, `printed-customer-390-${lang}`);
    await who.end();
  }
});

test('what cannot be taken is said beside the field, and everything typed stays', async () => {
  for (const [lang, words] of [['zh-CN', '千瓦'], ['en', 'kW|kilowatt']]) {
    const who = await as(chrome, null, { lang });
    const { page } = who;
    await page.goto('/apply');
    await page.locator('#name').fill('李四');
    await page.locator('#phone').fill('1391234567');
    await page.locator('#capacity_kw').fill('一百');
    await page.locator('#address').fill('西大街 9 号');
    await page.locator('.form-end button[value=review]').click();
    await page.locator('.errors').waitFor();
    assert.match(await page.locator('.errors').innerText(), new RegExp(words));
    assert.equal(await page.locator('#name').inputValue(), '李四');
    assert.equal(await page.locator('#phone').inputValue(), '1391234567');
    assert.equal(await page.locator('#capacity_kw').inputValue(), '一百');
    assert.equal(await page.locator('#address').inputValue(), '西大街 9 号');
    await accessible(page, 'faults');
    await who.end();
  }
});

test('the form fits 320 px and twice the text, in both languages and themes, and axe finds nothing', async () => {
  for (const lang of ['zh-CN', 'en']) {
    for (const theme of ['light', 'dark']) {
      const who = await as(chrome, null, { lang, theme });
      await who.page.goto('/apply');
      await accessible(who.page, `apply in ${lang}, ${theme}`);
      await worded(who.page, `apply in ${lang}`);
      await shot(who.page, `apply-390-${lang}-${theme}`);
      await who.page.locator('#district .areas > .chip').nth(6).click();
      await who.page.locator('#district .streets:visible').waitFor();
      await small(who.page, `apply in ${lang}`);
      await who.end();
    }
  }
});

test('the hall: queue, case, figures and measures are accessible and fit', async () => {
  for (const [lang, theme, viewport] of [['zh-CN', 'light', PHONE], ['en', 'dark', DESK]]) {
    const who = await as(chrome, 'coordinator', { lang, theme, viewport });
    const { page } = who;
    for (const [path, name] of [['/connections', 'queue'], ['/connections/new', 'intake'], ['/connections/figures', 'figures'], ['/measures', 'measures']]) {
      await page.goto(path);
      await accessible(page, `${name} in ${lang}`);
      await worded(page, `${name} in ${lang}`);
      await fits(page, `${name} in ${lang}`);
      await small(page, `${name} in ${lang}`);
      await shot(page, `${name}-${viewport.width}-${lang}-${theme}`);
    }
    await page.goto('/connections');
    await page.locator('a.matter-title').first().click();
    await page.waitForURL(/\/connections\/[0-9a-f-]{36}$/);
    await accessible(page, `a case in ${lang}`);
    await worded(page, `a case in ${lang}`);
    await fits(page, `a case in ${lang}`);
    await small(page, `a case in ${lang}`);
    await shot(page, `case-${viewport.width}-${lang}-${theme}`);
    await who.end();
  }
});
