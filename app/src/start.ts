import { mount } from 'svelte';
import App from './App.svelte';
import { show } from './lib/words.svelte';

export function start(words: Parameters<typeof show>[0]): void {
  show(words);
  const target = document.getElementById('app');
  // The page comes with its top bar, so that there is something to see before the script.
  target?.replaceChildren();
  if (target) mount(App, { target });
}
