// What families read, in the language that was chosen. Staff screens are English.

import { load, wanted, type Language } from './languages';
import { app } from './state.svelte';
import type { Words } from './words.gen';

let current = $state.raw({ language: 'en' as Language, words: {} as Words });

/** What the authority asks in its own words in this language, if it does. */
export const own = () => app.templates.find((one) => one.language === current.language);

export const asked = (key: string | symbol) => own()?.questions.find((one) => one.question === key)?.words;

/** The sentences; those of questions by the authority's own words. */
export const words: Words = new Proxy({} as Words, { get: (_, key) => asked(key) ?? current.words[key as keyof Words] });
export const language = (): Language => current.language;

/** Shows everything in this language. What is chosen by a person stays on the phone. */
export async function use(tongue: Language, chosen = false): Promise<void> {
  show(await load(tongue));
  if (!chosen) return;
  try {
    localStorage.setItem('language', tongue);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

export const useWanted = (): Promise<void> => use(wanted());

export function show(loaded: typeof current): void {
  current = loaded;
  document.documentElement.lang = loaded.language;
  document.documentElement.dir = loaded.language === 'ar' ? 'rtl' : 'ltr';
}
