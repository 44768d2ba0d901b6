// An empty company set up from nothing, and its administration: units, people, places by form and by CSV, sign-in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, LOOKS, as, browser, empty, look } from '../harness.mjs';

const PASSWORD = '一个没有人猜得到的长口令';

let chrome;
let company;
before(async () => { [chrome, company] = await Promise.all([browser(), empty()]); });
after(async () => { await chrome.close(); await company.end(); });

const at = () => ({ at: company.url });

let session;

/** The administrator at a screen; the first time he signs in by the form. */
async function signIn(seen = {}) {
  const who = await as(chrome, null, { ...seen, ...at() });
  if (session) {
    await who.context.addCookies(session);
    return who;
  }
  await who.page.goto('/sign-in?next=/admin');
  await who.page.locator('#code').fill('admin');
  await who.page.locator('#password').fill(PASSWORD);
  await who.page.locator('main form .btn-primary').click();
  await who.page.waitForURL(/\/admin$/);
  session = (await who.context.cookies()).filter((c) => c.name.endsWith('_s'));
  return who;
}

test('setting up: what is wrong is said, then the first administrator is in', async () => {
  for (const seen of LOOKS.slice(0, 2)) {
    const who = await as(chrome, null, { ...seen, ...at() });
    await who.page.goto(company.setup);
    await look(who.page, 'setup', seen);
    await who.end();
  }
  const who = await as(chrome, null, { ...at(), js: false });
  const { page } = who;
  await page.goto(company.setup);
  for (const [field, text] of [['company', '示例供电公司'], ['company_code', 'SL'], ['name', '周敏'], ['code', 'admin'], ['password', PASSWORD], ['again', '不一样的口令也很长']]) await page.locator(`#${field}`).fill(text);
  await page.locator('main form .btn-primary').click();
  await page.locator('.errors').waitFor();
  assert.equal(await page.locator('#company').inputValue(), '示例供电公司');
  for (const field of ['password', 'again']) await page.locator(`#${field}`).fill(PASSWORD);
  await page.locator('main form .btn-primary').click();
  await page.waitForURL(/\/admin$/);
  await who.end();
});

test('a wrong password is told, the right one comes back to where one was going', async () => {
  for (const seen of LOOKS.slice(2)) {
    const who = await as(chrome, null, { ...seen, ...at() });
    await who.page.goto('/sign-in');
    await look(who.page, 'sign-in', seen);
    await who.page.locator('#code').fill('admin');
    await who.page.locator('#password').fill('not the password at all');
    await who.page.locator('main form .btn-primary').click();
    await who.page.locator('.errors').waitFor();
    assert.equal(await who.page.locator('#code').inputValue(), 'admin');
    await who.end();
  }
  await (await signIn()).end();
});

test('unit, person and place by form; a link to set a password', async () => {
  const who = await signIn({ js: false, viewport: DESK });
  const { page } = who;
  const save = () => page.locator(`main form.form .btn-primary`).first().click();
  await page.goto('/admin/units/new');
  await page.locator('#name').fill('城东供电所');
  await page.locator('#code').fill('SL');
  await page.locator('#parent').selectOption({ index: 1 });
  await save();
  await page.locator('.errors').waitFor();
  assert.equal(await page.locator('#name').inputValue(), '城东供电所', 'a code that is taken loses nothing');
  await page.locator('#code').fill('SL-CD');
  await save();
  await page.waitForURL(/saved=1/);
  await page.goto('/admin/people/new');
  await page.locator('#name').fill('钱立');
  await page.locator('#code').fill('qianli');
  await page.locator('#unit').selectOption({ index: 2 });
  await page.locator('select[name=role]').first().selectOption('handler');
  await save();
  await page.waitForURL(/saved=1/);
  await page.locator('form[action$="/link"] button').click();
  const link = await page.locator('#url').inputValue();
  assert.match(await page.locator('.card-body').first().innerText(), /7 天/);
  await page.goto('/admin/places/new');
  await page.locator('#name').fill('城东变电站');
  await page.locator('#code').fill('P-1');
  await page.locator('#district').fill('城东区');
  await page.locator('#lat').fill('39.9');
  await save();
  await page.locator('.errors').waitFor();
  await page.locator('#lon').fill('116.4');
  await save();
  await page.waitForURL(/saved=1/);
  await who.end();

  const person = await as(chrome, null, { ...at(), js: false });
  await person.page.goto(new URL(link).pathname);
  for (const field of ['password', 'again']) await person.page.locator(`#${field}`).fill('钱立自己想出来的一个长口令');
  await person.page.locator('main form .btn-primary').click();
  await person.page.waitForURL(`${company.url}/`);
  await person.page.goto(new URL(link).pathname);
  assert.equal(await person.page.locator('.oops-code').innerText(), '404', 'the link is spent');
  await person.end();
});

test('people by CSV: a preview of the difference, then the change', async () => {
  const who = await signIn();
  const { page } = who;
  await page.goto('/admin/import/people');
  const header = await page.locator('.card-body code').innerText();
  assert.equal(header, '工号,姓名,单位,级别,专业,走访任务,角色,起始日期,截止日期');
  const rows = ['qianli,钱立新,SL-CD,员工,运检,否,承办人,,', 'sunyu,孙宇,SL-CD,站所负责人,综合,是,协调员@SL-CD；验收人,,', 'nobody,无处,NOWHERE,员工,综合,否,,,'];
  await page.locator('#file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(`${[header, ...rows].join('\n')}\n`) });
  await page.locator('main form .btn-primary').click();
  await page.locator('.tiles').waitFor();
  const tiles = () => page.locator('.tiles b').allInnerTexts().then((all) => all.map((t) => Number(t.replace(/\D/g, ''))));
  assert.deepEqual(await tiles(), [1, 1, 0, 1], 'new, changed, unchanged, refused');
  assert.match(await page.locator('#changed').innerText(), /钱立[^新]*→[^]*钱立新/);
  await look(page, 'import-preview', LOOKS[0]);
  await page.locator('#apply .btn-primary').click();
  await page.locator('.banner-ok').waitFor();
  assert.deepEqual(await tiles(), [1, 1, 0, 1]);
  await who.end();
});

test('administration looks well', async () => {
  const known = await signIn();
  await known.page.goto('/admin');
  const path = (what) => known.page.locator(`main a[href^="/admin/${what}/"]:not([href*="/new"])`).first().getAttribute('href');
  const pages = Object.entries({
    admin: '/admin', unit: await path('units'), person: await path('people'), 'person-new': '/admin/people/new', place: '/admin/places/new',
    import: '/admin/import/units', ledger: '/admin/ledger?verify=1',
  });
  await known.end();
  for (const [i, seen] of LOOKS.entries()) {
    const who = await signIn(seen);
    for (const [name, at] of pages.filter((_, n) => n % 2 === Math.floor(i / 2))) {
      await who.page.goto(at);
      await look(who.page, `admin-${name}`, seen);
    }
    await who.end();
  }
});
