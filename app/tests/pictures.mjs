// How each screen looks, kept: small grey pictures in both themes, one for a phone and one for a desk. A screen is
// drawn with its times and dates stilled, made small and held against the kept one. BLESS=pictures keeps what is
// drawn now; look at it before you commit it.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
// The drawing library of the browser's driver: it is one of what that package hands out.
import drawing from 'playwright-core/lib/utilsBundle';
import { target } from './support.mjs';

const { PNG } = drawing;
const KEPT = path.join(import.meta.dirname, 'pictures');
const SEEN = path.join(target, 'pictures');
const blesses = process.env.BLESS === 'pictures';
/** So many pixels each way become one: a line of small text is still a grey line. */
const BLOCK = { phone: 4, desk: 8 };
/** So much darker or lighter, of 255, is another picture; and so many of a thousand blocks may be. */
const APART = 24;
const OF_THOUSAND = 2;

/** Runs in the page: stills what moves until `undo`. What is drawn anew meanwhile is stilled as well. */
function still() {
  const days = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
  const months = 'January|February|March|April|June|July|August|September|October|November|December|May|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec';
  const rules = [
    [new RegExp(`\\b(${days})(day|sday|nesday|rsday|urday)?\\b`, 'g'), 'Mon'],
    [new RegExp(`\\b\\d{1,2} (${months})\\b`, 'g'), '9 May'],
    [new RegExp(`\\b(${months})\\b(?! \\d)`, 'g'), 'May'],
    [/\b20\d\d\b/g, '2000'],
    [/\b\d{1,2}:\d\d(:\d\d)?( ?[AP]M)?\b/gi, '00:00'],
    [/(Mon,? |today,? |tomorrow,? |yesterday,? )?(9 May,? )?(2000,? )?00:00/gi, '00:00'],
    [/\b(Mon,? )?9 May( 2000)?/g, '9 May'],
    [/less than a minute|under \d+ min|\b\d+ (seconds?|minutes?|min|hours?|h|days?|weeks?)\b( \d+ min(utes)?\b)?/g, '5 min'],
    [/\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/g, 'AAAAA-AAAAA'],
    // At night there are other people to telephone than by day.
    [/, out of hours$/, ''],
    [/number of the emergency duty team here/, 'number of the front door here'],
  ];
  const steady = (text) => rules.reduce((said, [what, by]) => said.replace(what, by), text);
  const changed = new Map();
  const one = (node) => {
    const now = node.data;
    const then = steady(now);
    if (then === now) return;
    changed.set(node, [now, then]);
    node.data = then;
  };
  const all = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) one(walker.currentNode);
  };
  all(document.body);
  const observer = new MutationObserver((list) => {
    for (const { target: on, addedNodes } of list) {
      if (on.nodeType === Node.TEXT_NODE) one(on);
      for (const node of addedNodes) all(node);
    }
  });
  observer.observe(document.body, { subtree: true, characterData: true, childList: true });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { transition: none !important; animation-duration: 0s !important; animation-delay: 0s !important; caret-color: transparent !important; }
    :focus, :focus-visible { outline: none !important; }
    .bar, .parts, .tabs, .composer, .sticky { position: static !important; }
    .panes > * { max-height: none !important; overflow: visible !important; }
    .hills, .qr, .rota, .rota-days, svg text, .trend > *, .spark svg { visibility: hidden !important; }
    input.code, input[type='date'], input[type='time'], input[type='datetime-local'] { -webkit-text-fill-color: transparent !important; color: transparent !important; }
    .audit .line:nth-of-type(n + 4), .stretches, .status { display: none !important; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  window.moveAgain = () => {
    observer.disconnect();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    for (const [node, [was, then]] of changed) if (node.data === then) node.data = was;
  };
}

/** How wide some words are: other fonts draw other pictures. */
const fontsOf = (page) =>
  page.evaluate(() => {
    const pen = document.createElement('canvas').getContext('2d');
    return ['', 'bold '].map((weight) => {
      pen.font = `${weight}100px ${getComputedStyle(document.body).fontFamily}`;
      return Math.round(pen.measureText('Sphinx of black quartz, judge my vow 0123456789').width);
    });
  });

