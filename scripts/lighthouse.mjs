// Lighthouse on a phone: the family's first screen must reach 98, 100 and 100 (performance, accessibility,
// best practices), in the middle of three runs. `make lighthouse` builds what it needs and calls this.
//
// Lighthouse is large, so it is no part of `npm ci`: it is installed once below the target folder. It is
// Apache-2.0, and nothing of it is shipped.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { browserPath, Server } from '../app/tests/support.mjs';

const VERSION = '12.8.2';
const LEAST = { performance: 98, accessibility: 100, 'best-practices': 100 };
const RUNS = 3;

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target'), 'lighthouse');
const program = path.join(folder, 'node_modules/.bin/lighthouse');

const run = promisify(execFile);

if (!existsSync(program)) {
  mkdirSync(folder, { recursive: true });
  await run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `lighthouse@${VERSION}`]);
}

/** The scores of one run, and what cost points. */
async function measure(url, count) {
  const report = path.join(folder, `report-${count}.json`);
  const flags = '--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update';
  await run(program, [url, '--quiet', '--output=json', `--output-path=${report}`, `--only-categories=${Object.keys(LEAST).join(',')}`, `--chrome-flags=${flags}`], {
    env: { ...process.env, CHROME_PATH: browserPath() },
  });
  const { categories, audits } = JSON.parse(readFileSync(report, 'utf8'));
  const scores = Object.fromEntries(Object.keys(LEAST).map((name) => [name, Math.round(categories[name].score * 100)]));
  const lost = Object.keys(LEAST).flatMap((name) =>
    categories[name].auditRefs.filter((ref) => ref.weight > 0 && (audits[ref.id].score ?? 1) < 0.9).map((ref) => `${ref.id}: ${audits[ref.id].displayValue ?? audits[ref.id].title}`),
  );
  return { scores, lost };
}

const server = await Server.start();
let failed = false;
try {
  const runs = [];
  for (let count = 1; count <= RUNS; count += 1) runs.push(await measure(server.url, count));
  for (const [name, least] of Object.entries(LEAST)) {
    const all = runs.map((one) => one.scores[name]).sort((a, b) => a - b);
    const middle = all[Math.floor(RUNS / 2)];
    console.log(`${name}: ${middle} of at least ${least} (${all.join(', ')})`);
    if (middle < least) failed = true;
  }
  for (const one of new Set(runs.flatMap((each) => each.lost))) console.log(`  ${one}`);
} finally {
  await server.stop();
}
process.exit(failed ? 1 : 0);
