// When something goes wrong, the screen says what happened, what is kept and what to do; and what is asked
// of somebody, is asked at its moment.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hasNoBarriers, join, launch, phone, PIN, Server, unlock } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

function walk(name, steps, options = {}) {
  test(name, { timeout: 120_000 }, async () => {
    const server = await Server.start();
    try {
      const team = await server.team();
      const here = await phone(browser, server, { locale: 'en-GB', ...options });
      await steps({ server, team, ...here });
      await here.context.close();
    } finally {
      await server.stop();
    }
  });
}

const checkIn = async (page, scale) => {
  await page.getByRole('button', { name: String(scale), exact: true }).click();
  await page.getByRole('button', { name: 'Send to Jo' }).click();
};
const stored = async (server, team, sam) =>
  (await server.call('GET', `/check-ins?family_member_id=${sam}`, undefined, team.supervisor.token)).items.map((one) => one.scale);

walk('a fault of the page is said, and what was written stays', async ({ server, team, page }) => {
  await join(page, server, team.code);
  await team.matched();
  await page.getByText('Talk to Jo').click();
  await page.getByLabel('Write here').fill('half a sentence');
  await page.evaluate(() => setTimeout(() => {
    throw new Error('made by the test');
  }));
  await page.getByText('This page stopped working.').waitFor();
  assert.equal(await page.getByLabel('Write here').inputValue(), 'half a sentence');
  await hasNoBarriers(page, 'a fault');
  await page.getByRole('button', { name: 'Open it again' }).click();
  await unlock(page);
  await page.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  assert.equal(await page.getByLabel('Write here').inputValue(), 'half a sentence');
});

for (const [what, answer] of [
  ['a server that answers 500', { status: 500, contentType: 'application/problem+json', body: '{}' }],
  ['an answer that is none', { status: 200, contentType: 'text/html', body: '<p>Sign in to this Wi-Fi</p>' }],
]) {
  walk(`${what} loses nothing, and is said`, async ({ server, team, page, errors }) => {
    await join(page, server, team.code);
    const { sam } = await team.matched();
    await page.getByText('Talk to Jo').waitFor();
    await page.route('**/api/v1/check-ins*', (route) => route.fulfill(answer));
    await page.route('**/api/v1/conversations?*', (route) => route.fulfill(answer));
    await checkIn(page, 4);
    await page.getByText('Kept. It will go by itself').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Home' }).click();
    await page.getByText('Not sent yet: 1 thing').waitFor();
    // Opened again in the middle of it, it says whose fault it is.
    await page.goto(server.url);
    await unlock(page);
    await page.getByText('Our side has a problem.').waitFor();
    assert.deepEqual(await stored(server, team, sam), []);

    await page.unrouteAll();
    await page.getByText('Not sent yet: 1 thing').waitFor({ state: 'detached', timeout: 60_000 });
    assert.deepEqual(await stored(server, team, sam), [4]);
    assert.deepEqual(errors, []);
  }, { serviceWorkers: 'block' });
}

walk('two taps are enough, and the other questions come one at a time', async ({ server, team, page, errors }) => {
  await join(page, server, team.code);
  const { sam } = await team.matched();
  await page.getByText('Talk to Jo').waitFor();
  await page.getByRole('button', { name: '6', exact: true }).click();
  const question = (name) => page.getByRole('button', { name, exact: true });
  await question('What would be different one step up?').click();
  assert.equal(await question('When was it a bit better? Who noticed?').count(), 1);
  assert.equal(await question('What puts it there and not lower?').count(), 0, 'one at a time');
  await page.getByLabel('What would be different one step up?').fill('Story time');
  await hasNoBarriers(page, 'the other questions');
  // At 0 to 2 how they keep going is asked, and not what would be higher; what was said stays said.
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('button', { name: '2', exact: true }).click();
  await page.getByLabel('How have you kept going?').fill('My brother');
  await page.getByRole('button', { name: 'Send to Jo' }).click();
  await page.getByText('Sent. Your team has it.').waitFor();
  const path = `/check-ins?family_member_id=${sam}`;
  const [first] = (await server.call('GET', path, undefined, team.supervisor.token)).items;
  assert.deepEqual([first.scale, first.next_sign, first.coping, first.exceptions], [2, 'Story time', 'My brother', null]);
  assert.deepEqual(errors, []);
});

