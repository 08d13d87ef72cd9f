// Whoever is on duty: who is on and where nobody is, what comes next, the words around what worried us, a
// false alarm, and an alert that was taken and then forgotten.

import assert from 'node:assert/strict';
import { hasNoBarriers, join, newId, signIn, subscription, until, walks } from './support.mjs';

const walk = walks();

/** A day and a time as a field for them takes it, so many hours from now. */
const field = (hours) => {
  const at = new Date(Date.now() + hours * 3_600_000);
  const two = (value) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
};
const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
const raise = (server, team, sam, more = {}) =>
  server.call(
    'POST',
    '/concerns',
    { id: newId(), family_member_id: sam, severity: 'urgent', category: 'neglect', note: 'No food in the house.', ...more },
    team.mentor.token,
  );

walk('who is on, and where nobody will be, is in plain sight; leave makes a gap and ends it', async ({ server, team, page }) => {
  await signIn(page, server, team.supervisor);
  await page.getByText('On now: Ruth').waitFor();
  // Nobody's phone takes notices yet: that is said too.
  await page.getByText('No notice reaches Ruth.').waitFor();
  await server.call('POST', '/push/subscriptions', subscription(), team.supervisor.token);

  await page.getByRole('button', { name: 'Cover', exact: true }).click();
  const heading = page.getByRole('heading', { name: 'Cover' });
  await heading.waitFor();
  assert.ok(await heading.evaluate((one) => one === document.activeElement), 'the heading has the focus');
  await page.locator('.one').getByText(/^Cover is set until/).waitFor();
  await page.getByText('I will be away').click();
  await page.getByLabel('From').fill(field(30));
  await page.getByLabel('Until').fill(field(29));
  await page.getByRole('button', { name: 'Save leave' }).click();
  await page.getByText(/^NOT SAVED\./).waitFor();
  assert.equal(await page.getByLabel('From').inputValue(), field(30), 'what was put in stays');
  await page.getByLabel('Until').fill(field(54));
  await page.getByRole('button', { name: 'Save leave' }).click();
  await page.locator('.one').getByText('Nobody is on for Crewe North').waitFor();
  await page.locator('.stretches .nobody').waitFor();
  await hasNoBarriers(page, 'cover with a gap');

  await page.locator('.up').click();
  await page.locator('.side').getByText('Nobody is on for Crewe North').waitFor();
  await hasNoBarriers(page, 'queue with a gap');
  // A manager lets somebody cover: the gap is closed before it opens.
  await server.call(
    'POST',
    `/pods/${team.pod}/shifts`,
    { id: newId(), account_id: team.deputy.id, from: soon(29), until: soon(55) },
    team.manager,
  );
  await server.call('POST', '/push/subscriptions', subscription(), team.deputy.token);
  await page.getByRole('button', { name: 'Cover', exact: true }).click();
  await page.locator('.stretches .shift').waitFor();
  await page.locator('.one').getByText(/^Cover is set until/).waitFor();
  await page.getByRole('button', { name: 'End it' }).click();
  await page.getByRole('button', { name: 'I am back' }).click();
  await page.getByText('Away from').waitFor({ state: 'detached' });
  await page.locator('.up').click();
  await page.getByText('Nothing is waiting.').waitFor();
  await page.locator('.side').getByText(/^Cover is set until/).waitFor();
});

walk('a manager puts somebody on and takes them off again', async ({ server, team, page }) => {
  await signIn(page, server, { email: 'maryam@example.org', password: team.supervisor.password });
  await page.getByRole('button', { name: 'Cover', exact: true }).click();
  await page.getByRole('button', { name: 'Put somebody on' }).click();
  await page.getByLabel('Who covers').selectOption('Dev');
  await page.getByLabel('From').fill(field(2));
  await page.getByLabel('Until').last().fill(field(10));
  await page.getByRole('button', { name: 'Save shift' }).click();
  await page.locator('.stretches .shift', { hasText: 'Dev' }).waitFor();
  await hasNoBarriers(page, 'cover with a shift');
  const shifts = async () => (await server.call('GET', `/pods/${team.pod}/shifts`, undefined, team.manager)).items;
  assert.equal((await shifts()).length, 1);
  await page.getByRole('button', { name: 'Take off' }).click();
  await page.getByRole('button', { name: 'Take it off' }).click();
  await page.locator('.stretches .shift').waitFor({ state: 'detached' });
  assert.equal((await shifts()).length, 0);
});

