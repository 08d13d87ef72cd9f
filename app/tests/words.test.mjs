// What families read: whole in every language, and simple.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { compile, parse, variables } from '../fluent.mjs';

const folder = path.resolve(import.meta.dirname, '../../languages');
const read = (language, part = '') => parse(readFileSync(path.join(folder, part, `${language}.ftl`), 'utf8'), `${part}/${language}.ftl`);
const english = read('en');
/** What comes first, and what is loaded when its screen is opened. */
const PARTS = ['', 'more'];
const LANGUAGES = ['en', 'pl', 'ro', 'pt', 'cy', 'ar'];

const load = async (language) => {
  const code = compile(read(language), english, language, { rightToLeft: language === 'ar', named: true });
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).default;
};

test('every language has every sentence, with the same variables', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ftl')).map((name) => path.basename(name, '.ftl'));
  assert.deepEqual(files.filter((one) => !LANGUAGES.includes(one)).sort(), ['uk', 'ur'], 'a file that the app does not know');
  for (const part of PARTS) {
    const original = read('en', part);
    for (const language of LANGUAGES) {
      const here = read(language, part);
      const keys = [...here.keys()].filter((key) => !key.startsWith('-'));
      assert.deepEqual(keys.sort(), [...original.keys()].sort(), `${language} ${part}`);
      for (const [key, message] of original) {
        const names = (of) => [...variables(of).keys()].sort();
        assert.deepEqual(names(here.get(key)), names(message), `${language}: ${key}`);
      }
    }
  }
});

test('every plural has what its language asks for', () => {
  for (const language of LANGUAGES) {
    const asked = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, message] of [...read(language), ...read(language, 'more')]) {
      for (const piece of message) {
        if (typeof piece === 'string' || !piece.variants) continue;
        const has = piece.variants.map((one) => one.key);
        const byNumber = has.some((one) => /^\d+$/.test(one));
        const lacking = asked.filter((one) => !has.includes(one) && !['zero', 'many'].includes(one));
        assert.ok(byNumber || lacking.length === 0, `${language}: ${key} lacks ${lacking}`);
      }
    }
  }
});

test('numbers are said as each language says them', async () => {
  const welsh = await load('cy');
  assert.deepEqual(
    [0, 1, 2, 3, 6, 7].map((count) => welsh.notSentYet(count)),
    ["Popeth wedi'i anfon", "Heb ei anfon eto: 1 peth", "Heb eu hanfon eto: 2 beth", "Heb eu hanfon eto: 3 pheth", "Heb eu hanfon eto: 6 pheth", "Heb eu hanfon eto: 7 peth"],
  );
  const polish = await load('pl');
  assert.deepEqual([1, 2, 5, 22].map((count) => polish.waitSeconds(count)), [
    'Poczekaj 1 sekundę i spróbuj znowu.', 'Poczekaj 2 sekundy i spróbuj znowu.', 'Poczekaj 5 sekund i spróbuj znowu.', 'Poczekaj 22 sekundy i spróbuj znowu.',
  ]);
  const romanian = await load('ro');
  assert.match(romanian.waitSeconds(20), /20 de secunde/);
  const arabic = await load('ar');
  // A phone number in a sentence from right to left keeps its own order.
  assert.match(arabic.call('0800 1111'), /\u20680800 1111\u2069/);
});

test('every sentence is used', async () => {
  const sources = readdirSync(path.resolve(import.meta.dirname, '../src'), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && /\.(svelte|ts)$/.test(one.name) && !one.name.endsWith('.gen.ts'))
    .map((one) => readFileSync(path.join(one.parentPath, one.name), 'utf8'))
    .join('\n');
  const unused = [...english.keys()].filter((key) => !/^notice(New|Now)$/.test(key) && !new RegExp(`\\bwords\\.${key}\\b`).test(sources));
  assert.deepEqual(unused, []);
  const moreUnused = [...read('en', 'more').keys()].filter((key) => !new RegExp(`\\bmore\\.${key}\\b`).test(sources));
  assert.deepEqual(moreUnused, []);
});

/** Vowel groups: rough, and the same for everybody. */
function syllables(word) {
  const bare = word.toLowerCase().replace(/[^a-z]/g, '').replace(/(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$/, (end) => end[0]);
  return Math.max(1, (bare.match(/[aeiouy]+/g) ?? []).length);
}

function grade(texts) {
  let sentences = 0;
  let words = 0;
  let sounds = 0;
  for (const text of texts) {
    for (const sentence of text.split(/[.!?:]+/).filter((one) => /[a-z]/i.test(one))) {
      const said = sentence.match(/[A-Za-z']+|\d+/g) ?? [];
      sentences += 1;
      words += said.length;
      for (const word of said) sounds += syllables(word);
      assert.ok(said.length <= 15, `too long (${said.length} words): ${sentence}`);
    }
  }
  return 0.39 * (words / sentences) + 11.8 * (sounds / words) - 15.59;
}

test('the English can be read at age 9', () => {
  const flat = (pieces) =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : piece.variants ? flat(piece.variants.at(-1).text) : 'Jo')).join('');
  const texts = [...english.values(), ...read('en', 'more').values()].map(flat);
  const whole = grade(texts);
  assert.ok(whole <= 2.5, `the whole is of grade ${whole.toFixed(1)}`);
  for (const text of texts) {
    const words = (text.match(/[A-Za-z']+/g) ?? []).length;
    // A formula says nothing about a few words.
    if (words >= 8) assert.ok(grade([text]) <= 4, `grade ${grade([text]).toFixed(1)}: ${text}`);
  }
});