walk('a family is asked in the words of its authority, and can put right what it has sent', async ({ server, team, page, errors }) => {
  const shipped = (await server.call('GET', '/check-in-templates', undefined, team.manager)).items.find((one) => one.language === 'en').questions;
  const own = { scale: 'How is the week going?', next_sign: 'What would one more stone look like?', wants_contact: 'Is a call all right?' };
  const questions = [...Object.keys(own), 'someone_makes_me_unsafe'].map((question) => ({
    question,
    words: own[question] ?? shipped.find((one) => one.question === question).words,
  }));
  await server.call('POST', '/check-in-templates', { language: 'en', questions }, team.manager);
  await join(page, server, team.code);
  const { sam } = await team.matched();
  await page.getByRole('heading', { name: own.scale }).waitFor();
  await page.getByRole('button', { name: '4', exact: true }).click();
  await page.getByRole('heading', { name: own.scale }).waitFor();
  await page.getByRole('button', { name: own.next_sign, exact: true }).click();
  await page.getByLabel(own.next_sign).fill('Story time');
  await page.getByRole('group', { name: own.wants_contact }).waitFor();
  for (const left of ['What has been better?', 'When was it a bit better? Who noticed?']) assert.equal(await page.getByText(left).count(), 0, left);
  await hasNoBarriers(page, 'a check-in in the words of the authority');
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.getByText('Sent. Your team has it.').waitFor();

  // What was sent stays, and what puts it right stands beside it.
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('button', { name: '7', exact: true }).click();
  await page.getByRole('button', { name: /^Send/ }).click();
  await page.getByText('Sent. Your team has it.').waitFor();
  const { items } = await server.call('GET', `/check-ins?family_member_id=${sam}`, undefined, team.supervisor.token);
  const first = items.find((one) => !one.corrects);
  const second = items.find((one) => one.corrects);
  assert.deepEqual([first.scale, first.next_sign, first.template, second.scale, second.corrects], [4, 'Story time', 'en/2', 7, first.id]);
  assert.deepEqual(errors, []);
});

walk('a token that has run out is renewed, and nobody notices', async ({ server, team, page, errors }) => {
  await join(page, server, team.code);
  const { sam } = await team.matched();
  await page.getByText('Talk to Jo').waitFor();
  let refused = 0;
  await page.route('**/api/v1/check-ins', async (route) => {
    if (route.request().method() !== 'POST' || refused > 0) return route.continue();
    refused += 1;
    await route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/sign-in-again', status: 401 }) });
  });
  await checkIn(page, 7);
  await page.getByText('Sent. Your team has it.').waitFor();
  assert.equal(refused, 1);
  assert.deepEqual(await stored(server, team, sam), [7]);
  assert.deepEqual(errors, []);
}, { serviceWorkers: 'block' });

walk('a full phone says that nothing is kept, and sends all the same', async ({ server, team, page, errors }) => {
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  await page.getByText('Talk to Jo').click();
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await page.getByLabel('Write here').fill('On a full phone');
  await page.getByText('This phone is full.').waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble.mine:not(.pending)').waitFor();
  const messages = await server.call('GET', `/conversations/${conversation}/messages?limit=50`, undefined, team.mentor.token);
  assert.deepEqual(messages.items.map((one) => one.body), ['On a full phone']);

  // Locked, it opens all the same, and says so; a wrong PIN counts all the same.
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
  await page.getByRole('button', { name: 'Set a second PIN' }).click();
  await page.getByLabel('Choose a PIN').fill('975310');
  await page.getByRole('button', { name: 'OK' }).click();
  await page.getByText('This phone is full.').waitFor();
  assert.equal(await page.getByText('It is on.').count(), 0, 'a second PIN that is not kept is not said to be on');
  await page.getByRole('button', { name: 'Lock now' }).click();
  for (let tries = 1; tries <= 4; tries += 1) {
    await unlock(page, '000000');
    await page.getByText('That is not the PIN').waitFor();
  }
  await unlock(page);
  await page.getByText('Hello Sam').waitFor();
  await page.getByText('This phone is full. What you write is not kept.').waitFor();
  await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
  await page.getByRole('button', { name: 'Lock now' }).click();
  for (let tries = 1; tries <= 5; tries += 1) {
    assert.equal(await page.getByText(/Wait \d+ seconds/).count(), 0);
    await unlock(page, '000000');
    await page.getByText(tries < 5 ? 'That is not the PIN' : /Wait \d+ seconds/).waitFor();
  }
  assert.deepEqual(errors, []);
});

