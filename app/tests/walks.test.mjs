// What people do, in a real browser against the real server, at 360 by 640.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { another, choosePin, hasNoBarriers, join, launch, newId, phone, PIN, Server, signIn, unlock } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** A walk has a server, a team and a phone of its own, and ends without an error on the page. */
function walk(name, steps) {
  test(name, { timeout: 120_000 }, async () => {
    const server = await Server.start();
    try {
      const team = await server.team();
      const here = await phone(browser, server, { locale: 'en-GB', serviceWorkers: 'allow' });
      await steps({ server, team, ...here });
      assert.deepEqual(here.errors, []);
      await here.context.close();
    } finally {
      await server.stop();
    }
  });
}

/** Everything the browser keeps that is not sealed, as one text. */
const plainTraces = (page) =>
  page.evaluate(async () => {
    const texts = [document.title, location.href, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        texts.push(request.url);
        // The shell is the same file for everybody; that nothing else is kept, its address says.
        if (!/\/assets\/|\.png$/.test(request.url)) texts.push(await (await cache.match(request)).text());
      }
    }
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise((done) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => done(asked.result);
      });
      for (const store of db.objectStoreNames) {
        const rows = await new Promise((done) => {
          const asked = db.transaction(store).objectStore(store).getAll();
          asked.onsuccess = () => done(asked.result);
        });
        for (const row of rows) {
          for (const value of Object.values(row)) {
            if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) texts.push(new TextDecoder().decode(value));
            else texts.push(JSON.stringify(value) ?? '');
          }
        }
      }
      db.close();
    }
    return texts.join('\n');
  });

const kept = (page) =>
  page.evaluate(async () => {
    const db = await new Promise((done) => {
      const asked = indexedDB.open('daybook');
      asked.onsuccess = () => done(asked.result);
    });
    const count = (store) =>
      new Promise((done) => {
        const asked = db.transaction(store).objectStore(store).count();
        asked.onsuccess = () => done(asked.result);
      });
    const found = { sealed: await count('sealed'), plain: await count('plain') };
    db.close();
    return found;
  });

/** A picture to look at, where a folder for them is named. */
async function picture(page, name) {
  const folder = process.env.DAYBOOK_PICTURES;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

walk('its files are kept by what is in them, and nothing comes from elsewhere', async ({ server }) => {
  const front = await fetch(server.url);
  assert.match(front.headers.get('content-security-policy'), /default-src 'self'.*require-trusted-types-for 'script'/);
  assert.equal(front.headers.get('cache-control'), 'no-cache');
  const html = await front.text();
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]);
  assert.ok(addresses.every((one) => one.startsWith('/') && !one.startsWith('//')), addresses.join(' '));
  const script = addresses.find((one) => one.endsWith('.js'));
  const kept = await fetch(server.url + script);
  assert.match(kept.headers.get('cache-control'), /immutable/);
  const again = await fetch(server.url + script, { headers: { 'If-None-Match': kept.headers.get('etag') } });
  assert.equal(again.status, 304);
  const missing = await fetch(`${server.url}/assets/nothing.js`);
  assert.deepEqual([missing.status, missing.headers.get('content-type')], [404, 'application/problem+json']);
});

walk('joining on a shared phone leaves no trace, and a code works once', async ({ server, team, page, context }) => {
  await join(page, server, team.code, true);

  assert.equal(await page.title(), 'Daybook');
  assert.equal(new URL(page.url()).hash, '');
  assert.equal(new URL(page.url()).pathname, '/');
  const traces = await plainTraces(page);
  for (const telling of ['Sam', 'Ruth', 'Jo', team.code, 'Crewe']) assert.ok(!new RegExp(`\\b${telling}\\b`).test(traces), telling);
  assert.ok(!traces.includes('/api/'), 'an answer of the API is kept');
  assert.equal((await kept(page)).sealed, 0);

  await context.clearCookies();
  const again = await phone(browser, server);
  await again.page.goto(`${server.url}/#${team.code}`);
  await again.page.getByRole('button', { name: 'Next' }).click();
  await again.page.getByRole('button', { name: 'I understand' }).click();
  await again.page.getByRole('button', { name: 'No', exact: true }).click();
  await choosePin(again.page);
  await again.page.getByText('This code does not work').waitFor();
  assert.notEqual(await again.page.getByLabel('Code').inputValue(), '', 'the code is kept');
  await again.context.close();
});

walk('a check-in takes two taps, and a hard day is met with help', async ({ server, team, page }) => {
  await join(page, server, team.code);
  const { sam } = await team.matched();
  await page.getByText('Talk to Jo').waitFor();

  await page.getByRole('button', { name: '2', exact: true }).click();
  await page.getByRole('button', { name: 'Send to Jo' }).click();

  await page.getByText('Thank you for telling us.').waitFor();
  await page.getByText('Sent. Your team has it.').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Help now' }).waitFor();
  const stored = await server.call('GET', `/check-ins?family_member_id=${sam}`, undefined, team.supervisor.token);
  assert.deepEqual(stored.items.map((one) => [one.scale, one.wants_contact]), [[2, false]]);
});

walk('the answer that somebody makes me unsafe reaches the supervisor, not the mentor', async ({ server, team, page }) => {
  await join(page, server, team.code);
  await team.matched();
  await page.getByText('Talk to Jo').waitFor();

  await page.getByRole('button', { name: '8', exact: true }).click();
  await page.getByRole('group', { name: 'Is anyone making you feel unsafe?' }).getByLabel('Yes').check();
  await page.getByRole('button', { name: 'Send to Jo' }).click();
  await page.getByText('Sent. Your team has it.').waitFor();

  const alerts = await server.call('GET', '/alerts', undefined, team.supervisor.token);
  assert.deepEqual(alerts.items.map((one) => one.severity), ['immediate']);
});

