// `form[data-geo]`: fills lat / lon / accuracy (WGS-84 degrees, metres) when the phone knows them.
// A check-in never waits more than 4 s and is never refused for want of a position.
import { each, hidden, on } from './dom';

const LONGEST_WAIT = 4000;
const FRESH = 60000;
let fix: Promise<GeolocationPosition | null> | undefined;
let at = 0;

function locate(): Promise<GeolocationPosition | null> {
  if (fix && Date.now() - at < FRESH) return fix;
  at = Date.now();
  fix = new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(null);
    setTimeout(() => resolve(null), LONGEST_WAIT);
    navigator.geolocation.getCurrentPosition(resolve, () => resolve(null), { enableHighAccuracy: true, timeout: LONGEST_WAIT, maximumAge: FRESH });
  });
  return fix;
}

function fill(form: HTMLFormElement, place: GeolocationPosition | null): void {
  if (!place) return;
  hidden(form, 'lat', place.coords.latitude.toFixed(6));
  hidden(form, 'lon', place.coords.longitude.toFixed(6));
  hidden(form, 'accuracy', String(Math.round(place.coords.accuracy)));
}

export function geo(): void {
  const asked = new WeakSet<HTMLFormElement>();
  const ready = new WeakSet<HTMLFormElement>();
  const ask = (form: HTMLFormElement): void => {
    if (asked.has(form)) return;
    asked.add(form);
    void locate().then((place) => {
      ready.add(form);
      fill(form, place);
    });
  };
  // Where leave was given before, ask at once; else at the first touch of the form, when the question makes sense.
  each<HTMLFormElement>('form[data-geo]', (form) => {
    void navigator.permissions?.query({ name: 'geolocation' }).then((leave) => {
      if (leave.state === 'granted') ask(form);
      if (leave.state === 'denied') ready.add(form);
    }).catch(() => undefined);
  });
  on('focusin', (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>('form[data-geo]');
    if (form) ask(form);
  });
  // Registered on window: in the capture phase it precedes the command stamp and htmx.
  addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches('form[data-geo]') || ready.has(form) || !form.requestSubmit) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    button?.setAttribute('aria-busy', 'true');
    void locate().then((place) => {
      ready.add(form);
      fill(form, place);
      button?.removeAttribute('aria-busy');
      // Not in a microtask: a form ignores requestSubmit while its submit event is still being handled.
      setTimeout(() => form.requestSubmit(button as HTMLElement | null), 0);
    });
  }, true);
}
