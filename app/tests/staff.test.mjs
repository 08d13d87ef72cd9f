// Staff screens: what each role reads and does, in a real browser against the real server.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import decodeQR from 'qr/decode.js';
import { joined, look, press, seats } from './seats.mjs';
import { join, launch, newId, outside, phone, PIN, Server } from './support.mjs';

const walk = seats();

const PLAN = {
  windows: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => ({ day, from: '09:00', to: '15:00' })),
  ok_message: true, ok_call: true, ok_voicemail: false, shared_phone: true, code_word: 'Is the ginger cat well?',
};

walk('the bar of a supervisor is one row on a phone, and holds every part on a desk', async ({ team, as }) => {
  const { page } = await as(team.supervisor);
  await page.getByText('Nothing is waiting.').waitFor();
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 640 });
    const { height } = await page.locator('.staff > .bar').boundingBox();
    assert.ok(height <= 80, `the bar is ${height} px high`);
  }
  const rows = await page.locator('.parts button').evaluateAll((all) => new Set(all.filter((one) => one.offsetParent).map((one) => one.offsetTop)).size);
  assert.equal(rows, 1, 'the parts stand in one row');
  await look(page, 'alerts empty');
  // By keyboard alone: the part that is opened takes the focus to its heading.
  await page.getByRole('button', { name: 'Families', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Who needs somebody' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Who needs somebody');
});

walk('a mentor sees how to reach somebody before writing, and confirms it once they have talked', async ({ server, team, sam, as }) => {
  await team.matched();
  await server.call('PUT', `/contact-plans/${sam.id}`, PLAN, sam.token);
  const { page } = await as(team.mentor);
  await page.getByRole('button', { name: /Sam/ }).click();
  await page.getByText('Others may see this phone.').waitFor();
  // Calls are not safe before somebody has talked it over.
  await page.getByText('Do not call').click();
  await page.getByText('Is the ginger cat well?').waitFor();
  await look(page, 'mentor plan');
  await press(page, 'We have talked it over');
  await page.getByText('Call Mon to Fri 09:00 to 15:00, no voicemail').waitFor();
  const plan = await server.call('GET', `/contact-plans/${sam.id}`, undefined, team.mentor.token);
  assert.deepEqual([plan.in_force.ok_call, plan.say_first, plan.to_be_confirmed], [true, PLAN.code_word, false]);
  // What they forbid holds at once, and is seen at once.
  await server.call('PUT', `/contact-plans/${sam.id}`, { ...PLAN, ok_call: false }, sam.token);
  await page.getByText('Do not call').waitFor();
  // Whoever has the phone does not take it back: it is shown as a wish.
  await server.call('PUT', `/contact-plans/${sam.id}`, { ...PLAN, code_word: 'Is that you?', others_near: 'Nobody at all' }, sam.token);
  // Each change draws the plan anew, folded.
  await page.waitForFunction(() => {
    const plan = document.querySelector('.plan details');
    if (plan) plan.open = true;
    return document.body.innerText.includes('Sam also says: call.');
  });
  await page.getByText('Say first: Is the ginger cat well?').waitFor();
  await page.getByText('Another code word was told since, not confirmed: Is that you?').waitFor();
  await page.getByText('Near the phone: it may be anybody.').waitFor();
  await page.getByText('An answer to who is near was told, not confirmed: Nobody at all').waitFor();
  await look(page, 'mentor plan wished');
});

walk('whoever is to ring somebody can read first how that is safe, and it is read only when asked for', async ({ server, team, sam, as }) => {
  await team.matched();
  await server.call('PUT', `/contact-plans/${sam.id}`, PLAN, sam.token);
  await server.call('POST', '/check-ins', { id: newId(), scale: 5, wants_contact: true }, sam.token);
  const jo = await as(team.mentor);
  await jo.page.getByText('Asked for a call.').waitFor();
  await jo.page.getByText('How to reach Sam safely').click();
  await jo.page.getByText('Is the ginger cat well?').waitFor();
  await look(jo.page, 'asked for a call');

  const { page } = await as(team.supervisor);
  await press(page, 'Families');
  await page.getByText('Asked for a call.').waitFor();
  const read = async () => (await server.call('GET', `/audit?about=${sam.id}`, undefined, team.manager)).items.filter((one) => one.deed === 'contact_plan.read').length;
  assert.equal(await read(), 0);
  await page.getByText('How to reach Sam safely').click();
  await page.getByText('Is the ginger cat well?').waitFor();
  assert.equal(await read(), 1);
});

