// Cover: who is on for a pod and where nobody is. The server says what the gaps are; here they and the
// shifts are only laid out in time.

import { api, ask } from '../lib/session';
import type { Outcome } from '../lib/session';
import type { CoverGapReason, CoverGapView, OnDutyView, PodView, ShiftView } from '../lib/api.gen';

export interface Pod {
  pod: PodView;
  /** Who is on now; none where it could not be read. */
  on: OnDutyView[] | undefined;
}

export interface Cover {
  pods: Pod[];
  /** Where nobody is on, or nobody can be reached, and until when was looked; none where it could not be read. */
  forecast: { gaps: CoverGapView[]; until: string } | undefined;
}

/** Of more pods than these, who is on is not asked one by one. */
const MOST_PODS = 8;

/** What there is about cover. It is refused where not even the pods can be read. */
export async function readCover(): Promise<Outcome<Cover>> {
  const [pods, forecast] = await Promise.all([
    ask(() => api.GET('/api/v1/pods', { params: { query: { limit: 200 } } })),
    ask(() => api.GET('/api/v1/cover/forecast', { params: { query: { limit: 200 } } })),
  ]);
  if (!pods.ok) return pods;
  const asked = pods.value.items.slice(0, MOST_PODS).map(async (pod) => {
    const on = await ask(() => api.GET('/api/v1/pods/{id}/on-duty', { params: { path: { id: pod.id } } }));
    return { pod, on: on.ok ? on.value.people : undefined };
  });
  const rest = pods.value.items.slice(MOST_PODS).map((pod) => ({ pod, on: undefined }));
  const cover: Cover = {
    pods: [...(await Promise.all(asked)), ...rest],
    forecast: forecast.ok ? { gaps: forecast.value.items, until: forecast.value.until } : undefined,
  };
  return { ok: true, value: cover, status: 200 };
}

/** A stretch of time in which the same people are on. */
export interface Stretch {
  from: number;
  until: number;
  kind: 'shift' | 'supervisor' | 'nobody';
  names: string[];
  /** Somebody is on, and no notice reaches them. */
  isUnreachable: boolean;
}

interface Plan {
  supervisor: string | undefined;
  shifts: ShiftView[];
  gaps: CoverGapView[];
}

const over = (shift: ShiftView): number => Date.parse(shift.ended_at ?? shift.until);
const begins = (one: { from: string }): number => Date.parse(one.from);

/** The stretches between two moments, one after the other, without a hole. */
export function stretches({ supervisor, shifts, gaps }: Plan, since: number, until: number): Stretch[] {
  const ends = [...shifts.map(over), ...gaps.map((gap) => Date.parse(gap.until))];
  const edges = [...shifts.map(begins), ...gaps.map(begins), ...ends].filter((at) => at > since && at < until);
  const cuts = [...new Set([since, ...edges, until])].sort((a, b) => a - b);
  const found: Stretch[] = [];
  for (const [index, from] of cuts.slice(0, -1).entries()) {
    const isGap = (why: CoverGapReason) =>
      gaps.some((gap) => gap.why === why && begins(gap) <= from && Date.parse(gap.until) > from);
    const holders = shifts.filter((shift) => begins(shift) <= from && over(shift) > from);
    const names = holders.length > 0 ? holders.map((one) => one.account.display_name) : supervisor ? [supervisor] : [];
    const isNobody = isGap('nobody_on') || names.length === 0;
    const stretch: Stretch = {
      from,
      until: cuts[index + 1] ?? until,
      kind: isNobody ? 'nobody' : holders.length > 0 ? 'shift' : 'supervisor',
      names: isNobody ? [] : names,
      isUnreachable: !isNobody && isGap('nobody_reachable'),
    };
    const last = found.at(-1);
    const isSame =
      last?.kind === stretch.kind &&
      last.isUnreachable === stretch.isUnreachable &&
      last.names.join() === stretch.names.join();
    if (last && isSame) last.until = stretch.until;
    else found.push(stretch);
  }
  return found;
}
