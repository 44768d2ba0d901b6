// Things of a few lines each.
import { each, on } from './dom';

function ago(time: HTMLTimeElement, words: Intl.RelativeTimeFormat): void {
  const at = Date.parse(time.dateTime);
  if (Number.isNaN(at)) return;
  const minutes = Math.round((at - Date.now()) / 60000);
  const size = Math.abs(minutes);
  if (!time.title) time.title = time.textContent ?? '';
  time.textContent = size < 60 ? words.format(minutes, 'minute') : size < 2880 ? words.format(Math.round(minutes / 60), 'hour') : words.format(Math.round(minutes / 1440), 'day');
}

export function small(): void {
  // <time data-ago>: not for deadlines, which the server words in working time.
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || 'zh-CN', { numeric: 'auto' });
  const tick = (): void => document.querySelectorAll<HTMLTimeElement>('time[data-ago]').forEach((time) => ago(time, words));
  tick();
  if (document.querySelector('time[data-ago]')) setInterval(tick, 60000);

  // Engines that cannot open <details> from CSS: filters are open on a desk.
  const desk = matchMedia('(min-width: 960px)');
  each<HTMLDetailsElement>('details.filter', (filter) => { if (desk.matches) filter.open = true; });

  each<HTMLElement>('.errors', (summary) => { summary.focus(); });

  on('click', (event) => {
    if ((event.target as Element).closest('[data-print]')) print();
  });
  on('input', (event) => {
    const control = event.target as HTMLInputElement;
    const told = control.matches('[data-percent]') ? control.closest('.field')?.querySelector('output') : null;
    if (told) told.textContent = `${control.value} %`;
  });
  on('change', (event) => {
    const control = event.target as HTMLElement;
    if (control.matches('[data-auto]')) control.closest('form')?.requestSubmit();
  });
}
