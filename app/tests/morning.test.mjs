// A mentor's morning; and notices, which say one sentence whatever happened.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from '../fluent.mjs';
import { another as family, hasNoBarriers, join, launchWith, newId, signIn, subscription, unlock, until, walks } from './support.mjs';

const walk = walks();

/** What is kept sealed on this phone: names that tell nothing, no words. */
const keptNames = (page) =>
  page.evaluate(async () => {
    const done = (asked) => new Promise((ready) => (asked.onsuccess = () => ready(asked.result)));
    const db = await done(indexedDB.open('daybook'));
    const names = await done(db.transaction('sealed').objectStore('sealed').getAllKeys());
    db.close();
    return names;
  });

/** The note stands at version 4, and while Jo writes the next one, whoever covers for her saves it first. */
async function notesOfTwo({ server, team, page, third, bea }) {
  const save = (who, based, going_on) =>
    server.call('POST', '/handover-notes', { id: newId(), family_member_id: third.id, based_on: based, going_on }, who);
  for (const based of [0, 1, 2, 3]) await save(team.mentor.token, based, `What was going on, ${based + 1}`);
  await server.call('PUT', `/matches/${third.match}/cover`, { account_id: bea.account.id, until: new Date(Date.now() + 3_600_000).toISOString() }, team.manager);
  await page.getByRole('button', { name: 'Leo waiting' }).click();
  await page.getByRole('button', { name: 'Notes to hand over about Leo' }).click();
  await page.getByText(/^Version 4, you/).waitFor();
  await page.getByRole('button', { name: 'Write the next version' }).click();
  await page.getByLabel('Look out for').fill('Sundays are hard');
  await save(bea.access_token, 4, 'They moved on Friday');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Bea saved version 5 while you wrote. Nothing of yours was stored.').waitFor();
  await page.getByText('They moved on Friday').waitFor();
  assert.equal(await page.getByLabel('Look out for').inputValue(), 'Sundays are hard');
  await page.getByRole('button', { name: /^Take this instead.*What is going on now/ }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved: version 6.').waitFor();
  await server.call('DELETE', `/matches/${third.match}/cover`, undefined, team.manager);
  await page.getByRole('button', { name: 'Talk', exact: true }).click();
  await page.getByRole('button', { name: 'Talks' }).click();
}

walk('who wrote first comes first, whoever writes again; and only a person ends the wait', async ({ server, team, page, another }) => {
  const homes = [];
  for (const [name, reference] of [['Rita', 'NB-2'], ['Ania', 'NB-3'], ['Leo', 'NB-4']]) homes.push(await family(server, team, name, reference));
  const [first, second, third] = homes;
  // Jo reads on one day of the week, and that is not today: whoever writes is told so by itself, and waits all the same.
  const inThreeDays = new Date(Date.now() + 3 * 86_400_000).toLocaleDateString('en-GB', { weekday: 'long' }).toLowerCase();
  const windows = [{ day: inThreeDays, from: '09:00', to: '17:00' }];
  await server.call('PUT', `/accounts/${team.mentor.id}/reading-hours`, { windows }, team.mentor.token);
  await server.say(first, first.conversation, 'Are you there?');
  await server.say(second, second.conversation, 'Can you ring the school?');
  await server.say(third, third.conversation, 'Good morning');
  await server.say(first, first.conversation, 'It is about Monday');

  await signIn(page, server, team.mentor);
  const rows = page.locator('section', { has: page.getByRole('heading', { name: 'Needs a reply' }) }).locator('.needs strong');
  await rows.nth(2).waitFor();
  assert.deepEqual(await rows.allInnerTexts(), ['Rita', 'Ania', 'Leo']);
  await page.getByText('2 messages').waitFor();
  for (const one of homes) {
    const [{ receipt }] = (await server.call('GET', '/conversations', undefined, one.token)).items;
    assert.equal(receipt.after_seq, 1, 'each was answered by itself, once');
  }
  // Reading is no answer.
  await page.getByRole('button', { name: 'Rita waiting' }).click();
  await page.getByText('It is about Monday').waitFor();
  await page.getByRole('button', { name: 'Talks' }).click();
  await rows.nth(2).waitFor();
  assert.deepEqual(await rows.allInnerTexts(), ['Rita', 'Ania', 'Leo']);
  await page.getByRole('button', { name: 'Rita waiting' }).click();
  await page.getByLabel('Write here').fill('Yes, I am here.');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble.mine', { hasText: 'Yes, I am here.' }).waitFor();
  await page.getByRole('button', { name: 'Talks' }).click();
  await until('the answered one is gone', async () => (await rows.allInnerTexts()).join() === 'Ania,Leo');

  // Whoever asked for a call: when that is safe stands before what became of it.
  const plan = { windows: ['monday', 'friday'].map((day) => ({ day, from: '09:00', to: '15:00' })), ok_message: true, ok_call: true, ok_voicemail: false };
  await server.call('PUT', `/contact-plans/${second.id}`, { ...plan, shared_phone: false }, second.token);
  await server.call('POST', `/contact-plans/${second.id}/confirmation`, { version: 1 }, team.mentor.token);
  await server.call('POST', '/check-ins', { id: newId(), scale: 5, wants_contact: true }, second.token);
  const asked = page.locator('section', { has: page.getByRole('heading', { name: 'Asked for a call' }) });
  await asked.getByText('How to reach Ania safely').click();
  await asked.getByText(/09:00 to 15:00/).waitFor();
  await asked.getByText('How did it end?').click();
  const [safe, ended] = await Promise.all([asked.getByText(/09:00 to 15:00/), asked.getByRole('button', { name: 'I spoke with them' })].map((one) => one.boundingBox()));
  assert.ok(safe.y + safe.height <= ended.y, 'safe times come first');
  await hasNoBarriers(page, 'asked for a call');

  // Somebody covers for a moment: then not a minute longer.
  const { code } = await team.invite({ role: 'peer_mentor', display_name: 'Bea', pod_id: team.pod, email: 'bea@example.org' });
  const bea = await server.call('POST', '/invitations/accept', { code, password: team.mentor.password });
  await notesOfTwo({ server, team, page, third, bea });
  const over = Date.now() + 5000;
  await server.call('PUT', `/matches/${second.match}/cover`, { account_id: bea.account.id, until: new Date(over).toISOString() }, team.manager);
  const talk = `/conversations/${second.conversation}/messages`;
  await server.call('GET', talk, undefined, bea.access_token);
  const hers = await another();
  await signIn(hers.page, server, { email: 'bea@example.org', password: team.mentor.password });
  await hers.page.getByText('Ania').first().waitFor();
  await until('the cover is over', async () => {
    const answer = await fetch(`${server.address}/api/v1${talk}`, { headers: { Authorization: `Bearer ${bea.access_token}` } });
    assert.ok(answer.status === 404 || Date.now() < over + 1000, 'it is open after its time');
    return answer.status === 404;
  });
  await hers.page.reload();
  await hers.page.getByText('No families yet.').waitFor();

  // A concern that does not arrive says so, with a number, and is never left to an outbox.
  const alerts = async () => (await server.call('GET', '/alerts', undefined, team.supervisor.token)).items.length;
  const before = await alerts();
  await page.getByRole('button', { name: 'Raise a concern' }).first().click();
  await page.getByLabel('About whom').selectOption('Leo');
  await page.getByLabel('What kind').selectOption('neglect');
  await page.getByLabel('Today').check();
  await page.getByLabel('What did you see or hear?').fill('No food since Thursday.');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Send concern' }).click();
  await page.getByText(/NOT SENT\..*999/).waitFor();
  assert.equal(await page.getByLabel('What did you see or hear?').inputValue(), 'No food since Thursday.');
  // There is signal again, and the app goes on by itself: with the concern it does not. The words are a draft.
  await page.context().setOffline(false);
  const heard = page.waitForResponse((one) => one.url().includes('/needs'));
  await page.reload();
  await heard;
  assert.deepEqual(await keptNames(page), ['concern ']);
  assert.equal(await alerts(), before);
  await page.getByRole('button', { name: 'Raise a concern' }).first().click();
  await page.waitForFunction(() => document.querySelector('#note')?.value === 'No food since Thursday.');
  await page.getByRole('button', { name: 'Send concern' }).click();
  await page.getByText('Sent. The supervising social worker is being told').waitFor();
  assert.equal(await alerts(), before + 1);
  await until('the draft is gone', async () => (await keptNames(page)).length === 0);
});

const sentence = (language, id) => {
  const file = path.resolve(import.meta.dirname, `../../languages/${language}.ftl`);
  return parse(readFileSync(file, 'utf8')).get(id).join('');
};

walk('a notice is one sentence in each language, one at a time, and gone once the app is open', async ({ server, team }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'daybook-notices-'));
  // Pushes reach a browser that keeps a profile, and no other.
  const context = await launchWith(folder, { viewport: { width: 360, height: 640 }, locale: 'en-GB' });
  try {
    await context.grantPermissions(['notifications'], { origin: server.url });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    const registrations = [];
    cdp.on('ServiceWorker.workerRegistrationUpdated', (event) => registrations.push(...event.registrations));
    await cdp.send('ServiceWorker.enable');
    await join(page, server, team.code);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await until('the worker is known', () => registrations.some((one) => one.scopeURL.startsWith(server.url)));
    const { registrationId } = registrations.find((one) => one.scopeURL.startsWith(server.url));
    const shown = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        return (await registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
      });
    const push = async (data) => {
      await cdp.send('ServiceWorker.deliverPushMessage', { origin: server.url, registrationId, data });
    };
    for (const language of ['en', 'pl', 'ar']) {
      for (const id of ['noticeNew', 'noticeNow']) {
        const body = sentence(language, id);
        // A message and a date say the same; both are padded to one size by the server.
        for (const _event of ['a message', 'a date']) await push(JSON.stringify({ body }).padEnd(200));
        await until(`${language}: ${body}`, async () => (await shown()).some((one) => one.body === body));
        assert.deepEqual(await shown(), [{ title: 'Daybook', body, tag: 'daybook' }]);
      }
    }
    // What cannot be read still says the one sentence, and nothing else that was in it.
    await push('{"body":"Jo wrote: are you safe? He must not see this, it is far too long for a sentence"}');
    await until('the sentence', async () => (await shown()).some((one) => one.body === 'You have something new.'));
    assert.equal((await shown()).length, 1);
    await page.goto(server.url);
    await unlock(page);
    await page.getByText('Hello Sam').waitFor();
    await until('notices are closed', async () => (await shown()).length === 0);
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

walk('the card of notices rests two weeks after "Not now", twice, and then for good', async ({ server, team, page }) => {
  await join(page, server, team.code);
  await team.matched();
  await page.getByText('Talk to Jo').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  const card = page.getByText('The notice says only: You have something new.');
  const visit = async (days, asked) => {
    await page.clock.setSystemTime(Date.now() + days * 86_400_000);
    await page.goto(server.url);
    await unlock(page);
    await page.getByText('Hello Sam').waitFor();
    await page.getByRole('button', { name: '6', exact: true }).click();
    await page.getByRole('button', { name: 'Send to Jo' }).click();
    await page.getByText('Sent. Your team has it.').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Home' }).click();
    await page.getByText('Talk to Jo').waitFor();
    if (asked) {
      await card.waitFor();
      await page.getByRole('main').getByRole('button', { name: 'Not now' }).click();
      await card.waitFor({ state: 'detached' });
    } else {
      await page.waitForTimeout(300);
      assert.equal(await card.count(), 0, `after ${days} days`);
    }
  };
  await visit(0, true);
  await visit(13, false);
  await visit(15, true);
  await visit(400, false);
});

walk('where notices are refused, or the phone is shared, nothing is offered', async ({ server, team, page }) => {
  await page.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }));
  await join(page, server, team.code);
  await team.matched();
  await page.getByText('Talk to Jo').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.getByRole('button', { name: '6', exact: true }).click();
  await page.getByRole('button', { name: 'Send to Jo' }).click();
  await page.getByText('Sent. Your team has it.').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Home' }).click();
  await page.getByText('Talk to Jo').waitFor();
  await page.waitForTimeout(300);
  assert.equal(await page.locator('.card').count(), 0);
});

