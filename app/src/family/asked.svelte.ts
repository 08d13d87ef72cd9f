// In which words a check-in asks: the authority's own in the language that is read, or those the app ships with.

import { app } from '../lib/state.svelte';
import { language, words } from '../lib/words.svelte';

/** What the authority asks in this language, if it has written it. */
export const own = () => app.templates.find((one) => one.language === language());

const shipped = () => ({
  scale: words.scale,
  better: words.better,
  best_hopes: words.best_hopes,
  resources: words.resources,
  next_sign: words.next_sign,
  exceptions: words.exceptions,
  coping: words.coping,
  wants_contact: words.wants_contact,
});
export type Question = keyof ReturnType<typeof shipped>;

/** The authority's words for a question, if it asks that. */
export const asked = (question: Question) => own()?.questions.find((one) => one.question === question)?.words;

export const worded = (question: Question): string => asked(question) ?? shipped()[question];
