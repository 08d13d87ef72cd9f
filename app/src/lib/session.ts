// Who is signed in, and every call to the server. The device's secret is a cookie that no script can
// read; the access token lives in memory alone.

import type { Client } from 'openapi-fetch';
import type { paths, Problem, Session } from './api.gen';

export type Account = Session['account'];

/** What the server refused, in a form that screens can show. */
export interface Refusal {
  /** The kind of problem, or `no-network`, or `unknown` for an answer that is no answer. */
  kind: string;
  status: number;
  detail: string;
  /** The first field that is wrong, as a JSON pointer. */
  field?: string;
  /** Who was first, where somebody was. */
  by?: string;
  /** In how many seconds to try again. */
  retryAfter?: number;
}

let token = '';
/** How often it was ended: an answer to an earlier one begins nothing. */
let ends = 0;
let refreshing: Promise<'yes' | 'ended' | 'no-network'> | undefined;
let onEnded: () => void = () => undefined;
let onLocked: () => void = () => undefined;
/** The server's time less this phone's, in milliseconds: phones' clocks are not trusted. */
let ahead = 0;

export const accessToken = (): string => token;
export const serverNow = (): number => Date.now() + ahead;

/** Sets what to do when the device is no longer enrolled. */
export function whenEnded(act: () => void): void {
  onEnded = act;
}

/** Sets what to do when the server wants the PIN again. */
export function whenShut(act: () => void): void {
  onLocked = act;
}

export function begin(session: Session): void {
  token = session.access_token;
}

export function end(): void {
  token = '';
  account = undefined;
  ends += 1;
}

interface Options {
  params?: { path?: Record<string, string>; query?: Record<string, unknown> };
  body?: unknown;
  signal?: AbortSignal | null;
}

/** What the server said; `garbage` where that is not an answer of our API: a hotel's sign-in page, half a file. */
interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
  garbage?: boolean;
}

async function call(method: string, where: string, { params, body, signal }: Options = {}): Promise<Answer<unknown>> {
  const path = where.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params?.path?.[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params?.query ?? {})) if (value != null) query.set(name, String(value));
  const response = await fetch([...query].length > 0 ? `${path}?${query}` : path, {
    method,
    credentials: 'same-origin',
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  const date = Date.parse(response.headers.get('Date') ?? '');
  // The header has whole seconds: smaller differences are its rounding.
  if (!Number.isNaN(date) && Math.abs(date - Date.now() - ahead) > 1500) ahead = date - Date.now();
  const text = await response.text();
  try {
    const said: unknown = text ? JSON.parse(text) : undefined;
    return response.ok ? { data: said, response } : { error: said, response };
  } catch {
    return { response, garbage: true };
  }
}

/** A client that cannot drift from the description: its types are those of openapi-fetch, its code is the lines above. */
export const api = Object.fromEntries(
  ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => [method, (where: string, options?: Options) => call(method, where, options)]),
) as unknown as Client<paths>;

function refusal(error: unknown, response: Response): Refusal {
  const problem = (typeof error === 'object' && error !== null ? error : {}) as Partial<Problem>;
  const type = typeof problem.type === 'string' ? problem.type : '';
  const by = problem.by as { display_name?: unknown } | null | undefined;
  const retry = Number(response.headers.get('Retry-After'));
  const wrong = Array.isArray(problem.errors) ? problem.errors : [];
  const fields = wrong.map((one) => one.detail).join(', ');
  const field = wrong[0]?.pointer;
  return {
    kind: type.split('/').pop() || 'unknown',
    status: response.status,
    detail: fields || problem.detail || problem.title || '',
    ...(typeof by?.display_name === 'string' ? { by: by.display_name } : {}),
    ...(field === undefined ? {} : { field }),
    ...(retry > 0 ? { retryAfter: retry } : {}),
  };
}

const noNetwork: Refusal = { kind: 'no-network', status: 0, detail: '' };

export type Outcome<T> = { ok: true; value: T; status: number } | { ok: false; why: Refusal };

async function once<T>(call: () => Promise<Answer<T>>): Promise<Outcome<T>> {
  try {
    const { data, error, response, garbage } = await call();
    if (response.ok && !garbage) return { ok: true, value: data as T, status: response.status };
    if (response.ok) return { ok: false, why: { kind: 'garbage', status: 0, detail: '' } };
    return { ok: false, why: refusal(error, response) };
  } catch {
    return { ok: false, why: noNetwork };
  }
}

/** Makes a call; renews the access token once if it has expired. Never throws. */
export async function ask<T>(call: () => Promise<Answer<T>>): Promise<Outcome<T>> {
  const first = await once(call);
  if (first.ok || first.why.kind !== 'sign-in-again') return first;
  const renewed = await renew();
  if (renewed === 'yes') return once(call);
  return renewed === 'ended' ? first : { ok: false, why: noNetwork };
}

/** A new access token by the device's cookie. Several callers share one exchange. */
export function renew(): Promise<'yes' | 'ended' | 'no-network'> {
  refreshing ??= exchange().finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

export let account: Account | undefined;

async function exchange(): Promise<'yes' | 'ended' | 'no-network'> {
  const before = ends;
  const done = await once(() => api.POST('/api/v1/sessions/refresh', { body: {} }));
  if (before !== ends) return 'no-network';
  if (done.ok && done.value) {
    token = done.value.access_token;
    account = done.value.account;
    return 'yes';
  }
  if (!done.ok && done.why.kind === 'locked') {
    token = '';
    onLocked();
    return 'ended';
  }
  if (!done.ok && (done.why.kind === 'wrong-secret' || (done.why.kind === 'not-valid' && done.why.status === 422))) {
    token = '';
    onEnded();
    return 'ended';
  }
  return 'no-network';
}
