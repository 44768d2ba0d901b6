// Theme and large text. The cookie lets the server render the choice; localStorage survives cleared sessions.
// `form[data-appearance]` posts to the server without JavaScript; here it changes the page at once.
import { on, store } from './dom';

type Kind = 'theme' | 'text';
const YEAR = 365 * 24 * 3600;
const root = document.documentElement;

function set(kind: Kind, value: string): void {
  if (value) root.dataset[kind] = value;
  else delete root.dataset[kind];
  store.set(`yx_${kind}`, value);
  const secure = location.protocol === 'https:' ? ';Secure' : '';
  document.cookie = `yx_${kind}=${value};path=/;max-age=${value ? YEAR : 0};SameSite=Lax${secure}`;
}

function toggled(kind: Kind): string {
  if (kind === 'text') return root.dataset['text'] === 'large' ? '' : 'large';
  const dark = root.dataset['theme'] ? root.dataset['theme'] === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  return dark ? 'light' : 'dark';
}

export function appearance(): void {
  for (const kind of ['theme', 'text'] as const) {
    const wish = store.get(`yx_${kind}`);
    if (wish && !root.dataset[kind]) set(kind, wish);
  }
  on('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter;
    if (!form.matches('[data-appearance]') || !(button instanceof HTMLButtonElement)) return;
    if (button.name !== 'theme' && button.name !== 'text') return;
    event.preventDefault();
    const wish = button.value === 'toggle' ? toggled(button.name) : button.value;
    set(button.name, wish === 'normal' || wish === 'auto' ? '' : wish);
  });
}