walk('a phone keeps its notices, has them put right on each opening, and can turn them off', async ({ server, team, page }) => {
  await page.addInitScript((place) => {
    // What the browser holds, and what its person answers.
    const has = (key) => sessionStorage.getItem(key) !== null;
    Object.defineProperty(Notification, 'permission', { get: () => (has('granted') ? 'granted' : 'default') });
    Notification.requestPermission = async () => Notification.permission;
    const here = { toJSON: () => place, unsubscribe: async () => sessionStorage.removeItem('place') };
    PushManager.prototype.subscribe = async () => {
      sessionStorage.setItem('place', '');
      return here;
    };
    PushManager.prototype.getSubscription = async () => (has('place') ? here : null);
  }, subscription());
  const told = [];
  page.on('request', (request) => /\/push\/subscriptions/.test(request.url()) && told.push(request.method()));
  const browser = (act, key) => page.evaluate(([how, which]) => sessionStorage[how](which, ''), [act, key]);
  const open = async () => {
    await page.goto(server.url);
    await unlock(page);
    await page.getByText('Hello Sam').waitFor();
  };
  const safety = () => page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
  await join(page, server, team.code);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await safety();
  await page.getByRole('button', { name: 'Yes, tell me' }).click();
  await page.waitForTimeout(100);
  assert.equal(await page.getByText('This phone does not let us.').count(), 0, 'whoever closes the question has not said no');
  await browser('setItem', 'granted');
  await page.getByRole('button', { name: 'Yes, tell me' }).click();
  await page.getByText('Notices are on for this phone.').waitFor();
  await hasNoBarriers(page, 'notices are on');

  // The browser has dropped the place: it is made anew without a question.
  await browser('removeItem', 'place');
  await open();
  await until('it is told again', () => told.length === 2);
  await safety();
  await page.getByText('Notices are on for this phone.').waitFor();
  const off = page.locator('section', { hasText: 'Notices are on for this phone.' }).getByRole('button', { name: 'Turn it off' });
  await off.click();
  await page.getByRole('button', { name: 'Yes, tell me' }).waitFor();
  await until('the server has ended it', () => told.at(-1) === 'DELETE');
  assert.equal(await page.evaluate(() => sessionStorage.getItem('place')), null);

  const before = told.length;
  await open();
  await safety();
  await page.getByRole('button', { name: 'Yes, tell me' }).waitFor();
  assert.equal(told.length, before, 'off is off');
});

