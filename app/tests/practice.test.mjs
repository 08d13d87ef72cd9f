// What whoever answers for families reads of them and keeps for others: how things went, how soon somebody came,
// whom to telephone, when families are asked.

import assert from 'node:assert/strict';
import { joined, look, press, seats } from './seats.mjs';
import { another, newId } from './support.mjs';

const walk = seats();

/** A practitioner of the family, and two worries about it: one was decided, one is open. */
async function aFamilyWithAPast(server, team, sam) {
  const fran = await joined(server, team, 'family_practitioner', 'Fran', { pod_id: team.pod });
  await server.call('PUT', `/families/${team.family}/pod`, { pod_id: team.pod, family_practitioner_id: fran.id }, team.manager);
  await team.matched();
  await server.call('POST', '/check-ins', { id: newId(), scale: 1, wants_contact: false }, sam.token);
  const concern = (severity, category, note) =>
    server.call('POST', '/concerns', { id: newId(), family_member_id: sam.id, severity, category, note }, team.mentor.token);
  await concern('urgent', 'neglect', 'There was no food in the house.');
  const [neglect] = (await server.call('GET', '/alerts', undefined, team.supervisor.token)).items;
  await server.call('POST', `/alerts/${neglect.id}/acknowledgement`, undefined, team.supervisor.token);
  await server.call('GET', `/alerts/${neglect.id}`, undefined, team.supervisor.token);
  const call = { id: newId(), agency: 'front_door', called_at: new Date().toISOString(), spoke_with: 'Duty worker', said: 'They will visit.' };
  await server.call('POST', `/alerts/${neglect.id}/calls`, call, team.supervisor.token);
  await server.call('POST', `/alerts/${neglect.id}/decision`, { outcome: 'advice', rationale: 'A food parcel came.' }, team.supervisor.token);
  await concern('watch', 'substance', 'I would like somebody else to look.');
  return fran;
}

walk('a chronology says what happened when, leads to each alert, and says it was read', async ({ server, team, sam, manager, as }) => {
  const fran = await aFamilyWithAPast(server, team, sam);
  const ruth = (await as(team.supervisor)).page;
  await press(ruth, 'Families');
  await ruth.getByRole('button', { name: /^Sam NB-1/ }).click();
  await press(ruth, 'Chronology');
  await ruth.getByText('Sam said 1 of 10 in a check-in').waitFor();
  await ruth.getByText('telephoned about Sam: Front door').waitFor();
  await ruth.getByText('decided about Sam: Advice and support').waitFor();
  const events = await ruth.locator('.audit .line p').allInnerTexts();
  assert.equal(events.length, 5);
  assert.match(events[1], /^Alert about Sam raised/);
  assert.equal(await ruth.getByText('There was no food').count(), 0);
  await look(ruth, 'chronology');
  // From a line to its alert, by keyboard.
  await ruth.getByRole('button', { name: /^Open the alert about Sam/ }).last().focus();
  await ruth.keyboard.press('Enter');
  await ruth.getByRole('heading', { name: 'Sam: Drugs or alcohol' }).waitFor();

  // The practitioner sees that there were alerts, and cannot open them.
  const practitioner = (await as(fran)).page;
  await press(practitioner, 'Families');
  await practitioner.getByRole('button', { name: /^Sam NB-1/ }).click();
  await press(practitioner, 'Chronology');
  await practitioner.getByText('Alert about Sam raised').first().waitFor();
  assert.equal(await practitioner.getByText('telephoned').count(), 0);
  assert.equal(await practitioner.getByRole('button', { name: /^Open/ }).count(), 0);
  await practitioner.getByRole('button', { name: 'Family', exact: true }).click();
  await practitioner.getByRole('heading', { name: 'Sam', exact: true }).waitFor();

  // A manager says why first.
  const maryam = (await as(manager)).page;
  await press(maryam, 'Families');
  await maryam.getByRole('button', { name: /^Sam NB-1/ }).click();
  await press(maryam, 'Chronology');
  await maryam.getByLabel('Why must you see it?').fill('A complaint of the grandmother');
  await look(maryam, 'chronology why');
  await press(maryam, 'Show');
  await maryam.getByText('Sam said 1 of 10 in a check-in').waitFor();
  const lines = (await server.call('GET', `/audit?subject=${team.family}`, undefined, team.manager)).items.filter((one) => one.deed === 'chronology.read');
  assert.deepEqual(lines.map((one) => one.reason), ['A complaint of the grandmother', null, null]);
});