walk('a message over a bad network is neither lost nor doubled', async ({ server, team, page, context }) => {
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  await page.getByText('Talk to Jo').click();

  server.wire.loseAnswers();
  await page.getByLabel('Write here').fill('He slept!');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.pending').waitFor();
  // Stored, and the phone does not know.
  const all = async () =>
    (await server.call('GET', `/conversations/${conversation}/messages?limit=50`, undefined, team.mentor.token)).items.map((one) => one.body);
  for (let tries = 0; (await all()).length === 0 && tries < 400; tries += 1) await new Promise((next) => setTimeout(next, 25));
  assert.deepEqual(await all(), ['He slept!']);
  await page.close();
  server.wire.heal();

  const opened = await context.newPage();
  await opened.goto(server.url);
  await unlock(opened);
  await opened.getByText('Hello Sam').waitFor();
  await opened.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  await opened.getByText('He slept!').waitFor();
  await opened.locator('.bubble.mine:not(.pending)').waitFor();
  await opened.locator('.pending').waitFor({ state: 'detached' });

  assert.deepEqual(await all(), ['He slept!']);
});

walk('what is written without a network waits, says so, and goes by itself', async ({ server, team, page, context }) => {
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  await page.getByText('Talk to Jo').click();

  await context.setOffline(true);
  for (const words of ['One', 'Two']) {
    await page.getByLabel('Write here').fill(words);
    await page.getByRole('button', { name: 'Send' }).click();
  }
  await page.getByText('Not sent yet. Need help now?').waitFor();
  await page.getByRole('button', { name: 'Not sent yet. Need help now?' }).click();
  await page.getByRole('button', { name: 'Tell my team I need help' }).click();
  await page.getByText('NOT SENT.').waitFor();
  await page.getByRole('link', { name: 'Call 999' }).waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await context.setOffline(false);

  await page.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  await page.locator('.pending').first().waitFor({ state: 'detached' });
  const stored = await server.call('GET', `/conversations/${conversation}/messages?limit=50`, undefined, team.mentor.token);
  assert.deepEqual(stored.items.map((one) => one.body), ['One', 'Two']);
});

walk('what is written in two tabs is neither lost nor doubled', async ({ server, team, page, context }) => {
  // Without a socket: one that is dead and does not know it takes ten seconds each time.
  await context.routeWebSocket('**/api/v1/live', (socket) => socket.close());
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  const second = await context.newPage();
  for (const tab of [page, second]) {
    await tab.goto(server.url);
    await unlock(tab);
    await tab.getByText('Talk to Jo').click();
  }
  const write = async (on, body) => {
    await on.getByLabel('Write here').fill(body);
    await on.getByRole('button', { name: 'Send' }).click();
    await on.locator('.pending', { hasText: body }).waitFor();
    await on.getByText('Not sent yet. Need help now?').waitFor();
  };

  await context.setOffline(true);
  await write(page, 'One');
  await write(second, 'Two');
  await write(page, 'Three');
  await write(second, 'Four');
  await second.close();
  await context.setOffline(false);
  // The tab that is still open sends what the other has left.
  await page.locator('.bubble.mine:not(.pending)', { hasText: 'Four' }).waitFor();
  await page.locator('.pending').waitFor({ state: 'detached' });
  const stored = async () =>
    (await server.call('GET', `/conversations/${conversation}/messages?limit=50`, undefined, team.mentor.token)).items.map((one) => one.body);
  assert.deepEqual(await stored(), ['One', 'Two', 'Three', 'Four']);

  // What one tab has sent is not sent, nor waited for, by the other.
  const third = await context.newPage();
  await context.setOffline(true);
  await write(page, 'Five');
  await context.setOffline(false);
  await third.goto(server.url);
  await unlock(third);
  await third.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  for (const one of [page, third]) {
    await one.locator('.bubble.mine:not(.pending)', { hasText: 'Five' }).waitFor();
    await one.locator('.pending').waitFor({ state: 'detached' });
    assert.equal(await one.locator('.bubble').count(), 5);
  }
  assert.deepEqual(await stored(), ['One', 'Two', 'Three', 'Four', 'Five']);
});

walk('what an older version of the app had kept unsent, all in one record, is sent once', async ({ server, team, page }) => {
  await page.addInitScript(() => {
    const { subtle } = crypto;
    const { encrypt } = SubtleCrypto.prototype;
    // The key of what is kept is the one that something was kept with last.
    SubtleCrypto.prototype.encrypt = function (how, key, what) {
      window.sealing = (text) => encrypt.call(subtle, how, key, new TextEncoder().encode(text)).then((data) => ({ iv: how.iv, data }));
      return encrypt.call(this, how, key, what);
    };
  });
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  await page.getByText('Talk to Jo').click();
  await page.getByLabel('Write here').fill('a draft');
  const writtenAt = new Date().toISOString();
  const old = ['Old one', 'Old two'].map((body) => ({ id: newId(), kind: 'message', conversationId: conversation, body, writtenAt, state: 'sending' }));
  await page.waitForFunction(() => window.sealing);
  await page.evaluate(async (text) => {
    const sealed = await window.sealing(text);
    const db = await new Promise((done) => {
      const asked = indexedDB.open('daybook');
      asked.onsuccess = () => done(asked.result);
    });
    await new Promise((done) => (db.transaction('sealed', 'readwrite').objectStore('sealed').put(sealed, 'outbox').onsuccess = done));
    db.close();
  }, JSON.stringify(old));
  await page.goto(server.url);
  await unlock(page);
  await page.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  await page.locator('.bubble.mine:not(.pending)', { hasText: 'Old two' }).waitFor();
  await page.locator('.pending').waitFor({ state: 'detached' });
  const stored = await server.call('GET', `/conversations/${conversation}/messages?limit=50`, undefined, team.mentor.token);
  assert.deepEqual(stored.items.map((one) => one.body), ['Old one', 'Old two']);
});

