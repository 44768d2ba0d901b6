// The leader's way: today, planning, the visit on site, its end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, LOOKS, accessible, as, browser, hand, look, picture, shot, worded } from '../harness.mjs';

let chrome;
before(async () => { chrome = await browser(); });
after(async () => { await chrome.close(); });

/** Plans a visit for today to a place he knows; gives its path. */
async function plan(page, purpose = '') {
  await page.goto('/visits/new');
  await page.locator('input[name=place]').first().check({ force: true });
  if (purpose) await page.locator('#purpose').fill(purpose);
  await page.locator('form.form > .form-end .btn-primary').click();
  await page.waitForURL(/\/visits\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
}

const findings = (page) => page.locator('section[aria-labelledby=c-found] li.matter');
const category = (page, n = 0) => page.locator('input[name=category]').nth(n);
const chip = (page, n = 0) => page.locator('#category .chip').nth(n);
const spot = (page) => page.locator('button[value=on_the_spot]');

/** The flagship: a planned visit with a photo and one solution on the spot. */
async function flagship(js, limit) {
  const who = await as(chrome, 'leader', { js });
  const { page } = who;
  const path = await plan(page);
  await page.goto('/');
  const h = hand(page);
  await h.tap(page.locator(`form[action="${path}/start"] button`));
  await page.waitForURL(`**${path}`);
  await h.photograph(page.locator('input[name=photo]').first());
  if (js) await page.locator('[data-photo-list] img').first().waitFor();
  const words = `支线台区变压器漏油 ${js ? '有' : '无'}脚本`;
  await h.write(page.locator('#words'), words);
  await h.tap(chip(page));
  await h.tap(spot(page));
  await page.waitForURL(/raised=/);
  assert.equal(await findings(page).count(), 1);
  await h.tap(page.locator('.head-actions a.btn-primary'));
  await page.waitForURL(/\/finish$/);
  assert.match(await page.locator('#summary').inputValue(), new RegExp(words));
  await h.tap(page.locator('form.form .btn-primary'));
  await page.waitForURL((u) => u.pathname === path);
  assert.match(await page.locator('section[aria-labelledby=c-sum]').innerText(), new RegExp(words));
  assert.equal(await page.locator('.head .stage').innerText(), '已结束');
  assert.ok(h.taps <= limit, `${h.taps} taps`);
  assert.equal(h.entries, 1);
  await who.end();
}

test('planned visit, photo, on the spot: at most 6 taps and 1 entry', () => flagship(true, 6));
test('the same without JavaScript: at most 8 taps', () => flagship(false, 8));

test('a visit nobody planned: at most 8 taps and 1 entry', async () => {
  const who = await as(chrome, 'leader');
  const { page } = who;
  await page.goto('/');
  const h = hand(page);
  await h.tap(page.locator('.head-actions a[href="/visits/new?now=1"]'));
  await h.tap(page.locator('#place .chip').first());
  await h.tap(page.locator('.card-body .form-end .btn-primary'));
  await page.waitForURL(/\/visits\/[0-9a-f-]{36}$/);
  await h.photograph(page.locator('input[name=photo]').first());
  await h.write(page.locator('#words'), '配电室门口堆放杂物');
  await h.tap(chip(page, 1));
  await h.tap(spot(page));
  await page.waitForURL(/raised=/);
  await h.tap(page.locator('.head-actions a.btn-primary'));
  await h.tap(page.locator('form.form .btn-primary'));
  await page.locator('section[aria-labelledby=c-sum]').waitFor();
  assert.ok(h.taps <= 8, `${h.taps} taps`);
  assert.equal(h.entries, 1);
  await who.end();
});

test('two taps on the same button give one record, with and without JavaScript', async () => {
  for (const js of [true, false]) {
    const who = await as(chrome, 'leader', { js });
    const { page } = who;
    const path = await plan(page);
    await page.locator('form[action$="/start"] button').dblclick();
    await page.locator('#words').waitFor();
    await page.locator('#words').fill('营业厅排队机故障');
    await category(page, 2).check({ force: true });
    await spot(page).dblclick();
    await page.waitForURL(/raised=/);
    await page.goto(path);
    assert.equal(await findings(page).count(), 1, js ? 'with scripts' : 'without scripts');
    await who.end();
  }
});

test('to be put right: suggested unit and deadline, and the link for whoever raised it', async () => {
  const who = await as(chrome, 'leader');
  const { page } = who;
  const path = await plan(page);
  await page.goto('/');
  const h = hand(page);
  await h.tap(page.locator(`form[action="${path}/start"] button`));
  await page.waitForURL(`**${path}`);
  await h.photograph(page.locator('input[name=photo]').first());
  await h.write(page.locator('#words'), '台区低电压，晚上灯暗');
  await h.tap(chip(page));
  await h.tap(page.locator('button[value=put_right]'));
  await page.waitForURL(/raised=/);
  assert.ok(h.taps <= 6 && h.entries === 1);
  assert.equal(await findings(page).locator('.due').count(), 1);

  await page.locator('#words').fill('表箱门坏了');
  await category(page, 1).check({ force: true });
  await page.locator('details:has(#unit) summary').click();
  await page.locator('#due .chip').nth(2).click();
  await page.locator('details:has(#raiser) summary').click();
  await page.locator('#raiser').fill('王师傅');
  await page.locator('#phone').fill('138 0013 8000');
  await page.locator('button[value=put_right]').click();
  await page.waitForURL(/raised=/);
  assert.equal(await findings(page).count(), 2);
  await shot(page, 'visit-raiser-offer-390');
  // Shown once, as text and to be scanned; the second time there is only the way to his phone.
  await page.locator('section[aria-labelledby=c-link] button[value=shown]').click();
  assert.match(await page.locator('main .card a').getAttribute('href'), /\/r\/\S+/);
  assert.equal(await page.locator('main svg').count(), 1);
  await shot(page, 'visit-raiser-link-390');
  await page.goBack();
  await page.reload();
  assert.deepEqual(await page.locator('section[aria-labelledby=c-link] button').evaluateAll((all) => all.map((b) => b.value)), ['sent']);
  await who.end();
});

test('bad input: a clear message, nothing typed is lost, good photos are kept', async () => {
  for (const js of [true, false]) {
    const who = await as(chrome, 'leader', { js });
    const { page } = who;
    await plan(page);
    const pathname = () => new URL(page.url()).pathname;
    const day = (n) => `${new Date(Date.UTC(2018, 8, 30) + n * 86_400_000).toISOString().slice(0, 10)}T09:00`;
    for (const n of [2, -400]) {
      const open = page.locator('details:has(#happened_at)');
      if (!(await open.evaluate((d) => d.open))) await open.locator('summary').click();
      await page.locator('#happened_at').fill(day(n));
      await page.locator('#happened_at').evaluate((i) => i.removeAttribute('max'));
      await page.locator('form[action$="/start"] .btn-primary').click();
      await page.locator('.errors').waitFor();
      assert.equal(await page.locator('#happened_at').inputValue(), day(n));
    }
    await shot(page, `visit-check-in-refused-${js}`);
    await page.locator('#happened_at').fill('');
    await page.locator('form[action$="/start"] .btn-primary').click();
    await page.locator('#words').waitFor();

    const good = { name: 'good.png', mimeType: 'image/png', buffer: picture() };
    for (const bad of [Buffer.alloc(0), picture().subarray(0, 2000), Buffer.from('%PDF-1.4 no picture')]) {
      await page.locator('#words').fill('变压器渗油，地面有油迹');
      await category(page).check({ force: true });
      await page.locator('#photo').setInputFiles([good, { name: 'bad.png', mimeType: 'image/png', buffer: bad }]);
      await spot(page).click();
      await page.locator('.errors').waitFor();
      assert.match(pathname(), /findings$/);
      assert.equal(await page.locator('#words').inputValue(), '变压器渗油，地面有油迹');
      assert.ok(await category(page).isChecked());
      assert.ok(await page.locator('input[type=checkbox][name=photos]').count() >= 1);
    }
    await shot(page, `visit-bad-photo-${js}`);
    await spot(page).click();
    await page.waitForURL(/raised=/);
    assert.equal(await findings(page).count(), 1);
    await who.end();
  }
});

test('what was typed survives a reload, and is gone once it was sent', async () => {
  const who = await as(chrome, 'leader');
  const { page } = who;
  const path = await plan(page);
  await page.locator('form[action$="/start"] .btn-primary').click();
  await page.locator('#words').waitFor();
  await page.locator('#words').fill('电杆倾斜');
  await page.waitForTimeout(400);
  await page.reload();
  assert.equal(await page.locator('#words').inputValue(), '电杆倾斜');
  await category(page).check({ force: true });
  await spot(page).click();
  await page.waitForURL(/raised=/);
  assert.equal(await page.locator('#words').inputValue(), '');
  await page.locator('#words').fill('第二个问题');
  await page.waitForTimeout(400);
  await page.goto(path);
  assert.equal(await page.locator('#words').inputValue(), '第二个问题');
  await who.end();
});

test('searching a place keeps what was typed, without JavaScript too', async () => {
  for (const js of [true, false]) {
    const who = await as(chrome, 'leader', { js });
    const { page } = who;
    await page.goto('/visits/new');
    await page.locator('#purpose').fill('看迎峰度夏准备');
    await page.locator('#place_text').fill('供电所');
    await page.locator('#place_text').press('Enter');
    await page.waitForLoadState();
    assert.equal(await page.locator('#purpose').inputValue(), '看迎峰度夏准备');
    await page.locator('#person_text').fill('王');
    await page.locator('button[value=person]').click();
    await page.locator('input[name=companion]').first().waitFor();
    assert.equal(await page.locator('#purpose').inputValue(), '看迎峰度夏准备');
    await shot(page, `plan-search-${js}`);
    await page.locator('input[name=companion]').first().check();
    await page.locator('input[name=duty]').first().check();
    await page.locator('#place_text').fill('没有这个地方');
    await page.locator('button[value=place]').click();
    await page.locator('#place .note').waitFor();
    assert.ok(await page.locator('input[name=companion]').first().isChecked());
    assert.ok(await page.locator('input[name=duty]').first().isChecked());
    await page.locator('form.form > .form-end .btn-primary').click();
    await page.locator('.errors').waitFor();
    assert.equal(await page.locator('#purpose').inputValue(), '看迎峰度夏准备');
    await who.end();
  }
});

test('called off with a reason', async () => {
  const who = await as(chrome, 'leader');
  const { page } = who;
  const path = await plan(page);
  await page.goto(`${path}/cancel`);
  await page.locator('.btn-danger').click();
  await page.locator('.errors').waitFor();
  await page.locator('#reason').fill('临时抢修');
  await page.locator('.btn-danger').click();
  await page.waitForURL(`**${path}`);
  assert.match(await page.locator('.banner-warn').innerText(), /临时抢修/);
  await who.end();
});

test('every state reads well: words, axe, 320 px, both languages, both themes, phone and desk', async () => {
  const leader = await as(chrome, 'leader');
  const planned = await plan(leader.page, '检查国庆保电准备');
  const onSite = await plan(leader.page);
  await leader.page.locator('form[action$="/start"] .btn-primary').click();
  await leader.page.locator('#words').waitFor();
  await leader.page.locator('#words').fill('10 kV 支线台区变压器漏油');
  await category(leader.page).check({ force: true });
  await leader.page.locator('#photo').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: picture() });
  await spot(leader.page).click();
  await leader.page.waitForURL(/raised=/);
  await leader.page.locator('#words').fill('营业厅排队机故障');
  await category(leader.page, 3).check({ force: true });
  await leader.page.locator('button[value=put_right]').click();
  await leader.page.waitForURL(/raised=/);
  const finished = await plan(leader.page);
  await leader.page.locator('form[action$="/start"] .btn-primary').click();
  await leader.page.locator('#words').waitFor();
  await leader.page.goto(`${finished}/finish`);
  await leader.page.locator('form.form .btn-primary').click();
  await leader.page.locator('section[aria-labelledby=c-sum]').waitFor();
  await leader.end();

  const pages = {
    today: '/', visits: '/visits', plan: '/visits/new', now: '/visits/new?now=1', 'visit-planned': planned, 'visit-on-site': onSite,
    'visit-finish': `${onSite}/finish`, 'visit-finished': finished, 'visit-cancel': `${planned}/cancel`, 'visit-merge': `${planned}/merge`,
  };
  for (const seen of LOOKS) {
    const who = await as(chrome, 'leader', seen);
    for (const [name, path] of Object.entries(pages)) {
      await who.page.goto(path);
      await look(who.page, name, seen);
    }
    await who.end();
  }
});

test('today for those who do not go: their own counts', async () => {
  for (const role of ['coordinator', 'handler', 'verifier', 'administrator']) {
    const who = await as(chrome, role, { viewport: DESK });
    await who.page.goto('/');
    await shot(who.page, `today-${role}`);
    await worded(who.page, role);
    await accessible(who.page, role);
    assert.ok(await who.page.locator('.tiles li').count() >= 2, role);
    await who.end();
  }
});