walk('whoever works here is asked for notices, and it is said where they cannot be', async ({ server, team, page, another }) => {
  await page.addInitScript(() => {
    const taken = [];
    Object.assign(window, { taken });
    Notification.requestPermission = async () => 'granted';
    Object.defineProperty(Notification, 'permission', { get: () => (taken.length > 0 ? 'granted' : 'default') });
    const gone = { unsubscribe: async () => taken.splice(0).length > 0 };
    const place = { endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/x', keys: { p256dh: 'x', auth: 'x' } };
    PushManager.prototype.subscribe = async () => ({ toJSON: () => place, ...gone });
    PushManager.prototype.getSubscription = async () => (taken.length > 0 ? { toJSON: () => place, ...gone } : null);
    const { fetch } = window;
    // The place is none: that the server takes it is what other tests are about.
    window.fetch = async (where, how) => {
      if (!String(where).endsWith('/push/subscriptions')) return fetch(where, how);
      taken.push(JSON.parse(how.body).endpoint);
      return new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } });
    };
  });
  await signIn(page, server, team.supervisor);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.getByText('Shall this phone tell you when you are needed?').waitFor();
  await hasNoBarriers(page, 'staff are asked for notices');
  await page.getByRole('button', { name: 'Yes, tell me' }).click();
  await page.getByText('Shall this phone tell you').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => window.taken.length), 1);
  await page.getByText('This phone tells you when you are needed.').waitFor();
  await hasNoBarriers(page, 'notices are on');
  await page.getByRole('button', { name: 'Turn notices off' }).click();
  await page.getByText('This phone does not tell you when you are needed.').waitFor();

  const dev = await another();
  await dev.page.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }));
  await signIn(dev.page, server, team.deputy);
  await dev.page.getByText('This phone may not show notices.').waitFor();
});