walk('opened without a network it shows what it keeps, and says from when that is', async ({ server, team, page, context }) => {
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  await server.say(team.mentor, conversation, 'How did Monday go?');
  await page.getByText('Jo wrote to you').click();
  await page.getByText('How did Monday go?').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.evaluate(async () => {
    // The worker has the shell when it has taken over.
    while (!navigator.serviceWorker.controller) await new Promise((next) => requestAnimationFrame(next));
  });

  await context.setOffline(true);
  await page.goto(server.url);
  await unlock(page);
  await page.getByText(/We could not update. This is from \d\d:\d\d/).waitFor();
  await page.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  await page.getByText('How did Monday go?').waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByText('We could not update.').waitFor({ state: 'detached' });
});

walk('all that was said while the app was closed is there, and what is not there does not count as read', async ({ server, team, page }) => {
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  const say = async (from, to) => {
    for (let at = from; at <= to; at += 1) await server.say(team.mentor, conversation, `Number ${at}.`);
  };
  const said = page.locator('.bubble p');
  await say(1, 3);
  await page.getByText('Jo wrote to you').click();
  await page.getByText('Number 3.').waitFor();
  await page.goto('about:blank');
  await say(4, 60);

  const marks = [];
  page.on('request', (request) => request.url().endsWith('/read') && marks.push(request.postDataJSON().up_to));
  let asked = 0;
  await page.route('**/messages?*', (route) => {
    asked += 1;
    return route.abort();
  });
  await page.goto(server.url);
  await unlock(page);
  await page.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  await page.getByText('Number 3.').waitFor();
  for (let tries = 0; asked === 0 && tries < 400; tries += 1) await page.waitForTimeout(25);
  const before = asked;
  await say(61, 61);
  for (let tries = 0; asked === before && tries < 400; tries += 1) await page.waitForTimeout(25);
  assert.deepEqual(marks, [], 'what the phone could not read is not read');
  await page.unroute('**/messages?*');

  await say(62, 62);
  await page.getByText('Number 62.').waitFor();
  assert.deepEqual(await said.allInnerTexts(), Array.from({ length: 62 }, (_, at) => `Number ${at + 1}.`));
  assert.equal(await page.locator('.unread + .bubble p').innerText(), 'Number 4.');
  for (let tries = 0; marks.at(-1) !== 62 && tries < 400; tries += 1) await page.waitForTimeout(25);
  assert.equal(marks.at(-1), 62);

  // Whoever reads further up stays there, and has not read what comes below; whoever is at the end stays at the end.
  const tenth = page.getByText('Number 10.', { exact: true });
  await tenth.evaluate((one) => one.scrollIntoView({ block: 'start' }));
  const place = () => tenth.evaluate((one) => Math.round(one.getBoundingClientRect().top));
  const before63 = await place();
  await say(63, 63);
  await page.getByRole('button', { name: 'New' }).waitFor();
  assert.equal(await place(), before63);
  assert.equal(marks.at(-1), 62);
  await page.getByRole('button', { name: 'New' }).click();
  await page.getByRole('button', { name: 'New' }).waitFor({ state: 'detached' });
  await say(64, 64);
  await page.getByText('Number 64.').waitFor();
  for (let tries = 0; marks.at(-1) !== 64 && tries < 400; tries += 1) await page.waitForTimeout(25);
  assert.equal(marks.at(-1), 64);
  const low = await page.getByText('Number 64.').boundingBox();
  assert.ok(low.y + low.height < 640, 'it is on the screen');
});

walk('leaving empties the screen at once, offline too, and Back shows only the list or the lock', async ({ server, team, page, context }) => {
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  await server.say(team.mentor, conversation, 'How did Monday go?');
  await page.getByText('Jo wrote to you').click();
  await page.getByText('How did Monday go?').waitFor();
  await page.getByLabel('Write here').fill('half a sen');

  await context.setOffline(true);
  const left = await page.evaluate(async () => {
    [...document.querySelectorAll('button')].find((one) => one.textContent.includes('Leave')).click();
    await new Promise((next) => requestAnimationFrame(next));
    return document.body.innerText;
  });
  assert.ok(!/Monday|Jo|half a sen/.test(left), left);
  assert.match(left, /List/);
  for (let times = 0; times < 3; times += 1) {
    await page.goBack().catch(() => null);
    const text = await page.evaluate(() => document.body?.innerText ?? '');
    assert.ok(!/Monday|Jo|half a sen/.test(text), text);
  }
  await context.setOffline(false);

  await page.goto(server.url);
  await unlock(page);
  await page.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  await page.getByText('How did Monday go?').waitFor();
  assert.equal(await page.getByLabel('Write here').inputValue(), 'half a sen', 'a draft comes back on an own phone');
});