walk('a message that was refused says why, and its words can be changed or thrown away', async ({ server, team, page, errors }) => {
  await page.routeWebSocket('**/api/v1/live', (socket) => socket.close());
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  await page.goto(server.url);
  await unlock(page);
  await page.getByText('Talk to Jo').click();
  const write = async (words) => {
    await page.getByLabel('Write here').fill(words);
    await page.getByRole('button', { name: 'Send' }).click();
  };
  const refused = page.locator('.failed');
  const refuse = (status, kind) =>
    page.route('**/messages', (route) => route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: `/problems/${kind}` }) }), { times: 1 });
  await refuse(422, 'not-valid');
  await write('First words');
  await refused.getByText('not sent. These words could not be taken. Make them shorter, or say it in another way.').waitFor();
  await hasNoBarriers(page, 'a refused message');
  await page.getByLabel('Write here').fill('half a sentence');
  await refused.getByRole('button', { name: 'Change' }).click();
  assert.equal(await page.getByLabel('Write here').inputValue(), 'First words\nhalf a sentence', 'neither is lost');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'words');
  await refused.waitFor({ state: 'detached' });
  await write('Other words');
  await page.locator('.bubble.mine:not(.pending)', { hasText: 'Other words' }).waitFor();

  await refuse(404, 'not-found');
  await write('Nobody there');
  await refused.getByText('You cannot write here now. Ask your team.').waitFor();
  // It is still there, with its reason, when the app is opened again; and goes when it is thrown away.
  await page.goto(server.url);
  await unlock(page);
  await page.getByRole('navigation').getByRole('button', { name: 'Talk' }).click();
  await refused.getByText('You cannot write here now. Ask your team.').waitFor();
  await refused.getByRole('button', { name: 'Bin it' }).click();
  await refused.waitFor({ state: 'detached' });
  const messages = await server.call('GET', `/conversations/${conversation}/messages?limit=50`, undefined, team.mentor.token);
  assert.deepEqual(messages.items.map((one) => one.body), ['Other words']);
  assert.deepEqual(errors, []);
}, { serviceWorkers: 'block' });

walk('a second PIN opens a plain list, and nothing tells that there is one', async ({ server, team, page, errors }) => {
  await join(page, server, team.code);
  const shape = () =>
    page.evaluate(async () => {
      const db = await new Promise((done) => {
        const asked = indexedDB.open('daybook');
        asked.onsuccess = () => done(asked.result);
      });
      const found = await new Promise((done) => {
        const asked = db.transaction('plain').objectStore('plain').get('setup');
        asked.onsuccess = () => done(asked.result);
      });
      db.close();
      return { keys: Object.keys(found).sort(), length: found.second.data.byteLength, tries: found.tries };
    });
  const before = await shape();
  await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
  await page.getByRole('button', { name: 'Set a second PIN' }).click();
  await page.getByLabel('Choose a PIN').fill(PIN);
  await page.getByRole('button', { name: 'OK' }).click();
  await page.getByText('This is the PIN you use now.').waitFor();
  await page.getByLabel('Choose a PIN').fill('975310');
  await hasNoBarriers(page, 'second PIN');
  await page.getByRole('button', { name: 'OK' }).click();
  await page.getByText('It is on.').waitFor();
  assert.deepEqual(await shape(), before);

  await page.getByRole('button', { name: 'Lock now' }).click();
  await unlock(page, '975310');
  await page.getByRole('heading', { name: 'List' }).waitFor();
  await page.getByLabel('Add a thing').fill('Milk');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Milk').waitFor();
  assert.ok(!/Sam|Jo|talk/i.test(await page.evaluate(() => document.body.innerText)));
  assert.equal((await shape()).tries, 0, 'it counts as no wrong PIN');

  await page.getByRole('button', { name: 'Daybook' }).click();
  await unlock(page);
  await page.getByText('Hello Sam').waitFor();
  await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
  await page.getByRole('button', { name: 'Turn it off' }).click();
  await page.getByRole('button', { name: 'Lock now' }).click();
  await unlock(page, '975310');
  await page.getByText('That is not the PIN').waitFor();
  assert.deepEqual(errors, []);
});

walk('what is asked is read aloud by the phone itself', async ({ server, team, page, errors }) => {
  await page.addInitScript(() => {
    window.said = [];
    Object.defineProperty(window, 'speechSynthesis', {
      value: { cancel: () => undefined, speak: (one) => window.said.push([one.lang, one.text]) },
    });
  });
  await page.goto(`${server.url}/#${team.code}`);
  await page.getByLabel('Language').selectOption('pl');
  await page.getByRole('button', { name: 'Dalej' }).click();
  await page.getByRole('button', { name: 'Przeczytaj na głos' }).click();
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  const [[lang, text]] = await page.evaluate(() => window.said);
  assert.equal(lang, 'pl');
  assert.match(text, /Komputer szuka/);
  assert.deepEqual(errors, []);
});

