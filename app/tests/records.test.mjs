// What is recorded of a family, and read by whoever works with it: the caseload, contacts, goals, handover notes,
// cases; when a mentor reads; and what came of all of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { joined, look, press, seats } from './seats.mjs';
import { another, newId, until } from './support.mjs';

const walk = seats();
const DAY = 86_400_000;
const ago = (days) => new Date(Date.now() - days * DAY).toISOString();

/** A practitioner, to whom Sam's family is allocated, with Jo as the mentor. */
async function practitioner(server, team) {
  const fran = await joined(server, team, 'family_practitioner', 'Fran', { pod_id: team.pod });
  const takes = (family) => server.call('PUT', `/families/${family}/pod`, { pod_id: team.pod, family_practitioner_id: fran.id }, team.manager);
  await takes(team.family);
  return { ...fran, takes };
}
const visit = (server, who, member, days, more = {}) =>
  server.call('POST', '/contact-log', { id: newId(), family_member_id: member, kind: 'visit', outcome: 'seen_in_person', happened_at: ago(days), ...more }, who.token);
const checkIn = (server, who, scale, more = {}) => server.call('POST', '/check-ins', { id: newId(), scale, wants_contact: false, ...more }, who.token);
const lines = async (server, team, query, deed) => (await server.call('GET', `/audit?${query}&limit=200`, undefined, team.manager)).items.filter((one) => one.deed === deed);

walk('a caseload says first who waits for somebody, then who is quiet, and why in words', async ({ server, team, sam, manager, as }) => {
  const fran = await practitioner(server, team);
  await team.matched();
  const { page } = await as(fran);
  for (const scale of [6, 5, 2]) await checkIn(server, sam, scale, { wants_contact: scale === 2 });
  const [leo, maya] = [await another(server, team, 'Leo', 'NB-2'), await another(server, team, 'Maya', 'NB-3')];
  await fran.takes(leo.family);
  await fran.takes(maya.family);
  await visit(server, fran, leo.id, 20);
  await visit(server, fran, maya.id, 1);
  await checkIn(server, maya, 8);

  await press(page, 'Caseload');
  await page.getByRole('heading', { name: 'Waits for somebody 1' }).waitFor();
  const names = page.locator('.caseload strong');
  assert.deepEqual(await names.allInnerTexts(), ['Sam', 'Leo', 'Maya']);
  const row = (name) => page.locator('.caseload .row-link', { hasText: name });
  assert.match(await row('Sam').innerText(), /Asked for a call, less than a minute ago\n.*Scale fell from 5 to 2.*Down 4 in 3 check-ins, not logged as seen yet/s);
  assert.match(await row('Leo').innerText(), /Not seen in person for 20 days/);
  assert.match(await row('Maya').innerText(), /One check-in in four weeks, seen yesterday/);
  await look(page, 'caseload');
  await page.getByLabel('Show', { exact: true }).selectOption('Not seen for long');
  assert.deepEqual(await names.allInnerTexts(), ['Leo']);
  await page.getByLabel('Show', { exact: true }).selectOption('Check-ins missed');
  await page.getByText('Nobody.', { exact: true }).waitFor();
  await page.getByLabel('Show', { exact: true }).selectOption('Everybody');
  // Each reading of it is a line of the audit, so it is read again when somebody wants that, and not by itself.
  const read = () => lines(server, team, `actor=${fran.id}`, 'caseload.read');
  assert.equal((await read()).length, 1);
  await checkIn(server, leo, 1);
  await page.getByText('Something is new.').waitFor();
  await press(page, 'Read it again');
  await page.getByRole('heading', { name: 'Waits for somebody 2' }).waitFor();
  assert.equal((await read()).length, 2);
  // How long is quiet, whoever reads says.
  await page.getByText('How long is quiet?').click();
  await page.getByLabel(/^Not seen for/).selectOption('28 days');
  await page.getByText('Scale at 1').waitFor();
  await page.getByText('Not seen in person for 20 days').waitFor({ state: 'detached' });

  // By keyboard to one of them, and back to where the list was left.
  await row('Leo').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Leo', exact: true }).waitFor();
  await page.getByText('Last seen in person 20 days ago, by you.').waitFor();
  await page.locator('.one > .up').click();
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^Leo/);

  // A supervising social worker sees their pods; whoever manages says why first.
  const ruth = (await as(team.supervisor)).page;
  await press(ruth, 'Caseload');
  await ruth.locator('.caseload .row-link', { hasText: 'Maya' }).waitFor();
  const maryam = (await as(manager)).page;
  await press(maryam, 'More');
  await press(maryam, 'Caseload');
  await maryam.getByLabel('Why must you see it?').fill('Cover for Ruth');
  await look(maryam, 'caseload why');
  await press(maryam, 'Show');
  await maryam.locator('.caseload .row-link', { hasText: 'Sam' }).click();
  // It was said why already.
  await maryam.getByText('How to reach Sam').first().waitFor();
  const [line] = await lines(server, team, `actor=${(await server.call('GET', '/accounts/me', undefined, team.manager)).id}`, 'caseload.read');
  assert.equal(line.reason, 'Cover for Ruth');
});