walk('what was still asked for when the app was locked or left is not taken in', async ({ server, team, page, context }) => {
  await join(page, server, team.code, true);
  await page.getByText('You have no mentor yet.').waitFor();
  /** Holds the next answer to such a call; then lets it go, until the app has it. */
  const hold = async (calls) => {
    const held = {};
    held.asked = new Promise((asked) => {
      held.ready = page.route(calls, (route) => {
        held.release = async () => {
          const answered = page.waitForResponse(calls).then((answer) => answer.finished());
          await route.continue();
          await answered;
          await page.evaluate(() => new Promise((next) => setTimeout(next)));
        };
        asked();
      }, { times: 1 });
    });
    await held.ready;
    return held;
  };

  const talks = await hold('**/api/v1/conversations?*');
  await team.matched();
  await talks.asked;
  await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
  await page.getByRole('button', { name: 'Lock now' }).click();
  await talks.release();
  await context.setOffline(true);
  await unlock(page);
  await page.getByText('We could not update.').waitFor();
  const shown = await page.getByRole('main').innerText();
  assert.ok(!/Sam|Jo/.test(shown), 'a shared phone has kept nothing, and its app knew nothing while it was locked');
  await context.setOffline(false);
  await page.getByText('Talk to Jo').waitFor();

  await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
  await page.getByRole('button', { name: 'Lock now' }).click();
  const session = await hold('**/api/v1/sessions/unlock');
  await unlock(page);
  await session.asked;
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'List' }).waitFor();
  await session.release();
  await page.getByRole('heading', { name: 'List' }).waitFor();
  assert.equal(await page.getByText('Hello').count(), 0, 'who has left is not brought back');
});

