// Joining: the code is exchanged, and what stays on this phone begins. It comes after the first screen.

import * as keep from './keep';
import { open } from './family';
import { api, ask, type Refusal } from './session';
import { app } from './state.svelte';
import type { Mode } from './storage';
import type { Language } from './languages';

/** The promise as this build shows it, by version: the server writes down which one was shown. */
const PROMISE = '1';

/** Joins; says why not, or that this is somebody of the staff. */
export async function join(code: string, pin: string, mode: Mode, language: Language): Promise<'open' | 'staff' | Refusal> {
  const joined = await ask(() =>
    api.POST('/api/v1/invitations/accept', { body: { code, password: pin, language, notice_version: PROMISE, client: 'app' } }),
  );
  if (!joined.ok) return joined.why;
  if (joined.value.account.role !== 'family_member') return 'staff';
  await keep.begin(pin, mode).catch(() => undefined);
  app.mode = mode;
  app.gone = false;
  await open(joined.value);
  return 'open';
}