walk('a shift is offered in exchange, thought better of, asked again and taken over', async ({ server, team, page, another }) => {
  const shift = (who, from, until) =>
    server.call('POST', `/pods/${team.pod}/shifts`, { id: newId(), account_id: who.id, from: soon(from), until: soon(until) }, team.manager);
  await shift(team.supervisor, 30, 40);
  await shift(team.deputy, 60, 70);
  const holders = async () =>
    (await server.call('GET', `/pods/${team.pod}/shifts`, undefined, team.manager)).items.map((one) => one.account.display_name);
  await signIn(page, server, team.supervisor);
  await page.getByRole('button', { name: 'Cover', exact: true }).click();
  const own = page.getByRole('list', { name: 'Shifts to come' });
  await own.getByRole('button', { name: 'Ask somebody to take it' }).click();
  await page.getByLabel('Who is to take it').selectOption('Dev');
  await page.getByLabel('In exchange for').selectOption({ index: 1 });
  await hasNoBarriers(page, 'asking for a swap');
  await page.getByRole('button', { name: 'Ask them' }).click();
  await own.getByText(/^Dev is asked, for .*, Crewe North/).waitFor();
  await page.getByRole('button', { name: 'Ask no more' }).click();
  await own.getByText('Dev is asked').waitFor({ state: 'detached' });

  const dev = await another();
  await signIn(dev.page, server, team.deputy);
  await dev.page.getByRole('button', { name: 'Cover', exact: true }).waitFor();
  await own.getByRole('button', { name: 'Ask somebody to take it' }).click();
  await page.getByLabel('Who is to take it').selectOption('Dev');
  await page.getByLabel('In exchange for').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Ask them' }).click();
  await own.getByText('Dev is asked').waitFor();
  // It reaches him where he is, without his looking for it.
  await dev.page.getByRole('button', { name: 'Ruth: take a shift?' }).click();
  const asked = dev.page.getByRole('list', { name: 'Asked of you' });
  await asked.getByText(/^Ruth asks you to take/).waitFor();
  await hasNoBarriers(dev.page, 'being asked for a swap');
  assert.deepEqual(await holders(), ['Ruth', 'Dev'], 'nothing has changed yet');
  await asked.getByRole('button', { name: 'I take it' }).click();
  await asked.waitFor({ state: 'detached' });
  await own.getByText('Dev is asked').waitFor({ state: 'detached' });
  assert.deepEqual(await holders(), ['Dev', 'Ruth']);
  await own.getByRole('button', { name: 'Ask somebody to take it' }).waitFor();
});