walk('whoever answers an alert sees how to reach the person before any number to call', async ({ server, team, sam, as }) => {
  await team.matched();
  await server.call('PUT', `/contact-plans/${sam.id}`, PLAN, sam.token);
  await server.call('POST', `/contact-plans/${sam.id}/confirmation`, { version: 1 }, team.mentor.token);
  await server.call('POST', '/help', { id: newId() }, sam.token);
  const deputy = await joined(server, team, 'supervising_social_worker', 'Ben');
  await server.call('PUT', `/pods/${team.pod}/cover`, { deputies: [deputy.id] }, team.manager);
  const { page } = await as(deputy);
  await page.getByRole('button', { name: /Sam/ }).first().click();
  await page.getByText('Say first: Is the ginger cat well?').waitFor();
  await page.getByText('Others may see this phone.').waitFor();
  const above = await page.evaluate(() => document.querySelector('.plan').getBoundingClientRect().bottom <= document.querySelector('[aria-label="Whom to telephone"]').getBoundingClientRect().top);
  assert.ok(above, 'the plan stands above the numbers');
  await look(page, 'alert plan');
});

walk('a practitioner sees one family whole: plan, check-ins, dates and the talk, each reading written down', async ({ server, team, sam, as }) => {
  const fran = await joined(server, team, 'family_practitioner', 'Fran', { pod_id: team.pod });
  await server.call('PUT', `/families/${team.family}/pod`, { pod_id: team.pod, family_practitioner_id: fran.id }, team.manager);
  const { conversation } = await team.matched();
  await server.call('PUT', `/contact-plans/${sam.id}`, PLAN, sam.token);
  for (const scale of [6, 4]) await server.call('POST', '/check-ins', { id: newId(), scale, wants_contact: false, better: 'Sleep is better' }, sam.token);
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await server.call('POST', '/dates', { id: newId(), family_member_id: sam.id, what: 'Meeting at school', where: 'Bring the letter', starts: `${day}T10:00`, minutes: 45 }, team.mentor.token);
  await server.say(team.mentor, conversation, 'How did Monday go?');
  await server.say(sam, conversation, 'Better. He slept!');
  await server.call('POST', `/accounts/${team.mentor.id}/suspension`, { reason: 'A complaint' }, team.manager);
  await server.say(team.mentor, conversation, 'He is suspended, and I am cross');

  const { page } = await as(fran);
  await press(page, 'Families');
  await page.getByRole('button', { name: /^Sam NB-1/ }).click();
  await page.getByText('Down 2 from the time before.').waitFor();
  await page.getByText('Meeting at school', { exact: true }).waitFor();
  await page.getByText('Bring the letter. 45 minutes. Made by Jo. No answer yet.').waitFor();
  await page.getByText('Others may see this phone.').waitFor();
  await page.getByRole('img', { name: 'Check-ins of Sam in the last twelve weeks: 6, 4' }).waitFor();
  await page.getByText('See as a table').click();
  await page.getByRole('cell', { name: 'Sleep is better' }).first().waitFor();
  await page.getByRole('button', { name: 'Read the talk with Jo' }).click();
  await page.getByText('Better. He slept!').waitFor();
  await press(page, 'What was held back?');
  await page.getByText('He is suspended, and I am cross').waitFor();
  await look(page, 'family');
  const audit = (await server.call('GET', `/audit?about=${sam.id}&actor=${fran.id}`, undefined, team.manager)).items.map((one) => one.deed);
  for (const deed of ['conversation.held_read', 'check_ins.read', 'contact_plan.read', 'conversation.read', 'dates.read']) assert.ok(audit.includes(deed), `${deed} is written down`);

  await page.getByRole('main').getByRole('button', { name: 'Raise a concern' }).click();
  assert.equal(await page.getByLabel('About whom').evaluate((one) => one.selectedOptions[0].textContent), 'Sam');
});

