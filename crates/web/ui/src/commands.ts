// One id per intended command. The server answers a repeated id with the first receipt, so this only has to
// make sure that two *different* intentions never share an id, and to show that sending is under way.
import { on } from './dom';
import { uuidv7 } from './uuid';

const used = new Set<string>();
const sending = new WeakSet<HTMLFormElement>();

function stamp(form: HTMLFormElement): void {
  form.querySelectorAll<HTMLInputElement>('input[name=command_id]').forEach((input) => {
    if (!input.value || used.has(input.value)) input.value = uuidv7();
    used.add(input.value);
  });
}

const idle = new WeakMap<HTMLElement, Node[]>();

function busy(button: HTMLElement | null): void {
  if (!button) return;
  button.setAttribute('aria-busy', 'true');
  const word = button.dataset['busy'];
  if (word && !idle.has(button)) {
    idle.set(button, Array.from(button.childNodes));
    button.replaceChildren(word);
  }
}

/** Makes a form usable again: after an htmx answer, and when the browser returns to a cached page. */
function release(form: HTMLFormElement): void {
  sending.delete(form);
  form.querySelectorAll<HTMLElement>('[aria-busy]').forEach((button) => {
    button.removeAttribute('aria-busy');
    const nodes = idle.get(button);
    if (nodes) button.replaceChildren(...nodes);
    idle.delete(button);
  });
}

export function commands(): void {
  // Capture: runs before htmx collects the values and before the browser does.
  on('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.querySelector('input[name=command_id]')) return;
    if (sending.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    stamp(form);
    sending.add(form);
    // After the values were collected: a disabled or renamed button would not be sent.
    const button = event.submitter;
    setTimeout(() => busy(button), 0);
    setTimeout(() => release(form), 15000);
  }, true);

  document.addEventListener('htmx:finally:request', (event) => {
    const form = event.target instanceof Element ? event.target.closest('form') : null;
    if (form) release(form);
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted) document.querySelectorAll('form').forEach(release);
  });
}
