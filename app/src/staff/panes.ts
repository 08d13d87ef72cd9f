// A list and one of its things: beside each other on a desk, one after the other on a phone.

import { tick } from 'svelte';

/** Remembers from where in a list something was opened, and leads back there. */
export function placeInList(): { leave: (event: Event) => void; back: () => void } {
  let at = 0;
  let row: HTMLElement | undefined;
  return {
    leave(event) {
      at = scrollY;
      row = event.currentTarget as HTMLElement;
    },
    back() {
      void tick().then(() => {
        scrollTo(0, at);
        row?.focus({ preventScroll: true });
      });
    },
  };
}