walk('a mentor makes a date, sees the answer, changes it and cancels it', async ({ server, team, sam, as }) => {
  await team.matched();
  const { page } = await as(team.mentor);
  await page.getByRole('button', { name: /Sam/ }).click();
  await press(page, 'Dates with Sam');
  await page.getByText('No date is agreed.').waitFor();
  await press(page, 'Make a date');
  const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('What, as Sam reads it').fill('Jo comes to see you');
  await page.getByLabel('Begins, by the clock on the wall').fill(`${day}T16:30`);
  await page.getByLabel('How often').selectOption({ label: 'Every week' });
  await look(page, 'make a date');
  await press(page, 'Make this date');
  await page.getByText('Made. Sam is told.').waitFor();
  const dates = async () => (await server.call('GET', `/dates?family_member_id=${sam.id}`, undefined, sam.token)).items;
  const [made] = await dates();
  assert.deepEqual([made.starts, made.repeats, made.remind_minutes_before], [`${day}T16:30`, 'weekly', 1440]);
  await server.call('POST', `/dates/${made.id}/reply`, { id: newId(), version: 1, starts: made.starts, reply: 'change_it', note: 'After five, please' }, sam.token);
  await page.getByText('Sam wants to change it.').waitFor();
  await page.getByText('After five, please').waitFor();
  await look(page, 'dates of a mentor');
  await press(page, 'Change : Jo comes to see you');
  await page.getByLabel('Begins, by the clock on the wall').fill(`${day}T17:30`);
  await press(page, 'Save');
  await page.getByText('Changed. Sam is told, and asked again.').waitFor();
  // The answer was to what the date said before.
  await page.getByText('No answer yet.').waitFor();
  await press(page, 'Cancel : Jo comes to see you');
  await press(page, 'Cancel all of it');
  await page.getByText('Cancelled. Sam is told.').waitFor();
  assert.deepEqual((await dates()).map((one) => one.state), ['cancelled']);
});

walk('a family without anything yet says so kindly, and a lost network is said with the time of what is shown', async ({ server, team, as }) => {
  const fran = await joined(server, team, 'family_practitioner', 'Fran', { pod_id: team.pod });
  await server.call('PUT', `/families/${team.family}/pod`, { pod_id: team.pod, family_practitioner_id: fran.id }, team.manager);
  const long = (await server.call('POST', '/families', { pod_id: team.pod, reference: 'NB-Donaudampfschifffahrtsgesellschaft' }, team.manager)).id;
  const { code } = await team.invite({ role: 'family_member', display_name: 'Wolfeschlegelsteinhausenbergerdorff Bartholomew', family_id: long, kind: 'parent' });
  await server.call('POST', '/invitations/accept', { code, password: PIN });
  const { page, context } = await as(fran);
  await press(page, 'Families');
  await page.getByRole('button', { name: /^Wolfeschlegel/ }).waitFor();
  await look(page, 'families with long names');
  // Back leads to where the list was left.
  await page.getByRole('button', { name: /^Wolfeschlegel/ }).click();
  await page.locator('.one .up').click();
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^Wolfeschlegel/);
  await page.getByRole('button', { name: /^Sam NB-1/ }).click();
  await page.getByText('No check-in yet.').waitFor();
  await page.getByText('Sam has no mentor.').waitFor();
  await page.getByText('has not said yet how to be reached').waitFor();
  await look(page, 'family empty');
  await context.setOffline(true);
  await press(page, 'Introduce a mentor');
  await page.getByLabel('Jo').check();
  await press(page, 'Bring them together');
  await page.getByText('NOT SENT.').waitFor();
  await context.setOffline(false);
  await press(page, 'Bring them together');
  await page.getByText('Sam and Jo have a talk of their own now.').waitFor();
});