walk('alerts that belong together are linked, and each leads to the other', async ({ server, team, sam, as }) => {
  await aFamilyWithAPast(server, team, sam);
  const { page } = await as(team.supervisor);
  await page.locator('.queue button').first().click();
  await page.getByRole('heading', { name: 'Sam: Drugs or alcohol' }).waitFor();
  await page.getByText('No other alert is linked with this one.').waitFor();
  await press(page, 'Link another alert');
  await page.getByLabel('Which alert of this family?').selectOption({ index: 1 });
  await look(page, 'link alerts');
  await press(page, 'Link them');
  const linked = page.getByRole('button', { name: /^Urgent: Neglect, Sam closed/ });
  await linked.waitFor();
  await press(page, 'Link another alert');
  await page.getByText('There is no other alert of this family to link with.').waitFor();
  await look(page, 'linked alerts');
  await linked.click();
  await page.getByRole('heading', { name: 'Sam: Neglect' }).waitFor();
  await page.getByRole('button', { name: /^Watch: Drugs or alcohol, Sam open/ }).waitFor();
  await press(page, 'Chronology of the family');
  await page.getByText('This alert').first().waitFor();
  assert.equal(await page.getByRole('button', { name: /^Open the alert/ }).count(), 1);
  await page.getByRole('button', { name: 'Alert', exact: true }).click();
  await page.getByRole('heading', { name: 'Sam: Neglect' }).waitFor();
});

walk('response times: nothing of fewer than five, and of five how soon somebody came', async ({ server, team, as }) => {
  const raised = async (name) => {
    const member = await another(server, team, name, `NB-${name}`);
    await server.call('POST', '/help', { id: newId() }, member.token);
    const { items } = await server.call('GET', '/alerts?limit=200', undefined, team.supervisor.token);
    const alert = items.find((one) => one.family_member.id === member.id);
    await server.call('POST', `/alerts/${alert.id}/acknowledgement`, undefined, team.supervisor.token);
  };
  const { page } = await as(team.supervisor);
  await press(page, 'Response times');
  await page.getByText('No alert was raised in this time.').waitFor();
  for (const name of ['Ann', 'Bea', 'Cas', 'Dil']) await raised(name);
  await page.locator('.up').click();
  await press(page, 'Response times');
  await page.getByText('Fewer than five alerts.').waitFor();
  assert.equal(await page.getByRole('table').count(), 0);
  await look(page, 'response times few');
  await raised('Eve');
  await page.getByLabel('Raised in the last').selectOption('3 months');
  await page.getByText('5 alerts.').waitFor();
  await page.getByRole('cell', { name: '< 1 min' }).first().waitFor();
  await page.getByText('By the hour at which they were raised').click();
  await page.getByRole('rowheader', { name: /^\d\d:00$/ }).first().waitFor();
  await look(page, 'response times');
});

walk('agency lines are kept: added with an area and what to say, verified, changed, removed; and found where they are needed', async ({ server, team, sam, manager, as }) => {
  const { page } = await as(manager);
  await press(page, 'More');
  await press(page, 'Agency lines');
  await page.getByText('No number is kept.').first().waitFor();
  await look(page, 'agency lines empty');
  await press(page, 'Add one for: Emergency duty team');
  await page.getByLabel(/^Area/).fill('Crewe');
  await page.getByLabel('Who answers').fill("Children's emergency duty team");
  await page.getByLabel('Number to call').fill('0300 123 5022');
  await page.getByLabel('When somebody answers').fill('Weekdays from 17:00, weekends and bank holidays');
  await page.getByLabel(/^What to say/).fill('Say: a child may not be safe tonight. Ask who rings you back, by when, and for the reference.');
  await page.getByLabel('Verified on').fill('2026-01-05');
  await look(page, 'agency line form');
  await press(page, 'Save');
  await page.getByText('To be verified again.').waitFor();
  await page.getByText('Crewe. Weekdays from 17:00').waitFor();
  await look(page, 'agency lines');
  await press(page, 'I verified it today');
  await page.getByText('To be verified again.').waitFor({ state: 'detached' });
  await press(page, 'Change');
  await page.getByLabel('Agency', { exact: true }).selectOption('Front door');
  await page.getByLabel(/^Area/).fill('');
  await press(page, 'Save');
  await page.getByText('The whole authority. Weekdays from 17:00').waitFor();
  await press(page, 'Add a line');
  await page.getByLabel('Who answers').fill('Duty desk');
  await page.getByLabel('Number to call').fill('0300 123 5023');
  await page.getByLabel('When somebody answers').fill('Always');
  await page.getByLabel(/^What to say/).fill('Say who you are.');
  await press(page, 'Save');
  await page.getByText('Duty desk').waitFor();

  // Whoever has an alert finds one of them there, whatever the hour.
  await server.call('POST', '/help', { id: newId() }, sam.token);
  const ruth = await as(team.supervisor);
  await ruth.page.locator('.queue button').first().click();
  await ruth.page.getByRole('link', { name: /^0300 123 502[23]$/ }).first().waitFor();

  await page.getByRole('listitem').filter({ hasText: 'Duty desk' }).getByRole('button', { name: 'Remove' }).click();
  await press(page, 'Remove it');
  await page.getByText('Duty desk').waitFor({ state: 'detached' });
  assert.equal((await server.call('GET', '/agency-lines', undefined, team.manager)).items.length, 1);
});