walk('an alert shows who is told next and when, and the words around what worried us', async ({ server, team, page, another }) => {
  await join(page, server, team.code);
  const { conversation } = await team.matched();
  await page.getByText('Talk to Jo').waitFor();
  for (let count = 1; count <= 8; count += 1) await server.say(team.mentor, conversation, `Number ${count} before it`);
  await page.getByText('Jo wrote to you').click();
  await page.getByLabel('Write here').fill('he h1t me again. i am scared to go home');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble.mine:not(.pending)').waitFor();

  const ruth = await another();
  await signIn(ruth.page, server, team.supervisor);
  await ruth.page.locator('.queue button').first().click();
  const next = ruth.page.getByRole('region', { name: 'Who is told next' });
  await next.getByText('Dev (deputy)').waitFor();
  await next.getByText('Maryam (manager)').waitFor();
  assert.match(await next.locator('time').first().innerText(), /^\d\d:\d\d$/);
  const around = ruth.page.getByRole('list', { name: 'What was said around it' });
  await around.getByText('Number 4 before it').waitFor();
  assert.equal(await around.getByText('Number 3 before it').count(), 0, 'five on each side');
  assert.match(await around.locator('mark').first().innerText(), /h1t me/);
  await hasNoBarriers(ruth.page, 'an alert with what stands around it');
  // More of it is read on a tap that says why, and both are written down.
  await ruth.page.getByRole('button', { name: 'See more of this talk' }).click();
  await ruth.page.getByLabel('Why').fill('Who was in the house?');
  await ruth.page.getByRole('button', { name: 'Read', exact: true }).click();
  await around.getByText('Number 1 before it').waitFor();
  const audit = await server.call('GET', '/audit?limit=200', undefined, team.manager);
  assert.ok(audit.items.some((line) => line.reason === 'Who was in the house?'), 'the audit knows why');

  // Who answers for the family only now and then says why before anything around it is shown.
  const dev = await another();
  await signIn(dev.page, server, team.deputy);
  await dev.page.locator('.queue button').first().click();
  await dev.page.locator('mark').first().waitFor();
  await dev.page.getByRole('button', { name: 'What was said around it' }).click();
  await dev.page.getByLabel('Why').waitFor();
  assert.equal(await dev.page.getByText('Number 4 before it').count(), 0);

  await ruth.page.getByRole('button', { name: 'I have it' }).click();
  await next.waitFor({ state: 'detached' });
  await ruth.page.getByRole('button', { name: 'Give to somebody' }).click();
  await ruth.page.getByLabel('To whom').selectOption('Dev');
  await ruth.page.getByRole('button', { name: 'Give', exact: true }).click();
  await ruth.page.getByText('Offered to Dev').waitFor();
  await dev.page.getByText('It is offered to you.').waitFor();
  await dev.page.getByRole('button', { name: 'I have it' }).click();
  await dev.page.getByText('You have it.').waitFor();
  await ruth.page.getByText('Dev has it.').waitFor();
});

walk('a false alarm says what it was, counts on its rule, and takes two people where it was immediate', async ({ server, team, page, another }) => {
  await join(page, server, team.code);
  await team.matched();
  await page.getByText('Talk to Jo').click();
  await page.getByLabel('Write here').fill('i am scared to go home');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble.mine:not(.pending)').waitFor();

  const ruth = await another();
  await signIn(ruth.page, server, team.supervisor);
  await ruth.page.locator('.queue button').first().click();
  await ruth.page.getByRole('button', { name: 'I have it' }).click();
  await ruth.page.getByRole('button', { name: 'False alarm' }).click();
  await hasNoBarriers(ruth.page, 'a false alarm');
  await ruth.page.getByLabel('What was it?').selectOption('About a film, a game, a song or a book');
  await ruth.page.getByLabel('What makes you sure?').fill('Sam and I spoke: it is a line of the film.');
  const [{ severity }] = (await server.call('GET', '/alerts', undefined, team.supervisor.token)).items;
  await ruth.page.getByRole('button', { name: 'Close as a false alarm' }).click();
  if (severity === 'immediate') {
    await ruth.page.getByText('A second qualified person must say the same.').waitFor();
    const dev = await another();
    await signIn(dev.page, server, team.deputy);
    await dev.page.locator('.queue button').first().click();
    await dev.page.getByText('A second qualified person must say the same.').waitFor();
    await dev.page.getByRole('button', { name: 'False alarm' }).click();
    await dev.page.getByLabel('What was it?').selectOption('About a film, a game, a song or a book');
    await dev.page.getByLabel('What makes you sure?').fill('I have seen the film.');
    await dev.page.getByRole('button', { name: 'Close as a false alarm' }).click();
  }
  await ruth.page.getByText('Closed: No concern after all').waitFor();
  const counts = (await server.call('GET', '/lexicon/rules', undefined, team.manager)).items;
  assert.ok(counts.length > 0 && counts.every((one) => one.false_alarms === 1), JSON.stringify(counts));

  await ruth.page.getByRole('button', { name: 'Reopen' }).click();
  await ruth.page.getByLabel('Why is it open again?').fill('It was no film.');
  await ruth.page.getByRole('button', { name: 'Reopen' }).last().click();
  await ruth.page.locator('.one').getByText('Nobody has it yet.').waitFor();
  await ruth.page.getByText('Ruth opened it again: It was no film.').waitFor();

  // The manager who keeps the rules sees it beside the rule, the next time it finds something.
  await page.getByLabel('Write here').fill('still scared to go home');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble.mine:not(.pending)').nth(1).waitFor();
  const maryam = await another();
  await signIn(maryam.page, server, { email: 'maryam@example.org', password: team.supervisor.password });
  await maryam.page.locator('.queue button').first().click();
  await maryam.page.getByText('Why it was found').first().click();
  await maryam.page.getByText('a false alarm once before').first().waitFor();
});

