// Notices outside the open app. Asked for only when somebody has chosen to be asked.

import * as keep from './keep';
import { api, ask } from './session';

/** `off`: they have turned them off here, and are not asked again. */
export type State = 'no' | 'off' | 'on' | 'denied' | 'cannot';

const possible = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** Looked at on each opening, and put right: the browser may have dropped the place, or the server forgotten it. */
export async function state(): Promise<State> {
  if (!possible()) return 'cannot';
  if (Notification.permission === 'denied') return 'denied';
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration) return 'cannot';
  const chosen = await keep.get<boolean>('notices');
  if (chosen === false) return 'off';
  if (Notification.permission !== 'granted') return 'no';
  const subscription = await registration.pushManager.getSubscription();
  return subscription ? tell(subscription) : chosen ? subscribe(registration) : 'no';
}

export async function turnOn(): Promise<State> {
  if (!possible()) return 'cannot';
  const answer = await Notification.requestPermission();
  // Whoever closes the question has not said no.
  if (answer !== 'granted') return answer === 'denied' ? 'denied' : 'no';
  return subscribe(await navigator.serviceWorker.ready);
}

/** No notices on this phone, until they are turned on again. */
export async function turnOff(): Promise<State> {
  await keep.put('notices', false);
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription) {
    const told = await hand(subscription);
    if (told?.ok) await ask(() => api.DELETE('/api/v1/push/subscriptions/{id}', { params: { path: { id: told.value.id } } }));
    // Without a network too: the place answers nobody any more, and the server forgets it.
    await subscription.unsubscribe().catch(() => false);
  }
  return 'off';
}

async function subscribe(registration: ServiceWorkerRegistration): Promise<State> {
  const key = await ask(() => api.GET('/api/v1/push/key'));
  if (!key.ok) return 'no';
  try {
    return await tell(await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key.value.key }));
  } catch {
    return 'no';
  }
}

/** Opening the app closes every notice: phones keep a history of them. */
export async function clear(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const shown = (await registration?.getNotifications?.()) ?? [];
  for (const notice of shown) notice.close();
}

async function tell(subscription: PushSubscription): Promise<State> {
  const told = await hand(subscription);
  // Without a network it is as it was.
  if (!told?.ok && told?.why.kind !== 'no-network') return 'no';
  await keep.put('notices', true);
  return 'on';
}

async function hand(subscription: PushSubscription) {
  const { endpoint, expirationTime, keys } = subscription.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (!endpoint || !p256dh || !auth) return undefined;
  return ask(() =>
    api.POST('/api/v1/push/subscriptions', {
      body: { endpoint, expirationTime: expirationTime ?? null, keys: { p256dh, auth } },
    }),
  );
}
