// What staff have half written: it is kept sealed until it is sent, comes back after the app was closed, and opens
// for nobody else.

import assert from 'node:assert/strict';
import { another as family, signIn, until, walks } from './support.mjs';

const walk = walks();

/** All that this browser keeps, as one text; a key that cannot be exported shows nothing of itself. */
const kept = (page) =>
  page.evaluate(async () => {
    const done = (asked) => new Promise((ready) => (asked.onsuccess = () => ready(asked.result)));
    const db = await done(indexedDB.open('daybook'));
    const all = async (name) => {
      const store = db.transaction(name).objectStore(name);
      return [await done(store.getAllKeys()), await done(db.transaction(name).objectStore(name).getAll())];
    };
    const [names, sealed] = await all('sealed');
    const [, [setup]] = await all('plain');
    db.close();
    const texts = sealed.map(({ data }) => new TextDecoder().decode(data));
    return { names, texts: [...texts, JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join('\n'), who: setup?.who, key: setup?.key !== undefined, exports: setup?.key?.extractable };
  });
const names = async (page) => (await kept(page)).names.map((name) => name.split(' ')[0]).sort();

walk('words to one family are not put to another, and are there again when the app was closed', async ({ server, team, page, context }) => {
  for (const [name, reference] of [['Rita', 'NB-2'], ['Leo', 'NB-3']]) await family(server, team, name, reference);
  await signIn(page, server, team.mentor);
  const box = page.getByLabel('Write here');
  await page.getByRole('button', { name: 'Rita' }).click();
  await box.fill('Shall I ring the school for');
  await page.getByRole('button', { name: 'Talks' }).click();
  await page.getByRole('button', { name: 'Leo' }).click();
  await box.waitFor();
  assert.equal(await box.inputValue(), '');
  await page.getByRole('button', { name: 'Contacts with Leo' }).click();
  await page.getByRole('button', { name: 'Log a contact' }).click();
  await page.getByLabel('Call', { exact: true }).check();
  await page.getByLabel(/^A short note/).fill('He was at his nan');
  await page.getByRole('button', { name: 'Notes to hand over about Leo' }).click();
  await page.getByRole('button', { name: 'Write a handover note about Leo' }).click();
  await page.getByLabel('What was promised').fill('The forms by Friday');
  await until('all of it is kept', async () => (await names(page)).join() === 'contact,note,talk');
  const { texts, who, exports } = await kept(page);
  assert.deepEqual([who, exports], ['staff', false]);
  for (const telling of ['Rita', 'Leo', 'school', 'nan', 'forms']) assert.ok(!texts.includes(telling), telling);

  // The app is closed in the middle of it, and opened again.
  await page.close();
  const again = await context.newPage();
  await again.goto(server.url);
  await again.getByRole('button', { name: 'Rita' }).click();
  await again.waitForFunction(() => document.querySelector('#words')?.value === 'Shall I ring the school for');
  await again.getByRole('button', { name: 'Send' }).click();
  await again.locator('.bubble.mine').waitFor();
  await again.getByRole('button', { name: 'Talks' }).click();
  await again.getByRole('button', { name: 'Leo' }).click();
  await again.getByRole('button', { name: 'Notes to hand over about Leo' }).click();
  await again.getByText('What you had written is here again.').waitFor();
  assert.equal(await again.getByLabel('What was promised').inputValue(), 'The forms by Friday');
  await again.getByRole('button', { name: 'Save' }).click();
  await again.getByText('Saved: version 1.').waitFor();
  await again.getByRole('button', { name: 'Contacts with Leo' }).click();
  await again.getByRole('button', { name: 'Log a contact' }).click();
  await again.waitForFunction(() => document.querySelector('#contact-note')?.value === 'He was at his nan');
  assert.ok(await again.getByLabel('Call', { exact: true }).isChecked());
  await again.getByRole('button', { name: 'Log it' }).click();
  await again.getByText('He was at his nan').waitFor();
  await until('what is sent is kept no more', async () => (await names(again)).length === 0);
});

walk('when the session ends the words open for nobody but their writer, and after signing out for nobody', async ({ server, team, page }) => {
  await family(server, team, 'Leo', 'NB-2');
  const begin = async () => {
    await page.getByRole('button', { name: 'Leo' }).click();
    await page.getByLabel('Write here').waitFor();
  };
  const enter = async (who) => {
    await page.getByLabel('E-mail').fill(who.email);
    await page.getByLabel('Password').fill(who.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const words = 'I will ask about the';
  await signIn(page, server, team.mentor);
  await begin();
  await page.getByLabel('Write here').fill(words);
  await until('it is kept', async () => (await names(page)).join() === 'talk');

  // The phone is lost and signed out: at the next contact the key is gone, though the words are there.
  await server.call('DELETE', `/accounts/${team.mentor.id}/devices`, undefined, team.manager);
  await page.reload();
  await page.getByLabel('E-mail').waitFor();
  await until('the key is gone', async () => !(await kept(page)).key);
  assert.deepEqual(await names(page), ['talk']);
  // It is found, and the one who lost it signs in again.
  await enter(team.mentor);
  await begin();
  await page.waitForFunction((left) => document.querySelector('#words')?.value === left, words);

  // Somebody else signs in here: there is nothing of Jo any more.
  await server.call('DELETE', `/accounts/${team.mentor.id}/devices`, undefined, team.manager);
  await page.reload();
  await page.getByLabel('E-mail').waitFor();
  await enter(team.supervisor);
  await page.getByText('On now').waitFor();
  assert.deepEqual(await names(page), []);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').waitFor();
  await until('nothing is left', async () => (await kept(page)).who === undefined);
});
