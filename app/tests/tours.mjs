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
  await page.getByRole('button', { name: 'I have this' }).click();
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
  await jo.page.getByRole('button', { name: 'Raise a concern' }).click();
  await jo.page.getByLabel('About whom').waitFor();
  await look(jo, 'concern');

  const maryam = await sit({ email: 'maryam@example.org', password: team.supervisor.password });
  await maryam.page.getByRole('button', { name: 'People' }).click();
  await maryam.page.getByText('Ruth').first().waitFor();
  await look(maryam, 'people');
  for (const one of seats) {
    assert.deepEqual(one.errors, []);
    await one.context.close();
  }
}
