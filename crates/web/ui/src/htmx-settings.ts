// htmx reads <meta name="htmx-config"> in its constructor, so it is written before the import of htmx runs.
// No indicator style sheet (strict CSP), requests to this origin only, history by real page loads
// (a page of another session must never come back from a cache).
// Code evaluation (hx-on, js:, trigger filters) is refused by the CSP `script-src 'self'`; do not use it in templates.
if (!document.querySelector('meta[name="htmx-config"]')) {
  const meta = document.createElement('meta');
  meta.name = 'htmx-config';
  meta.content = JSON.stringify({ includeIndicatorCSS: false, mode: 'same-origin', history: 'reload', defaultTimeout: 30000 });
  document.head.append(meta);
}
