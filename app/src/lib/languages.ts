// Which language is read, and its sentences: a small file of its own, loaded when it is chosen.

import type { Words } from './words.gen';

const files = {
  en: () => import('../../../languages/en.ftl'),
  pl: () => import('../../../languages/pl.ftl'),
  ro: () => import('../../../languages/ro.ftl'),
  pt: () => import('../../../languages/pt.ftl'),
  cy: () => import('../../../languages/cy.ftl'),
  ar: () => import('../../../languages/ar.ftl'),
};
export type Language = keyof typeof files;

/** Each by its own name, for whoever cannot read the others. */
export const names: Record<Language, string> = {
  en: 'English',
  pl: 'Polski',
  ro: 'Română',
  pt: 'Português',
  cy: 'Cymraeg',
  ar: 'العربية',
};

const isLanguage = (tag: string | null | undefined): tag is Language => tag != null && tag in files;

/** What was chosen here, else what this phone speaks. */
export function wanted(): Language {
  const chosen = (() => {
    try {
      return localStorage.getItem('language');
    } catch {
      return null;
    }
  })();
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

/** The sentences; English where they cannot be loaded, which is always kept. */
export async function load(language: Language): Promise<{ language: Language; words: Words }> {
  try {
    return { language, words: (await files[language]()).default };
  } catch {
    return { language: 'en', words: (await files.en()).default };
  }
}
