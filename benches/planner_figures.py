"""The planner's figures, measured with the built binary: gaps on the literature's files, the month, a repair. CPU seconds, one thread.

usage: python3 benches/planner_figures.py DATA [--binary target/release/yixian] [--seconds 1] [--what toptw,month,repair,large] [--seed 1]
DATA is the folder of the planning data (toptw/, month/, best_known.csv)."""
import argparse
import array
import csv
import json
import random
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path


def run(*args):
    out = subprocess.run([str(a) for a in args], capture_output=True, text=True)
    if out.returncode:
        raise SystemExit(f'{args}: {out.stderr}')
    return json.loads(out.stdout)


def best_known(data):
    """The best known profit by file and number of vehicles."""
    return {(r['instance'], int(r['m'])): float(r['best_known']) for r in csv.DictReader(open(data / 'best_known.csv')) if r['set'] == 'toptw'}


def toptw(a):
    best = best_known(a.data)
    gaps, better = [], []
    for file in sorted((a.data / 'toptw').glob('*.txt')):
        for m in range(1, 5):
            known = best[file.stem, m]
            out = run(a.binary, 'plan', 'bench', file, '--vehicles', m, '--seconds', a.seconds, '--seed', a.seed, '--threads', 1)
            gaps.append((100 * (known - out['profit']) / known, f'{file.stem}/{m}', out['seconds_cpu']))
            if out['profit'] > known:
                better.append((file.stem, m, known, out['profit']))
    worst = max(gaps)
    print(f'toptw, {a.seconds} s, {len(gaps)} cases: mean gap {sum(g[0] for g in gaps) / len(gaps):.3f} %, worst {worst[0]:.2f} % ({worst[1]}), '
          f'CPU seconds {min(g[2] for g in gaps):.2f} to {max(g[2] for g in gaps):.2f}')
    for name, m, known, profit in better:
        print(f'  better than the best known: {name} m={m}: {profit} > {known:.0f}')


def month(a, folder):
    for seconds in (0.3, 20, 60):
        out = run(a.binary, 'plan', 'solve', a.data / 'month', '--seconds', seconds, '--seed', a.seed, '--threads', 1, '-o', folder / f'{seconds}.plan')
        print(f"month, {seconds} s: objective {out['obj']}, {out['pct']} % of priority, {out['quota_met']} duties met, {out['quota_short']} visits short, "
              f"{out['weeks']} of {out['weeks_possible']} leader-weeks, {out['iterations']} iterations")


def rows(file):
    with open(file, newline='') as f:
        return list(csv.reader(f))


