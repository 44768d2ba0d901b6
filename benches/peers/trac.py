"""Trac, from PyPI, on SQLite behind gunicorn (two processes of four threads): a tracker of tickets that answers with pages, as Redmine does.

It stands for Redmine, which was measured before: that needs Ruby and comes from no registry that machines of a Rust project usually reach. Trac has
no API for tickets of its own: what is created is sent by its form, what is got is its page of one. Favours: anybody may do anything, so that nobody
is looked up; its rows are written straight into its tables, without changes; a write-ahead log; statistics."""
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.parse

import load
from common import A_DAY, EVERY, HOME, NONE, RARE, Missing, System, quiet, stage, unit, words

PACKAGES = ['Trac==1.6', 'gunicorn==23.0.0', 'Jinja2==3.1.6', 'setuptools<80']
# 2018-09-30 00:00 UTC, in microseconds, and a minute.
END, MINUTE = 1_538_265_600_000_000, 60_000_000
STATUS = dict(raised='new', assigned='assigned', solved='accepted', verified='reopened', closed='closed')
DOOR = '''import os
os.environ['TRAC_ENV'] = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'site')
from trac.web.main import dispatch_request as application
'''
COUNTS = "SELECT status, COUNT(*) AS n FROM ticket WHERE time BETWEEN 1535760000000000 AND 1538351999000000 GROUP BY status"


class Trac(System):
    name, health = 'Trac', '/about'

    def install(self):
        self.bin = HOME / 'trac/bin'
        if not (HOME / 'trac/installed').exists():
            shutil.rmtree(HOME / 'trac', ignore_errors=True)
            quiet([sys.executable, '-m', 'venv', HOME / 'trac'], 'making a Python environment')
            quiet([self.bin / 'pip', 'install', '-q', *PACKAGES], 'installing Trac from PyPI')
            (HOME / 'trac/installed').write_text('\n'.join(PACKAGES))
        return 'Trac 1.6 on gunicorn 23'

    def prepare(self, rows):
        self.fresh()
        site = self.folder / 'site'
        admin = [self.bin / 'trac-admin', site]
        quiet([*admin, 'initenv', 'bench', 'sqlite:db/trac.db'], 'making a Trac')
        quiet([*admin, 'permission', 'add', 'anonymous', 'TRAC_ADMIN'], 'letting everybody into Trac')
        # Words of two characters are words in Chinese.
        quiet([*admin, 'config', 'set', 'search', 'min_query_length', '2'], 'setting Trac')
        (self.folder / 'door.py').write_text(DOOR)
        with sqlite3.connect(site / 'db/trac.db') as db:
            db.execute('PRAGMA journal_mode = WAL')
            columns = 'id, type, time, changetime, component, severity, priority, owner, reporter, cc, version, milestone, status, resolution, summary, description, keywords'

            def row(i):
                at = END - (i // A_DAY * 1440 + i % 600 + 1) * MINUTE
                done = stage(i) == 'closed'
                return (i + 1, 'defect', at, at, unit(i), '', 'major', 'somebody', 'counter', '', '', '', STATUS[stage(i)], 'fixed' if done else '', f'第 {i} 件', words(i), '')
            db.executemany(f'INSERT INTO ticket ({columns}) VALUES ({", ".join("?" * 17)})', map(row, range(rows)))
            db.executemany('INSERT INTO component (name, owner, description) VALUES (?, ?, ?)', ((unit(i), 'somebody', '') for i in range(15)))
            db.execute('INSERT INTO report (id, author, title, query, description) VALUES (90, ?, ?, ?, ?)', ('bench', 'Counts', COUNTS, ''))
            db.execute('ANALYZE')
        db.close()
        self.rows = rows

    def command(self):
        return [self.bin / 'gunicorn', '-w', '2', '--threads', '4', '-k', 'gthread', '--keep-alive', '60', '--timeout', '300', '-b', f'127.0.0.1:{self.port}', 'door:application']

    def get(self, path, *fields):
        return load.request('GET', path + ('?' + urllib.parse.urlencode(fields) if fields else ''), headers=[('cookie', self.cookies)] if self.cookies else [])

    def ready(self, rows):
        self.cookies = ''
        page = self.one(self.get('/newticket'))
        self.token = re.search(r'name="__FORM_TOKEN" value="([0-9a-f]+)"', page.body().decode())[1]
        # A session keeps the token; no session is kept of somebody who only looks.
        self.cookies = '; '.join(c.split(';')[0] for c in page.header('set-cookie'))
        cookie = re.search(r'trac_form_token=([0-9a-f]+)', self.cookies)
        self.token = cookie[1] if cookie else self.token
        found = {}
        for word in (RARE, EVERY, NONE):
            text = self.one(self.search(word)).body().decode()
            n = re.search(r'\(\d+ - \d+ of (\d+)\)', re.sub(r'<[^>]+>', '', text))
            found[word] = int(n[1]) if n else 0
        if list(found.values()) != [(rows + 499) // 500, rows, 0]:
            raise Missing(f'searches of Trac do not find what they should: {found}')
        return found

    def search(self, word):
        return self.get('/search', ('q', word), ('noquickjump', '1'), ('ticket', 'on'))

    def asks(self, pictures):
        same = lambda request: (lambda i: request)
        some = range(1, self.rows + 1, max(self.rows // 200, 1))
        ones = [self.get(f'/ticket/{n}') for n in some]
        head = [('cookie', self.cookies), ('content-type', 'application/x-www-form-urlencoded')]

        def create(i):
            fields = dict(__FORM_TOKEN=self.token, field_summary=f'第 {i} 件', field_description=words(7 * i + 1), field_type='defect', field_priority='major',
                          field_component=unit(i), field_status='new', action='create', submit='Create ticket')
            return load.request('POST', '/newticket', urllib.parse.urlencode(fields).encode(), head)

        def photo(i):
            edge = 'bench-of-peers-edge'
            part = lambda name, value: f'--{edge}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            fields = dict(__FORM_TOKEN=self.token, action='new', realm='ticket', id=str(some[i % len(some)]), description='', author='bench')
            body = (''.join(part(*f) for f in fields.items())
                    + f'--{edge}\r\ncontent-disposition: form-data; name="attachment"; filename="p{self.photos}.jpg"\r\ncontent-type: image/jpeg\r\n\r\n').encode()
            self.photos += 1
            body += pictures.next() + f'\r\n--{edge}--\r\n'.encode()
            return load.request('POST', f'/attachment/ticket/{fields["id"]}/', body, [('cookie', self.cookies), ('content-type', f'multipart/form-data; boundary={edge}')])

        self.photos = 0
        listed = self.get('/query', ('component', unit(0)), ('status', '!closed'), ('order', 'changetime'), ('max', '50'), ('col', 'id'), ('col', 'summary'),
                          ('col', 'status'), ('col', 'component'), ('col', 'changetime'))
        return {
            'create': create,
            'get': lambda i: ones[i % len(ones)],
            'search rare': same(self.search(RARE)),
            'search every': same(self.search(EVERY)),
            'search none': same(self.search(NONE)),
            'list': same(listed),
            'page': same(listed),
            'counts': same(self.get('/report/90', ('format', 'csv'))),
            'photo': photo,
        }

    def export(self):
        columns = [('col', c) for c in ('id', 'summary', 'status', 'component', 'type', 'time', 'changetime', 'description')]
        return self.get('/query', ('type', 'defect'), ('order', 'id'), ('max', '0'), ('format', 'csv'), *columns)
