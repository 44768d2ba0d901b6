// Enhancements of server-rendered pages. Each module is independent; a page works without any of them.
// Order matters once: the htmx settings must stand in the document before htmx reads them.
import './htmx-settings';
import 'htmx.org/dist/htmx.esm.min.js';
import { appearance } from './appearance';
import { commands } from './commands';
import { drafts } from './drafts';
import { geo } from './geo';
import { keys } from './keys';
import { photos } from './photos';
import { small } from './small';
import { toasts } from './toasts';

document.documentElement.classList.add('js');
appearance();
toasts();
commands();
drafts();
geo();
keys();
photos();
small();
