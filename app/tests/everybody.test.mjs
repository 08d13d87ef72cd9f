// Every screen, for everybody: languages, both directions, large text, narrow, forced colours, dark, without
// motion. With SCREENS=FOLDER each picture is kept, to be looked at.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from '../fluent.mjs';
import { another, hasNoBarriers, launch, newId, phone, PIN, Server } from './support.mjs';
import { partsTour, staffTour } from './tours.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

function sentences(language) {
  const file = path.resolve(import.meta.dirname, `../../languages/${language}.ftl`);
  return Object.fromEntries([...parse(readFileSync(file, 'utf8'))].map(([key, pieces]) => [key, pieces.filter((one) => typeof one === 'string').join('')]));
}

/** Walks through all screens in a language, and looks at each. */
async function everywhere(name, language, options, inLarge) {
  const words = sentences(language);
  const server = await Server.start();
  try {
    const team = await server.team();
    const { page, context, errors } = await phone(browser, server, { deviceScaleFactor: 1, locale: language === 'en' ? 'en-GB' : language, ...options });
    let count = 0;
    const look = async (where) => {
      // Text of twice the size: the sizes of the page are of the root's.
      if (inLarge) await page.evaluate(() => (document.documentElement.style.fontSize = '36px'));
      await hasNoBarriers(page, `${name}: ${where}`);
      count += 1;
      const { SCREENS } = process.env;
      if (!SCREENS) return;
      const folder = path.join(SCREENS, name);
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: path.join(folder, `${String(count).padStart(2, '0')}-${where}.png`) });
    };
    const press = (text) => page.getByRole('button', { name: text, exact: true }).click();
    await page.goto(`${server.url}/#${team.code}`);
    await page.getByRole('button', { name: words.next, exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), language);
    await look('code');
    await press(words.next);
    await page.getByRole('button', { name: words.iUnderstand, exact: true }).waitFor();
    await look('promise');
    await press(words.iUnderstand);
    await look('phone');
    await press(words.no);
    await look('pin');
    await page.locator('#pin').fill(PIN);
    await press(words.ok);
    await page.locator('.hello').waitFor();
    await page.locator('.note').waitFor();
    await look('home-first');
    const { sam, conversation } = await team.matched();
    await server.say(team.mentor, conversation, 'How did Monday go? I thought of you.');
    await page.locator('.dot').waitFor();
    await look('home');
    await page.locator('.row-link').first().click();
    await page.locator('.bubble').waitFor();
    for (const text of ['Better. He slept!', `A long word: ${'abcdefghij'.repeat(8)}`, 'مرحبا، how are you?']) {
      await page.locator('#words').fill(text);
      await press(words.send);
    }
    await page.locator('.bubble.mine:not(.pending)').nth(2).waitFor();
    await look('talk');
    await page.locator('.ways .help').click();
    await page.locator('.lines').waitFor();
    await look('help');
    await page.locator('.bar > .quiet').click();
    await page.getByRole('button', { name: '2', exact: true }).click();
    await look('check-in');
    await page.locator('.sticky .main').click();
    await page.locator('.done').waitFor();
    await look('thanks');
    await page.locator('.done > button').last().click();
    const starts = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 11) + '16:30';
    const date = { id: newId(), family_member_id: sam, what: 'Jo comes to see you', where: 'At home', minutes: 60, starts, repeats: 'fortnightly' };
    await server.call('POST', '/dates', date, team.mentor.token);
    const row = page.locator('.row-link .small');
    await row.waitFor();
    // A tall phone, so that nothing is half under a bar.
    const size = page.viewportSize();
    await page.setViewportSize({ ...size, height: 1600 });
    if (language === 'cy') assert.match(await row.textContent(), /^Dydd /);
    await look('home-with-a-date');
    await page.locator('.tabs button').nth(2).click();
    await page.locator('.date [aria-pressed]').click();
    await page.locator('.date [aria-pressed=true]').waitFor();
    await page.locator('.date [aria-expanded]').click();
    await look('dates');
    await page.locator('.tabs button').nth(3).click();
    await page.locator('#goal').waitFor();
    await look('goals-first');
    await page.locator('#goal').fill('Mornings without shouting');
    await page.locator('.stones').nth(0).getByRole('button', { name: '2', exact: true }).click();
    await page.locator('.stones').nth(1).getByRole('button', { name: '8', exact: true }).click();
    await page.locator('.new-goal .main').click();
    await page.locator('.goal .chip').nth(0).click();
    await page.locator('.goal .stones').getByRole('button', { name: '6', exact: true }).click();
    await page.locator('.chart').waitFor();
    await page.locator('.goal summary').click();
    await page.locator('.goal .chip').nth(1).click();
    await look('goals');
    await page.setViewportSize(size);
    await page.locator('.tabs button').last().click();
    await page.locator('.rows .note').waitFor();
    await look('safety');
    await press(words.lockNow);
    await page.locator('#pin').waitFor();
    await look('lock');
    await page.locator('.leave').click();
    await page.locator('#thing').waitFor();
    await look('list');
    assert.deepEqual(errors, []);
    await context.close();
  } finally {
    await server.stop();
  }
}

const MODES = [
  ['arabic-dark', 'ar', { colorScheme: 'dark' }],
  ['arabic-320', 'ar', { viewport: { width: 320, height: 640 } }],
  ['polish-320', 'pl', { viewport: { width: 320, height: 640 } }],
  ['polish-wide', 'pl', { viewport: { width: 1280, height: 800 } }],
  ['welsh', 'cy', {}],
  ['romanian', 'ro', {}],
  ['portuguese-dark', 'pt', { colorScheme: 'dark' }],
  ['large-text', 'en', {}, true],
  ['large-text-arabic', 'ar', {}, true],
  ['forced-colours', 'en', { forcedColors: 'active' }],
  ['still', 'en', { reducedMotion: 'reduce' }],
];
for (const [name, language, options, inLarge] of MODES) {
  test(`every family screen is for everybody: ${name}`, { timeout: 120_000 }, () => everywhere(name, language, options, inLarge));
}

// What staff read is English; mirrored all the same, so that nothing is laid out for one direction alone.
const STAFF_MODES = [
  ['narrow', { viewport: { width: 320, height: 640 } }],
  ['wide-dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
  ['large-text', {}, { large: true }],
  ['forced-colours', { forcedColors: 'active' }],
  ['mirrored', {}, { mirrored: true }],
];
for (const [name, options, { large, mirrored } = {}] of STAFF_MODES) {
  test(`every screen of staff is for everybody: ${name}`, { timeout: 180_000 }, async () => {
    const server = await Server.start();
    try {
      const team = await server.team();
      const member = await another(server, team, 'Sam', 'NB-9');
      let count = 0;
      const seat = () => phone(browser, server, { deviceScaleFactor: 1, locale: 'en-GB', ...options });
      const look = async ({ page }, where) => {
        if (large) await page.evaluate(() => (document.documentElement.style.fontSize = '36px'));
        if (mirrored) await page.evaluate(() => (document.documentElement.dir = 'rtl'));
        await hasNoBarriers(page, `${name}: ${where}`);
        count += 1;
        const { SCREENS } = process.env;
        if (!SCREENS) return;
        const folder = path.join(SCREENS, `staff-${name}`);
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: path.join(folder, `${String(count).padStart(2, '0')}-${where}.png`), fullPage: true });
      };
      await partsTour({ server, team, sam: member, seat, look });
      await staffTour({ server, team, sam: member.id, seat, look });
    } finally {
      await server.stop();
    }
  });
}