walk('notices are offered after the first thing sent, an icon on the second visit, and "not now" is heard', async ({ server, team, page, errors }) => {
  await join(page, server, team.code);
  await team.matched();
  await page.getByText('Talk to Jo').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  const notices = page.getByText('The notice says only: You have something new.');
  assert.equal(await notices.count(), 0);
  await checkIn(page, 6);
  await page.getByText('Sent. Your team has it.').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Home' }).click();
  await notices.waitFor();
  await hasNoBarriers(page, 'the card of notices');
  await page.getByRole('main').getByRole('button', { name: 'Not now' }).click();

  const again = async () => {
    await page.goto(server.url);
    await page.evaluate(() => {
      const offer = new Event('beforeinstallprompt', { cancelable: true });
      offer.prompt = async () => {
        window.prompted = true;
      };
      window.dispatchEvent(offer);
    });
    await unlock(page);
    await page.getByText('Hello Sam').waitFor();
  };
  await again();
  await page.getByText('An icon will show on this phone.').waitFor();
  assert.equal(await notices.count(), 0, 'not asked again so soon');
  await page.getByRole('main').getByRole('button', { name: 'Yes, put it there' }).click();
  assert.ok(await page.evaluate(() => window.prompted));
  assert.deepEqual(errors, []);
});

walk('on a shared phone neither is ever offered', async ({ server, team, page }) => {
  await join(page, server, team.code, true);
  await team.matched();
  await page.getByText('Talk to Jo').waitFor();
  await checkIn(page, 6);
  await page.getByText('Sent. Your team has it.').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Home' }).click();
  await page.getByText('Talk to Jo').waitFor();
  await page.waitForTimeout(300);
  assert.equal(await page.locator('.card').count(), 0);
});

walk('a promise that has changed is shown again, and recorded in the language it was read in', async ({ server, team, page, errors }) => {
  await join(page, server, team.code);
  let recorded;
  await page.route('**/api/v1/accounts/me', async (route) => {
    const answer = await route.fetch();
    const me = await answer.json();
    me.notice = { ...me.notice, current_version: '99', must_be_shown: true };
    await route.fulfill({ response: answer, json: me });
  });
  await page.route('**/api/v1/accounts/me/notice', async (route) => {
    recorded = route.request().postDataJSON();
    await route.continue();
  });
  await page.goto(server.url);
  await unlock(page);
  await page.getByText('You and your team can read what you write here.').waitFor();
  await hasNoBarriers(page, 'the promise again');
  assert.equal(await page.getByRole('navigation').count(), 0);
  // Help comes before any promise.
  await page.getByRole('button', { name: 'Help now' }).click();
  await page.getByRole('link', { name: 'Call 999' }).waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: 'I understand' }).click();
  await page.getByText('How are things today?').first().waitFor();
  for (let tries = 0; !recorded && tries < 100; tries += 1) await page.waitForTimeout(20);
  assert.deepEqual(recorded, { version: '99', language: 'en' });
  assert.deepEqual(errors, []);
}, { serviceWorkers: 'block' });

walk('joining takes nine taps at most, asks for nothing, and leaves no words in the history', async ({ server, team, page }) => {
  await page.addInitScript(() => {
    const { requestPermission } = Notification;
    Notification.requestPermission = (...all) => {
      window.asked = true;
      return requestPermission.apply(Notification, all);
    };
  });
  await page.goto(`${server.url}/#${team.code}`);
  const before = await page.evaluate(() => history.length);
  let taps = 0;
  const tap = async (name) => {
    await page.getByRole('button', { name, exact: true }).click();
    taps += 1;
    assert.equal(await page.title(), 'Daybook');
  };
  await tap('Next');
  await tap('Read aloud');
  await tap('I understand');
  await tap('Yes');
  await page.getByLabel('PIN').fill('864204');
  await tap('OK');
  await page.getByRole('heading', { name: 'Put in the PIN again' }).waitFor();
  await page.getByLabel('PIN').fill('864205');
  await page.getByRole('button', { name: 'OK' }).click();
  await page.getByText('The two PINs are not the same. Choose again.').waitFor();
  assert.equal(await page.getByLabel('PIN').inputValue(), '', 'both are forgotten');
  await page.getByLabel('PIN').fill(PIN);
  await page.getByRole('button', { name: 'OK' }).click();
  await page.getByLabel('PIN').fill(PIN);
  await tap('OK');
  await page.getByText('Hello Sam').waitFor();
  assert.ok(taps <= 9, `${taps} taps`);
  const after = await page.evaluate(() => [history.length, location.href, JSON.stringify(history.state), window.asked]);
  assert.ok(after[0] - before <= 2, `history grew by ${after[0] - before}`);
  assert.deepEqual(after.slice(1), [`${server.url}/`, 'null', undefined]);
});
