// The whole loop without JavaScript: planned, gone, found, given to a unit, accepted, put right, verified, answered, not
// solved in the raiser's own words, and with another handler.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { as, browser, picture } from '../harness.mjs';

let chrome;
before(async () => { chrome = await browser(); });
after(async () => { await chrome.close(); });

const PLAIN = { js: false };
const stage = (page) => page.locator('.head .stage').first().innerText();
const missing = (page) => page.locator('.doing-no').allInnerTexts();

/** The matter's button or link of an action. */
const doing = (page, action) => page.locator(`form[action$="/${action}"] button, .btns a[href$="/${action}"]`).first();

/** Opens an action's form, fills it in and sends it; ends on the matter's page. */
async function act(page, matter, action, fill) {
  await page.goto(matter);
  await doing(page, action).click();
  if (fill) {
    await page.waitForURL(`**${matter}/${action}`);
    await fill(page.locator('main form.form'));
    await page.locator('main form.form .btn-primary').click();
  }
  await page.waitForURL((u) => u.pathname === matter);
}

test('from a planned visit to another handler, without JavaScript', async () => {
  const words = '楼道电表箱锈蚀，门关不上';

  // Whose unit will have it: the handler's own.
  const handler = await as(chrome, 'handler', PLAIN);
  await handler.page.goto('/me');
  const unit = await handler.page.locator('.head .sub span').first().innerText();

  // Plan, go, find.
  const leader = await as(chrome, 'leader', PLAIN);
  await leader.page.goto('/visits/new');
  // A site: whoever goes to a government or a customer names the partner too.
  await leader.page.locator('#place_text').fill('CY-S');
  await leader.page.locator('button[value=place]').click();
  await leader.page.locator('input[name=place]').first().check();
  await leader.page.locator('form.form > .form-end .btn-primary').click();
  await leader.page.waitForURL(/\/visits\/[0-9a-f-]{36}$/);
  await leader.page.locator('form[action$="/start"] .btn-primary').click();
  await leader.page.locator('#words').fill(words);
  // Something that can be seen, whatever kind of place the first one is.
  await leader.page.locator('input[name=category][value*=equipment]').first().evaluate((i) => { i.checked = true; });
  await leader.page.locator('#photo').setInputFiles({ name: 'before.png', mimeType: 'image/png', buffer: picture() });
  await leader.page.locator('details:has(#unit) summary').click();
  await leader.page.locator('#unit').selectOption(await leader.page.locator('#unit option', { hasText: unit }).first().getAttribute('value'));
  await leader.page.locator('details:has(#raiser) summary').click();
  await leader.page.locator('#raiser').fill('赵师傅');
  await leader.page.locator('#phone').fill('13800138000');
  await leader.page.locator('button[value=put_right]').click();
  await leader.page.waitForURL(/raised=/);
  const visit = leader.page.url();
  await leader.page.locator('section[aria-labelledby=c-link] button[value=shown]').click();
  const link = new URL(await leader.page.locator('main .card a').getAttribute('href')).pathname;
  await leader.page.goto(visit);
  const matter = await leader.page.locator('li.matter a.matter-title', { hasText: '电表箱锈蚀' }).getAttribute('href');
  await leader.page.goto(`${new URL(leader.page.url()).pathname}/finish`);
  await leader.page.locator('form.form .btn-primary').click();
  await leader.page.locator('section[aria-labelledby=c-sum]').waitFor();
  await leader.end();

  // The handler finds it among his unit's, signs for it, and wants more time; another one decides.
  await handler.page.goto('/tasks');
  assert.ok(await handler.page.locator(`a[href="${matter}"]`).count() >= 1, 'it stands among the unit\'s tasks');
  await act(handler.page, matter, 'accept');
  await act(handler.page, matter, 'ask_extension', async (form) => {
    await form.locator('#until').fill('2018-11-30');
    await form.locator('#reason').fill('箱体要定做');
  });
  assert.ok((await missing(handler.page)).length > 0, 'what he may not do now says why');
  const coordinator = await as(chrome, 'coordinator', PLAIN);
  await act(coordinator.page, matter, 'decide', (form) => form.locator('input[value=yes]').check());
  assert.match(await coordinator.page.locator('.explain, .card-foot').allInnerTexts().then((all) => all.join(' ')), /11月30日/, 'the extended day is explained');

  // An after-photo is needed for what can be seen; the refusal keeps the words.
  await act(handler.page, matter, 'submit', async (form) => {
    await form.locator('#how').fill('更换箱体并重做防腐');
    await form.locator('.btn-primary').click();
    await handler.page.locator('.errors').waitFor();
    assert.equal(await handler.page.locator('#how').inputValue(), '更换箱体并重做防腐');
    await handler.page.locator('#photo').setInputFiles({ name: 'after.png', mimeType: 'image/png', buffer: picture() });
  });
  assert.ok(await handler.page.locator('img[loading]').count() >= 2, 'before and after');

  const verifier = await as(chrome, 'verifier', PLAIN);
  await act(verifier.page, matter, 'verify', async () => {});
  await act(coordinator.page, matter, 'answer', async (form) => {
    assert.match(await form.locator('#words').inputValue(), /更换箱体/, 'the draft says what was done');
    await form.locator('#words').fill('赵师傅您好，表箱已更换，请您看看。');
  });

  // The raiser, without an account: the answer beside his own words, and a verdict.
  const raiser = await as(chrome, null, PLAIN);
  await raiser.page.goto(link);
  const beside = await raiser.page.locator('.beside').innerText();
  assert.ok(beside.includes(words) && beside.includes('表箱已更换'), beside);
  await raiser.page.locator('form[action$="/rate"] .btn-primary').click();
  await raiser.page.locator('.errors').waitFor();
  await raiser.page.locator('input[value=not]').check();
  await raiser.page.locator('#words').fill('门还是关不上');
  await raiser.page.locator('form[action$="/rate"] .btn-primary').click();
  await raiser.page.waitForURL((u) => u.pathname === link);
  assert.ok(await raiser.page.locator('.timeline li').count() >= 6, 'he sees how it went');

  // Open again. The unit that left it unsolved does not get it a second time; another one does.
  await coordinator.page.goto(matter);
  assert.equal(await stage(coordinator.page), '重开，待派发');
  await doing(coordinator.page, 'assign').click();
  await coordinator.page.locator('#unit').selectOption({ label: unit });
  await coordinator.page.locator('main form.form .btn-primary').click();
  await coordinator.page.locator('.errors').waitFor();
  const own = await coordinator.page.locator('#unit').inputValue();
  const others = await coordinator.page.locator('#unit option').evaluateAll((all) => all.map((o) => o.value));
  await coordinator.page.locator('#unit').selectOption(others.find((u) => u !== own));
  await coordinator.page.locator('main form.form .btn-primary').click();
  await coordinator.page.waitForURL((u) => u.pathname === matter);
  assert.equal(await stage(coordinator.page), '待签收');
  for (const who of [handler, coordinator, verifier, raiser]) await who.end();
});
