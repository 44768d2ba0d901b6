"""Yixian itself: a company of `cargo xtask size`, served by the release binary. Who measures is made as a company's first person is: by the setup
link that `yixian serve` prints, who then makes a token on his own page. He coordinates and administers the whole company."""
import html
import json
import os
import pathlib
import re
import shutil
import time
import urllib.parse
import uuid

import load
from common import EVERY, NONE, RARE, ROOT, Missing, System, quiet, words

MONTH = '2018-09'


def new_id():
    """A UUID of version 7 (RFC 9562)."""
    n = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), 'big')
    return str(uuid.UUID(int=n & ~(0xF << 76) & ~(0x3 << 62) | 7 << 76 | 2 << 62))


def query(**fields):
    return urllib.parse.urlencode(fields)


class Ours(System):
    name, health = 'Yixian', '/healthz'

    def __init__(self, company=None):
        super().__init__()
        self.company = company
        target = pathlib.Path(os.environ.get('CARGO_TARGET_DIR', ROOT / 'target'))
        self.binary = pathlib.Path(os.environ.get('YIXIAN_BIN', target / 'release/yixian')).resolve()
        if not self.binary.exists():
            raise Missing(f'{self.binary} is not there: cargo build --release, or say where it is by YIXIAN_BIN')
        if not company and not shutil.which('cargo'):
            raise Missing('cargo is not there: the company is made by cargo xtask size')

    def prepare(self, rows):
        self.fresh()
        if self.company:
            shutil.copytree(self.company, self.folder, dirs_exist_ok=True)
            return
        self.folder.rmdir()
        quiet(['cargo', 'xtask', 'size', str(rows), str(self.folder)], 'making the company', cwd=ROOT, env={**os.environ, 'YIXIAN_SIZE_VERIFY': '0'})

    def command(self):
        return [self.binary, 'serve', '--data', self.folder, '--listen', f'127.0.0.1:{self.port}', '--commands-a-minute', '0']

    def form(self, path, fields, cookies=''):
        """Sends a form as a browser does: the page first, its token with it. Gives the answer and all cookies."""
        page = self.one(load.request('GET', path, headers=[('cookie', cookies)] if cookies else []))
        jar = dict(c.split('=', 1) for c in cookies.split('; ') if c)
        take = lambda answer: jar.update(c.split(';')[0].split('=', 1) for c in answer.header('set-cookie'))
        take(page)
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.body().decode())
        if not csrf:
            raise Missing(f'{path} has no form')
        def send(to):
            body = query(csrf=html.unescape(csrf[1]), **fields).encode()
            answer = self.one(load.request('POST', to, body, [('content-type', 'application/x-www-form-urlencoded'),
                                                              ('cookie', '; '.join('='.join(c) for c in jar.items()))]), (200, 303))
            take(answer)
            return answer, '; '.join('='.join(c) for c in jar.items())
        return send

    def enter(self):
        """Sets the company up, once, and makes a token."""
        link = None
        for _ in range(100):
            link = re.search(r'/setup/\S+', self.log.read_text(errors='replace'))
            if link:
                break
            time.sleep(0.05)
        if not link:
            raise Missing(f'no setup link; the company has people who sign in already:\n{self.log.read_text()[-2000:]}')
        secret = 'a sentence that nobody guesses'
        first = dict(company='Bench', company_code='BENCH', name='Bench', code='bench', password=secret, again=secret)
        answer, self.cookies = self.form(link[0], first)(link[0])
        if answer.status != 303:
            raise Missing('the setup link did not set up:\n' + re.sub(r'<[^>]+>|\s+', ' ', answer.body().decode())[:2000])
        answer, self.cookies = self.form('/me', dict(label='bench', days='30'), self.cookies)('/me/tokens')
        token = re.search(r'<p><code>([^<]+)</code>', answer.body().decode())
        if not token:
            raise Missing('no token on the page')
        self.bearer = ('authorization', 'Bearer ' + html.unescape(token[1]))

    def raise_one(self, text):
        body = dict(do='raise_matter', matter=new_id(), kind='problem', origin='counter', category='service', words=text)
        return load.request('PUT', f'/api/v1/commands/{new_id()}', json.dumps(body, ensure_ascii=False).encode(),
                            [self.bearer, ('content-type', 'application/json')])

    def ready(self, rows):
        """The rare word is written into as many rows as others have it in, and every search is seen to find what it should."""
        for i in range(max(rows // 500, 1)):
            self.one(self.raise_one(words(500 * i)))
        listed = json.loads(self.one(self.api('/api/v1/matters?limit=200')).body())
        self.ids = [m['id'] for m in listed['items']]
        codes = [u['code'] for u in json.loads(self.one(self.api('/api/v1/units?limit=200')).body())['items']]
        # One of the district companies, where most matters are handled.
        self.unit = 'CP' if 'CP' in codes else codes[-1]
        found = {w: json.loads(self.one(self.api('/api/v1/matters?' + query(text=w, limit=50))).body()) for w in (RARE, EVERY, NONE)}
        totals = {w: f['total'] for w, f in found.items()}
        if totals[RARE] != max(rows // 500, 1) or totals[NONE] != 0 or totals[EVERY] < min(50, rows // 10):
            raise Missing(f'searches do not find what they should: {totals}')
        return totals

    def api(self, path):
        return load.request('GET', path, headers=[self.bearer])

    def page(self, path):
        return load.request('GET', path, headers=[('cookie', self.cookies)])

    def asks(self, pictures):
        same = lambda request: (lambda i: request)
        ones = [self.api(f'/api/v1/matters/{m}') for m in self.ids]
        return {
            'create': lambda i: self.raise_one(words(7 * i + 1)),
            'get': lambda i: ones[i % len(ones)],
            'search rare': same(self.api('/api/v1/matters?' + query(text=RARE, limit=50))),
            'search every': same(self.api('/api/v1/matters?' + query(text=EVERY, limit=50))),
            'search none': same(self.api('/api/v1/matters?' + query(text=NONE, limit=50))),
            'list': same(self.api(f'/api/v1/matters?unit={self.unit}&open=1&order=due&limit=50')),
            'page': same(self.page(f'/matters?unit={self.unit}&open=1&order=due')),
            'counts': same(self.api(f'/api/v1/figures?period={MONTH}')),
            'today': same(self.page('/')),
            'photo': lambda i: load.request('POST', '/api/v1/files', pictures.next(), [self.bearer, ('content-type', 'image/jpeg')]),
        }

    def export(self):
        return load.request('POST', '/api/v1/matters/csv', headers=[self.bearer])
