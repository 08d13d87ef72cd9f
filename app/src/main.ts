// The first of all that runs: it is small, and asks for the sentences while the rest is still coming.
import './style.css';
import { load, wanted } from './lib/languages';

interface ScriptPolicy {
  createScriptURL(url: string): string;
}
interface Policies {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

// The browser offers to install once, early, and so is heard before all that is fetched; the question is ours
// to ask, later and only of whoever is at home here.
window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  (window as unknown as { install: Event }).install = event;
});

void Promise.all([load(wanted()), import('./start')]).then(([words, { start }]) => start(words));

if ('serviceWorker' in navigator) {
  const { trustedTypes } = window as unknown as { trustedTypes?: Policies };
  // Only this one script may ever be named, and it is named here.
  const policy = trustedTypes?.createPolicy('daybook', { createScriptURL: () => '/sw.js' });
  void navigator.serviceWorker.register(policy ? policy.createScriptURL('') : '/sw.js').catch(() => undefined);
  // What this visit has used stays with the shell: the language, and staff screens where staff are.
  void navigator.serviceWorker.ready.then(({ active }) => {
    const used = performance.getEntriesByType('resource').map((one) => one.name);
    active?.postMessage(used.filter((name) => name.startsWith(`${location.origin}/assets/`)));
  });
}
