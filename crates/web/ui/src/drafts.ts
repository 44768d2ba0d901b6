// `form[data-draft="key"]`: what was typed survives a dead battery, a killed tab or a lost session.
// Texts and choices: no files, no passwords, no hidden inputs, no codes that work once, nothing that says who a customer is.
// A draft is its person's: it lies under his id, is offered to nobody else, and goes when somebody else signs in. Whoever has
// no account (a hall's terminal, a family's phone) has drafts in the tab only. A draft older than 14 days is dropped.
import { each, on, store as kept, tab } from './dom';

const LIFE = 14 * 24 * 3600 * 1000;
/** Names of fields that say who somebody is and where he lives. */
const PERSONAL = new Set([
  'name', 'phone', 'address', 'street', 'credit_code', 'reference', 'raiser', 'raiser_name', 'raiser_phone', 'code',
]);
const DRAFT = 'yx-draft:';
/** Who is signed in on this page; nobody on pages without an account. */
const person = document.querySelector<HTMLMetaElement>('meta[name="yx-person"]')?.content ?? '';
const store = person ? kept : tab;
const key = (draft: string): string => `${DRAFT}${person}:${draft}`;
const name = (form: HTMLFormElement): string => key(form.dataset['draft'] ?? '');

type Draft = { at: number; fields: Record<string, string> };
type Field = HTMLInputElement | HTMLTextAreaElement;

const fields = (form: HTMLFormElement): Field[] =>
  Array.from(form.querySelectorAll<Field>('textarea[name], input[type=text][name], input[type=tel][name], input:not([type])[name]'))
    .filter((field) => !['off', 'one-time-code'].includes(field.autocomplete) || field instanceof HTMLTextAreaElement)
    .filter((field) => !PERSONAL.has(field.name));
const choices = (form: HTMLFormElement): HTMLInputElement[] => Array.from(form.querySelectorAll<HTMLInputElement>('input[type=radio][name]'));

function read(form: HTMLFormElement): Draft | null {
  try {
    const draft = JSON.parse(store.get(name(form)) ?? 'null') as Draft | null;
    return draft && Date.now() - draft.at < LIFE ? draft : null;
  } catch {
    return null;
  }
}

function save(form: HTMLFormElement): void {
  const values = Object.fromEntries([
    ...fields(form).filter((f) => f.value !== f.defaultValue),
    ...choices(form).filter((f) => f.checked && !f.defaultChecked),
  ].map((f) => [f.name, f.value]));
  if (Object.keys(values).length) store.set(name(form), JSON.stringify({ at: Date.now(), fields: values } satisfies Draft));
  else store.drop(name(form));
}

function restore(form: HTMLFormElement): void {
  if (form.dataset['draftSeen']) return;
  form.dataset['draftSeen'] = '1';
  const draft = read(form);
  if (!draft) return;
  // Never over words that the server sent back: those are newer.
  const found = fields(form).filter((f) => draft.fields[f.name] && f.value === f.defaultValue && !f.value);
  // A form that came back knows what was chosen; a new one knows only what is chosen mostly.
  const chosen = document.querySelector('.errors') ? [] : choices(form).filter((f) => draft.fields[f.name] === f.value && !f.checked);
  if (!found.length && !chosen.length) return;
  const before = choices(form).filter((f) => f.checked);
  found.forEach((f) => {
    f.value = draft.fields[f.name] ?? '';
    f.dispatchEvent(new Event('input', { bubbles: true }));
  });
  chosen.forEach((f) => { f.checked = true; });
  const note = document.createElement('p');
  note.className = 'draft-note';
  note.setAttribute('role', 'status');
  note.append(form.dataset['draftNote'] ?? '✎');
  const drop = form.dataset['draftDrop'];
  if (drop) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-small btn-quiet';
    button.textContent = drop;
    button.onclick = () => {
      found.forEach((f) => { f.value = f.defaultValue; });
      chosen.forEach((f) => { f.checked = false; });
      before.forEach((f) => { f.checked = true; });
      store.drop(name(form));
      note.remove();
    };
    note.append(button);
  }
  form.prepend(note);
}

/** A full page load cannot see whether its POST succeeded: the next page tells, by being another page than the form. */
const SENT = 'yx-draft-sent';

/** Drafts of others, and those of before drafts had a person, go as soon as somebody is signed in or a stranger begins. */
function others(): void {
  const mine = `${DRAFT}${person}:`;
  // Without a person the page may be a sign-in after a lost session: what he typed waits for him.
  const stays = (k: string): boolean => (person ? k.startsWith(mine) : /^yx-draft:[0-9a-f-]{36}:/.test(k));
  kept.keys().filter((k) => k.startsWith(DRAFT) && !stays(k)).forEach((k) => kept.drop(k));
  if (person) tab.keys().filter((k) => k.startsWith(DRAFT)).forEach((k) => tab.drop(k));
}

export function drafts(): void {
  others();
  const sent = store.get(SENT);
  const done = document.querySelector<HTMLMetaElement>('meta[name="yx-draft-done"]')?.content;
  if (done) store.drop(key(done));
  if (sent) {
    const [draft = '', path = ''] = sent.split('\n');
    const again = Array.from(document.querySelectorAll<HTMLFormElement>('form[data-draft]')).some((form) => name(form) === draft);
    const failed = document.querySelector('.errors, .oops, .auth') !== null;
    if (!failed && (!again || location.pathname !== path)) store.drop(draft);
    store.drop(SENT);
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  each<HTMLFormElement>('form[data-draft]', restore);
  on('input', (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>('form[data-draft]');
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(() => save(form), 300);
  });
  addEventListener('pagehide', () => document.querySelectorAll<HTMLFormElement>('form[data-draft]').forEach((form) => { if (!form.dataset['draftGone']) save(form); }));
  on('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches('form[data-draft]')) return;
    clearTimeout(timer);
    save(form);
    store.set(SENT, `${name(form)}\n${location.pathname}`);
  });
  document.addEventListener('htmx:after:request', (event) => {
    // What asked may be gone by now; the event then comes from the document.
    if (!(event.target instanceof Element)) return;
    const form = event.target.closest<HTMLFormElement>('form[data-draft]');
    const status = (event as CustomEvent<{ ctx?: { response?: { status?: number } } }>).detail.ctx?.response?.status ?? 0;
    if (!form) return;
    store.drop(SENT);
    if (status >= 200 && status < 400) {
      form.dataset['draftGone'] = '1';
      store.drop(name(form));
    }
  });
}
