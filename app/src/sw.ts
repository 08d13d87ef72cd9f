// Keeps the shell, so that the app opens, leaves and shows whom to call without a network; shows the
// one sentence of a notice. Nothing personal is ever in a cache: what comes from the API is not kept.

declare const self: ServiceWorkerGlobalScope;

const SHELL = '__SHELL__' as unknown as string[];
const CACHE = 'shell-__VERSION__';
/** One sentence for everything, so that a lock screen tells nothing. */
const SENTENCE = 'You have something new.';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(SHELL.map((path) => new Request(path, { cache: 'no-cache' }))))
      .then(() => self.skipWaiting()),
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
  if (!SHELL.includes(url.pathname)) return;
  event.respondWith(
    caches.open(CACHE).then(async (cache) => (await cache.match(url.pathname)) ?? fetch(event.request)),
  );
});

self.addEventListener('push', (event) => {
  let text = SENTENCE;
  try {
    // Padded with spaces to one size by the server; a payload that cannot be read still shows something.
    const told = event.data?.json() as { body?: unknown } | undefined;
    if (typeof told?.body === 'string' && told.body.length <= 60) text = told.body;
  } catch {
    text = SENTENCE;
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