walk('nobody is there: the alert goes on at once, and it is said why; and what was taken is not forgotten', async ({ server, team, page, another }) => {
  await join(page, server, team.code);
  const { sam } = await team.matched();
  // The only one who is on goes away now, and nobody deputises.
  await server.call('PUT', `/pods/${team.pod}/cover`, { deputies: [] }, team.manager);
  await server.call('POST', `/accounts/${team.supervisor.id}/leave`, { id: newId(), until: soon(24) }, team.supervisor.token);
  const maryam = await another();
  await signIn(maryam.page, server, { email: 'maryam@example.org', password: team.supervisor.password });
  await maryam.page.getByText('Nobody is on now for Crewe North').waitFor();

  await raise(server, team, sam);
  const row = maryam.page.locator('.queue button').first();
  await row.waitFor();
  await row.click();
  await maryam.page.getByText('A step had nobody to tell').waitFor();
  await hasNoBarriers(maryam.page, 'an alert in a gap');
  await maryam.page.getByRole('button', { name: 'I have it' }).click();
  await maryam.page.getByText('You have it.').waitFor();
  await maryam.page.locator('.up').click();
  await maryam.page.getByText('You have it, not decided.').waitFor();

  // The socket and all else is cut: it says that nothing new can be seen, and pretends nothing.
  server.wire.cut = true;
  await maryam.page.getByText('You cannot see new alerts: No signal.').waitFor({ timeout: 40_000 });
  await row.click();
  server.wire.heal();
  await maryam.page.getByText('You have it.').waitFor({ timeout: 40_000 });

  // Two days later nothing was decided: whoever has it is reminded, and others are told.
  await server.passes(3 * 24 * 60);
  const told = async (who) => (await server.call('GET', '/inbox?after=0&limit=200', undefined, who)).items.map((one) => one.event);
  const again = await server.call('POST', '/sessions', { email: 'maryam@example.org', password: team.supervisor.password });
  await until('the reminder', async () => (await told(again.access_token)).includes('alert.decision_overdue'));
  await maryam.page.getByText('The decision is overdue: who has it and the next were told').waitFor({ timeout: 40_000 });
  await maryam.page.locator('.one .clock.over').waitFor();
  const [alert] = (await server.call('GET', '/alerts', undefined, again.access_token)).items;
  assert.equal(alert.state, 'acknowledged', 'it is still open, and still theirs');
});

walk('is the pod well: numbers, and "not known" where something could not be read', async ({ server, team, page, another }) => {
  await join(page, server, team.code);
  const { sam } = await team.matched();
  await page.getByText('Talk to Jo').click();
  await page.getByLabel('Write here').fill('Can you help me with a form?');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble.mine:not(.pending)').waitFor();
  await raise(server, team, sam);

  const ruth = await another({ serviceWorkers: 'block' });
  await signIn(ruth.page, server, team.supervisor);
  await ruth.page.getByRole('button', { name: 'Pod', exact: true }).click();
  const number = (name) => ruth.page.locator('.numbers > div', { hasText: name }).locator('dd').first();
  await ruth.page.getByText('1 nobody has').waitFor();
  assert.match(await number('Waiting for an answer').innerText(), /^1/);
  assert.match(await number('Families').innerText(), /^1/);
  await ruth.page.getByText('Jo').waitFor();
  await hasNoBarriers(ruth.page, 'pod');
  await ruth.page.route('**/api/v1/needs*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }));
  await ruth.page.locator('.up').click();
  await ruth.page.getByRole('button', { name: 'Pod', exact: true }).click();
  await number('Waiting for an answer').getByText('Not known').waitFor();
});