walk('wrong PINs wait longer and longer; the tenth empties the phone and signs it out', async ({ server, team, page, context }) => {
  await join(page, server, team.code);
  await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
  await page.getByRole('button', { name: 'Lock now' }).click();
  for (let tries = 1; tries <= 4; tries += 1) {
    await unlock(page, '000000');
    await page.getByText('That is not the PIN').waitFor();
    assert.equal(await page.getByLabel('Put in your PIN').inputValue(), '');
  }
  await unlock(page, '000000');
  await page.getByText(/Wait \d+ seconds/).waitFor();
  // The right PIN waits too, also when the app is opened again.
  assert.ok(await page.getByLabel('Put in your PIN').isDisabled());
  await page.goto(server.url);
  await page.getByText(/Wait \d+ seconds/).waitFor();
  assert.ok(await page.getByLabel('Put in your PIN').isDisabled());

  // As if the waits were over and four more were wrong.
  await page.evaluate(async () => {
    const db = await new Promise((done) => {
      const asked = indexedDB.open('daybook');
      asked.onsuccess = () => done(asked.result);
    });
    const store = db.transaction('plain', 'readwrite').objectStore('plain');
    await new Promise((done) => {
      const asked = store.get('setup');
      asked.onsuccess = () => {
        store.put({ ...asked.result, tries: 9, waitUntil: 0 }, 'setup').onsuccess = done;
      };
    });
    db.close();
  });
  await page.goto(server.url);
  await unlock(page, '000000');
  await page.getByText('This phone is signed out.').waitFor();
  assert.deepEqual(await kept(page), { sealed: 0, plain: 0 });
  const refreshed = await page.evaluate(async () => {
    const answer = await fetch('/api/v1/sessions/refresh', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
    return answer.status;
  });
  assert.ok(refreshed === 401 || refreshed === 422, `the device is still enrolled: ${refreshed}`);
  void context;
});

walk('a phone that was signed out elsewhere is emptied at its next contact', async ({ server, team, page }) => {
  await join(page, server, team.code);
  const { sam, conversation } = await team.matched();
  await server.say(team.mentor, conversation, 'Hello');
  await page.getByText('Jo wrote to you').waitFor();
  await server.call('DELETE', `/accounts/${sam}/devices`, undefined, team.manager);

  await page.getByText('This phone is signed out.').waitFor();
  assert.deepEqual(await kept(page), { sealed: 0, plain: 0 });
});

walk('an alert from start to finish, seen by two supervisors', async ({ server, team, page }) => {
  await join(page, server, team.code);
  await team.matched();
  const ruth = await phone(browser, server, { locale: 'en-GB' });
  await signIn(ruth.page, server, team.supervisor);
  await ruth.page.getByText('Nothing is waiting.').waitFor();

  await page.getByText('Talk to Jo').click();
  await page.getByLabel('Write here').fill('he h1t me again. i am scared to go home');
  await page.getByRole('button', { name: 'Send' }).click();

  await ruth.page.locator('.queue button').first().click();
  await ruth.page.locator('mark').first().waitFor();
  assert.match(await ruth.page.locator('mark').allInnerTexts().then((all) => all.join(' ')), /h1t me/);
  const dev = await phone(browser, server, { locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  await signIn(dev.page, server, team.deputy);
  await dev.page.locator('.queue button').first().click();
  await dev.page.getByRole('button', { name: 'I have it' }).waitFor();

  await ruth.page.getByRole('button', { name: 'I have it' }).click();
  await ruth.page.getByText('You have it.').waitFor();
  await dev.page.getByRole('button', { name: 'I have it' }).click();
  await dev.page.getByText('Ruth was first.').waitFor();
  await dev.page.getByText('Ruth has it.').waitFor();

  await ruth.page.getByRole('button', { name: 'Decide', exact: true }).click();
  await ruth.page.getByLabel('Outcome').selectOption('strategy_discussion');
  await ruth.page.getByLabel('Why').fill('Told us that he hit her; children upstairs.');
  await ruth.page.getByRole('button', { name: 'Record and close' }).click();
  await ruth.page.getByText('Closed: Strategy discussion').waitFor();
  assert.deepEqual([...ruth.errors, ...dev.errors], []);
  // Nothing of it on the family's phone.
  const sams = await page.evaluate(() => document.body.innerText);
  assert.ok(!/alert|concern|strategy|Ruth|Dev/i.test(sams), sams);
  await Promise.all([ruth.context.close(), dev.context.close()]);
});

walk('a mentor answers, and raises a concern that never waits in silence', async ({ server, team, page }) => {
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  const jo = await phone(browser, server, { locale: 'en-GB' });
  await signIn(jo.page, server, team.mentor);
  await jo.page.getByText('Sam').click();
  await page.getByText('Talk to Jo').click();
  await page.getByLabel('Write here').fill('Are you there?');
  await page.getByRole('button', { name: 'Send' }).click();
  await jo.page.getByText('Are you there?').waitFor();

  await jo.page.getByLabel('Write here').fill('Yes. What happened?');
  await jo.page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Yes. What happened?').waitFor();
  // What the server has, and no more than that: whether Sam has seen it is not said.
  const state = await jo.page.locator('.bubble.mine', { hasText: 'Yes. What happened?' }).locator('small').innerText();
  assert.match(state, /^\d\d:\d\d ✓ sent$/);
  assert.equal(await jo.page.locator('.bubble:not(.mine) small', { hasText: 'sent' }).count(), 0);
  await jo.page.route('**/messages', (route) => route.fulfill({ status: 202, json: { id: newId(), state: 'held' } }), { times: 1 });
  await jo.page.getByLabel('Write here').fill('Since I left');
  await jo.page.getByRole('button', { name: 'Send' }).click();
  await jo.page.getByText('NOT SENT to Sam: your account is closed to talks. Whoever supervises you has what you wrote.').waitFor();

  await jo.page.getByRole('button', { name: 'Raise a concern' }).click();
  await jo.page.getByLabel('What kind').selectOption('neglect');
  assert.equal(await jo.page.getByRole('radio', { checked: true }).count(), 0, 'how soon is chosen by nobody else');
  await jo.page.getByLabel('Today').check();
  await jo.page.getByLabel('What did you see or hear?').fill('No food in the house since Thursday.');
  await jo.context.setOffline(true);
  await jo.page.getByRole('button', { name: 'Send concern' }).click();
  await jo.page.getByText('NOT SENT.').waitFor();
  await jo.context.setOffline(false);
  await jo.page.getByRole('button', { name: 'Send concern' }).click();
  await jo.page.getByText('Sent. The supervising social worker is being told').waitFor();

  const alerts = await server.call('GET', '/alerts', undefined, team.supervisor.token);
  assert.deepEqual(alerts.items.map((one) => one.category), ['neglect']);
  assert.deepEqual(jo.errors, []);
  void conversation;
  await jo.context.close();
});

walk('a mentor reads all that is new of a long talk, and what is older by asking for it', async ({ server, team, page }) => {
  const rita = await another(server, team, 'Rita', 'NB-2');
  for (let at = 1; at <= 65; at += 1) await server.say(rita, rita.conversation, `Number ${at}.`);
  const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => `Number ${from + at}.`);
  const said = page.locator('.bubble p');
  const marked = async () => (await server.call('GET', '/conversations', undefined, rita.token)).items[0].with.read_seq;

  await signIn(page, server, team.mentor);
  await page.getByRole('button', { name: /^Rita waiting/ }).click();
  await page.getByText('Number 65.').waitFor();
  assert.deepEqual(await said.allInnerTexts(), numbers(1, 65), 'what is new is there from its beginning');
  for (let tries = 0; (await marked()) !== 65 && tries < 400; tries += 1) await page.waitForTimeout(25);

  // What comes while something else is open is not read before it is seen.
  await page.getByRole('button', { name: 'Dates with Rita' }).click();
  await page.getByRole('heading', { name: 'Dates with Rita' }).waitFor();
  await server.say(rita, rita.conversation, 'Number 66.');
  await page.getByRole('button', { name: 'Talk', exact: true }).waitFor();
  assert.equal(await marked(), 65);
  await page.getByRole('button', { name: 'Talk', exact: true }).click();
  await page.getByText('Number 66.').waitFor();
  for (let tries = 0; (await marked()) !== 66 && tries < 400; tries += 1) await page.waitForTimeout(25);
  assert.equal(await marked(), 66);

  // Wherever they read, whose talk it is and how to raise a concern stay in sight.
  const bar = page.getByRole('navigation', { name: 'This talk' });
  for (const top of [0, 700, 1e6]) {
    await page.evaluate((to) => scrollTo(0, to), top);
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
    for (const part of [bar.getByRole('heading', { name: 'Rita' }), bar.getByRole('button', { name: 'Raise a concern' }), bar.getByRole('button', { name: 'Talks' })]) {
      assert.ok(await part.evaluate((one) => {
        const { left, top: above, width, height } = one.getBoundingClientRect();
        return one.contains(document.elementFromPoint(left + width / 2, above + height / 2));
      }), `scrolled to ${top}`);
    }
  }

  await page.reload();
  await page.getByRole('button', { name: /^Rita waiting/ }).click();
  await page.getByText('Number 66.').waitFor();
  assert.deepEqual(await said.allInnerTexts(), numbers(37, 66));
  for (const from of [7, 1]) {
    const older = page.getByRole('button', { name: 'Show older' });
    await older.scrollIntoViewIfNeeded();
    const [first] = await said.elementHandles();
    const before = await first.boundingBox();
    await older.click();
    await page.getByText(`Number ${from}.`, { exact: true }).waitFor();
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
    assert.ok(Math.abs((await first.boundingBox()).y - before.y) < 2, 'what was on the screen is where it was');
    assert.deepEqual(await said.allInnerTexts(), numbers(from, 66));
  }
  assert.equal(await page.getByRole('button', { name: 'Show older' }).count(), 0);
});

walk('a goal is in their own words, staff put theirs beside it, and a gap stays a gap', async ({ server, team, page, context }) => {
  await join(page, server, team.code);
  const { sam } = await team.matched();
  const stored = async () => (await server.call('GET', `/goals?family_member_id=${sam}`, undefined, team.mentor.token)).items;
  await page.getByRole('navigation').getByRole('button', { name: 'My goals' }).click();
  await page.getByLabel('What would be a little better?').fill('Mornings without shouting');
  await page.getByRole('group', { name: 'Where is it now?' }).getByRole('button', { name: '2', exact: true }).click();
  await page.getByRole('group', { name: 'What would be good enough?' }).getByRole('button', { name: '8', exact: true }).click();
  await picture(page, 'goals-first');
  await page.getByRole('button', { name: 'Add a goal' }).click();
  await page.getByRole('heading', { name: 'Mornings without shouting' }).waitFor();
  await page.locator('.goal [role=status]').waitFor({ state: 'detached' });
  const [goal] = await stored();
  assert.deepEqual([goal.words, goal.start, goal.good_enough, goal.now], ['Mornings without shouting', 2, 8, null]);

  // Somebody of the staff adds theirs: it stands beside, with their name.
  const add = (body) => server.call('POST', `/goals/${goal.id}/entries`, { id: newId(), ...body }, team.mentor.token);
  await add({ kind: 'helped', words: 'Story time' });
  await add({ kind: 'now', scale: 9 });
  await page.getByText('Story time (Jo)').waitFor();
  assert.equal(await page.locator('.figures').innerText().then((text) => /9/.test(text)), false);

  // Without a signal it is kept, and goes by itself, once.
  await context.setOffline(true);
  await page.getByRole('button', { name: 'How is it now?' }).click();
  await page.locator('.goal').getByRole('button', { name: '6', exact: true }).click();
  await page.getByText('Now 6').waitFor();
  await page.getByRole('button', { name: 'One small next step' }).click();
  await page.getByLabel('One small next step').fill('Shoes by the door');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Shoes by the door').waitFor();
  await page.locator('.goal [role=status]').waitFor();
  await context.setOffline(false);
  await page.locator('.goal [role=status]').waitFor({ state: 'detached' });
  const said = (await stored())[0].entries.filter((one) => one.by.id === sam);
  assert.deepEqual(said.map((one) => one.scale ?? one.words).sort(), [6, 'Shoes by the door']);

  // Months of it: two runs, and nothing between them.
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString();
  await page.route('**/api/v1/goals?*', async (route) => {
    const answer = await (await route.fetch()).json();
    const one = answer.items[0];
    one.received_at = day(60);
    const by = one.entries.find((entry) => entry.by.id === sam).by;
    const reading = (ago, scale) => ({ id: `${ago}`, goal_id: one.id, by, kind: 'now', scale, words: null, said_at: day(ago), received_at: day(ago) });
    one.entries = [reading(1, 6), reading(8, 5), reading(15, 5), reading(48, 4), reading(55, 3), ...one.entries.filter((entry) => entry.words)];
    await route.fulfill({ json: answer });
  });
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('navigation').getByRole('button', { name: 'My goals' }).click();
  await page.getByText('See as a list').waitFor();
  // Two lines, and none over the time without an answer. What the phone kept is shown first.
  await page.waitForFunction(() => document.querySelector('.chart .lines')?.getAttribute('d').match(/M/g)?.length === 2);
  assert.equal(await page.locator('.chart').getAttribute('aria-label'), 'Start 2. Now 6. I want 8');
  await page.getByText('See as a list').click();
  await page.getByText('4 weeks with no answer').waitFor();
  assert.equal(await page.locator('.readings li').count(), 7, 'six readings and one gap');
  await picture(page, 'goals');
  await hasNoBarriers(page, 'goals');
  await page.unroute('**/api/v1/goals?*');

  await page.getByRole('button', { name: 'This goal is done' }).click();
  await page.getByRole('button', { name: 'I got there' }).click();
  await page.getByText('Goals from before').click();
  await page.getByText('You got there.').waitFor();
  await page.locator('.new-goal').waitFor();
  for (let tries = 0; tries < 50 && (await stored())[0].ending === null; tries += 1) await page.waitForTimeout(100);
  assert.equal((await stored())[0].ending, 'reached');
});

walk('who waits longest comes first, and only an answer or a call ends it', async ({ server, team, page }) => {
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  await page.getByText('Talk to Jo').click();
  await page.getByLabel('Write here').fill('Can you help me with a form?');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble.mine:not(.pending)').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: '1', exact: true }).click();
  await page.getByLabel('Yes, please call').check();
  await page.getByRole('button', { name: 'Send to Jo' }).click();
  await page.getByText('Sent. Your team has it.').waitFor();
  await page.getByRole('button', { name: 'Home' }).first().click();

  const jo = await phone(browser, server, { locale: 'en-GB' });
  await signIn(jo.page, server, team.mentor);
  await jo.page.getByRole('heading', { name: 'Needs a reply' }).waitFor();
  await jo.page.getByRole('heading', { name: 'Asked for a call' }).waitFor();
  await jo.page.getByText('Asked for a call. Said 0 to 2.').waitFor();
  await picture(jo.page, 'mentor-needs');
  await hasNoBarriers(jo.page, 'who needs me');
  const ruth = await phone(browser, server, { locale: 'en-GB' });
  await signIn(ruth.page, server, team.supervisor);
  await ruth.page.getByRole('button', { name: 'Families' }).click();
  await ruth.page.getByText('1 message to Jo').waitFor();
  await picture(ruth.page, 'caseload');
  await hasNoBarriers(ruth.page, 'caseload');

  await jo.page.getByText('How did it end?').click();
  await jo.page.getByRole('button', { name: 'I left a message' }).click();
  await jo.page.getByText('Tried once: a message was left.').waitFor();
  await picture(jo.page, 'mentor-tried');
  await jo.page.getByRole('button', { name: 'I spoke with them' }).click();
  await jo.page.getByRole('heading', { name: 'Asked for a call' }).waitFor({ state: 'detached' });
  await jo.page.getByRole('button', { name: 'Sam waiting' }).click();
  await jo.page.getByText('Can you help me with a form?').waitFor();
  await jo.page.getByLabel('Write here').fill('Yes, bring it on Thursday.');
  await jo.page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Jo wrote to you').waitFor();
  await jo.page.getByRole('button', { name: 'Talks' }).click();
  await jo.page.getByText('All answered.').waitFor();
  assert.deepEqual([...jo.errors, ...ruth.errors], []);
  void conversation;
  await Promise.all([jo.context.close(), ruth.context.close()]);
});

/** In both themes, as narrow and as wide as screens are; and left as a phone shows it. */
async function everyWay(page, where) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    for (const width of [320, 1280, 360]) {
      await page.setViewportSize({ width, height: 640 });
      await hasNoBarriers(page, `${where}, ${colorScheme}, ${width}`);
    }
  }
}

