// A seat for each who works here: walks of staff screens, each looked at as a phone and as a desk shows it, in
// both themes. With SCREENS=FOLDER the pictures are kept.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { hasNoBarriers, launch, phone, PIN, Server, signIn } from './support.mjs';

const MODES = [
  { name: 'phone', width: 360, height: 640, colorScheme: 'light' },
  { name: 'phone-dark', width: 360, height: 640, colorScheme: 'dark' },
  { name: 'narrow', width: 320, height: 568, colorScheme: 'light' },
  { name: 'desk', width: 1280, height: 800, colorScheme: 'light' },
  { name: 'desk-dark', width: 1280, height: 800, colorScheme: 'dark' },
];

/** Looks at a screen in every mode, and leaves it as a phone shows it. */
export async function look(page, where) {
  for (const { name, width, height, colorScheme } of MODES) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await hasNoBarriers(page, `${where}, ${name}`);
    const { SCREENS } = process.env;
    if (!SCREENS) continue;
    mkdirSync(SCREENS, { recursive: true });
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: path.join(SCREENS, `${where.replaceAll(' ', '-')}.${name}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 360, height: 640 });
  await page.emulateMedia({ colorScheme: 'light' });
}

/**
 * Walks of one file, which share a browser. Each has a server, a team and a family member who has joined; nothing may go
 * wrong on a page.
 */
export function seats() {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  return (name, steps, settings = {}) => {
    test(name, { timeout: 180_000 }, async () => {
      const server = await Server.start(typeof settings === 'function' ? settings() : settings);
      try {
        const team = await server.team();
        const session = await server.call('POST', '/invitations/accept', { code: team.code, password: PIN });
        const sam = { id: session.account.id, token: session.access_token };
        const opened = [];
        const as = async (who) => {
          const here = await phone(browser, server, { deviceScaleFactor: 1, locale: 'en-GB' });
          opened.push(here);
          await signIn(here.page, server, who);
          return here;
        };
        const manager = { email: 'maryam@example.org', password: team.mentor.password, token: team.manager };
        await steps({ server, team, sam, manager, as });
        for (const { errors, context } of opened) {
          assert.deepEqual(errors, []);
          await context.close();
        }
      } finally {
        await server.stop();
      }
    });
  };
}

export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
/** Another of the team, with a session. */
export async function joined(server, team, role, name, more = {}) {
  const email = `${name.toLowerCase()}@example.org`;
  const { code } = await team.invite({ role, display_name: name, email, ...more });
  const session = await server.call('POST', '/invitations/accept', { code, password: team.mentor.password });
  return { id: session.account.id, token: session.access_token, email, password: team.mentor.password };
}
