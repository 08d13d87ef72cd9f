// Every screen as it looks, at 360 by 640 and 1280 by 800, light and dark, beside the pictures that are kept in
// `pictures/`. What differs from day to day (times, names of days, codes) is written over before, the letters are
// those of one font, and nothing moves. A picture may differ in so few dots as another machine's smoothing does.
//
// After a change that is meant, look at the new ones and keep them:
//
//     PICTURES=renew node --test tests/pictures.test.mjs
//
// Where a picture differs, what was seen lies in the folder that the failure names.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { launch, newId, phone, PIN, Server, unlock } from './support.mjs';
import { staffTour } from './tours.mjs';

const kept = path.join(import.meta.dirname, 'pictures');
const font = readFileSync(path.resolve(import.meta.dirname, '../node_modules/@fontsource-variable/nunito/files/nunito-latin-wght-normal.woff2'));
const stamp = path.join(kept, 'chromium.txt');
const renew = process.env.PICTURES === 'renew';
/** Of a hundred dots so many may differ, and one dot by so much. */
const MOST = 0.6;
const THRESHOLD = 0.2;

let browser;
let strange = '';
let seen;
before(async () => {
  browser = await launch();
  const major = browser.version().split('.')[0];
  if (renew) {
    mkdirSync(kept, { recursive: true });
    writeFileSync(stamp, `${major}\n`);
  }
  const taken = existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : 'none';
  // Another Chromium draws letters and fields in its own way.
  if (taken !== major) strange = `the pictures were taken with Chromium ${taken}, and here is ${major}`;
  seen = mkdtempSync(path.join(tmpdir(), 'daybook-pictures-'));
});
after(() => browser.close());

/** Where it is ten in the morning now: then the hour, "today" and the light over the hills are the same each day. */
function zone() {
  const ahead = (10 - new Date().getUTCHours() + 24) % 24;
  // The names of these zones count the other way round.
  return ahead === 0 ? 'Etc/GMT' : ahead <= 12 ? `Etc/GMT-${ahead}` : `Etc/GMT+${24 - ahead}`;
}

/** Writes over whatever is of this day, in all that is on the page. */
function settle() {
  const rules = [
    [/\b(?:tomorrow|yesterday|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)) (?=\d\d:\d\d)/g, 'Mon 1 Jun '],
    [/\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? \d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)/g, 'Monday 1 June'],
    [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b/g, 'Mon 1 Jun'],
    [/-?(?:\d+:)?\d\d:\d\d\b|\b\d+ d \d+ h\b/g, '10:00'],
    [/\b(?:under )?\d+ min\b|less than a minute/g, '5 min'],
    [/\b(?:\d{4}-\d\d-\d\d)\b/g, '2026-06-01'],
  ];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    let text = node.data;
    for (const [what, by] of rules) text = text.replace(what, by);
    if (text !== node.data) node.data = text;
  }
  for (const one of document.querySelectorAll('.rota-days span')) one.textContent = 'M';
  for (const one of document.querySelectorAll('.code-shown')) one.textContent = 'K7F2M 9QRWX';
  for (const one of document.querySelectorAll('.date time')) one.textContent = '1';
  document.activeElement?.blur?.();
}

const STILL = `
@font-face { font-family: 'Letters'; src: url('/letters.woff2') format('woff2'); font-weight: 100 1000; }
:root, .rule { font-family: 'Letters' !important; }
*, ::before, ::after { transition: none !important; animation: none !important; caret-color: transparent !important; scrollbar-width: none !important; }
`;

/** Somebody's phone or desk, and how its screens are kept. */
async function seat(server, mode) {
  const one = await phone(browser, server, {
    deviceScaleFactor: 1,
    locale: 'en-GB',
    timezoneId: zone(),
    bypassCSP: true,
    serviceWorkers: 'block',
    reducedMotion: 'reduce',
    ...mode.options,
  });
  await one.page.route('**/letters.woff2', (route) => route.fulfill({ body: font, contentType: 'font/woff2' }));
  // Whatever is being read is on the page before it is looked at; the live socket is no such thing.
  const reading = new Set();
  one.page.on('request', (request) => reading.add(request));
  for (const over of ['requestfinished', 'requestfailed']) one.page.on(over, (request) => reading.delete(request));
  const quiet = async () => {
    for (let still = 0; still < 4; still = reading.size === 0 ? still + 1 : 0) await new Promise((next) => setTimeout(next, 50));
  };
  const keep = async (name) => {
    await quiet();
    await one.page.addStyleTag({ content: STILL });
    await one.page.evaluate(() => document.fonts.load('16px Letters').then(() => document.fonts.ready));
    await one.page.evaluate(() => scrollTo(0, 0));
    await one.page.evaluate(settle);
    compare(`${mode.name}-${name}`, await one.page.screenshot());
  };
  return { ...one, keep };
}

