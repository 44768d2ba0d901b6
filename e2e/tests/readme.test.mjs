// The README's pictures: the article as a page, and a leader's day on a phone. Written only when YIXIAN_E2E_SHOTS names a folder.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as, browser, DESK, PHONE } from '../harness.mjs';

let chromium;
before(async () => { chromium = await browser(); });
after(async () => { await chromium?.close(); });

/** What somebody sees first on a page. */
async function pictured(role, viewport, path, name) {
  const who = await as(chromium, role, { viewport });
  await who.page.goto(path);
  await who.page.locator('main h1, main h2').first().waitFor();
  const folder = process.env.YIXIAN_E2E_SHOTS;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await who.page.screenshot({ path: join(folder, `${name}.png`) });
  }
  await who.end();
}

test('the pictures of the README', async () => {
  await pictured('chairman', DESK, '/briefing', 'briefing');
  await pictured('leader', PHONE, '/', 'today');
});