test('no screen has a barrier, in either theme, at any width', { timeout: 400_000 }, async () => {
  const server = await Server.start();
  try {
    const team = await server.team();
    const options = { reducedMotion: 'reduce', locale: 'en-GB' };
    const sam = await phone(browser, server, options);
    const { page } = sam;
    const look = (where) => everyWay(page, where);
    await page.goto(`${server.url}/#${team.code}`);
    await page.getByRole('button', { name: 'Next' }).waitFor();
    await look('code');
    await page.getByRole('button', { name: 'Next' }).click();
    await look('promise');
    await page.getByRole('button', { name: 'I understand' }).click();
    await look('phone');
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await look('pin');
    await choosePin(page);
    await page.getByText('You have no mentor yet').waitFor();
    await look('home without a mentor');
    const { conversation } = await team.matched();
    await server.say(team.mentor, conversation, 'A very long word: ' + 'abcdefghij'.repeat(12));
    await page.getByText('Jo wrote to you').waitFor();
    await look('home');
    await page.getByText('Jo wrote to you').click();
    await page.getByText('A very long word').waitFor();
    await page.getByLabel('Write here').fill('he hit me');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.bubble.mine:not(.pending)').waitFor();
    await look('talk');
    await page.getByRole('button', { name: 'Help now' }).click();
    await look('help');
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: '5', exact: true }).click();
    await look('check-in');
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
    await look('safety');
    await page.getByRole('button', { name: 'Lock now' }).click();
    await look('lock');
    await page.getByRole('button', { name: 'Leave' }).click();
    await look('left');

    const ruth = await phone(browser, server, options);
    const staff = (where) => everyWay(ruth.page, where);
    await ruth.page.goto(server.url);
    await ruth.page.getByRole('button', { name: 'I work here: sign in' }).click();
    await ruth.page.getByLabel('E-mail').waitFor();
    await staff('sign in');
    await signIn(ruth.page, server, team.supervisor);
    await ruth.page.locator('.queue button').first().waitFor();
    await staff('queue');
    await ruth.page.locator('.queue button').first().click();
    await ruth.page.getByRole('button', { name: 'I have it' }).click();
    await ruth.page.getByRole('button', { name: 'Decide', exact: true }).click();
    await staff('alert');
    await ruth.page.getByRole('button', { name: 'People' }).click();
    await ruth.page.getByRole('button', { name: /^Jo peer mentor/ }).waitFor();
    await staff('people');
    const jo = await phone(browser, server, options);
    await signIn(jo.page, server, team.mentor);
    await jo.page.getByText('Sam').waitFor();
    await everyWay(jo.page, 'talks');
    await jo.page.getByText('Sam').click();
    await jo.page.getByText('A very long word').waitFor();
    await everyWay(jo.page, 'mentor talk');
    await jo.page.getByRole('button', { name: 'Raise a concern' }).click();
    await everyWay(jo.page, 'concern');
    assert.deepEqual([...sam.errors, ...ruth.errors, ...jo.errors], []);
    await Promise.all([sam.context.close(), ruth.context.close(), jo.context.close()]);
  } finally {
    await server.stop();
  }
});

