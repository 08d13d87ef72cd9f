// Every screen, for everybody: languages, both directions, large text, narrow, forced colours, dark, without
// motion; and as it is kept in pictures. With SCREENS=FOLDER all of it is drawn there, to be looked at.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from '../fluent.mjs';
import { another, hasNoBarriers, launch, newId, phone, PIN, Server } from './support.mjs';
import { pictures } from './pictures.mjs';
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

const PHONE = 360;

/** Looks at one screen in each of the ways, and leaves it as it was. */
async function inEachWay(page, ways, where) {
  const { SCREENS } = process.env;
  const { width, height } = page.viewportSize();
  for (const [name, { large, mirrored, width: wide = width, ...media }] of Object.entries(ways)) {
    await page.setViewportSize({ width: wide, height });
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'no-preference', ...media });
    // Text of twice the size: the sizes of the page are of the root's.
    if (large) await page.evaluate(() => (document.documentElement.style.fontSize = '36px'));
    const was = await page.evaluate(() => document.documentElement.dir);
    if (mirrored) await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    await hasNoBarriers(page, `${name}: ${where}`);
    if (SCREENS) {
      const folder = path.join(SCREENS, name);
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: path.join(folder, `${where}.png`), fullPage: true });
    }
    if (large) await page.evaluate(() => (document.documentElement.style.fontSize = ''));
    if (mirrored) await page.evaluate((dir) => (document.documentElement.dir = dir), was);
  }
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'no-preference' });
}

/** Walks through all screens in a language, and looks at each. */
async function everywhere(t, name, language, ways, { width = PHONE, size } = {}) {
  const words = sentences(language);
  const server = await Server.start();
  try {
    const team = await server.team();
    const viewport = { width, height: width === PHONE ? 640 : 800 };
    const { page, context, errors } = await phone(browser, server, { deviceScaleFactor: 1, locale: language === 'en' ? 'en-GB' : language, viewport });
    const kept = size && pictures(name, size);
    const look = async (where) => {
      await inEachWay(page, ways, where);
      await kept?.look(page, where);
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
    await page.getByRole('heading', { name: words.pinAgain }).waitFor();
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
    await page.getByText(words.sentCheckIn).waitFor();
    await look('thanks');
    await page.locator('.done > button').last().click();
    const starts = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 11) + '16:30';
    const date = { id: newId(), family_member_id: sam, what: 'Jo comes to see you', where: 'At home', minutes: 60, starts, repeats: 'fortnightly' };
    await server.call('POST', '/dates', date, team.mentor.token);
    const row = page.locator('.row-link .small');
    await row.waitFor();
    // A tall phone, so that nothing is half under a bar.
    const usual = page.viewportSize();
    await page.setViewportSize({ ...usual, height: 1600 });
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
    await page.setViewportSize(usual);
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
    kept?.end(t);
  } finally {
    await server.stop();
  }
}

const LARGE = { large: true };
const NARROW = { width: 320 };
const MODES = [
  ['family-phone', 'en', { 'large-text': LARGE, 'forced-colours': { forcedColors: 'active' }, still: { reducedMotion: 'reduce' } }, { size: 'phone' }],
  ['family-desk', 'en', { wide: {} }, { width: 1280, size: 'desk' }],
  ['arabic', 'ar', { 'arabic-dark': { colorScheme: 'dark' }, 'arabic-320': NARROW, 'arabic-large-text': LARGE }],
  ['polish', 'pl', { 'polish-320': NARROW, 'polish-wide': { width: 1280 } }],
  ['welsh', 'cy', { welsh: {} }],
  ['romanian', 'ro', { romanian: {} }],
  ['portuguese', 'pt', { 'portuguese-dark': { colorScheme: 'dark' } }],
];
for (const [name, language, ways, drawn] of MODES) {
  test(`every family screen is for everybody: ${name}`, { timeout: 400_000 }, (t) => everywhere(t, name, language, ways, drawn));
}

// What staff read is English; mirrored all the same, so that nothing is laid out for one direction alone.
const STAFF_MODES = [
  ['staff-phone', PHONE, { narrow: NARROW, 'staff-large-text': LARGE, 'staff-forced-colours': { forcedColors: 'active' }, mirrored: { mirrored: true } }],
  ['staff-desk', 1280, { 'wide-dark': { colorScheme: 'dark' } }],
];
for (const [name, width, ways] of STAFF_MODES) {
  test(`every screen of staff is for everybody: ${name}`, { timeout: 600_000 }, async (t) => {
    const server = await Server.start();
    try {
      const team = await server.team();
      const member = await another(server, team, 'Sam', 'NB-9');
      const viewport = { width, height: width === PHONE ? 640 : 800 };
      const seat = () => phone(browser, server, { deviceScaleFactor: 1, locale: 'en-GB', viewport });
      const kept = pictures(name, width === PHONE ? 'phone' : 'desk');
      const look = async ({ page }, where) => {
        await inEachWay(page, ways, where);
        await kept.look(page, where);
      };
      await partsTour({ server, team, sam: member, seat, look });
      await staffTour({ server, team, sam: member.id, seat, look });
      kept.end(t);
    } finally {
      await server.stop();
    }
  });
}