walk('when a family member is asked is set in words, changed, ended, and read by a manager who says why', async ({ server, team, sam, manager, as }) => {
  const fran = await joined(server, team, 'family_practitioner', 'Fran', { pod_id: team.pod });
  await server.call('PUT', `/families/${team.family}/pod`, { pod_id: team.pod, family_practitioner_id: fran.id }, team.manager);
  await team.matched();
  const standing = () => server.call('GET', `/check-in-rhythms/${sam.id}`, undefined, team.mentor.token);
  const { page } = await as(fran);
  await press(page, 'Families');
  await page.getByRole('button', { name: /^Sam NB-1/ }).click();
  await page.getByText('Sam is not asked: they check in when they want').waitFor();
  await press(page, 'Ask Sam on certain days');
  await page.getByLabel('How often').selectOption('Every two weeks');
  for (const day of ['Thursday', 'Sunday']) await page.getByLabel(day).check();
  const soon = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('From when on, and at what time').fill(`${soon}T17:30`);
  await page.getByLabel('How long to answer').selectOption('2 days');
  await page.getByText('Every 2 weeks on Thursday and Sunday at 17:30.').waitFor();
  await look(page, 'rhythm form');
  await press(page, 'Set');
  await page.getByText('Set. Sam is asked so from now on.').waitFor();
  await page.getByText('Sam has 2 days to answer. Asked next:').waitFor();
  const set = await standing();
  assert.deepEqual([set.rhythm.rule, set.rhythm.starts, set.rhythm.window_hours], ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SU', `${soon}T17:30`, 48]);

  // Somebody was first: nothing of theirs is lost, and what holds now is shown.
  await press(page, 'Change when Sam is asked');
  await server.call('PUT', `/check-in-rhythms/${sam.id}`, { version: 1, starts: `${soon}T10:00`, rule: 'FREQ=MONTHLY;BYDAY=1MO' }, team.mentor.token);
  await page.getByLabel('How often').selectOption('Every day');
  await press(page, 'Set');
  await page.getByText('Jo was first.').waitFor();
  await page.getByText('Every month on the first Monday at 10:00.').waitFor();
  await press(page, 'Set');
  await page.getByText('Every day at 17:30.').first().waitFor();
  await look(page, 'rhythm');

  // The mentor sees it beside the dates; a manager reads it, and does not set it.
  const jo = (await as(team.mentor)).page;
  await jo.getByRole('button', { name: /Sam/ }).click();
  await press(jo, 'Dates with Sam');
  await jo.getByText('Every day at 17:30.').waitFor();
  await look(jo, 'rhythm of a mentor');
  const maryam = (await as(manager)).page;
  await press(maryam, 'Families');
  await maryam.getByRole('button', { name: /^Sam NB-1/ }).click();
  await maryam.getByLabel('Why must you see it?').fill('A complaint');
  await press(maryam, 'Show');
  await maryam.getByText('Every day at 17:30.').waitFor();
  assert.equal(await maryam.getByRole('button', { name: 'Stop asking' }).count(), 0);

  await press(page, 'Stop asking');
  await page.getByText('nobody is told when they are silent').waitFor();
  await press(page, 'Stop asking Sam');
  await page.getByText('Ended. Sam is not asked any more.').waitFor();
  assert.equal((await standing()).rhythm, null);
});

walk('a manager writes what check-ins ask in words of the authority: a version of its own, and what must be asked stays', async ({ server, team, manager, as }) => {
  const { page } = await as(manager);
  await press(page, 'More');
  await press(page, 'Check-ins');
  await page.getByText('As the service ships them.').waitFor();
  await look(page, 'check-in questions');
  await page.getByLabel('Language').selectOption('Polish');
  await press(page, 'Write them in your own words');
  assert.equal(await page.getByRole('checkbox', { name: /unsafe/ }).count(), 0, 'what is always asked cannot be left out');
  assert.ok(await page.getByLabel('In which words: Whether anyone makes them feel unsafe').isEditable() === false, 'nor put in other words');
  await page.getByLabel('In which words: How things are, 0 to 10').fill('Jak leci?');
  await page.getByLabel('Best hopes', { exact: true }).uncheck();
  await look(page, 'check-in questions form');
  await press(page, 'Ask in these words');
  await page.getByText('Made: version 2 in Polish.').waitFor();
  await page.getByText('Version 2, made by Maryam, Today.').waitFor();
  const { items } = await server.call('GET', '/check-in-templates', undefined, team.manager);
  const polish = items.find((one) => one.language === 'pl');
  assert.equal(polish.questions[0].words, 'Jak leci?');
  assert.ok(!polish.questions.some((one) => one.question === 'best_hopes'));
});
