import './style.css';
import { mount } from 'svelte';
import App from './App.svelte';

interface ScriptPolicy {
  createScriptURL(url: string): string;
}
interface Policies {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

if ('serviceWorker' in navigator) {
  const { trustedTypes } = window as unknown as { trustedTypes?: Policies };
  // Only this one script may ever be named, and it is named here.
  const policy = trustedTypes?.createPolicy('daybook', { createScriptURL: () => '/sw.js' });
  void navigator.serviceWorker.register(policy ? policy.createScriptURL('') : '/sw.js').catch(() => undefined);
}

const target = document.getElementById('app');
if (target) mount(App, { target });
