// What a phone must fetch, in bytes and seconds. `make budgets` holds the seconds too; among the other tests,
// on a machine that does much else, they may be twice as many.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { launch, phone, Server, Wire } from './support.mjs';

const dist = path.resolve(import.meta.dirname, '../dist');
const assets = readdirSync(path.join(dist, 'assets')).map((name) => `assets/${name}`);
const size = (name) => gzipSync(readFileSync(path.join(dist, name)), { level: 9 }).length;
const sum = (names) => names.reduce((all, name) => all + size(name), 0);
const html = readFileSync(path.join(dist, 'index.html'), 'utf8');
const first = assets.filter((name) => html.includes(`/${name}`));
const languages = assets.filter((name) => /^assets\/(en|pl|ro|pt|cy|ar)-/.test(name));
const english = assets.filter((name) => name.startsWith('assets/en-'));
const staff = assets.filter((name) => name.startsWith('assets/Staff-'));
/** The sentences of screens that are loaded when they are opened. */
const more = assets.filter((name) => /^assets\/more-(en|pl|ro|pt|cy|ar)-/.test(name));
const moreEnglish = more.filter((name) => name.startsWith('assets/more-en-'));
// Screens of managers alone, and those that only a family's phone ever asks for.
const managers = staff.filter((name) => /Staff-manager-/.test(name));
const families = assets.filter((name) => /^assets\/(behind|seldom)-/.test(name));
const common = assets.filter((name) => !languages.includes(name) && !staff.includes(name) && !more.includes(name));

/** Gzipped bytes; a kilobyte is a thousand. */
function within(what, bytes, most) {
  console.log(`${what}: ${bytes} of ${most} bytes`);
  assert.ok(bytes <= most, `${what}: ${bytes} bytes, ${most} at most`);
}

test('what a family loads first is small', () => {
  assert.equal(languages.length, 6);
  assert.equal(more.length, 6);
  assert.ok(first.length >= 3, 'the page names its files');
  within('family first load, script and style, with English', sum([...first, ...english]), 28_000);
  const largest = Math.max(...languages.map(size));
  within('family first load in the longest language', sum(first) + largest, 29_000);
  within('one language', largest, 4_000);
});

test('all that a family or staff ever loads is small', () => {
  within('all family code with English', sum([...common, ...english, ...moreEnglish, 'sw.js']), 56_000);
  within('one language, all of it', Math.max(...languages.map(size)) + Math.max(...more.map(size)), 5_000);
  const all = new Set([...first, ...english, ...staff, ...common.filter((name) => !families.includes(name))]);
  assert.ok(managers.length >= 1 && families.length >= 2, 'the files are told apart by their names');
  const mentors = staff.filter((name) => /Staff-Mentor-/.test(name));
  assert.equal(mentors.length, 1, 'what only mentors load has a file of its own');
  const ofTeam = [...all].filter((name) => !mentors.includes(name));
  within('all that a supervisor ever loads', sum(ofTeam.filter((name) => !managers.includes(name))), 131_000);
  within('all that a manager ever loads', sum(ofTeam), 148_000);
});

test('no file names another origin', () => {
  for (const name of [...assets, 'index.html', 'sw.js', 'manifest.webmanifest']) {
    const found = readFileSync(path.join(dist, name), 'utf8').match(/https?:\/\/[\w.-]+/g) ?? [];
    // Names of XML, and where Svelte explains its errors: text, never fetched.
    assert.deepEqual(found.filter((one) => !/^https?:\/\/(www\.w3\.org|svelte\.dev)$/.test(one)), [], name);
  }
});

// 400 kbit/s each way, 400 ms there and back, two more round trips for a new connection, a sixth of the processor.
const SLOW = { perSecond: 50_000, oneWay: 200, connecting: 800 };

test('on a slow network the first screen is soon there', { timeout: 180_000 }, async () => {
  const allowed = process.env.BUDGETS === 'strict' ? 1 : 2;
  const browser = await launch();
  const server = await Server.start();
  const wire = new Wire(Number(new URL(server.address).port), SLOW);
  try {
    await wire.open();
    const seen = [];
    for (let run = 0; run < 3; run += 1) {
      const { context, page } = await phone(browser, { url: '' }, { locale: 'en-GB', serviceWorkers: 'block' });
      const elsewhere = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(`http://localhost:${wire.port}/`)) elsewhere.push(request.url());
      });
      const cdp = await context.newCDPSession(page);
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: 6 });
      await page.goto(`http://localhost:${wire.port}/`, { waitUntil: 'commit' });
      await page.getByRole('button', { name: 'Next' }).waitFor({ timeout: 60_000 });
      const usable = await page.evaluate(() => performance.now());
      const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
      seen.push({ paint, usable });
      assert.deepEqual(elsewhere, []);
      await context.close();
    }
    const median = (key) => seen.map((one) => one[key]).sort((a, b) => a - b)[1];
    console.log(`slow network: first paint ${Math.round(median('paint'))} ms, usable ${Math.round(median('usable'))} ms`);
    assert.ok(median('paint') <= 2000 * allowed, `first paint after ${median('paint')} ms`);
    assert.ok(median('usable') <= 3200 * allowed, `usable after ${median('usable')} ms`);
  } finally {
    await browser.close();
    await wire.close();
    await server.stop();
  }
});
