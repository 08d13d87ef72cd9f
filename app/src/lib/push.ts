// Notices outside the open app. Asked for only when somebody has chosen to be asked.

import { api, ask } from './session';

export type State = 'no' | 'on' | 'denied' | 'cannot';

const possible = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

export async function state(): Promise<State> {
  if (!possible()) return 'cannot';
  if (Notification.permission === 'denied') return 'denied';
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration) return 'cannot';
  const subscription = await registration.pushManager.getSubscription();
  if (Notification.permission !== 'granted' || !subscription) return 'no';
  // Looked at on each opening: the server may have forgotten a place that did not answer.
  return (await tell(subscription)) ? 'on' : 'no';
}

export async function turnOn(): Promise<State> {
  if (!possible()) return 'cannot';
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const key = await ask(() => api.GET('/api/v1/push/key'));
  if (!key.ok) return 'no';
  try {
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: key.value.key,
    });
    return (await tell(subscription)) ? 'on' : 'no';
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

async function tell(subscription: PushSubscription): Promise<boolean> {
  const { endpoint, expirationTime, keys } = subscription.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (!endpoint || !p256dh || !auth) return false;
  const done = await ask(() =>
    api.POST('/api/v1/push/subscriptions', {
      body: { endpoint, expirationTime: expirationTime ?? null, keys: { p256dh, auth } },
    }),
  );
  return done.ok;
}
