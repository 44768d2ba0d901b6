// The README's picture: a leader's day on a phone. Written only when YIXIAN_E2E_SHOTS names a folder.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as, browser, PHONE } from '../harness.mjs';

let chromium;
before(async () => { chromium = await browser(); });
after(async () => { await chromium?.close(); });

test('the picture of the README', async () => {
  const leader = await as(chromium, 'leader', { viewport: PHONE });
  await leader.page.goto('/');
  await leader.page.locator('main h1, main h2').first().waitFor();
  const folder = process.env.YIXIAN_E2E_SHOTS;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await leader.page.screenshot({ path: join(folder, 'today.png') });
  }
  await leader.end();
});
