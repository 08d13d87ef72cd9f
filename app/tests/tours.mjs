// Once round all screens of those who work here, for whoever looks at them: axe, or a camera.

import assert from 'node:assert/strict';
import { another, newId, signIn } from './support.mjs';

/**
 * Signs everybody in and goes to each of their screens. `seat` opens a phone or a desk, `look` is called at each
 * screen with the seat and the name of the screen.
 */
export async function staffTour({ server, team, sam, seat, look }) {
  const concern = { family_member_id: sam, severity: 'immediate', category: 'neglect', note: 'There was no food in the house on Thursday.' };
  await server.call('POST', '/concerns', { id: newId(), ...concern }, team.mentor.token);
  const leo = await another(server, team, 'Leo', 'NB-2');
  await server.say(leo, leo.conversation, 'he h1t me again. i am scared to go home');
  const seats = [];
  const sit = async (who) => {
    const one = await seat();
    seats.push(one);
    await signIn(one.page, server, who);
    return one;
  };
  /** Where the list is beside what it lists, there is nowhere to go back to. */
  const up = async (page) => {
    if (await page.locator('.up').isVisible()) await page.locator('.up').click();
  };

  const nobody = await seat();
  seats.push(nobody);
  await nobody.page.goto(server.url);
  await nobody.page.getByRole('button', { name: 'I work here: sign in' }).click();
  await nobody.page.getByLabel('E-mail').waitFor();
  await look(nobody, 'sign-in');

  const ruth = await sit(team.supervisor);
  const { page } = ruth;
  await page.locator('.queue button').nth(1).waitFor();
  await page.getByText('On now').waitFor();
  await look(ruth, 'queue');
  await page.locator('.queue button', { hasText: 'Leo' }).click();
  await page.locator('.around mark').first().waitFor();
  await look(ruth, 'alert');
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByText('You have it.').waitFor();
  await page.getByRole('button', { name: 'Decide', exact: true }).click();
  await look(ruth, 'alert-decide');
  await up(page);
  await page.getByRole('button', { name: 'Cover', exact: true }).click();
  await page.locator('.stretches li').first().waitFor();
  await page.getByText('I will be away').click();
  await look(ruth, 'cover');
  await up(page);
  await page.getByRole('button', { name: 'Pod', exact: true }).click();
  await page.locator('.numbers').waitFor();
  await page.getByText('talk').first().waitFor();
  await look(ruth, 'pod');
  await up(page);
  await page.getByRole('button', { name: 'Closed', exact: true }).click();
  await page.getByText('None is closed yet.').waitFor();
  await look(ruth, 'closed');
  await page.getByRole('button', { name: 'Families' }).click();
  await page.getByText('Leo').first().waitFor();
  await look(ruth, 'families');

  const jo = await sit(team.mentor);
  await jo.page.getByText('Leo').waitFor();
  await look(jo, 'mentor');
  await jo.page.getByText('Leo').click();
  await jo.page.getByText('he h1t me again').waitFor();
  await look(jo, 'mentor-talk');
  for (const [name, where] of [['Goals of Leo', 'goals'], ['Contacts with Leo', 'contacts'], ['Notes to hand over about Leo', 'note']]) {
    await jo.page.getByRole('button', { name, exact: true }).click();
    await jo.page.locator('.lead, .goal-cards').first().waitFor({ state: 'attached' });
    await look(jo, `mentor-${where}`);
  }
  await jo.page.getByRole('button', { name: 'Talk', exact: true }).click();
  await jo.page.getByRole('button', { name: 'Raise a concern' }).click();
  await jo.page.getByLabel('About whom').waitFor();
  await look(jo, 'concern');

  const maryam = await sit({ email: 'maryam@example.org', password: team.supervisor.password });
  await maryam.page.getByRole('button', { name: 'People' }).click();
  await maryam.page.getByText('Ruth').first().waitFor();
  await look(maryam, 'people');
  await maryam.page.getByRole('button', { name: 'Rules', exact: true }).click();
  await maryam.page.getByRole('heading', { name: 'Rules' }).waitFor();
  await look(maryam, 'rules-first');
  // On a phone the rest is behind "More".
  const more = maryam.page.getByRole('button', { name: 'More', exact: true });
  if (await more.isVisible()) await more.click();
  await maryam.page.getByRole('button', { name: 'Waits' }).click();
  await maryam.page.getByRole('heading', { name: 'Waits' }).waitFor();
  await look(maryam, 'waits-first');
  for (const one of seats) {
    assert.deepEqual(one.errors, []);
    await one.context.close();
  }
}