walk('a caseload of nobody, of four hundred, and one that cannot be read', async ({ server, team, as }) => {
  const fran = await joined(server, team, 'family_practitioner', 'Fran', { pod_id: team.pod });
  const { page, context } = await as(fran);
  await press(page, 'Caseload');
  await page.getByText('No families yet. Ask your manager.').waitFor();
  await look(page, 'caseload empty');
  const person = (at) => ({
    family_member_id: newId(), family_id: newId(), pod_id: team.pod, reference: `NB-${at}`, kind: 'parent',
    display_name: at === 0 ? 'Wolfeschlegelsteinhausenbergerdorff Bartholomew' : `Person ${at}`,
    trend: { scales: [], direction: null, words: 'no check-in in four weeks', last_check_in_at: null }, last_seen_at: null,
    reasons: at < 300 ? [{ why: 'no_check_in', since: ago(9 + at), words: `no check-in for ${9 + at} days` }] : [],
  });
  await page.route('**/api/v1/caseload?*', (route) => {
    const second = route.request().url().includes('&after=');
    return route.fulfill({ json: { items: Array.from({ length: 200 }, (_, at) => person(second ? 200 + at : at)), next: second ? null : 'next' } });
  });
  await press(page, 'Caseload');
  await page.getByText('200 people and more').waitFor();
  await press(page, 'Show more');
  await page.getByText('400 people', { exact: true }).waitFor();
  assert.equal(await page.locator('.caseload .row-link').count(), 400);
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= room, 'a long name makes nothing scroll sideways');
  // What was read stays, and says from when it is.
  await page.unroute('**/api/v1/caseload?*');
  await context.setOffline(true);
  await page.getByText('How long is quiet?').click();
  await page.getByLabel(/^No check-in for/).selectOption('28 days');
  await page.getByText(/^No signal\. This is from \d\d:\d\d\.$/).waitFor();
  assert.equal(await page.locator('.caseload .row-link').count(), 400);
  await context.setOffline(false);
  await page.route('**/api/v1/caseload?*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', json: { type: '/problems/internal', title: 'Something went wrong', status: 500 } }));
  await press(page, 'Caseload');
  await page.getByText('Something went wrong Nothing could be read.').waitFor();
  await page.unroute('**/api/v1/caseload?*');
});