walk('a family reads its own language, from right to left too, and so is the promise recorded', async ({ server, team, page, context }) => {
  await page.goto(`${server.url}/#${team.code}`);
  await page.getByLabel('Language').selectOption('ar');
  await page.getByRole('button', { name: 'التالي' }).waitFor();
  assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ['ar', 'rtl']);
  await hasNoBarriers(page, 'code in Arabic');
  // The lines of the server, whose words are English, do not take the place of words that are read.
  await page.getByRole('button', { name: 'مساعدة' }).click();
  await page.getByText('0800 068 4141').waitFor();
  const lines = await page.locator('.lines strong').allInnerTexts();
  for (const line of ['الشرطة والإطفاء والإسعاف', 'Childline، تحت 19 سنة', 'العنف في البيت']) assert.ok(lines.includes(line), `${line}: ${lines.join(', ')}`);
  await page.getByText('لا تستطيع الكلام؟ اضغط 55 عندما يُطلب منك.').waitFor();
  await page.getByRole('button', { name: 'رجوع' }).click();
  await page.getByRole('button', { name: 'التالي' }).click();
  await page.getByRole('button', { name: 'فهمت' }).click();
  await page.getByRole('button', { name: 'لا', exact: true }).click();
  for (const title of ['اختر رقمًا سريًا', 'اكتب الرقم السري مرة أخرى']) {
    await page.getByRole('heading', { name: title }).waitFor();
    await page.getByLabel('الرقم السري').fill(PIN);
    await page.getByRole('button', { name: 'موافق' }).click();
  }
  await page.getByText(/مرحبًا/).waitFor();
  const { sam } = await team.matched();
  const people = await server.call('GET', '/accounts?limit=200', undefined, team.manager);
  assert.ok(people.items.some((one) => one.id === sam));
  const me = await page.evaluate(async () => {
    const { access_token } = await (await fetch('/api/v1/sessions/refresh', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })).json();
    return (await fetch('/api/v1/accounts/me', { headers: { Authorization: `Bearer ${access_token}` } })).json();
  });
  assert.equal(me.notice.shown_language, 'ar');

  // Chosen on this phone: it opens so without a network, and changes at once.
  await page.evaluate(async () => {
    while (!navigator.serviceWorker.controller) await new Promise((next) => requestAnimationFrame(next));
    const all = async () => (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))).flat();
    while (!(await all()).some((one) => one.url.includes('/assets/ar-'))) await new Promise((next) => setTimeout(next, 50));
  });
  await context.setOffline(true);
  await page.goto(server.url);
  await page.getByLabel('اكتب رقمك السري').waitFor();
  await context.setOffline(false);
  await page.getByLabel('اكتب رقمك السري').fill(PIN);
  await page.getByRole('button', { name: 'موافق' }).click();
  await page.getByRole('navigation').getByRole('button', { name: 'سلامتي' }).click();
  await page.getByLabel('اللغة').selectOption('pl');
  await page.getByRole('heading', { name: 'Bezpieczeństwo' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dir), 'ltr');
});

