// Keeps the shell, so that the app opens, leaves and shows whom to call without a network; shows the
// one sentence of a notice. Nothing personal is ever in a cache: what comes from the API is not kept.

declare const self: ServiceWorkerGlobalScope;

/** What everybody needs, and what is kept once it was used: a language, the screens of staff. */
const SHELL = '__SHELL__' as unknown as string[];
const REST = '__REST__' as unknown as string[];
const CACHE = 'shell-__VERSION__';
/** One sentence for everything, so that a lock screen tells nothing. */
const SENTENCE = 'You have something new.';

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

async function keepShell(): Promise<void> {
  // A new version keeps the languages that the one before had.
  const stem = (path: string) => path.replace(/-[\w-]{8}\.\w+$/, '');
  const old = (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))).flat();
  const used = new Set(old.map((request) => stem(new URL(request.url).pathname)));
  const wanted = [...SHELL, ...REST.filter((path) => used.has(stem(path)))];
  await (await caches.open(CACHE)).addAll(wanted.map((path) => new Request(path, { cache: 'no-cache' })));
}

// The first page was loaded before this worker was there: it says what it has used.
self.addEventListener('message', (event) => {
  const named = (event.data as string[]).map((url) => new URL(url).pathname).filter((path) => REST.includes(path));
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      for (const path of named) if (!(await cache.match(path))) await cache.add(path).catch(() => undefined);
    }),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  const rest = REST.includes(url.pathname);
  if (!rest && !SHELL.includes(url.pathname)) return;
  event.respondWith(
    caches.open(CACHE).then(async (cache) => {
      const kept = await cache.match(url.pathname);
      if (kept) return kept;
      const found = await fetch(event.request);
      if (rest && found.ok) await cache.put(url.pathname, found.clone());
      return found;
    }),
  );
});

self.addEventListener('push', (event) => {
  let text = SENTENCE;
  try {
    // Padded with spaces to one size by the server; a payload that cannot be read still shows something.
    const told = event.data?.json() as { body?: unknown } | undefined;
    if (typeof told?.body === 'string' && told.body.length <= 60) text = told.body;
  } catch {
    // The sentence stands.
  }
  event.waitUntil(
    self.registration.showNotification('Daybook', { body: text, tag: 'daybook', icon: '/icon-192.png', badge: '/icon-192.png' }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((open) => {
      const first = open[0];
      return first ? first.focus() : self.clients.openWindow('/');
    }),
  );
});

export {};