walk('a manager introduces, gives cover and ends, and says why before reading', async ({ server, team, sam, manager, as }) => {
  const bea = await joined(server, team, 'peer_mentor', 'Bea', { pod_id: team.pod });
  const { page } = await as(manager);
  await press(page, 'Families');
  await page.getByRole('button', { name: /^Sam NB-1/ }).click();
  await press(page, 'Introduce a mentor');
  await page.getByLabel('Jo').check();
  await page.getByText('A talk between Sam and Jo opens now').waitFor();
  await look(page, 'introduce');
  await press(page, 'Bring them together');
  await page.getByText("Jo is Sam's mentor.").waitFor();

  await press(page, 'Cover for Jo');
  await page.getByLabel('Bea').check();
  await page.getByLabel('Until').fill(new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 16));
  await press(page, 'Let them cover');
  await page.getByText(/mentor\.\s+Bea covers until/).waitFor();
  assert.equal((await server.call('GET', '/conversations', undefined, bea.token)).items.length, 1);

  await page.getByLabel('Why must you see it?').fill('A complaint of the grandmother');
  await press(page, 'Show');
  await page.getByText('No check-in yet.').waitFor();
  const [line] = (await server.call('GET', `/audit?about=${sam.id}`, undefined, team.manager)).items.filter((one) => one.deed === 'check_ins.read');
  assert.equal(line.reason, 'A complaint of the grandmother');

  await press(page, 'End the match');
  await page.locator('#end-why').fill('Jo moves away');
  await look(page, 'end a match');
  await press(page, 'End it');
  await page.getByText('Sam has no mentor.').waitFor();
  assert.notEqual((await server.call('GET', `/conversations?family_member_id=${sam.id}`, undefined, team.manager)).items[0].ended_at, null);
});

walk('a handover leaves nobody without somebody: what rests on them, who takes over, what happens', async ({ server, team, manager, as }) => {
  await team.matched();
  const shift = { id: newId(), account_id: team.supervisor.id, from: new Date(Date.now() + 3_600_000).toISOString(), until: new Date(Date.now() + 7_200_000).toISOString() };
  await server.call('POST', `/pods/${team.pod}/shifts`, shift, team.manager);
  const south = (await server.call('POST', '/pods', { name: 'Crewe South', area: 'Crewe' }, team.manager)).id;
  await server.call('PUT', `/pods/${south}/supervising-social-worker`, { account_id: team.supervisor.id }, team.manager);
  const { page } = await as(manager);
  await press(page, 'People');
  await page.getByRole('button', { name: /^Ruth supervising/ }).click();
  await look(page, 'person');
  await press(page, 'Suspend');
  await page.getByText('Supervises Crewe North, Crewe South.').waitFor();
  await page.getByText(/^Has a shift in Crewe North from .*: it ends\.$/).waitFor();
  // Crewe South has nobody else: it is not done without somebody who takes over.
  await page.getByLabel('Why').fill('An allegation');
  await press(page, 'Suspend now');
  assert.equal(await page.locator('#heir').evaluate((one) => one.validity.valueMissing), true);
  await page.locator('#heir').selectOption({ label: 'Dev' });
  await page.getByText('Dev takes over in the same moment').waitFor();
  await page.getByText(/^Has a shift in Crewe North from .*: goes to Dev\.$/).waitFor();
  await look(page, 'handover');
  await press(page, 'Suspend now');
  await page.getByText('Ruth is suspended from this moment on.').waitFor();
  const pods = (await server.call('GET', '/pods', undefined, team.manager)).items;
  assert.deepEqual(pods.map((pod) => pod.supervising_social_worker_id), [team.deputy.id, team.deputy.id]);
  await press(page, 'Lift the suspension');
  await page.getByText('Ruth may act again.').waitFor();

  // Dev is her brother: what implicates one is not told to the other.
  await press(page, 'Note somebody');
  await page.getByLabel('Who is close to Ruth?').selectOption(team.deputy.id);
  await page.getByLabel('Why', { exact: true }).fill('Brother and sister');
  await look(page, 'close to somebody');
  await press(page, 'Note that they are close');
  await page.getByRole('button', { name: 'Not close any more' }).waitFor();
  const close = await server.call('GET', `/accounts/${team.deputy.id}/connections`, undefined, team.manager);
  assert.deepEqual(close.items.map((one) => one.with.id), [team.supervisor.id]);

  // A mentor keeps their matches when they move.
  await page.locator('.one .up').click();
  await page.getByRole('button', { name: /^Jo peer mentor/ }).click();
  await press(page, 'Move to another pod');
  await page.getByText('Is the mentor of Sam.').waitFor();
  await page.getByLabel('Pod').selectOption({ label: 'Crewe South' });
  await press(page, 'Move');
  await page.getByText('Jo works in Crewe South now.').waitFor();
});

