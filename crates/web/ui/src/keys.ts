// J / K move in `[data-list]`, Enter opens (the focused link does that by itself). And: an Enter that chooses
// a character in an input method never sends a form.
import { on } from './dom';

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function keys(): void {
  on('keydown', (event) => {
    // keyCode 229: Safari ends the composition before it reports the key.
    if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) {
      if (event.target instanceof HTMLInputElement) event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
    if (!step) return;
    const links = Array.from(document.querySelectorAll<HTMLElement>('[data-list] > li > a'));
    if (!links.length) return;
    const row = document.activeElement?.closest('[data-list] > li') ?? document.querySelector('[data-list] > li[aria-current]');
    const here = links.findIndex((link) => link.parentElement === row);
    const next = links[Math.max(0, Math.min(links.length - 1, here + step))];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
    event.preventDefault();
  }, true);
}