walk('a visit is logged in a few taps, never twice, and what was wrong stays in sight', async ({ server, team, sam, as }) => {
  const fran = await practitioner(server, team);
  await team.matched();
  const { page, context } = await as(fran);
  await press(page, 'Families');
  await page.getByRole('button', { name: /^Sam NB-1/ }).click();
  await page.getByText('Nobody has logged yet that Sam was seen in person.').waitFor();
  await press(page, 'Log a contact');
  await page.getByLabel('Call', { exact: true }).check();
  assert.equal(await page.getByLabel('Seen in person').count(), 0, 'nobody is seen by telephone');
  await page.getByLabel('Visit', { exact: true }).check();
  await page.getByLabel('Seen in person').check();
  await page.getByLabel(/^With whom/).fill('Sam and his nan');
  await page.getByLabel(/^A short note/).fill('He showed me the rabbits.');
  await look(page, 'log a contact');
  await context.setOffline(true);
  await press(page, 'Log it');
  await page.getByText('NOT SENT. There is no signal. Nothing has changed. Your words are still here.').waitFor();
  await context.setOffline(false);
  // The answer is lost on its way: pressed again it is the same entry.
  await page.route('**/api/v1/contact-log', async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await press(page, 'Log it');
  await until('the first try has failed', () => page.getByRole('button', { name: 'Log it' }).isEnabled());
  await press(page, 'Log it');
  await page.getByText('Logged.', { exact: true }).waitFor();
  await page.getByText('Last seen in person today, by you.').waitFor();
  const log = () => server.call('GET', `/contact-log?family_member_id=${sam.id}&limit=200`, undefined, fran.token);
  const { items } = await log();
  assert.deepEqual(items.map(({ with_whom, note }) => [with_whom, note]), [['Sam and his nan', 'He showed me the rabbits.']]);
  await look(page, 'contacts');

  // It was with somebody else: it stays, struck through, and counts no more.
  await page.getByRole('button', { name: /^It is wrong/ }).click();
  await page.getByLabel(/^What is wrong with it/).selectOption('It was with somebody else');
  await look(page, 'contact is wrong');
  await press(page, 'It counts no more');
  await page.getByText(/^Counts no more: it was with somebody else\. Said by you/).waitFor();
  await page.getByText('Nobody has logged yet that Sam was seen in person.').waitFor();

  // Many: a page at a time.
  for (let at = 0; at < 60; at += 1) await visit(server, fran, sam.id, at + 3, at > 51 ? {} : { outcome: 'no_reply', note: `Card left, ${at}` });
  await page.reload();
  await press(page, 'Families');
  await page.getByRole('button', { name: /^Sam NB-1/ }).click();
  await page.getByText('Not seen in person in the last 50 contacts.').waitFor();
  assert.equal(await page.locator('.entries > li').count(), 3);
  await press(page, 'See earlier ones');
  assert.equal(await page.locator('.entries > li').count(), 50);
  await press(page, 'Show earlier ones');
  await page.getByText('Last seen in person 55 days ago').waitFor();
  assert.equal(await page.locator('.entries > li').count(), 61);

  // A mentor sees what they logged themselves, and the supervisor may say that something is wrong.
  const jo = (await as(team.mentor)).page;
  await jo.getByRole('button', { name: /Sam/ }).click();
  await press(jo, 'Contacts with Sam');
  await jo.getByText('You have not logged yet that you saw Sam.').waitFor();
  await press(jo, 'Log a contact');
  await jo.getByLabel('Call', { exact: true }).check();
  await jo.getByLabel('No reply').check();
  await press(jo, 'Log it');
  await jo.getByText('Call: no reply').waitFor();
  assert.equal(await jo.locator('.entries > li').count(), 1);
  await look(jo, 'contacts of a mentor');
  const ruth = (await as(team.supervisor)).page;
  await press(ruth, 'Families');
  await ruth.getByRole('button', { name: /^Sam NB-1/ }).click();
  await ruth.getByText('Call: no reply').waitFor();
  await ruth.getByRole('listitem').filter({ hasText: 'Call: no reply' }).getByRole('button', { name: /^It is wrong/ }).click();
  await press(ruth, 'It counts no more');
  await ruth.getByText(/Said by you/).waitFor();
});

walk('a handover note has versions, and where somebody saved one meanwhile both are shown', async ({ server, team, sam, manager, as }) => {
  const fran = await practitioner(server, team);
  await team.matched();
  const { page, context } = await as(team.mentor);
  await page.getByRole('button', { name: /Sam/ }).click();
  await press(page, 'Notes to hand over about Sam');
  await page.getByText('Nothing is written down yet').waitFor();
  await look(page, 'handover note empty');
  await press(page, 'Write a handover note about Sam');
  await press(page, 'Save');
  await page.getByText('Say something to one of the three.').waitFor();
  await page.getByLabel('What is going on now').fill('New flat on Friday');
  await page.getByLabel('What was promised').fill('Call on Wednesday');
  await context.setOffline(true);
  await press(page, 'Save');
  await page.getByText('NOT SENT.').waitFor();
  await context.setOffline(false);
  await press(page, 'Save');
  await page.getByText('Saved: version 1.').waitFor();

  // The same note by somebody who covers, on another phone; here Jo herself on her tablet.
  await press(page, 'Write the next version');
  await page.getByLabel('Look out for').fill('Sundays are hard');
  const meanwhile = { id: newId(), family_member_id: sam.id, based_on: 1, going_on: 'The flat fell through', promised: 'Call on Wednesday' };
  await server.call('POST', '/handover-notes', meanwhile, team.mentor.token);
  await press(page, 'Save');
  await page.getByText('Jo saved version 2 while you wrote. Nothing of yours was stored.').waitFor();
  assert.equal(await page.getByLabel('Look out for').inputValue(), 'Sundays are hard');
  await look(page, 'handover note of two');
  await page.getByRole('button', { name: /^Take this instead.*What is going on now/ }).click();
  assert.equal(await page.getByLabel('What is going on now').inputValue(), 'The flat fell through');
  await press(page, 'Save');
  await page.getByText('Saved: version 3.').waitFor();
  const notes = (side, token) => server.call('GET', `/handover-notes?family_member_id=${sam.id}&side=${side}`, undefined, token);
  const { items } = await notes('mentors', team.mentor.token);
  assert.deepEqual(items.map(({ version, going_on, look_out_for }) => [version, going_on, look_out_for ?? null]), [
    [3, 'The flat fell through', 'Sundays are hard'], [2, 'The flat fell through', null], [1, 'New flat on Friday', null],
  ]);
  await page.getByText('Earlier versions').click();
  await page.getByText('New flat on Friday').waitFor();
  await look(page, 'handover note');

  // Workers have a note of their own and read the mentors'; it is read when it is asked for.
  const practitioners = (await as(fran)).page;
  await press(practitioners, 'Families');
  await practitioners.getByRole('button', { name: /^Sam NB-1/ }).click();
  await practitioners.getByRole('button', { name: 'Read the handover notes' }).waitFor();
  assert.equal((await lines(server, team, `about=${sam.id}`, 'handover_note.read')).length, 0);
  await press(practitioners, 'Read the handover notes');
  await practitioners.getByText('The flat fell through').first().waitFor();
  await press(practitioners, 'Write a handover note about Sam');
  await practitioners.getByLabel('Look out for').fill('Ask what Jo needs, too');
  await press(practitioners, 'Save');
  await practitioners.getByText('Saved: version 1.').waitFor();
  await look(practitioners, 'handover notes of workers');
  const maryam = (await as(manager)).page;
  await press(maryam, 'Families');
  await maryam.getByRole('button', { name: /^Sam NB-1/ }).click();
  await maryam.getByLabel('Why must you see it?').fill('A complaint');
  await press(maryam, 'Show');
  await press(maryam, 'Read the handover notes');
  await maryam.getByText('Ask what Jo needs, too').waitFor();
  assert.equal(await maryam.getByRole('button', { name: /^Write/ }).count(), 0);
});

walk('a case is opened, moves, is closed and referred again; what was wrong is put right beside it', async ({ server, team, sam, manager, as }) => {
  const fran = await practitioner(server, team);
  const { page } = await as(fran);
  await press(page, 'Families');
  await page.getByRole('button', { name: /^Sam NB-1/ }).click();
  await press(page, 'Cases');
  await page.getByText('Nobody has recorded a case of this family.').waitFor();
  await look(page, 'cases empty');
  await press(page, 'Open a case');
  await page.getByLabel('On which day').fill('2026-05-18');
  await page.getByLabel('On which tier of need').selectOption('Child in need');
  await page.getByLabel('Who asked for it').selectOption('A school or nursery');
  await look(page, 'case form');
  await press(page, 'Open the case');
  await page.getByText('The case is open.').waitFor();
  await page.getByRole('heading', { name: 'Open since 18 May 2026' }).waitFor();
  // To move and to close it is for qualified people.
  assert.equal(await page.getByRole('button', { name: 'Close the case' }).count(), 0);

  const ruth = (await as(team.supervisor)).page;
  await press(ruth, 'Families');
  await ruth.getByRole('button', { name: /^Sam NB-1/ }).click();
  await press(ruth, 'Cases');
  await press(ruth, 'Move to another tier');
  await ruth.getByLabel('On which day').fill('2026-05-25');
  await ruth.getByLabel('To which tier of need').selectOption('Child protection');
  await ruth.getByLabel('Why', { exact: true }).fill('The strategy discussion decided on an enquiry.');
  await press(ruth, 'Record the move');
  await ruth.getByText('Stepped up: from child in need to child protection.').first().waitFor();
  // Not while an alert about the family is open.
  await team.matched();
  await server.call('POST', '/help', { id: newId() }, sam.token);
  await press(ruth, 'Close the case');
  await ruth.getByText('the family is asked for no check-in').waitFor();
  await ruth.getByLabel('How it ends').selectOption({ index: 1 });
  await ruth.getByLabel('Why', { exact: true }).fill('All goals are reached.');
  await press(ruth, 'Close the case');
  await ruth.getByText(/^Not done: .*alert/).waitFor();
  const [alert] = (await server.call('GET', '/alerts', undefined, team.supervisor.token)).items;
  await server.call('POST', `/alerts/${alert.id}/acknowledgement`, undefined, team.supervisor.token);
  await server.call('POST', `/alerts/${alert.id}/decision`, { outcome: 'advice', rationale: 'We talked.' }, team.supervisor.token);
  await press(ruth, 'Close the case');
  await ruth.getByText('The case is closed.').waitFor();

  // The referral came a day later: the first record stays, with what puts it right beside it.
  await ruth.getByRole('button', { name: /^Put right ?: Opened: child/ }).click();
  await ruth.getByLabel('On which day').fill('2026-05-19');
  await ruth.getByLabel('Why', { exact: true }).fill('The referral came a day later.');
  await press(ruth, 'Put it right');
  await ruth.getByText('It was on 19 May 2026.').waitFor();
  await ruth.getByRole('heading', { name: /^19 May 2026 to/ }).waitFor();
  await press(ruth, 'They were referred again: open a case');
  await ruth.getByLabel('On which tier of need').selectOption('Early help');
  await ruth.getByLabel('Who asked for it').selectOption('The police');
  await press(ruth, 'Open the case');
  await ruth.getByText('A re-referral').waitFor();
  await look(ruth, 'cases');
  // It did not happen at all.
  await ruth.getByRole('button', { name: /^Put right ?: Opened: early help/ }).click();
  await ruth.getByLabel('It did not happen').check();
  await ruth.getByLabel('Why', { exact: true }).fill('It was another family.');
  await press(ruth, 'Put it right');
  await ruth.getByRole('heading', { name: 'Withdrawn: there is no case' }).waitFor();
  await look(ruth, 'cases withdrawn');

  const maryam = (await as(manager)).page;
  await press(maryam, 'Families');
  await maryam.getByRole('button', { name: /^Sam NB-1/ }).click();
  await press(maryam, 'Cases');
  await maryam.getByLabel('Why must you see it?').fill('An inspection');
  await press(maryam, 'Show');
  await maryam.getByText('Stepped up: from child in need to child protection.').first().waitFor();
  // Maryam is not qualified.
  assert.equal(await maryam.getByRole('button', { name: /^Put right/ }).count(), 0);
});

walk('a report counts with intervals, shows nothing of few, and can be taken away', async ({ server, team, manager, as }) => {
  await server.call('POST', '/pods', { name: 'Crewe South', area: 'Crewe' }, team.manager);
  const { page } = await as(manager);
  await press(page, 'More');
  await press(page, 'Reports');
  await page.getByText('Not enough yet:').waitFor();
  await look(page, 'reports empty');
  const day = (days) => ago(days).slice(0, 10);
  for (let at = 0; at < 12; at += 1) {
    const family = (await server.call('POST', '/families', { pod_id: team.pod, reference: `C-${at}` }, team.manager)).id;
    const id = newId();
    await server.call('POST', `/families/${family}/cases`, { id, on: day(40 + at), tier: at < 6 ? 'cin' : 'early_help', referred_by: 'school' }, team.manager);
    if (at >= 6) continue;
    await server.call('POST', `/cases/${id}/closure`, { id: newId(), on: day(30), outcome: 'closure', rationale: 'Done.' }, team.supervisor.token);
    await server.call('POST', `/families/${family}/cases`, { id: newId(), on: day(2), tier: 'cin', referred_by: 'health' }, team.manager);
  }
  await page.getByLabel('Over').selectOption('the last 3 months');
  const opened = page.getByRole('region', { name: 'Cases opened', exact: true });
  await opened.getByText('18 families').waitFor();
  await opened.getByText(/^12 of 18, 44% to 84%$/).waitFor();
  const closed = page.getByRole('region', { name: 'Cases closed', exact: true });
  await closed.getByText('6 families').waitFor();
  // All were closed in one way, and nobody is told that of the rest there were none.
  await closed.getByText('Too few to show by outcome.').waitFor();
  await opened.getByText('As a table').click();
  await opened.getByRole('table').waitFor();
  await opened.getByText('What is counted').click();
  await opened.getByText('the first case of a family').waitFor();
  await page.getByRole('region', { name: 'Alerts raised', exact: true }).getByText('few', { exact: true }).waitFor();
  await look(page, 'reports');
  await press(page, 'Young people');
  await opened.getByText('few', { exact: true }).waitFor();
  await page.getByLabel('Pod').selectOption('Crewe South');
  await page.getByText('Not enough yet:').waitFor();
  await page.getByLabel('Pod').selectOption('All');
  await page.getByLabel('Over').selectOption('days of your own');
  await page.getByLabel('From', { exact: true }).fill(day(42));
  await page.getByLabel(/^To/).fill(day(1));
  await page.getByRole('group', { name: 'Counted in' }).getByRole('button', { name: 'Families' }).click();

  const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Take it as CSV')]);
  assert.equal(download.suggestedFilename(), `evaluation-${day(42)}-${day(1)}.csv`);
  assert.match(readFileSync(await download.path(), 'utf8'), /^line,measure,.*\r\nabout,/);
  await page.evaluate(() => (window.print = () => (window.printed = true)));
  await press(page, 'Print');
  assert.equal(await page.evaluate(() => window.printed), true);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false);
  await page.emulateMedia({ media: 'screen' });
  // A server in trouble, and a network that is lost: what is shown stays.
  await page.context().setOffline(true);
  await press(page, 'Take it as CSV');
  await page.getByText('The table could not be fetched.').waitFor();
  await page.getByLabel('Over').selectOption('the last 6 months');
  await page.getByText(/^No signal\. This is from/).waitFor();
  await page.context().setOffline(false);
  // A supervising social worker reads those of their pods.
  const ruth = (await as(team.supervisor)).page;
  await press(ruth, 'Reports');
  await ruth.getByRole('region', { name: 'Cases opened', exact: true }).getByText('18 families').waitFor();
});

