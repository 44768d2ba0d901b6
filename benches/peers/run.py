#!/usr/bin/env python3
"""The product beside peer systems, in one run on one machine: `python3 benches/peers/run.py`.

Brings the peers up from their packages (Directus from npm, Trac from PyPI; see directus.py and trac.py for what is done in their favour), fills each
with 100,000 rows, and asks all systems the same in turns: three rounds, system by system, one connection and eight. Writes the table between its marks
in docs/performance.md, and ends with 1 where a goal is missed. What the disk and this client can do at most is measured in the same run.

Needs: Linux, Python 3.9 or newer, cargo and the release binary (`cargo build --release`; another one by YIXIAN_BIN), npm, a C++ compiler and make for
the peers' drivers, the network at the first run, 3 GB of disk. Nothing but Python's own library. Peers stay installed in target/peers.

    --rows 2000 --seconds 2     a short run, which does not write the page; rounds by --rounds
    --only create,get           these rows of the table alone
    --without trac              leaves a peer out
    --company FOLDER            a company made before (a copy is served), instead of cargo xtask size
    --keep                      leaves what was made in target/peers/run
"""
import argparse
import csv
import fcntl
import io
import os
import pathlib
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import time

import load
import photo
from common import HOME, ROOT, WORK, Missing
from directus import Directus
from ours import Ours
from trac import Trac

PAGE = ROOT / 'docs/performance.md'
MARKS = ('<!-- peers: made by python3 benches/peers/run.py -->', '<!-- peers end -->')
FULL = dict(rows=100_000, seconds=2.0, rounds=3)
# What counts as answered: an answer, something made, a page to go on to.
GOOD = (200, 201, 204, 303)

# A system whose turn takes so many times as long as it should is not asked again.
TIRED = 4
# A peer that takes so many milliseconds for an answer on one connection is not asked on eight.
SLOW = 2_000
# A client that is asked for so much of what it can do may be what is measured.
NEAR = 0.6

# Name in the table, key, connections; goals: times the best peer, milliseconds at most, a second at least.
OPS = [
    ('create, durable', 'create', 1, dict(times=12)), ('create, durable', 'create', 8, dict(times=23)),
    ('get one', 'get', 1, dict(times=8)), ('get one', 'get', 8, dict(times=15)),
    ('search, a word in 1 of 500', 'search rare', 1, dict(times=60)), ('search, a word in 1 of 500', 'search rare', 8, dict(times=120)),
    ('search, a word in every row', 'search every', 1, dict(times=8)), ('search, a word in every row', 'search every', 8, dict(times=20)),
    ('search, a word in none', 'search none', 1, dict(times=300)), ('search, a word in none', 'search none', 8, dict(times=480)),
    ('list of 50: filter, sort, count', 'list', 1, dict(times=20, most=1)), ('list of 50: filter, sort, count', 'list', 8, dict(times=20)),
    ('page of a list, HTML', 'page', 1, dict(most=2)), ('page of a list, HTML', 'page', 8, {}),
    ('counts of a month', 'counts', 1, dict(most=3)), ('counts of a month', 'counts', 8, {}),
    ('Today, HTML', 'today', 1, dict(most=5)), ('Today, HTML', 'today', 8, {}),
    ('photo of 200 KiB', 'photo', 1, dict(least=64)), ('photo of 200 KiB', 'photo', 8, dict(least=108)),
]
# Writing comes last: what is read stays as it was filled.
ORDER = ['get', 'search rare', 'search every', 'search none', 'list', 'page', 'counts', 'today', 'create', 'photo']


def say(text):
    print(text, flush=True)


def number(x):
    """A figure as people read it."""
    return f'{x:,.0f}' if abs(x) >= 100 else f'{x:.1f}' if abs(x) >= 10 else f'{x:.2f}'


