// What families read, in the language that was chosen. Staff screens are English.

import { load, wanted, type Language } from './languages';
import type { Words } from './words.gen';

let current = $state.raw({ language: 'en' as Language, words: {} as Words });

export const words: Words = new Proxy({} as Words, { get: (_, key) => current.words[key as keyof Words] });
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