/** Small and grey, in sixteen shades. */
function small(png, block) {
  const [width, height] = [Math.floor(png.width / block), Math.floor(png.height / block)];
  const grey = Buffer.alloc(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let dy = 0; dy < block; dy += 1) {
        for (let dx = 0; dx < block; dx += 1) {
          const at = ((y * block + dy) * png.width + x * block + dx) * 4;
          sum += png.data[at] * 0.3 + png.data[at + 1] * 0.59 + png.data[at + 2] * 0.11;
        }
      }
      grey[y * width + x] = Math.round(sum / (block * block) / 17) * 17;
    }
  }
  return { width, height, grey };
}

const write = ({ width, height, grey }) => {
  const png = new PNG({ width, height, colorType: 0, inputColorType: 0, inputHasAlpha: false });
  png.data = grey;
  return PNG.sync.write(png, { colorType: 0, inputColorType: 0, inputHasAlpha: false, deflateLevel: 9 });
};
function read(file) {
  const { width, height, data } = PNG.sync.read(readFileSync(file));
  return { width, height, grey: Uint8Array.from({ length: width * height }, (_, at) => data[at * 4]) };
}

/** How many of a thousand blocks differ; and the picture that shows where: red is new, blue is gone. */
function compare(was, now) {
  const [width, height] = [Math.max(was.width, now.width), Math.max(was.height, now.height)];
  const png = new PNG({ width, height });
  let differ = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const shade = (one) => (x < one.width && y < one.height ? one.grey[y * one.width + x] : 0);
      const by = shade(now) - shade(was);
      const differs = Math.abs(by) > APART;
      if (differs) differ += 1;
      const pale = 160 + shade(now) * 0.37;
      png.data.set(differs ? (by < 0 ? [200, 0, 40, 255] : [0, 80, 220, 255]) : [pale, pale, pale, 255], (y * width + x) * 4);
    }
  }
  return { ofThousand: (differ / (width * height)) * 1000, png };
}

/** The pictures of one tour. `look` is called at each screen, `end` says what was otherwise than it is kept. */
export function pictures(tour, size) {
  const folder = path.join(KEPT, tour);
  const fonts = path.join(KEPT, 'fonts.json');
  const seen = new Set();
  const wrong = [];
  let otherFonts = false;

  async function look(page, where) {
    if (!blesses && !existsSync(fonts)) assert.fail('no pictures are kept yet: BLESS=pictures keeps them');
    const measured = JSON.stringify(await fontsOf(page));
    if (blesses) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(fonts, `${measured}\n`);
    }
    otherFonts ||= readFileSync(fonts, 'utf8').trim() !== measured;
    if (otherFonts) return;
    for (const colorScheme of ['light', 'dark']) {
      const name = `${where.replaceAll(' ', '-')}.${colorScheme}.png`;
      assert.ok(!seen.has(name), `two screens are called ${where}`);
      seen.add(name);
      await page.emulateMedia({ colorScheme });
      await page.evaluate(still);
      const drawn = await page.screenshot({ fullPage: true, animations: 'disabled', scale: 'css' });
      await page.evaluate(() => window.moveAgain());
      const now = small(PNG.sync.read(drawn), BLOCK[size]);
      const file = path.join(folder, name);
      if (blesses) {
        writeFileSync(file, write(now));
        continue;
      }
      const was = existsSync(file) ? read(file) : { width: 0, height: 0, grey: Buffer.alloc(0) };
      const { ofThousand, png } = compare(was, now);
      if (ofThousand <= OF_THOUSAND && was.height === now.height) continue;
      const shown = path.join(SEEN, tour, name);
      mkdirSync(path.dirname(shown), { recursive: true });
      writeFileSync(shown, drawn);
      writeFileSync(shown.replace(/png$/, 'differs.png'), PNG.sync.write(png));
      wrong.push(`${tour}/${name}: ${was.width === 0 ? 'it is not kept' : `${ofThousand.toFixed(1)} of 1000 blocks differ, ${was.height} high and now ${now.height}`}: see ${shown.replace(/png$/, '{,differs.}png')}`);
    }
  }

  /** Says what is otherwise, and what is kept of screens that are no more. */
  function end(context) {
    if (otherFonts) {
      context.diagnostic('NOT COMPARED with the kept pictures: this machine draws with other fonts');
      return;
    }
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (seen.has(name)) continue;
      if (blesses) rmSync(path.join(folder, name));
      else wrong.push(`${tour}/${name}: there is no such screen any more`);
    }
    assert.deepEqual(wrong, [], 'screens look otherwise than they are kept; where that is meant: BLESS=pictures');
  }
  return { look, end };
}