class Disk:
    """What the disk can do at most: commits of one small row (SQLite, write-ahead log, `synchronous=FULL`), and flushes of 4 KiB."""

    def __init__(self, folder):
        folder.mkdir(parents=True)
        self.folder, self.db = folder, sqlite3.connect(folder / 'single.db', isolation_level=None)
        for line in ('PRAGMA journal_mode = WAL', 'PRAGMA synchronous = FULL', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)'):
            self.db.execute(line)
        self.commits, self.flushes = [], []

    def turn(self, seconds):
        began, n = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            self.db.execute('INSERT INTO t (v) VALUES (?)', ('a small row',))
            n += 1
        self.commits.append(n / (time.perf_counter() - began))
        with open(self.folder / 'flush', 'ab', buffering=0) as file:
            for _ in range(100):
                file.write(b'x' * 4096)
                began = time.perf_counter()
                os.fdatasync(file.fileno())
                self.flushes.append((time.perf_counter() - began) * 1e3)


def client_limit(seconds):
    """Requests a second of this client, of a server that does nothing: one connection and eight."""
    server = subprocess.Popen([sys.executable, pathlib.Path(load.__file__), 'serve'], stdout=subprocess.PIPE, text=True)
    try:
        port, small = int(server.stdout.readline()), load.request('GET', '/', headers=[('authorization', 'x' * 60)])
        return {c: load.turn(port, c, lambda i: small, seconds, GOOD).rate for c in (1, 8)}
    finally:
        server.kill()
        server.wait()


def turns(systems, key, connections, args, disk):
    """Median rate and p50 of each system that has the operation, asked in turn."""
    asks = {s.name: a for s in systems if (a := s.asked.get(key))}
    found, tired = {name: [] for name in asks}, set()
    for _ in range(args.rounds):
        for s in systems:
            if s.name not in asks or s.name in tired:
                continue
            ask, began = asks[s.name], time.perf_counter()
            # Each turn goes on with other rows than the last.
            s.sent = getattr(s, 'sent', 0)
            done = load.turn(s.port, connections, lambda i: ask(s.sent + i), args.seconds, GOOD)
            s.sent += done.asks + done.wrong
            if done.wrong and (s.name == 'Yixian' or done.asks == 0):
                raise Missing(f'{s.name}, {key}, {connections} connections: {done.wrong} of {done.wrong + done.asks} answers are wrong, the first: {done.first_wrong}')
            found[s.name].append(done)
            # Answers that take longer than a turn say enough in one.
            if time.perf_counter() - began > TIRED * args.seconds:
                tired.add(s.name)
        if key == 'create':
            disk.turn(args.seconds / 2)
    out = {n: (statistics.median(d.rate for d in ds), statistics.median(d.p50 for d in ds), sum(d.wrong for d in ds)) for n, ds in found.items()}
    say(f'  {key:<14} c={connections}  ' + '   '.join(f'{n} {number(r)}/s ({number(p)} ms{f", {w} wrong" if w else ""})' for n, (r, p, w) in out.items()))
    return out


def export(s, rows):
    """Rows a second of everything as CSV, the best of two."""
    best = 0
    for _ in range(2):
        began = time.perf_counter()
        answer = s.one(s.export())
        took = time.perf_counter() - began
        text = answer.body().decode('utf-8-sig')
        csv.field_size_limit(1 << 24)
        n = sum(1 for _ in csv.reader(io.StringIO(text, newline=''))) - 1
        if n < rows:
            raise Missing(f'{s.name} exports {n} rows of {rows}')
        best = max(best, n / took)
    return best


