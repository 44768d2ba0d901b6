// Planning: the calendar of leaders and days, a day with its map, a search that goes on, adopting, a printed week.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, PHONE, accessible, as, browser, fits, shot, worded } from '../harness.mjs';

let chrome;
before(async () => { chrome = await browser(); });
after(async () => { await chrome.close(); });

const NARROW = { width: 320, height: 640 };

/** The newest plan; gives its path. */
async function newest(page) {
  await page.goto('/planning');
  const href = await page.locator('.matter-title').first().getAttribute('href');
  assert.match(href, /^\/planning\/plans\//);
  return href;
}

/** Every page of planning that only reads. */
async function pages(page) {
  const plan = await newest(page);
  await page.goto(plan);
  const day = await page.locator('.grid-cell').first().getAttribute('href');
  const place = await page.locator('section[aria-labelledby=left] .matter-title').first().getAttribute('href').catch(() => `${plan}/place`);
  return { '/planning': 'list', [plan]: 'plan', [day]: 'day', [place]: 'place', [`${plan}/change`]: 'change', '/planning/new': 'new', '/planning/priorities': 'priorities', '/planning/week': 'week' };
}

for (const [name, viewport] of Object.entries({ 390: PHONE, 1280: DESK, 320: NARROW })) {
  test(`pages of planning at ${name} px`, async () => {
    const who = await as(chrome, 'coordinator', { viewport });
    for (const [path, what] of Object.entries(await pages(who.page))) {
      await who.page.goto(path);
      await fits(who.page, `${what} at ${name}`);
      await worded(who.page, what);
      if (viewport !== NARROW) await accessible(who.page, `${what} at ${name}`);
      await shot(who.page, `planning-${what}-${name}`);
    }
    await who.end();
  });
}

test('in English, in the dark', async () => {
  const who = await as(chrome, 'coordinator', { viewport: DESK, lang: 'en', theme: 'dark' });
  for (const [path, what] of Object.entries(await pages(who.page))) {
    await who.page.goto(path);
    await worded(who.page, what);
    await accessible(who.page, what);
    await shot(who.page, `planning-${what}-en`);
  }
  await who.end();
});

/** What if somewhere is urgent: a search begins, its progress is shown, another plan comes of it. */
async function again(js) {
  const who = await as(chrome, 'coordinator', { viewport: DESK, js });
  const { page } = who;
  const plan = await newest(page);
  await page.goto(plan);
  const day = await page.locator('.grid-cell').first().getAttribute('href');
  await page.goto(day);
  await page.locator('form:has(input[value=pin]) button').first().click();
  await page.waitForURL((u) => u.pathname !== new URL(day, u).pathname);
  if (js) await shot(page, 'planning-search');
  // With a script it goes on by itself, without one by the page's own refreshing.
  await page.locator('#grid').waitFor({ timeout: 30_000 });
  assert.notEqual(new URL(page.url()).pathname, plan);
  assert.match(await page.locator('.note-info').first().innerText(), /P2018-10-/);
  await page.locator('.note-info a').first().click();
  await page.locator('#cap1').waitFor();
  // axe needs the page's own scripts.
  if (js) await accessible(page, 'compare');
  if (js) await shot(page, 'planning-compare-1280');
  await who.end();
}

test('a visit is pinned and the month planned again', () => again(true));
test('the same without JavaScript', () => again(false));

test('a long search is stopped with what it has, and adopted into visits', async () => {
  const who = await as(chrome, 'coordinator', { viewport: DESK });
  const { page } = who;
  await page.goto('/planning/new');
  await page.locator('#seconds').fill('120');
  await page.locator('form.form .btn-primary').click();
  await page.waitForURL(/\/planning\/plans\//);
  await page.locator('form[action$="/stop"] button').click();
  await page.locator('#grid').waitFor({ timeout: 30_000 });
  const planned = await page.locator('.tiles b').first().innerText();
  await page.locator('form[action$="/adopt"] button').click();
  await page.locator('.note-ok').waitFor();
  // What is new and what was planned already.
  const [made, kept] = (await page.locator('.note-ok').first().innerText()).match(/新增 (\d+) 次，保留 (\d+) 次/).slice(1).map(Number);
  assert.equal(made + kept, Number(planned));
  await shot(page, 'planning-adopted-1280');
  const leader = await page.locator('.grid-cell').first().getAttribute('href');
  const person = new URL(leader, 'http://x').searchParams.get('leader');
  const day = new URL(leader, 'http://x').searchParams.get('day');
  await page.goto(`/planning/week?leader=${person}&week=${week(day)}`);
  assert.ok(await page.locator('.week .matter').count() > 0);
  await fits(page, 'week');
  await shot(page, 'planning-week-full');
  // A week is printed on one page.
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1);
  await who.end();
});

/** The ISO week of a day. */
function week(text) {
  const d = new Date(`${text}T00:00:00Z`);
  const thursday = new Date(d);
  thursday.setUTCDate(d.getUTCDate() - ((d.getUTCDay() + 6) % 7) + 3);
  const first = new Date(Date.UTC(thursday.getUTCFullYear(), 0, 4));
  const n = 1 + Math.round(((thursday - first) / 86400000 - 3 + ((first.getUTCDay() + 6) % 7)) / 7);
  return `${thursday.getUTCFullYear()}-W${String(n).padStart(2, '0')}`;
}

test('a calendar link is shown once and ends when it is revoked', async () => {
  const who = await as(chrome, 'leader');
  const { page } = who;
  await page.goto('/planning/week');
  await page.locator('form[action="/planning/calendar"] button').click();
  const link = await page.locator('.note-ok a').getAttribute('href');
  const read = async () => { const r = await page.request.get(link); return [r.status(), await r.text()]; };
  const [status, text] = await read();
  assert.equal(status, 200);
  assert.match(text, /^BEGIN:VCALENDAR\r\n/);
  await accessible(page, 'week with a link');
  await page.goto('/planning/week');
  assert.equal(await page.locator('.note-ok a').count(), 0);
  await page.locator('form[action="/planning/calendar/revoke"] button').click();
  assert.equal((await read())[0], 404);
  await who.end();
});