walk('a manager makes a pod, puts somebody in charge, and invites', async ({ server, team, manager, as }) => {
  const { page } = await as(manager);
  await press(page, 'People');
  await page.getByRole('button', { name: /^Crewe North/ }).click();
  await page.getByText('1. Dev').waitFor();
  await look(page, 'pod');
  await page.locator('.one .up').click();
  await press(page, 'New pod');
  await page.getByLabel('Name').fill('Crewe West');
  await page.getByLabel('Area').fill('Crewe');
  await press(page, 'Make this pod');
  await page.getByText('Nobody supervises this pod.').waitFor();
  await page.getByLabel('Supervising social worker').selectOption({ label: 'Dev' });
  await press(page, 'Put in charge');
  await page.getByText('Dev supervises this pod now.').waitFor();
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/cover') && answer.request().method() === 'PUT');
  await press(page, 'Add Ruth');
  await page.getByText('1. Ruth').waitFor();
  await kept;
  const west = (await server.call('GET', '/pods', undefined, team.manager)).items.find((pod) => pod.name === 'Crewe West');
  assert.deepEqual([west.supervising_social_worker_id, west.deputies], [team.deputy.id, [team.supervisor.id]]);
  await page.locator('.one .up').click();
  await look(page, 'people');
  await press(page, 'Invite somebody');
  await page.getByLabel('Role').selectOption('peer_mentor');
  await page.getByLabel('Name as others see it').fill('Kit');
  await page.getByLabel('E-mail').fill('kit@example.org');
  await page.getByLabel('Pod').selectOption({ label: 'Crewe West' });
  await look(page, 'invite');
  await press(page, 'Make a code');
  await page.locator('.code-shown').waitFor();
  await press(page, 'Withdraw the code of Kit');
  await page.getByText('Codes that are not used yet').waitFor({ state: 'detached' });
  const kit = (await server.call('GET', '/invitations?limit=200', undefined, team.manager)).items.find((one) => one.display_name === 'Kit');
  assert.notEqual(kit.withdrawn_at, null);
});

walk('a rule is changed safely: tried, drafted, held to its examples, published by a second person, taken back', async ({ server, team, sam, manager, as }) => {
  await team.matched();
  const { page } = await as(manager);
  await press(page, 'More');
  await look(page, 'more');
  await press(page, 'Rules');
  await page.getByLabel('Try a text').fill('dad hit me with a belt again');
  await page.locator('.verdict mark').first().waitFor();
  await look(page, 'rules');
  await page.getByLabel('Try a text').fill('i have a trap phone now');
  await page.getByText('Nothing is found').waitFor();
  assert.equal((await server.call('GET', '/alerts', undefined, team.supervisor.token)).items.length, 0, 'the bench raises nothing');

  await press(page, 'Draft a rule of your own');
  await page.getByLabel(/^Name/).fill('trap_phone');
  await page.getByLabel('Patterns, one a line').fill('trap phone');
  await page.getByLabel('Why a social worker wants to see it').fill('Children who sell drugs are given such a phone.');
  await page.getByLabel(/^Texts that it must find/).fill('he give me a trap phone\ni have a trap phone\nthe line rings');
  await page.getByLabel(/^Harmless texts/).fill('my phone is broken\na mouse trap\nphone me later');
  await look(page, 'rule editor');
  await press(page, 'Save the draft');
  await page.getByText('One example breaks.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Publish' }).isDisabled(), true);
  await look(page, 'draft broken');
  await press(page, 'Change it in a new draft');
  await page.getByRole('button', { name: /^Change trap_phone/ }).click();
  await page.getByLabel(/^Texts that it must find/).fill('he give me a trap phone\ni have a trap phone\nthat trap phone rings');
  await press(page, 'Save the draft');
  await page.getByText('All are as they say').waitFor();
  await page.getByLabel('Try a text').fill('i have a trap phone now');
  await page.getByText('Found by local.trap_phone').waitFor();
  await page.getByText(/Held against/).waitFor();
  await look(page, 'draft');
  await press(page, 'Publish');
  await page.getByText('Published.').waitFor();
  await page.getByText('Live: version 1 of your own rules').waitFor();

  // To find less is not for one person alone.
  await press(page, 'Change your own rules');
  await page.getByRole('button', { name: /^Change trap_phone/ }).click();
  await press(page, 'Remove');
  await page.getByText('No rule of your own is left').waitFor();
  await press(page, 'Save the draft');
  await page.getByText('another manager must publish it').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Publish' }).isDisabled(), true);
  const omar = await server.founder('Omar');
  const second = await as(omar);
  await press(second.page, 'More');
  await press(second.page, 'Rules');
  await second.page.getByRole('button', { name: /Waits for a second person/ }).click();
  await press(second.page, 'Publish');
  await second.page.getByText('Live: version 2').waitFor();
  await press(second.page, 'Roll back version 2');
  await press(second.page, 'Roll back now');
  await second.page.getByText('Live: version 1').waitFor();
  await second.page.getByText(/texts were screened again/).waitFor();
  await look(second.page, 'rules with versions');

  // What is live now is the only rule: to take it back is not for one person alone either.
  await press(second.page, 'Roll back version 1');
  await press(second.page, 'Roll back now');
  await second.page.getByText('Omar wants version 1 taken back').waitFor();
  await second.page.getByText('Another manager must agree.', { exact: true }).waitFor();
  await press(page, 'More');
  await press(page, 'Rules');
  await page.getByText('Omar wants version 1 taken back').waitFor();
  await look(page, 'rules asked to be taken back');
  await press(page, 'Agree, and roll back now');
  await page.getByText('Version 1 is taken back.').waitFor();
  await page.getByText('You have none of your own').waitFor();
  assert.ok(sam.id);
});

