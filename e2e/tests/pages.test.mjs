// Every other desk's pages, each looked at on a phone and at a desk, in both languages and themes: words, axe, policy, 320 px.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LOOKS, as, browser, links, look, picture } from '../harness.mjs';

let chrome;
before(async () => { chrome = await browser(); });
after(async () => { await chrome.close(); });

let turn = 0;

/** Looks at pages as a role, one phone and one desk each; the pair of looks changes from page to page. */
async function looked(role, pages) {
  const pairs = [[], []];
  for (const entry of Object.entries(pages)) pairs[turn++ % 2].push(entry);
  for (const [i, seen] of LOOKS.entries()) {
    const some = pairs[i < 2 ? 0 : 1];
    if (!some.length) continue;
    const who = await as(chrome, role, seen);
    for (const [name, path] of some) {
      await who.page.goto(path);
      await look(who.page, name, seen);
    }
    await who.end();
  }
}

/** The address of the first link that fits, on a page. */
async function first(page, path, link) {
  await page.goto(path);
  const href = await page.locator(link).first().getAttribute('href');
  assert.ok(href, `${link} on ${path}`);
  return href;
}

const MATTER = 'main a.matter-title';

test('the coordinator\'s inbox, the list, a matter and what may be done to it', async () => {
  const who = await as(chrome, 'coordinator');
  const fresh = await first(who.page, '/matters?stage=raised', MATTER);
  const answered = await first(who.page, '/matters?stage=answered', MATTER);
  const asked = await first(who.page, '/matters?requested=1', MATTER);
  const verified = await first(who.page, '/matters?stage=verified', MATTER);
  await who.end();
  await looked('coordinator', {
    inbox: '/inbox', matters: '/matters', search: '/search?text=%E7%94%B5', 'matters-filtered': '/matters?overdue=1&order=due&text=%E7%94%B5', 'matters-none': '/matters?text=%E7%8B%AE%E5%AD%90',
    'matter-raised': fresh, 'matter-answered': answered, 'matter-asked': asked, raise: '/matters/new',
    assign: `${fresh}/assign`, merge: `${fresh}/merge`, refuse: `${fresh}/refuse`, decide: `${asked}/decide`, answer: `${verified}/answer`,
  });
});

test('the handler\'s tasks, the verifier\'s matter', async () => {
  const handler = await as(chrome, 'handler');
  const inHand = await first(handler.page, '/matters?stage=in_hand&order=due', MATTER);
  await handler.end();
  await looked('handler', { tasks: '/tasks', 'matter-in-hand': inHand, extension: `${inHand}/ask_extension`, submit: `${inHand}/submit`, comment: `${inHand}/comment` });
  const verifier = await as(chrome, 'verifier');
  const submitted = await first(verifier.page, '/matters?stage=submitted', MATTER);
  await verifier.end();
  await looked('verifier', { 'matter-submitted': submitted, return: `${submitted}/return` });
});

test('the raiser\'s page by its link', async () => {
  await looked(null, { raiser: links.raiser });
});

test('figures, and from a number to its records', async () => {
  const who = await as(chrome, 'coordinator');
  const may = '/figures?from=2018-05-01&to=2018-05-31';
  await who.page.goto(may);
  const number = who.page.locator('.figure-value a').first();
  const told = (await number.evaluate((a) => a.firstChild.textContent)).replace(/\D/g, '');
  const records = await number.getAttribute('href');
  await number.click();
  await who.page.waitForURL(/figures\/activities/);
  const counted = (await who.page.locator('nav.pages span:not(:empty)').innerText()).replaceAll(',', '');
  assert.match(counted, new RegExp(`\\b${told}\\b`), `${told} records are listed`);
  await who.end();
  await looked('coordinator', { figures: may, records, 'records-duty': may.replace('?', '/duty_met?'), 'figures-none': '/figures?from=2030-01-01&to=2030-01-31' });
});

test('the briefing, two levels, service days, teams, praise and press', async () => {
  const who = await as(chrome, 'chairman');
  const day = await first(who.page, '/service-days', 'main a[href^="/service-days/0"]');
  const session = await first(who.page, day, 'main a[href^="/sessions/"]');
  const team = await first(who.page, '/teams', 'main a[href^="/teams/0"]');
  const praise = await first(who.page, '/praise', 'main a[href^="/praise/0"]');
  const publication = await first(who.page, '/publications', 'main a[href^="/publications/0"]');
  await who.end();
  const may = '?period=2018-05';
  await looked('chairman', {
    briefing: '/briefing', levels: `/two-levels${may}`, 'levels-matrix': `/two-levels/matrix${may}`, 'levels-burden': `/two-levels/burden${may}`,
    'service-days': '/service-days', 'service-day': day, session, teams: '/teams', team, 'praise-list': '/praise', praise, publication,
  });
});

test('homes: the round of the day, a home, its done-sheet, how it was confirmed', async () => {
  const who = await as(chrome, 'service_team');
  const sheet = await first(who.page, '/households/round', 'main a[href$="/sheet"]');
  const home = await first(who.page, '/households/round', 'main a[href^="/households/0"]');
  await who.end();
  await looked('service_team', { round: '/households/round', households: '/households', home, sheet, order: `${home}/order`, 'household-new': '/households/new' });
});

test('places, one\'s own page, help, an error', async () => {
  const who = await as(chrome, 'leader');
  const place = await first(who.page, '/places', 'ul.rows a');
  await who.end();
  await looked('leader', { places: '/places', place, me: '/me', help: '/help', 'not-found': '/nowhere' });
});

test('a photo that was kept stays when another is chosen', async () => {
  const who = await as(chrome, 'coordinator');
  const { page } = who;
  await page.goto('/matters/new');
  const png = (name, buffer = picture()) => ({ name, mimeType: 'image/png', buffer });
  await page.locator('#words').fill('路灯箱门脱落');
  await page.locator('input[name=category]').first().check({ force: true });
  await page.locator('#photo').setInputFiles([png('good.png'), png('bad.png', Buffer.alloc(0))]);
  await page.locator('main form.form .btn-primary').click();
  await page.locator('.errors').waitFor();
  assert.equal(await page.locator('input[name=photos]').count(), 1);
  await page.locator('#photo').setInputFiles(png('another.png'));
  await page.locator('[data-photo-list] img').first().waitFor();
  await page.locator('main form.form .btn-primary').click();
  await page.waitForURL(/\/matters\/[0-9a-f-]{36}\?registered=1$/);
  assert.equal(await page.locator('section[aria-labelledby=w1] ul.photos img').count(), 2);
  await who.end();
});
