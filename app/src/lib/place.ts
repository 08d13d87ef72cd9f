// The place of whoever reads a talk. What is put above it, or comes below, does not move it; who is at the end stays there.

import { tick } from 'svelte';

/** So near to the end counts as being there. */
const NEAR = 80;

const page = () => document.documentElement;

export const atEnd = (): boolean => innerHeight + scrollY > page().scrollHeight - NEAR;
export const toEnd = (): void => scrollTo(0, page().scrollHeight);

/** Before the list is changed: holds the place until it has been, or goes to the end with what was just sent. Then says so. */
export async function hold(list: HTMLElement | undefined, sent: boolean, then: () => void): Promise<void> {
  const end = sent || !list || atEnd();
  const first = [...(list?.querySelectorAll('.bubble') ?? [])].find((one) => one.getBoundingClientRect().bottom > 0);
  const top = () => first?.getBoundingClientRect().top ?? 0;
  const [before, y] = [top(), scrollY];
  await tick();
  const moved = top() - before;
  // Something was put above: an older part, which they asked for.
  if (first?.isConnected && moved + scrollY - y > 0 && !sent) scrollBy(0, moved);
  else if (end) toEnd();
  then();
}