walk('waits: in words, put forward, and agreed by a second manager where they are longer', async ({ server, team, manager, as }) => {
  const { page } = await as(manager);
  await press(page, 'More');
  await press(page, 'Waits');
  await page.getByText('In force: as shipped').waitFor();
  await look(page, 'waits');
  await press(page, 'Put other waits forward');
  await page.locator('#immediate-acknowledge').fill('20');
  await page.getByLabel('Why').fill('Agreed by the board in May');
  await look(page, 'waits form');
  await press(page, 'Put forward');
  await page.getByText('another manager must agree here first').waitFor();
  await page.getByText('Somebody else must agree').waitFor();
  const omar = await server.founder('Omar');
  const second = await as(omar);
  await press(second.page, 'More');
  await press(second.page, 'Waits');
  await press(second.page, 'I agree to these waits');
  await second.page.getByText('In force: version 2').waitFor();
  const { items } = await server.call('GET', '/escalation-policies', undefined, team.manager);
  assert.deepEqual([items[0].waits.immediate.acknowledge, items[0].agreed_by], [{ minutes: 20 }, omar.id]);
});

walk('help lines are kept: added, tried today, changed, removed', async ({ server, team, manager, as }) => {
  const { page } = await as(manager);
  await press(page, 'More');
  await press(page, 'Help lines');
  await page.getByText('No line of your own yet.').waitFor();
  await press(page, 'Add a line');
  await page.getByLabel('Who answers').fill('Council, other times');
  await page.getByLabel('Number to call').fill('0300 123 5022');
  await page.getByLabel('Number to text').fill('85258');
  await page.getByLabel('When somebody answers').fill('Evenings and weekends');
  await page.getByLabel('For which place').fill('Crewe');
  await page.getByLabel('Tried on').fill('2026-01-01');
  await press(page, 'Save');
  await page.getByText('Crewe. Evenings and weekends. Text 85258.').waitFor();
  await page.getByText('To be tried again.').waitFor();
  await look(page, 'help lines');
  await press(page, 'I tried it today');
  await page.getByText('To be tried again.').waitFor({ state: 'detached' });
  await press(page, 'Change');
  await page.getByLabel('When somebody answers').fill('Nights');
  await look(page, 'help line form');
  await press(page, 'Save');
  await page.getByText('Crewe. Nights. Text 85258.').waitFor();
  await press(page, 'Remove');
  await press(page, 'Remove it');
  await page.getByText('No line of your own yet.').waitFor();
  assert.ok((await server.call('GET', '/help-lines', undefined, team.manager)).items.every((line) => line.id === null));
});

