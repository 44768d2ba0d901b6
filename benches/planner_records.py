"""Tours better than the best known ones of the literature, each replayed here under every rounding of distances that papers use:
down to one decimal, down to two, and not at all. A file is solved under two decimals whatever its own rule, because a tour that
keeps its times with the longer distances keeps them with the shorter ones; the replay says so for each, it is not taken for granted.
It shares no code with the planner.

usage: python3 benches/planner_records.py DATA [--binary target/release/yixian] [--seconds 20] [--seed 1] [--only pr08/3,r201/2] [-o FILE]
DATA is the folder of the planning data (toptw/, best_known.csv). With -o the tours are written down, JSON. Ends with 1 when a tour breaks a rule."""
import argparse
import json
import math
import sys
import tempfile
from pathlib import Path

from planner_figures import best_known, run

ROUNDINGS = {'one decimal': 10, 'two decimals': 100, 'uncut': None}


def vertices(file):
    """Place, service time, profit and window of each vertex, the depot first."""
    lines = file.read_text().split('\n')
    count = int(lines[0].split()[2]) + 1
    for line in lines[2:2 + count]:
        v = [float(x) for x in line.split()]
        yield {'x': v[1], 'y': v[2], 'service': v[3], 'profit': v[4], 'opens': v[-2], 'closes': v[-1]}


def distance(a, b, parts):
    d = math.hypot(a['x'] - b['x'], a['y'] - b['y'])
    # What is a whole number of parts but for the machine's last bit stays whole.
    return d if parts is None else math.floor(d * parts + 1e-9) / parts


def faults(all_vertices, tours, vehicles, parts):
    """What the tours break; times are compared to a millionth."""
    depot, seen = all_vertices[0], [v for tour in tours for v in tour]
    if len(tours) > vehicles:
        yield f'{len(tours)} tours, {vehicles} allowed'
    if len(set(seen)) != len(seen) or not all(0 < v < len(all_vertices) for v in seen):
        yield 'a vertex twice, or one that is not there'
    for number, tour in enumerate(tours, 1):
        at, here = depot['opens'], depot
        for v in tour:
            there = all_vertices[v]
            at = max(at + distance(here, there, parts), there['opens'])
            if at > there['closes'] + 1e-6:
                yield f'tour {number} reaches {v} at {at:.4f}, after {there["closes"]}'
            at, here = at + there['service'], there
        if tour and at + distance(here, depot, parts) > depot['closes'] + 1e-6:
            yield f'tour {number} is back too late'


def main():
    a = argparse.ArgumentParser(usage=__doc__)
    a.add_argument('data', type=Path)
    a.add_argument('--binary', type=Path, default=Path('target/release/yixian'))
    a.add_argument('--seconds', default='20')
    a.add_argument('--seed', default='1')
    a.add_argument('--only')
    a.add_argument('-o', type=Path)
    a = a.parse_args()
    best = best_known(a.data)
    files = {f.stem: f for f in sorted((a.data / 'toptw').glob('*.txt'))}
    wanted = [(c.split('/')[0], int(c.split('/')[1])) for c in a.only.split(',')] if a.only else [(name, m) for name in files for m in range(1, 5)]
    broken, records = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for name, m in wanted:
            file = Path(folder) / f'pr-{name}.txt'
            file.write_text(files[name].read_text())
            found = run(a.binary, 'plan', 'bench', file, '--vehicles', m, '--seconds', a.seconds, '--seed', a.seed, '--threads', 1)
            nodes = list(vertices(files[name]))
            profit = sum(nodes[v]['profit'] for tour in found['tours'] for v in tour)
            wrong = {rule: list(faults(nodes, found['tours'], m, parts)) for rule, parts in ROUNDINGS.items()}
            if profit != found['profit']:
                wrong['profit'] = [f'{profit} counted, {found["profit"]} said']
            # Distances cut down to two decimals may promise what uncut ones do not keep; both roundings must hold.
            broken += any(wrong.get(rule) for rule in ('one decimal', 'two decimals', 'profit'))
            kept = ', '.join(rule for rule in ROUNDINGS if not wrong[rule])
            if profit > best[name, m]:
                records.append({'instance': name, 'm': m, 'best_known': best[name, m], 'profit': profit, 'kept_under': kept.split(', '), 'tours': found['tours']})
            print(f'{name}/{m}: {profit:g}, best known {best[name, m]:g}{" BETTER" if profit > best[name, m] else ""}; kept under: {kept or "none"}', flush=True)
            for rule, all_of in wrong.items():
                for fault in all_of:
                    print(f'  {rule}: {fault}')
    print(f'{len(records)} better than the best known of {len(wanted)} looked at')
    if a.o:
        a.o.write_text(json.dumps(records, indent=1))
    sys.exit(broken > 0)


if __name__ == '__main__':
    main()