const failures = [];
function compare(name, bytes) {
  const file = path.join(kept, `${name}.png`);
  const now = PNG.sync.read(bytes);
  if (renew) {
    // Without the channel that says nothing, and rows as they are: flat colours pack best so.
    writeFileSync(file, PNG.sync.write(now, { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 }));
    return;
  }
  if (!existsSync(file)) {
    failures.push(`${name}: there is no such picture yet`);
    return;
  }
  const then = PNG.sync.read(readFileSync(file));
  const isSize = then.width === now.width && then.height === now.height;
  const difference = new PNG({ width: now.width, height: now.height });
  const dots = isSize ? pixelmatch(then.data, now.data, difference.data, now.width, now.height, { threshold: THRESHOLD }) : Infinity;
  const share = (100 * dots) / (now.width * now.height);
  if (share <= MOST) return;
  writeFileSync(path.join(seen, `${name}.png`), bytes);
  if (isSize) writeFileSync(path.join(seen, `${name}-difference.png`), PNG.sync.write(difference));
  failures.push(`${name}: ${isSize ? `${share.toFixed(2)} of a hundred dots differ` : 'it is of another size'}`);
}

const MODES = [
  { name: 'light-360', options: {} },
  { name: 'dark-360', options: { colorScheme: 'dark' } },
  { name: 'light-1280', options: { viewport: { width: 1280, height: 800 } } },
  { name: 'dark-1280', options: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } } },
];

async function familyScreens(server, team, mode) {
  const { page, keep, context, errors } = await seat(server, mode);
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  await page.goto(`${server.url}/#${team.code}`);
  await page.getByRole('button', { name: 'Next' }).waitFor();
  // Each code is another one: it is hidden, and is still there.
  await page.evaluate(() => (document.querySelector('#code').value = ''));
  await keep('join');
  await press('Next');
  await page.getByRole('button', { name: 'I understand' }).waitFor();
  await keep('promise');
  await press('I understand');
  await press('No');
  await page.getByLabel('PIN').fill(PIN);
  await press('OK');
  await page.getByText('Hello Sam').waitFor();
  const { sam, conversation } = await team.matched();
  await server.say(team.mentor, conversation, 'How did Monday go?');
  await page.getByText('Jo wrote to you').waitFor();
  await keep('home');
  await page.getByText('Jo wrote to you').click();
  await page.getByText('How did Monday go?').waitFor();
  await page.getByLabel('Write here').fill('Better. He slept!');
  await press('Send');
  await page.locator('.bubble.mine:not(.pending)').waitFor();
  await keep('talk');
  await press('Help now');
  await page.getByRole('link', { name: 'Call 999' }).waitFor();
  await keep('help');
  await page.getByRole('button', { name: 'Back' }).click();
  await press('6');
  await page.getByRole('button', { name: 'Send to Jo' }).waitFor();
  await keep('check-in');
  await page.getByRole('button', { name: 'Back' }).click();
  const starts = `${new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)}T16:30`;
  await server.call('POST', '/dates', { id: newId(), family_member_id: sam, what: 'Jo comes to see you', where: 'At home', minutes: 60, starts }, team.mentor.token);
  await page.getByRole('navigation').getByRole('button', { name: 'Dates' }).click();
  await page.getByText('Jo comes to see you').waitFor();
  await keep('dates');
  await page.getByRole('navigation').getByRole('button', { name: 'My goals' }).click();
  await keep('goals');
  await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
  await page.getByRole('button', { name: 'Lock now' }).waitFor();
  await keep('safety');
  await press('Lock now');
  await page.getByLabel('Put in your PIN').waitFor();
  await keep('lock');
  await press('Leave');
  await page.getByRole('heading', { name: 'List' }).waitFor();
  await keep('list');
  await unlock(page).catch(() => undefined);
  assert.deepEqual(errors, []);
  await context.close();
  return { sam, conversation };
}

for (const mode of MODES) {
  test(`every screen looks as it did: ${mode.name}`, { timeout: 180_000 }, async (t) => {
    if (strange) return t.skip(strange);
    const server = await Server.start();
    try {
      const team = await server.team();
      const { sam } = await familyScreens(server, team, mode);
      await staffTour({ server, team, sam, seat: () => seat(server, mode), look: (one, name) => one.keep(name) });
    } finally {
      await server.stop();
    }
    const said = failures.splice(0);
    assert.deepEqual(said, [], `look at what was seen in ${seen}`);
  });
}