walk('the audit says who did what, about whom and why, and is narrowed by person and by thing', async ({ server, team, sam, manager, as }) => {
  const { conversation } = await team.matched();
  await server.say(sam, conversation, 'Hello');
  await server.call('GET', `/conversations/${conversation}/messages?reason=cover`, undefined, team.deputy.token);
  const { page, context } = await as(manager);
  await press(page, 'More');
  await press(page, 'Audit');
  await page.getByText(/Dev\s+read a talk: Sam/).waitFor();
  await page.getByText('cover', { exact: true }).waitFor();
  await look(page, 'audit');
  await page.getByLabel('Who did it').selectOption({ label: 'Dev, supervising social worker' });
  await page.getByText(/Maryam\s+made a pod/).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Only this conversation' }).click();
  await page.getByRole('button', { name: 'Only one conversation: show all' }).waitFor();
  await page.getByLabel('About whom').selectOption({ label: 'Jo, peer mentor' });
  await page.getByText('No line says this.').waitFor();
  await context.setOffline(true);
  await page.getByLabel('About whom').selectOption('');
  await page.getByText('No signal. The audit is only read with one.').waitFor();
});

/** The code that an authenticator app shows now (RFC 6238). */
function oneTimeCode(secret) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(count).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** What a camera would read in a picture on the screen. */
async function readQr(picture) {
  const png = (await picture.screenshot()).toString('base64');
  const { width, height, data } = await picture.page().evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    pen.drawImage(bitmap, 0, 0);
    const { width, height, data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width, height, data: [...data] };
  }, png);
  return decodeQR({ width, height, data: Uint8Array.from(data) });
}

walk('the own account: a second factor is set up and asked for, the password is changed, another device is signed out', async ({ server, team, as }) => {
  await server.call('POST', '/sessions', { email: team.mentor.email, password: team.mentor.password });
  const { page } = await as(team.mentor);
  await press(page, 'My account');
  await page.getByText('peer mentor').waitFor();
  await look(page, 'my account');
  await press(page, 'Sign out all others');
  await page.getByText('Signed out.').waitFor();
  assert.equal((await page.getByText('this one').count()), 1);

  await press(page, 'Change my password');
  await page.getByLabel('Password now').fill('not the password at all');
  await page.getByLabel(/^New password/).fill('three words and a kettle');
  await press(page, 'Change it');
  await page.getByText('That is not right. Nothing has changed.').waitFor();
  await page.getByLabel('Password now').fill(team.mentor.password);
  await press(page, 'Change it');
  await page.getByText('Your password is changed.').waitFor();

  await press(page, 'Set it up');
  await page.getByLabel('Your password, once more').fill('three words and a kettle');
  await press(page, 'Go on');
  const secret = (await page.locator('.code-shown').textContent()).replaceAll(' ', '');
  await look(page, 'second factor');
  assert.match(await readQr(page.getByRole('img', { name: 'QR code' })), new RegExp(`^otpauth://totp/.*secret=${secret}`));
  await page.getByLabel('The code that the app shows now').fill(oneTimeCode(secret));
  await press(page, 'Turn it on');
  await page.getByText('The second factor is on.').waitFor();
  await press(page, 'Sign out');
  await page.getByLabel('E-mail').fill(team.mentor.email);
  await page.getByLabel('Password').fill('three words and a kettle');
  await press(page, 'Sign in');
  await page.getByLabel('One-time code').waitFor();
});

let around;
before(async () => {
  around = await outside();
});
after(() => around.stop());

walk('in which ways somebody is called: an e-mail and a number are shown to be theirs by a code, and two are enough', async ({ team, as }) => {
  const { page } = await as(team.supervisor);
  await press(page, 'My account');
  await page.getByText('You cannot be called while Daybook is closed.').waitFor();
  await look(page, 'ways to be called');
  await press(page, 'Mail me a code');
  await page.getByText('A code is on its way to your e-mail.').waitFor();
  await page.getByLabel('The code that was mailed to you').fill('AAAAA-BBBBB');
  await press(page, 'Verify');
  await page.getByText('That code is not right, or it is too old.').waitFor();
  await page.getByLabel('The code that was mailed to you').fill(await around.code('mail'));
  await press(page, 'Verify');
  await page.getByText('You can be called in one way alone: by e-mail.').waitFor();

  await press(page, 'Name a number');
  await page.getByLabel('Your number, with its country').fill('07700 900123');
  await press(page, 'Send it a code');
  await page.getByText('must be a number with its country').waitFor();
  await page.getByLabel('Your number, with its country').fill('+44 7700 900123');
  await press(page, 'Send it a code');
  await page.getByLabel('The code that +447700900123 was sent').waitFor();
  await look(page, 'number to verify');
  // What waits for its code still waits when the screen is opened again.
  await page.locator('.up').click();
  await press(page, 'My account');
  await page.getByText('waits for its code.').waitFor();
  await press(page, 'I have the code');
  await page.getByLabel('The code that +447700900123 was sent').fill(await around.code('phone'));
  await press(page, 'Verify');
  await page.getByText('You can be called in 2 ways.').waitFor();
  assert.equal(await page.getByText('You can be called in one way alone').count(), 0);
  await look(page, 'two ways to be called');

  await press(page, 'Forget it');
  await page.getByText('Your number is forgotten. Nobody rings you.').waitFor();
  await page.getByText('You can be called in one way alone: by e-mail.').waitFor();
  // Nobody rings a mentor.
  const jo = await as(team.mentor);
  await press(jo.page, 'My account');
  await jo.page.getByText('How you are called').waitFor();
  assert.equal(await jo.page.getByText('Telephone', { exact: true }).count(), 0);
}, () => around.settings);