/** The parts of practitioners and managers, as `staffTour` goes round the others. */
export async function partsTour({ server, team, sam, seat, look }) {
  await server.call('POST', '/check-ins', { id: newId(), scale: 6, wants_contact: false, better: 'Sleep' }, sam.token);
  await server.call('POST', '/check-ins', { id: newId(), scale: 3, wants_contact: true }, sam.token);
  const ruth = await seat();
  await signIn(ruth.page, server, team.supervisor);
  const part = async ({ page }, name) => {
    await page.getByRole('navigation', { name: 'Parts' }).waitFor();
    const more = page.getByRole('button', { name: 'More', exact: true });
    const there = page.getByRole('navigation', { name: 'Parts' }).getByRole('button', { name, exact: true });
    if (!(await there.isVisible())) await more.click();
    await page.getByRole('button', { name, exact: true }).filter({ visible: true }).first().click();
  };
  await part(ruth, 'Families');
  await ruth.page.locator('.row-link', { hasText: 'NB-9' }).click();
  await ruth.page.getByText('Down 3 from the time before.').waitFor();
  await ruth.page.getByText('See as a table').click();
  await ruth.page.getByRole('button', { name: 'Make a date' }).click();
  await look(ruth, 'family');
  await ruth.page.getByRole('button', { name: 'Chronology' }).click();
  await ruth.page.getByText('Key events of the family').waitFor();
  await look(ruth, 'chronology');
  await ruth.page.getByRole('button', { name: 'Family', exact: true }).click();
  await ruth.page.getByRole('button', { name: 'Log a contact' }).click();
  await ruth.page.getByRole('button', { name: 'Put a goal beside' }).click();
  await ruth.page.getByRole('button', { name: 'Read the handover notes' }).click();
  await ruth.page.getByRole('button', { name: /^Write a handover note/ }).click();
  await look(ruth, 'family-records');
  await ruth.page.getByRole('button', { name: 'Cases' }).click();
  await ruth.page.getByRole('button', { name: 'Open a case' }).click();
  await look(ruth, 'cases');
  await part(ruth, 'Caseload');
  await ruth.page.locator('.caseload .row-link').first().waitFor();
  await ruth.page.getByText('How long is quiet?').click();
  await look(ruth, 'caseload');
  await part(ruth, 'Reports');
  await ruth.page.getByText('How to read it').waitFor();
  await look(ruth, 'reports');
  await part(ruth, 'Alerts');
  await ruth.page.getByRole('button', { name: 'Response times' }).click();
  await ruth.page.getByLabel('Raised in the last').waitFor();
  await look(ruth, 'response-times');

  const maryam = await seat();
  const { page } = maryam;
  await signIn(page, server, { email: 'maryam@example.org', password: team.supervisor.password });
  await part(maryam, 'Families');
  await page.locator('.row-link', { hasText: 'NB-9' }).click();
  await page.getByRole('button', { name: 'Cover for Jo' }).click();
  await look(maryam, 'family-of-manager');
  await part(maryam, 'People');
  await page.locator('.row-link', { hasText: 'Ruth' }).last().click();
  await page.getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('What happens then').waitFor();
  await look(maryam, 'handover');
  await part(maryam, 'People');
  await page.locator('.row-link', { hasText: 'Crewe North' }).first().click();
  await page.getByText('Who is told next').waitFor();
  await look(maryam, 'pod-of-manager');
  await part(maryam, 'People');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  await look(maryam, 'invite');
  await part(maryam, 'People');
  await page.locator('.row-link', { hasText: 'Jo' }).last().click();
  await page.getByRole('button', { name: 'Say the hours' }).click();
  await look(maryam, 'reading-hours');
  await part(maryam, 'Caseload');
  await page.getByLabel('Why must you see it?').waitFor();
  await look(maryam, 'caseload-why');
  await part(maryam, 'Rules');
  await page.getByLabel('Try a text').fill('dad hit me with a belt again');
  await page.locator('.verdict mark').first().waitFor();
  await look(maryam, 'rules');
  await page.getByRole('button', { name: 'Draft a rule of your own' }).click();
  await look(maryam, 'rule-editor');
  await part(maryam, 'Waits');
  await page.getByRole('button', { name: 'Put other waits forward' }).click();
  await look(maryam, 'waits');
  await part(maryam, 'Help lines');
  await page.getByRole('button', { name: 'Add a line' }).click();
  await look(maryam, 'help-lines');
  await part(maryam, 'Agency lines');
  await page.getByRole('button', { name: 'Add a line' }).click();
  await look(maryam, 'agency-lines');
  await part(maryam, 'Check-ins');
  await page.getByRole('button', { name: 'Write them in your own words' }).click();
  await look(maryam, 'check-ins');
  await part(maryam, 'Audit');
  await page.locator('.audit .line').first().waitFor();
  await look(maryam, 'audit');
  await page.getByRole('button', { name: 'My account' }).click();
  await page.getByText('Signed in on').waitFor();
  await look(maryam, 'my-account');
  for (const one of [ruth, maryam]) {
    assert.deepEqual(one.errors, []);
    await one.context.close();
  }
}
