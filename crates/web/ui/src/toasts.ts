// Short confirmations: answer an htmx request with `HX-Trigger: {"toast":{"text":"…","kind":"ok"}}`.
// Header values are Latin-1: the server writes other characters as \uXXXX escapes of JSON.
// The region is aria-live, so screen readers hear it; errors stay until touched.
export function toasts(): void {
  document.addEventListener('toast', (event) => {
    const { text, kind } = (event as CustomEvent<{ text?: string; kind?: string }>).detail;
    const region = document.querySelector('[data-toasts]');
    if (!region || !text) return;
    const toast = document.createElement('div');
    toast.className = kind === 'bad' ? 'toast toast-bad' : 'toast';
    toast.textContent = text;
    toast.onclick = () => toast.remove();
    region.append(toast);
    if (kind !== 'bad') setTimeout(() => toast.remove(), 6000);
  });
}