walk('a date is seen, answered without a network, and asked about again when it has changed', async ({ server, team, page, context }) => {
  await join(page, server, team.code);
  const { sam } = await team.matched();
  await page.getByText('Talk to Jo').waitFor();
  const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const says = { what: 'Jo comes to see you', where: 'At home', minutes: 60, remind_minutes_before: 1440 };
  const make = (body) => server.call('POST', '/dates', { id: newId(), family_member_id: sam, ...body }, team.mentor.token);
  const first = await make({ starts: `${day(3)}T10:00`, ...says });
  await make({ what: 'Meeting at school', where: 'Bring the letter', minutes: 45, starts: `${day(12)}T14:00`, repeats: 'weekly' });
  const dates = async () => (await server.call('GET', `/dates?family_member_id=${sam}`, undefined, team.mentor.token)).items;

  await page.getByRole('button', { name: 'Jo comes to see you' }).waitFor();
  const open = () => page.getByRole('navigation').getByRole('button', { name: 'Dates' }).click();
  await open();
  await page.getByText('Meeting at school').waitFor();
  await page.getByText('About 45 minutes. Every week.').waitFor();
  await page.getByText('10:00').waitFor();
  await page.evaluate(async () => {
    while (!navigator.serviceWorker.controller) await new Promise((next) => requestAnimationFrame(next));
  });

  await context.setOffline(true);
  await page.getByRole('button', { name: 'I can come' }).first().click();
  await page.getByText('You said: I can come.').waitFor();
  await page.getByText('waiting').waitFor();
  // Opened anew, still without a network: the dates are there, and the answer that waits.
  await page.goto(server.url);
  await unlock(page);
  await page.getByText('Not sent yet: 1 thing').click();
  await page.getByText('You said: I can come.').waitFor();
  await page.getByText('waiting').waitFor();
  await hasNoBarriers(page, 'dates');
  assert.equal((await dates())[0].reply, null);
  await context.setOffline(false);
  await page.getByText('waiting').waitFor({ state: 'detached' });
  await page.getByText('We could not update.').waitFor({ state: 'detached' });
  assert.equal((await dates())[0].reply.reply, 'can_come');
  await page.getByText('You said: I can come.').waitFor();

  await server.call('PUT', `/dates/${first.id}`, { version: 1, starts: `${day(4)}T11:00`, ...says }, team.mentor.token);
  await page.getByText('This has changed since you answered. Can you come?').waitFor();
  await page.getByText(/You answered for .* 10:00/).waitFor();
  await page.getByText('11:00').waitFor();
  await page.getByRole('button', { name: 'Change it' }).first().click();
  await page.getByLabel('What would be better for you?').fill('After five, please');
  await hasNoBarriers(page, 'a date to change');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('You asked to change it.').waitFor();
  for (let tries = 0; (await dates())[0].reply.version !== 2 && tries < 400; tries += 1) await new Promise((next) => setTimeout(next, 25));
  const [{ reply }] = await dates();
  assert.deepEqual([reply.version, reply.reply, reply.note], [2, 'change_it', 'After five, please']);
  await picture(page, 'dates');

  await server.call('POST', `/dates/${first.id}/cancellation`, { version: 2 }, team.mentor.token);
  await page.getByText('This is cancelled.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'I can come' }).count(), 1);
});
