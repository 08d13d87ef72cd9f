// The demo as `make run` shows it: everybody gets in with what it prints. With SCREENS=FOLDER each role's
// screen is kept there; the README shows them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import path from 'node:path';
import { choosePin, demo, launch, phone, signIn } from './support.mjs';

let browser;
let shown;
before(async () => {
  browser = await launch();
  shown = await demo();
});
after(async () => {
  await browser.close();
  await shown.stop();
});

const line = (pattern) => shown.printed.map((one) => pattern.exec(one)).find(Boolean);
const link = () => line(/^\s+Sam\s+(http\S+)\/#([\w-]+)$/);
const server = () => ({ url: link()[1] });
const who = (email) => ({ email, password: line(/everybody's is (\S+)$/)[1] });

async function keep(page, name) {
  const { SCREENS } = process.env;
  if (SCREENS) await page.screenshot({ path: path.join(SCREENS, `${name}.png`) });
}

test('a family member joins by the link', { timeout: 60_000 }, async () => {
  const { page, errors, context } = await phone(browser, server(), { locale: 'en-GB', deviceScaleFactor: 1 });
  await page.goto(link()[0].trim().split(/\s+/)[1]);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'I understand' }).click();
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await choosePin(page);
  await page.getByText('Hello Sam').waitFor();
  await page.getByText(/Dean Mullins/).first().waitFor();
  await keep(page, 'family-home');
  await page.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  await page.locator('.bubble').first().waitFor();
  await keep(page, 'family-talk');
  assert.deepEqual(errors, []);
  await context.close();
});

test('a mentor, a practitioner, a supervising social worker and a manager sign in', { timeout: 60_000 }, async () => {
  const dean = await phone(browser, server(), { locale: 'en-GB', deviceScaleFactor: 1 });
  await signIn(dean.page, server(), who('dean@northbrook.example'));
  await dean.page.getByText('Marcia').waitFor();
  await keep(dean.page, 'mentor');

  const priya = await phone(browser, server(), { locale: 'en-GB', deviceScaleFactor: 1, viewport: { width: 1280, height: 800 } });
  await signIn(priya.page, server(), who('priya@northbrook.example'));
  await priya.page.getByRole('button', { name: 'Families' }).click();
  await priya.page.locator('.row-link', { hasText: 'Sam' }).click();
  await priya.page.locator('.trend, .plan').first().waitFor();
  await priya.page.getByText('Of the last 3 times: 3 answered, 0 not.').waitFor();
  await priya.page.locator('.side').evaluate((list) => list.scrollTo(0, 0));
  await keep(priya.page, 'practitioner');

  const ruth = await phone(browser, server(), { locale: 'en-GB', deviceScaleFactor: 1 });
  await signIn(ruth.page, server(), who('ruth@northbrook.example'));
  await ruth.page.locator('.queue button').nth(1).waitFor();
  await keep(ruth.page, 'supervisor-queue');
  await ruth.page.locator('.queue button', { hasText: 'Sam' }).first().click();
  await ruth.page.locator('mark').first().waitFor();
  await keep(ruth.page, 'supervisor-alert');

  const maryam = await phone(browser, server(), { locale: 'en-GB', deviceScaleFactor: 1 });
  await signIn(maryam.page, server(), who('maryam@northbrook.example'));
  await maryam.page.getByRole('button', { name: 'People' }).click();
  await maryam.page.getByText('Who is here').waitFor();
  await maryam.page.getByText('Marek').first().waitFor();
  await keep(maryam.page, 'manager');
  await maryam.page.setViewportSize({ width: 1280, height: 800 });
  await maryam.page.getByRole('button', { name: 'Rules' }).click();
  await maryam.page.getByLabel('Try a text').fill('my brother said dad h1t him again');
  await maryam.page.locator('.verdict mark').first().waitFor();
  await keep(maryam.page, 'manager-rules');
  for (const one of [dean, priya, ruth, maryam]) {
    assert.deepEqual(one.errors, []);
    await one.context.close();
  }
});
