/** Listens on the document, so that fragments swapped in later are covered too. */
export function on<K extends keyof DocumentEventMap>(type: K, listener: (event: DocumentEventMap[K]) => void, capture = false): void {
  document.addEventListener(type, listener, capture);
}

/** Runs `work` for every present and future element that matches; `work` must bear being called twice. */
export function each<E extends Element>(selector: string, work: (element: E) => void): void {
  const scan = (root: ParentNode): void => root.querySelectorAll<E>(selector).forEach(work);
  scan(document);
  document.addEventListener('htmx:after:swap', () => scan(document));
}

/** Sets the named hidden input of a form, making it when it is missing. */
export function hidden(form: HTMLFormElement, name: string, value: string): void {
  let input = form.querySelector<HTMLInputElement>(`input[type=hidden][name="${name}"]`);
  if (!input) {
    input = document.createElement('input');
    input.type = 'hidden';
    input.name = name;
    form.append(input);
  }
  input.value = value;
}

/** A storage that may be full or forbidden (private mode, WebView policy). */
const careful = (storage: () => Storage) => ({
  get(key: string): string | null {
    try { return storage().getItem(key); } catch { return null; }
  },
  set(key: string, value: string): void {
    try { storage().setItem(key, value); } catch { /* the server keeps the truth */ }
  },
  drop(key: string): void {
    try { storage().removeItem(key); } catch { /* nothing to lose */ }
  },
  keys(): string[] {
    try { return Object.keys(storage()); } catch { return []; }
  },
});

/** What the browser keeps. */
export const store = careful(() => localStorage);
/** What goes with the tab. */
export const tab = careful(() => sessionStorage);
