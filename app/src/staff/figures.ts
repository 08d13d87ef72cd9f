// What came of the work, as a report shows it: which figures stand together, and in which words.

import type { EvaluationFigure, EvaluationMeasure, EvaluationUnit } from '../lib/api.gen';
import { waited } from './times';
import { outcomes, severities } from './words';
import { tiers } from './records';

export const units: Partial<Record<EvaluationUnit, string>> = { families: 'Families', young_people: 'Young people', adults: 'Adults' };

/** What is counted, after a number. */
export const counted: Record<EvaluationUnit, string> = { families: 'families', young_people: 'young people', adults: 'adults', check_ins: 'times', alerts: 'alerts', waits: 'times' };

/** Under which heading a measure stands, and how its total is said after the number. */
export const measures: Record<EvaluationMeasure, string> = {
  cases_open: 'Cases open on the last day',
  cases_opened: 'Cases opened',
  cases_closed: 'Cases closed',
  cases_stepped_up: 'Stepped up to a higher tier',
  cases_stepped_down: 'Stepped down to a lower tier',
  cases_followed: 'Closed a year earlier: referred again?',
  families_without_case: 'Families without a recorded case',
  check_ins_asked: 'Check-ins asked for',
  check_ins_not_asked: 'Check-ins that could not be asked for',
  alerts_raised: 'Alerts raised',
  seconds_until_acknowledged: 'Until somebody had an alert',
  seconds_until_decided: 'Until it was decided',
  waits_for_answer: 'Waits for an answer of the mentor',
  seconds_until_answered: 'Until a mentor answered, in the hours they read',
};

const codes: Record<string, string> = {
  ...tiers,
  ...severities,
  first: 'First case',
  re_referral: 'Referred again',
  closure: 'Done as agreed',
  nfa: 'No further action',
  step_down_early_help: 'Early help goes on',
  step_up_cp: 'Child protection goes on',
  transfer: 'Another authority',
  within_6_months: 'Within six months',
  in_months_7_to_12: 'In months seven to twelve',
  not_within_12_months: 'Not within a year',
  within_12_months: 'Within a year, together',
  answered: 'Answered',
  missed: 'Not answered',
  not_decided: 'Not decided yet',
  waiting: 'Not answered yet',
};

/** What part of a total a figure is. */
export function part(figure: EvaluationFigure): string {
  const code = figure.code ?? '';
  if (figure.measure === 'alerts_raised' && figure.split === 'outcome') return outcomes[code as keyof typeof outcomes] ?? codes[code] ?? code;
  return codes[code] ?? code.replaceAll('_', ' ');
}

export const splits: Record<string, string> = {
  tier: 'By tier of need',
  referral: 'First, or again',
  outcome: 'By outcome',
  re_referral: 'How soon',
  answer: 'Answered or not',
  severity: 'By severity',
};

/** A part of 1 as a whole percentage; only ever beside the number it comes from and the other end of its interval. */
const percent = (share: number) => `${Math.round(share * 100)}%`;
export const between = ({ low, high }: EvaluationFigure): string => (low == null || high == null ? '' : `${percent(low)} to ${percent(high)}`);

export const within = (seconds: number): string => (seconds < 60 ? '< 1 min' : waited(seconds * 1000));

export interface Shown {
  total: EvaluationFigure;
  splits: { split: string; parts: EvaluationFigure[] }[];
}

/** A measure in one unit: its total, and what that is split into. */
export function shown(items: EvaluationFigure[], measure: EvaluationMeasure, unit: EvaluationUnit): Shown | undefined {
  const of = items.filter((one) => one.measure === measure && one.unit === unit);
  const total = of.find((one) => one.split == null);
  if (!total) return undefined;
  const names = [...new Set(of.flatMap((one) => one.split ?? []))];
  return { total, splits: names.map((split) => ({ split, parts: of.filter((one) => one.split === split) })) };
}

/** The first day of a span of so many months that ends on this day. */
export function monthsBefore(to: string, months: number): string {
  const [year = 0, month = 1, day = 1] = to.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  // The last day belongs to the span, and so does the first.
  first.setUTCDate(first.getUTCDate() + 1);
  return first.toISOString().slice(0, 10);
}
