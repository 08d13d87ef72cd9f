// Rules of an authority's own, as managers read and write them.

import type { Author, BackCount, BenchFinding, Category, Changes, LocalRule, Severity } from '../lib/api.gen';

export const authors: Record<Author, string> = { young_person: 'a young person', parent: 'a parent', carer: 'a carer', peer_mentor: 'a peer mentor' };
export const benchLanguages: Record<string, string> = {
  en: 'English', pl: 'Polish', ro: 'Romanian', pt: 'Portuguese', cy: 'Welsh', ur: 'Urdu', ar: 'Arabic',
};

/** A text cut where something was found. Places are counted in whole characters, as the server counts. */
export function pieces(text: string, findings: BenchFinding[]): { text: string; matched: boolean }[] {
  const letters = Array.from(text);
  const matched = letters.map((_, at) => findings.some((one) => at >= one.start && at < one.end));
  const cut: { text: string; matched: boolean }[] = [];
  letters.forEach((letter, at) => {
    const last = cut.at(-1);
    const is = matched[at] ?? false;
    if (last && last.matched === is) last.text += letter;
    else cut.push({ text: letter, matched: is });
  });
  return cut;
}

/** A rule as a form has it: lists are lines. */
export interface RuleForm {
  /** Its name without the `local.` that all begin with. */
  id: string;
  category: Category;
  severity: Severity;
  patterns: string;
  authors: Author[];
  /** Who acts in it: whoever is implicated is told nothing of the alert. */
  actor: 'other' | 'helper';
  reason: string;
  must: string;
  mustNot: string;
}

const PREFIX = 'local.';
const lines = (text: string): string[] => text.split('\n').map((one) => one.trim()).filter(Boolean);

export const fresh = (): RuleForm => ({
  id: '', category: 'exploitation', severity: 'urgent', patterns: '', authors: [], actor: 'other', reason: '', must: '', mustNot: '',
});

export const formOf = (rule: LocalRule): RuleForm => ({
  id: rule.id.replace(PREFIX, ''),
  category: rule.category,
  severity: rule.severity,
  patterns: rule.patterns.join('\n'),
  authors: [...(rule.authors ?? [])],
  actor: rule.implicates_helper ? 'helper' : 'other',
  reason: rule.reason,
  must: rule.must.join('\n'),
  mustNot: rule.must_not.join('\n'),
});

export const ruleOf = (form: RuleForm): LocalRule => ({
  id: PREFIX + form.id.trim(),
  category: form.category,
  severity: form.severity,
  patterns: lines(form.patterns),
  authors: [...form.authors],
  implicates_helper: form.actor === 'helper',
  reason: form.reason.trim(),
  must: lines(form.must),
  must_not: lines(form.mustNot),
});

const CHANGES: [keyof Changes, string][] = [
  ['added', 'New'],
  ['removed', 'Removed'],
  ['raised', 'Called louder'],
  ['weakened', 'Finds less'],
];

/** What a draft changes, in words; nothing where it changes nothing. */
export const changed = (changes: Changes): string[] =>
  CHANGES.filter(([key]) => changes[key].length > 0).map(([key, words]) => `${words}: ${changes[key].join(', ')}`);

const count = (of: number, one: string, many: string) => `${of.toLocaleString('en-GB')} ${of === 1 ? one : many}`;

/** A count of texts; below five the server does not say how many: of one's own rule it would tell who said what. */
const counted = (of: number | null | undefined): string => (of == null ? 'fewer than 5' : of.toLocaleString('en-GB'));

/** How a draft would have read the last thirty days, in words. Counts, never a text. */
export function backCount(of: BackCount): string[] {
  if (of.texts == null) return ['It is about to be held against the last thirty days.'];
  const { immediate, urgent, watch } = of.would_match;
  const said = [
    `${of.done ? 'Held against' : `${of.looked.toLocaleString('en-GB')} of`} ${count(of.texts, 'text', 'texts')} of the last thirty days${of.one_in > 1 ? `, one in ${of.one_in}` : ''}${of.done ? '' : ' so far'}.`,
    [immediate, urgent, watch].every((one) => one == null)
      ? 'It would newly find fewer than 5 texts of each severity, or none.'
      : `It would newly find these texts: ${counted(immediate)} immediate, ${counted(urgent)} urgent, ${counted(watch)} watch.`,
  ];
  if (of.louder != null) said.push(`${count(of.louder, 'text', 'texts')} louder than now.`);
  if (of.quieter != null) said.push(`${count(of.quieter, 'text', 'texts')} quieter than now.`);
  if (of.no_longer != null) said.push(`${count(of.no_longer, 'text', 'texts')} not any more.`);
  return said;
}
