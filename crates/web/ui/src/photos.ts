// `[data-photo]`: preview, removal and downscaling of chosen pictures. Where anything fails the original file is sent.
import { on } from './dom';

const LONGEST_SIDE = 1600;
const QUALITY = 0.8;

/** The picture as JPEG of at most 1600 px, or the file itself when that would not be smaller or possible. */
async function shrink(file: File): Promise<File> {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type)) return file;
  try {
    const picture = await load(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext('2d');
    if (!pen) return file;
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg', lastModified: file.lastModified });
  } catch {
    return file;
  }
}

/** An <img> honours the EXIF rotation everywhere; createImageBitmap does not in old engines. */
function load(file: File): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const url = URL.createObjectURL(file);
    const image = new Image();
    image.onload = () => { URL.revokeObjectURL(url); resolve(image); };
    image.onerror = () => { URL.revokeObjectURL(url); reject(new Error('not a picture')); };
    image.src = url;
  });
}

const kept = new WeakMap<HTMLInputElement, File[]>();
const running = new WeakMap<HTMLFormElement, Promise<unknown>>();

/** Puts files into an input; false where the engine forbids it. */
function put(input: HTMLInputElement, files: File[]): boolean {
  try {
    const transfer = new DataTransfer();
    files.forEach((file) => transfer.items.add(file));
    input.files = transfer.files;
    return input.files.length === files.length;
  } catch {
    return false;
  }
}

function draw(box: HTMLElement, input: HTMLInputElement): void {
  const list = box.querySelector<HTMLElement>('[data-photo-list]');
  if (!list) return;
  list.querySelectorAll('img').forEach((image) => { if (image.src.startsWith('blob:')) URL.revokeObjectURL(image.src); });
  list.replaceChildren(...Array.from(input.files ?? [], (file, index) => {
    const item = document.createElement('li');
    const image = document.createElement('img');
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    const size = document.createElement('small');
    size.textContent = `${Math.max(1, Math.round(file.size / 1024))} KB`;
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.className = 'btn btn-small';
    remove.textContent = box.dataset['photoRemove'] ?? '✕';
    remove.onclick = () => {
      const rest = Array.from(input.files ?? []).filter((_, i) => i !== index);
      if (put(input, rest)) { kept.set(input, rest); draw(box, input); input.focus(); }
    };
    item.append(image, size, remove);
    return item;
  }));
}

async function chosen(input: HTMLInputElement, box: HTMLElement): Promise<void> {
  // Camera and gallery are two inputs; what either gives is kept in the first.
  const main = box.querySelector<HTMLInputElement>('input[type="file"]') ?? input;
  const before = main.multiple ? kept.get(main) ?? [] : [];
  const fresh = Array.from(input.files ?? []);
  draw(box, input);
  const small: File[] = [];
  for (const file of fresh) small.push(await shrink(file)); // one at a time: a phone has little memory
  const all = [...before, ...small];
  if (!put(main, all)) return draw(box, input);
  kept.set(main, all);
  if (input !== main) put(input, []);
  draw(box, main);
}

export function photos(): void {
  on('change', (event) => {
    const input = event.target as HTMLInputElement;
    const box = input.type === 'file' ? input.closest<HTMLElement>('[data-photo]') : null;
    if (!box) return;
    const work = chosen(input, box);
    const form = input.form;
    if (!form) return;
    running.set(form, work);
    void work.finally(() => { if (running.get(form) === work) running.delete(form); });
  });
  // A submit while a picture is still shrinking waits for it.
  addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const work = running.get(form);
    if (!work || !form.requestSubmit) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    // Not in a microtask: a form ignores requestSubmit while its submit event is still being handled.
    void work.finally(() => setTimeout(() => form.requestSubmit(button as HTMLElement | null), 0));
  }, true);
}