def repair(a, folder):
    """5 % of the shifts fall away, 1 % of the tasks turn up anew and urgent; 2 s from the old plan against 20 s from nothing."""
    chance = random.Random(a.seed)
    source, broken = a.data / 'month', folder / 'broken'
    known = folder / 'known.plan'
    run(a.binary, 'plan', 'solve', source, '--seconds', 60, '--seed', a.seed, '--threads', 1, '-o', known)
    shutil.copytree(source, broken)
    for f in broken.iterdir():
        f.chmod(0o644)
    shifts, tasks = rows(source / 'shifts.csv'), rows(source / 'tasks.csv')
    gone = {s[0] for s in chance.sample(shifts[1:], len(shifts) // 20)}
    urgent = [[str(len(tasks) - 1 + i)] + t[1:2] + ['60'] + t[3:] for i, t in enumerate(chance.sample(tasks[1:], len(tasks) // 100))]
    # A cancelled shift stays in the list, so that numbers keep their meaning, and takes no visit.
    shifts = [s if s[0] not in gone else s[:7] + ['0'] for s in shifts]
    for name, table in (('shifts', shifts), ('tasks', tasks + urgent)):
        with open(broken / f'{name}.csv', 'w', newline='') as f:
            csv.writer(f).writerows(table)
    left = folder / 'left.plan'
    left.write_text(''.join(line for line in known.read_text().splitlines(keepends=True) if line.split()[0] not in gone))
    untouched = sum(len(line.split()) - 1 for line in left.read_text().splitlines())
    for weight in (a.stability, 0):
        fixed = folder / 'fixed.plan'
        run(a.binary, 'plan', 'solve', broken, '--seconds', 2, '--seed', a.seed, '--threads', 1, '--base', left, '--stability', weight, '-o', fixed)
        out = run(a.binary, 'plan', 'check', broken, fixed, left)
        print(f"repair, 2 s, stability {weight}: objective {out['obj']}, kept {out['kept']} of {untouched} ({100 * out['kept'] / untouched:.2f} %)")
    out = run(a.binary, 'plan', 'solve', broken, '--seconds', 20, '--seed', a.seed, '--threads', 1, '--excuse-duties', '-o', folder / 'anew.plan')
    print(f"anew, 20 s: objective {out['obj']}")


def large(a, folder, times=10):
    """The month ten times over: as many copies of every site and leader, copies seven minutes further apart; 60 s on two threads."""
    source, big = a.data / 'month', folder / 'large'
    big.mkdir()
    sites, tasks, leaders, shifts = (rows(source / f'{name}.csv') for name in ('sites', 'tasks', 'leaders', 'shifts'))
    n, m, crew = len(sites) - 1, len(tasks) - 1, len(leaders) - 1
    # Copy c of site i is site c·n + i; the depots, which are not copied, come last.
    place = lambda at, copy: copy * n + at if at < n else times * n + at - n
    number = lambda row, column, copy, to: row[:column] + [str(to(int(row[column]), copy))] + row[column + 1:]
    def table(name, head, all):
        with open(big / f'{name}.csv', 'w', newline='') as f:
            csv.writer(f).writerows([head, *all])
    table('sites', sites[0], [number(r, 0, c, place) for c in range(times) for r in sites[1:]])
    table('depots', rows(source / 'depots.csv')[0], [number(r, 0, 0, place) for r in rows(source / 'depots.csv')[1:]])
    table('tasks', tasks[0], [[str(c * m + int(r[0]))] + number(r, 1, c, place)[1:] for c in range(times) for r in tasks[1:]])
    table('leaders', leaders[0], [number(number(r, 0, c, lambda i, c: c * crew + i), 4, 0, place) for c in range(times) for r in leaders[1:]])
    many = [number(number(r, 1, c, lambda i, c: c * crew + i), 6, 0, place) for c in range(times) for r in shifts[1:]]
    table('shifts', shifts[0], [[str(i)] + r[1:] for i, r in enumerate(many)])
    minutes = array.array('H', (source / 'matrix.u16').read_bytes())
    width = round(len(minutes) ** 0.5)
    with open(big / 'matrix.u16', 'wb') as f:
        def row(at, copy):
            near = minutes[at * width:(at + 1) * width]
            far = array.array('H', [x + 7 for x in near[:n]]).tobytes()
            near, homes = near[:n].tobytes(), near[n:].tobytes()
            return b''.join(near if c == copy or copy is None else far for c in range(times)) + homes
        for copy in range(times):
            for at in range(n):
                f.write(row(at, copy))
        for at in range(n, width):
            f.write(row(at, None))
    out = run(a.binary, 'plan', 'solve', big, '--seconds', 60, '--seed', a.seed, '--threads', 2, '-o', folder / 'large.plan')
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"month × {times}, 60 s, 2 threads: {len(sites[1:]) * times} sites, {crew * times} leaders, objective {out['obj']}, {out['pct']} % of priority, "
          f"{out['quota_met']} duties met, {out['weeks']} of {out['weeks_possible']} leader-weeks, {out['seconds_cpu']} CPU s, peak {peak:.0f} MiB")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('data', type=Path)
    p.add_argument('--binary', type=Path, default=Path('target/release/yixian'))
    p.add_argument('--seconds', type=float, default=1)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--stability', type=float, default=20)
    p.add_argument('--what', default='toptw,month,repair')
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for what in a.what.split(','):
            {'toptw': lambda: toptw(a), 'month': lambda: month(a, Path(folder)), 'repair': lambda: repair(a, Path(folder)), 'large': lambda: large(a, Path(folder))}[what]()


if __name__ == '__main__':
    main()