walk('a mentor says when they read, and whoever supervises says how long families wait', async ({ server, team, sam, as }) => {
  const fran = await practitioner(server, team);
  await team.matched();
  const hours = () => server.call('GET', `/accounts/${team.mentor.id}/reading-hours`, undefined, team.mentor.token);
  const jo = (await as(team.mentor)).page;
  await press(jo, 'My account');
  await jo.getByText('You have not said yet.').waitFor();
  await press(jo, 'Say the hours');
  assert.equal(await jo.getByLabel(/^Working hours until/).count(), 0, 'how long families wait is not theirs to say');
  for (const day of ['Thursday', 'Friday']) await jo.getByLabel(day).uncheck();
  await jo.getByLabel('From').fill('10:00');
  await press(jo, 'Other hours on some days');
  await jo.getByRole('group', { name: 'Hours 2' }).getByLabel('Saturday').check();
  await jo.getByText('Mon to Wed 10:00 to 17:00, Sat 18:00 to 20:00.').waitFor();
  await look(jo, 'reading hours form');
  await press(jo, 'Save');
  await jo.getByText('Saved. Families see it above the box they write in.').waitFor();
  await jo.getByText('Mon to Wed 10:00 to 17:00, Sat 18:00 to 20:00.').waitFor();
  await look(jo, 'reading hours');
  assert.equal((await hours()).windows.length, 4);

  const ruth = (await as(team.supervisor)).page;
  await press(ruth, 'People');
  await ruth.getByRole('button', { name: /^Jo peer mentor/ }).click();
  await ruth.getByText('Whoever writes waits one working day for an answer').waitFor();
  await press(ruth, 'Change the hours');
  await ruth.getByLabel(/^Working hours until/).fill('4');
  await press(ruth, 'Save');
  await ruth.getByText('Whoever writes waits 4 working hours for an answer').waitFor();
  await look(ruth, 'reading hours of a mentor');
  assert.deepEqual([(await hours()).answer_within_working_hours, (await hours()).windows.length], [4, 4]);
  const practitioners = (await as(fran)).page;
  await press(practitioners, 'People');
  await practitioners.getByRole('button', { name: /^Jo peer mentor/ }).click();
  await practitioners.getByText('Whoever writes waits 4 working hours').waitFor();
  assert.equal(await practitioners.getByRole('button', { name: /hours$/ }).count(), 0);
  assert.ok(sam.id);
});

