// The sentences of screens that are loaded when they are opened, in the language that is read.

import { language } from './words.svelte';
import type { More } from './words.gen';

const files = {
  en: () => import('../../../languages/more/en.ftl'),
  pl: () => import('../../../languages/more/pl.ftl'),
  ro: () => import('../../../languages/more/ro.ftl'),
  pt: () => import('../../../languages/more/pt.ftl'),
  cy: () => import('../../../languages/more/cy.ftl'),
  ar: () => import('../../../languages/more/ar.ftl'),
};

let current = $state.raw([] as unknown as More);

export const more: More = new Proxy({} as More, { get: (_, key) => current[key as keyof More] });

/** Whether they are there to be shown. */
export const hasMore = (): boolean => (current as unknown as string[]).length > 0;

/** Loads them; English where they cannot be loaded, which is always kept. */
export async function loadMore(): Promise<void> {
  const found = await files[language()]().catch(() => files.en()).catch(() => undefined);
  if (found) current = found.default as unknown as More;
}