walk('whoever must have a second factor sets it up before anything else', async ({ team, as }) => {
  const { page } = await as(team.supervisor);
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  assert.equal(await page.getByRole('navigation', { name: 'Parts' }).count(), 0);
  await press(page, 'Set it up');
  await page.getByLabel('Your password, once more').fill(team.supervisor.password);
  await press(page, 'Go on');
  const secret = (await page.locator('.code-shown').textContent()).replaceAll(' ', '');
  await page.getByLabel('The code that the app shows now').fill(oneTimeCode(secret));
  await press(page, 'Turn it on');
  await page.getByText('Nothing is waiting.').waitFor();
}, { DAYBOOK_REQUIRE_SECOND_FACTOR: 'supervising_social_worker' });

walk('a lost password: where no mail is sent from, it says who can help', async ({ server, team, as }) => {
  const { page } = await as({ email: 'nobody@example.org', password: 'not the password at all' });
  await page.getByText('These sign-in details are not right.').waitFor();
  await press(page, 'I lost my password');
  await look(page, 'lost password');
  await page.getByLabel('E-mail').fill(team.mentor.email);
  await press(page, 'Mail me a code');
  await page.getByText('a manager can give a code').waitFor();
  await press(page, 'I have an account');
  await page.getByLabel('Password').waitFor();
  assert.ok(server.url);
});

test('a family member says how to be reached, and the mentor reads it before writing', { timeout: 120_000 }, async () => {
  const browser = await launch();
  const server = await Server.start();
  try {
    const team = await server.team();
    const { page, errors, context } = await phone(browser, server, { deviceScaleFactor: 1, locale: 'en-GB' });
    await join(page, server, team.code);
    const { sam } = await team.matched();
    await page.getByRole('navigation').getByRole('button', { name: 'My safety' }).click();
    await page.getByRole('heading', { name: 'How is it safe to reach you?' }).waitFor();
    // Who has told nothing is reached in the most careful way.
    assert.equal(await page.getByLabel('A call').isChecked(), false);
    await page.getByLabel('A call').check();
    for (const day of ['Saturday', 'Sunday']) await page.getByLabel(day).uncheck();
    await page.getByLabel('From').fill('09:00');
    await page.getByLabel('Until').fill('15:00');
    await page.getByLabel('A word we say first, so you know it is us').fill('Is the ginger cat well?');
    await page.getByLabel('No', { exact: true }).check();
    await look(page, 'my safety');
    await context.setOffline(true);
    await press(page, 'Save');
    await page.getByText('Something went wrong. What you wrote is kept.').waitFor();
    await context.setOffline(false);
    await press(page, 'Save');
    await page.getByText('Saved. What is not safe stops now.').waitFor();
    await page.getByText('Your team will ask you if this is right.').waitFor();
    const plan = await server.call('GET', `/contact-plans/${sam}`, undefined, team.mentor.token);
    assert.deepEqual([plan.told.ok_call, plan.in_force.ok_call, plan.told.windows.length, plan.code_word], [true, false, 5, 'Is the ginger cat well?']);
    assert.deepEqual(plan.told.windows[0], { day: 'monday', from: '09:00', to: '15:00' });
    assert.deepEqual(errors, []);
    await context.close();
  } finally {
    await browser.close();
    await server.stop();
  }
});