walk('staff see a family’s goals as they were written, put theirs beside, and end only what is theirs', async ({ server, team, sam, manager, as }) => {
  const fran = await practitioner(server, team);
  await team.matched();
  const goal = await server.call('POST', '/goals', { id: newId(), family_member_id: sam.id, words: 'Mornings without shouting', start: 2, good_enough: 8 }, sam.token);
  const add = (who, body) => server.call('POST', `/goals/${goal.id}/entries`, { id: newId(), ...body }, who.token);
  await add(sam, { kind: 'now', scale: 4 });
  await add(sam, { kind: 'helped', words: 'Story time' });
  const { page, context } = await as(team.mentor);
  await page.getByRole('button', { name: /Sam/ }).click();
  await press(page, 'Goals of Sam');
  await page.getByText('Mornings without shouting').waitFor();
  await page.getByRole('img', { name: 'Sam said: 2, 4. Good enough is 8.' }).waitFor();
  await press(page, 'A next step');
  await page.getByLabel(/^One small next step/).fill('Clothes out the night before');
  await context.setOffline(true);
  await press(page, 'Add it');
  await page.getByText('NOT SENT. There is no signal. Nothing has changed. Your words are still here.').waitFor();
  await context.setOffline(false);
  await press(page, 'Add it');
  await page.getByText('Clothes out the night before').waitFor();
  assert.equal(await page.getByRole('button', { name: 'It ends' }).count(), 0, 'it is not the mentor’s to end');
  // Sam says something new: it is seen at once.
  await add(sam, { kind: 'now', scale: 6 });
  await page.getByRole('img', { name: 'Sam said: 2, 4, 6. Good enough is 8.' }).waitFor();
  await press(page, 'Where I see it');
  await page.getByLabel(/^Where do you see it/).fill('5');
  await press(page, 'Add it');
  await page.getByText(/As the staff see it: 5 \(you/).waitFor();
  await press(page, 'Put a goal beside');
  await page.getByLabel('What would be better').fill('Sam asks for help before it is too much');
  await page.getByLabel('Where it stands now').fill('3');
  await page.getByLabel('Good enough', { exact: true }).fill('7');
  await look(page, 'goal of a mentor form');
  await press(page, 'Put it beside');
  await page.getByText('You put this beside it').waitFor();
  await look(page, 'goals of a mentor');

  const practitioners = (await as(fran)).page;
  await press(practitioners, 'Families');
  await practitioners.getByRole('button', { name: /^Sam NB-1/ }).click();
  await practitioners.getByText('Jo put this beside it').waitFor();
  await practitioners.getByText('See as a table').last().waitFor();
  await look(practitioners, 'family with goals');
  await press(practitioners, 'It ends');
  await press(practitioners, 'It is reached');
  await practitioners.getByText('One has ended').click();
  await practitioners.getByText(/^Reached/).waitFor();
  const { items } = await server.call('GET', `/goals?family_member_id=${sam.id}`, undefined, sam.token);
  assert.deepEqual(items.map((one) => one.ending ?? null), ['reached', null]);
  const maryam = (await as(manager)).page;
  await press(maryam, 'Families');
  await maryam.getByRole('button', { name: /^Sam NB-1/ }).click();
  await maryam.getByLabel('Why must you see it?').fill('A complaint');
  await press(maryam, 'Show');
  await maryam.getByText('Mornings without shouting').waitFor();
  assert.equal(await maryam.getByRole('button', { name: 'Put a goal beside' }).count(), 0);
});