class Table:
    """Rows of the page, and how many goals are missed."""

    def __init__(self, names):
        self.names, self.rows, self.missed = names, [], 0

    def goal(self, words, kept):
        self.missed += not kept
        return words if kept else f'{words} missed'

    def add(self, name, connections, cells, goals, ratio):
        self.rows.append(f'| {name} | {connections} | {", ".join(goals)} | ' + ' | '.join(cells.get(n, '–') for n in self.names) + f' | {ratio} |')

    def rates(self, name, connections, goal, found):
        """A row of requests a second with their p50."""
        rate, p50, _ = found['Yixian']
        # Whoever answered wrongly did not do the work.
        peers = [r for n, (r, _, wrong) in found.items() if n != 'Yixian' and not wrong]
        best = max(peers, default=None)
        goals = []
        if 'times' in goal:
            goals.append(self.goal(f'≥ {goal["times"]}×', best is not None and rate / best >= goal['times']))
        if 'most' in goal:
            goals.append(self.goal(f'p50 ≤ {goal["most"]} ms', p50 <= goal['most']))
        if 'least' in goal:
            goals.append(self.goal(f'≥ {goal["least"]} a second', rate >= goal['least']))
        cells = {n: f'{number(r)} ({number(p)})' + (f', {w} wrong' if w else '') for n, (r, p, w) in found.items()}
        self.add(name, connections, cells, goals, f'{number(rate / best)}×' if best else '')

    def figure(self, name, found, goal, kept, more_is_better=False):
        """A row of one figure each."""
        ours, peers = found['Yixian'], [v for n, v in found.items() if n != 'Yixian']
        best = (max if more_is_better else min)(peers, default=None)
        ratio = '' if best is None else f'{ours / best if more_is_better else best / ours:.2g}×'
        self.add(name, '', {n: number(v) for n, v in found.items()}, [self.goal(goal, kept(ours))], ratio)

    def text(self):
        head = f'| requests a second (p50 ms) | connections | goal | {" | ".join(self.names)} | ours ÷ best peer |\n|---|---:|---|' + '---:|' * (len(self.names) + 1)
        return '\n'.join([head, *self.rows]) + '\n'


def measure(systems, args, versions):
    disk, pictures = Disk(WORK / 'disk'), photo.Pictures()
    began = time.perf_counter()
    told = lambda what: say(f'[{time.perf_counter() - began:4.0f} s] {what}')
    limit = client_limit(args.seconds)
    told(f'the client alone: {number(limit[1])} requests a second on one connection, {number(limit[8])} on eight')
    table, single = Table([s.name for s in systems]), {}
    wanted = lambda key: not args.only or key in args.only

    for s in systems:
        s.prepare(args.rows)
        single.setdefault('disk', {})[s.name] = s.disk()
        told(f'{s.name}: filled with {args.rows:,} rows, {number(single["disk"][s.name])} MB')
    # The second start: the first one has what was filled to look at.
    for s in systems:
        s.start()
        if s.name == 'Yixian':
            s.enter()
        s.stop()
    starts = {s.name: [] for s in systems}
    for _ in range(args.rounds):
        for s in systems:
            starts[s.name].append(s.start())
            if len(starts[s.name]) == args.rounds:
                time.sleep(3)
                single.setdefault('memory', {})[s.name] = s.memory()
            s.stop()
    single['start'] = {n: statistics.median(all_of) for n, all_of in starts.items()}
    told(f'start, s: {single["start"]}; memory, MiB: {single["memory"]}')

    for s in systems:
        s.start()
        told(f'{s.name}: {s.ready(args.rows)}')
        s.asked = s.asks(pictures)
        if wanted('export'):
            single.setdefault('export', {})[s.name] = export(s, 1 if s.name == 'Yixian' and args.company else args.rows)
            told(f'{s.name}: exports {number(single["export"][s.name])} rows a second')
    found = {}
    for key in ORDER:
        for connections in (1, 8):
            if wanted(key):
                alone = found.get((key, 1), {})
                able = [s for s in systems if s.name not in alone or alone[s.name][1] <= SLOW]
                found[key, connections] = turns(able, key, connections, args, disk)
    for s in systems:
        s.stop()
    if not disk.commits:
        disk.turn(args.seconds / 2)

    for name, key, connections, goal in OPS:
        if (key, connections) in found:
            table.rates(name, connections, goal, found[key, connections])
    if 'export' in single:
        table.figure('export of all as CSV, rows a second', single['export'], '≥ 100,000', lambda x: x >= 100_000, more_is_better=True)
    table.figure(f'disk of {args.rows:,} rows, MB', single['disk'], '≤ 250', lambda x: x <= 250)
    table.figure('memory when idle, MiB', single['memory'], '≤ 60', lambda x: x <= 60)
    table.figure('start to first answer, s', single['start'], '≤ 0.3', lambda x: x <= 0.3)
    told('done')

    near = [f'{name} at {c}' for name, key, c, _ in OPS if (key, c) in found and found[key, c]['Yixian'][0] > NEAR * limit[c]]
    commits, flush = statistics.median(disk.commits), statistics.median(disk.flushes)
    of = ' and '.join(f'{found["create", c]["Yixian"][0] / commits:.2f} at {c}' for c in (1, 8) if ('create', c) in found)
    head = (f'{args.rows:,} rows, {args.rounds} rounds of {args.seconds:g} s a system in turn, medians, {os.cpu_count()} processors; '
            f'{", ".join(versions)}.\n'
            f'Limits in the same run: {number(commits)} commits of one row a second (SQLite, `synchronous=FULL`; a flush takes {number(flush)} ms)'
            + (f', of which our creating is {of} connections' if of else '')
            + f'; this client {number(limit[1])} requests a second on one connection and {number(limit[8])} on eight of a server that does nothing'
            + (f', so that it may be what limits ours: {"; ".join(near)}' if near else '') + '.\n')
    return head, table


def write_between(marks, text):
    page = PAGE.read_text(encoding='utf-8')
    begin, end = page.index(marks[0]) + len(marks[0]), page.index(marks[1])
    PAGE.write_text(f'{page[:begin]}\n\n{text}{page[end:]}', encoding='utf-8')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rows', type=int, default=FULL['rows'])
    parser.add_argument('--seconds', type=float, default=FULL['seconds'])
    parser.add_argument('--rounds', type=int, default=FULL['rounds'])
    parser.add_argument('--only', type=lambda t: t.split(','), default=[])
    parser.add_argument('--without', type=lambda t: t.lower().split(','), default=[])
    parser.add_argument('--company', type=pathlib.Path)
    parser.add_argument('--keep', action='store_true')
    args = parser.parse_args()
    unknown = [k for k in args.only if k not in ORDER + ['export']]
    if unknown:
        parser.error(f'no such rows: {", ".join(unknown)}; there are {", ".join(ORDER)}, export')
    if args.rows < 1000:
        parser.error('fewer than 1,000 rows have too few with a rare word')
    full = all(getattr(args, k) >= v for k, v in FULL.items()) and not (args.only or args.without or args.company)
    if full and any(PAGE.read_text(encoding='utf-8').count(mark) != 1 for mark in MARKS):
        sys.exit(f'{PAGE} has no marks to write between')
    signal.signal(signal.SIGTERM, lambda *_: sys.exit('ended'))
    HOME.mkdir(parents=True, exist_ok=True)
    alone = open(HOME / 'running.lock', 'w')
    try:
        fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit('another run is at it in target/peers')
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    systems = []
    try:
        ours = Ours(args.company)
        peers = [peer() for peer in (Directus, Trac) if peer.name.lower() not in args.without]
        versions = [p.install() for p in peers]
        say(', '.join(versions))
        systems = [ours, *peers]
        head, table = measure(systems, args, versions)
        say(f'\n{head}\n{table.text()}')
    except (Missing, load.Unanswered) as why:
        sys.exit(f'\n{why}')
    finally:
        for s in systems:
            s.stop()
        if not args.keep:
            shutil.rmtree(WORK, ignore_errors=True)
    if not full:
        say(f'{table.missed} goals missed; the page is not written: that is for a whole run')
        return
    write_between(MARKS, f'{head}\n{table.text()}')
    sys.exit(1 if table.missed else 0)


if __name__ == '__main__':
    main()
