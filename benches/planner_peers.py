"""Our planner beside PyVRP and OR-Tools, in one run on one machine: python3 benches/planner_peers.py DATA [--seconds S] [--month S] [--all]

DATA is the folder of the planner's shared data. The peers are installed from PyPI into target/peers; one that cannot be is said to be missing.
TOPTW: a choice of files (or --all) × m = 1..4, gap to best known in per cent, CPU seconds of the whole process. Every tour is replayed here, by
this script's own arithmetic, before it counts. Month (only with --month, seconds for the whole month): peers get it day by day, each day the
visits that are best by points per minute and end soonest, as none of them plans 1,200 shifts at once; `yixian plan check` scores all.
Prizes and travel are whole numbers for the peers: a minute is 1, a point 20. The peers do not know duties."""
import argparse
import csv
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

from planner_figures import best_known

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / 'target/peers'
CHOICE = ['c101', 'c204', 'pr07', 'pr09', 'pr18', 'r104', 'r203', 'r211', 'rc106', 'rc205']


def toptw(file):
    rows = [line.split() for line in open(file) if line.split()]
    n, scale = int(rows[0][2]) + 1, 100 if file.name.startswith('pr') else 10
    pts = [[float(x) for x in r] for r in rows[2:2 + n]]
    leg = [[math.floor(math.hypot(a[1] - b[1], a[2] - b[2]) * scale + 1e-6) for b in pts] for a in pts]
    whole = [lambda x: round(x * scale)] * 3
    return dict(leg=leg, service=[whole[0](p[3]) for p in pts], prize=[round(p[4]) for p in pts], opens=[whole[1](p[-2]) for p in pts], closes=[whole[2](p[-1]) for p in pts])


def profit(data, tours):
    """The profit of tours that may be driven; none of others."""
    seen = [v for t in tours for v in t]
    if len(seen) != len(set(seen)):
        return None
    for tour in tours:
        now, here = data['opens'][0], 0
        for v in tour:
            now = max(now + data['leg'][here][v], data['opens'][v])
            if now > data['closes'][v]:
                return None
            now, here = now + data['service'][v], v
        if tour and now + data['leg'][here][0] > data['closes'][0]:
            return None
    return sum(data['prize'][v] for v in seen)


def cpu_of(command, **kw):
    before = os.times()
    out = subprocess.run(command, capture_output=True, text=True, **kw)
    after = os.times()
    return out, after.children_user + after.children_system - before.children_user - before.children_system


# A routing problem for the peers: visits 1.., places of the matrix, vehicles with span, home, most visits and who may be visited.
def pyvrp(p):
    import numpy as np
    import pyvrp as v
    leg, n = np.array(p['leg'], dtype=np.int64), len(p['leg'])
    homes = sorted({c['home'] for c in p['vehicles']})
    kinds = sorted({tuple(c['may']) if c['may'] is not None else None for c in p['vehicles']}, key=str)
    durations = []
    for may in kinds:
        d = leg.copy()
        if may is not None:
            shut = np.array([x['place'] for i, x in enumerate(p['visits']) if i not in set(may)], dtype=int)
            d[:, shut] = 10 ** 7
            d[range(n), range(n)] = 0
        durations.append(d)
    kind = {k: i for i, k in enumerate(kinds)}
    data = v.ProblemData(
        locations=[v.Location(0, 0)] * n,
        clients=[v.Client(x['place'], delivery=[1], service_duration=x['service'], tw_early=x['opens'], tw_late=x['closes'], prize=x['prize'], required=False) for x in p['visits']],
        depots=[v.Depot(h) for h in homes],
        vehicle_types=[v.VehicleType(1, capacity=[c['most']], start_depot=homes.index(c['home']), end_depot=homes.index(c['home']), tw_early=c['starts'], tw_late=c['ends'],
                                     unit_distance_cost=p['road'], profile=kind[tuple(c['may']) if c['may'] is not None else None]) for c in p['vehicles']],
        distance_matrices=durations, duration_matrices=durations)
    best = v.solve(data, stop=v.stop.MaxRuntime(p['seconds']), seed=p['seed'], display=False, collect_stats=False).best
    tours = [[] for _ in p['vehicles']]
    if best.is_feasible():
        for r in best.routes():
            tours[r.vehicle_type()] = [a.idx for a in r if a.type == v.ActivityType.CLIENT]
    return tours


def ortools(p):
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2 as enums
    k, m = len(p['visits']), len(p['vehicles'])
    place = [x['place'] for x in p['visits']] + [c['home'] for c in p['vehicles']]
    service = [x['service'] for x in p['visits']] + [0] * m
    ends = list(range(k, k + m))
    man = pywrapcp.RoutingIndexManager(k + m, m, ends, ends)
    model = pywrapcp.RoutingModel(man)
    leg = p['leg']
    road = model.RegisterTransitCallback(lambda a, b: leg[place[man.IndexToNode(a)]][place[man.IndexToNode(b)]] * p['road'])
    time = model.RegisterTransitCallback(lambda a, b: service[man.IndexToNode(a)] + leg[place[man.IndexToNode(a)]][place[man.IndexToNode(b)]])
    one = model.RegisterUnaryTransitCallback(lambda a: int(man.IndexToNode(a) < k))
    model.SetArcCostEvaluatorOfAllVehicles(road)
    horizon = max(c['ends'] for c in p['vehicles'])
    model.AddDimension(time, horizon, horizon, False, 'time')
    model.AddDimensionWithVehicleCapacity(one, 0, [c['most'] for c in p['vehicles']], True, 'visits')
    clock = model.GetDimensionOrDie('time')
    for i, x in enumerate(p['visits']):
        node = man.NodeToIndex(i)
        clock.CumulVar(node).SetRange(min(x['opens'], horizon), min(x['closes'], horizon))
        model.AddDisjunction([node], x['prize'])
        who = [j for j, c in enumerate(p['vehicles']) if c['may'] is None or i in c['may']]
        if len(who) < m:
            model.VehicleVar(node).SetValues([-1] + who)
    for j, c in enumerate(p['vehicles']):
        clock.CumulVar(model.Start(j)).SetRange(c['starts'], c['ends'])
        clock.CumulVar(model.End(j)).SetRange(c['starts'], c['ends'])
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    how.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromMilliseconds(int(p['seconds'] * 1000))
    found, tours = model.SolveWithParameters(how), [[] for _ in range(m)]
    for j in range(m if found else 0):
        at = found.Value(model.NextVar(model.Start(j)))
        while not model.IsEnd(at):
            tours[j].append(man.IndexToNode(at))
            at = found.Value(model.NextVar(at))
    return tours


def peer(name, problem):
    """A peer's tours in a process of its own, and the CPU seconds of that process, its loading left in."""
    out, cpu = cpu_of([str(VENV / 'bin/python'), __file__, '--worker', name], input=json.dumps(problem))
    if out.returncode:
        return None, cpu
    return json.loads(out.stdout.splitlines()[-1]), cpu


def install():
    there = []
    if not (VENV / 'bin/python').exists():
        subprocess.run([sys.executable, '-m', 'venv', str(VENV)], check=True)
    for name in ['pyvrp', 'ortools']:
        if subprocess.run([str(VENV / 'bin/python'), '-c', f'import {name}'], capture_output=True).returncode:
            subprocess.run([str(VENV / 'bin/python'), '-m', 'pip', 'install', '-q', name])
        out = subprocess.run([str(VENV / 'bin/python'), '-c', f'import {name}, importlib.metadata as m; print(m.version("{name}"))'], capture_output=True, text=True)
        if out.returncode:
            print(f'{name} is not installable here and is left out: {(out.stderr.strip().splitlines() or ["no reason given"])[-1]}')
        else:
            print(f'{name} {out.stdout.strip()}')
            there.append(name)
    return there


def bench(data, ours, peers, seconds, every):
    known = best_known(data)
    files = [f for f in sorted((data / 'toptw').glob('*.txt')) if every or f.stem in CHOICE]
    rows = {name: [] for name in ['yixian', *peers]}
    for file in files:
        problem = toptw(file)
        for m in range(1, 5):
            best = known.get((file.stem, m))
            if best is None:
                continue
            for name, found in rows.items():
                if name == 'yixian':
                    out, cpu = cpu_of([ours, 'plan', 'bench', str(file), '--vehicles', str(m), '--seconds', str(seconds), '--seed', '1', '--threads', '1'])
                    if out.returncode:
                        raise SystemExit(out.stderr)
                    tours = json.loads(out.stdout)['tours']
                else:
                    n = len(problem['leg'])
                    visits = [dict(place=i, service=problem['service'][i], opens=problem['opens'][i], closes=problem['closes'][i], prize=problem['prize'][i]) for i in range(1, n)]
                    car = dict(home=0, starts=problem['opens'][0], ends=problem['closes'][0], most=n, may=None)
                    tours, cpu = peer(name, dict(leg=problem['leg'], visits=visits, vehicles=[car] * m, road=0, seconds=seconds, seed=1))
                    tours = tours and [[v + 1 for v in t] for t in tours]
                worth = profit(problem, tours) if tours is not None else None
                if worth is None:
                    print(f'{name}: no sound plan of {file.stem}, m = {m}; counted as 0')
                found.append((100 * (best - (worth or 0)) / best, cpu))
    print(f'\nTOPTW, {len(files)} files × m = 1..4, {seconds} s\n{"":10} {"mean gap %":>10} {"worst %":>8} {"CPU s":>8}')
    for name, found in rows.items():
        gaps = [g for g, _ in found]
        print(f'{name:10} {sum(gaps) / len(gaps):10.2f} {max(gaps):8.2f} {sum(c for _, c in found) / len(found):8.2f}')


def by_day(name, folder, seconds):
    """A peer's plan of the month, day by day, and its CPU seconds."""
    import array
    table = lambda f: [{k: int(v) for k, v in r.items()} for r in csv.DictReader(open(folder / f))]
    tasks, leaders, shifts = table('tasks.csv'), table('leaders.csv'), table('shifts.csv')
    flat = array.array('H', (folder / 'matrix.u16').read_bytes())
    n = math.isqrt(len(flat))
    left, plan, total = set(range(len(tasks))), {}, 0.0
    days = sorted({s['day'] for s in shifts})
    for day in days:
        today = [s for s in shifts if s['day'] == day]
        # What ends soon comes first among equals.
        urgent = lambda t: tasks[t]['prize'] / tasks[t]['svc'] / (1 + tasks[t]['day1'] - day) ** 0.5
        ids = sorted((t for t in left if tasks[t]['day0'] <= day <= tasks[t]['day1']), key=urgent, reverse=True)[:8 * len(today)]
        places = sorted({tasks[t]['loc'] for t in ids} | {s['dep'] for s in today})
        at = {p: i for i, p in enumerate(places)}
        visits = [dict(place=at[tasks[t]['loc']], service=tasks[t]['svc'], opens=tasks[t]['open'], closes=tasks[t]['close'], prize=20 * tasks[t]['prize']) for t in ids]
        cars = []
        for s in today:
            l = leaders[s['leader']]
            may = [i for i, t in enumerate(ids) if l['rank'] >= tasks[t]['rank'] and (tasks[t]['skill'] == 0 or l['skillmask'] >> tasks[t]['skill'] & 1)]
            cars.append(dict(home=at[s['dep']], starts=s['start'], ends=s['end'], most=s['maxvisits'], may=may))
        leg = [[flat[a * n + b] for b in places] for a in places]
        tours, cpu = peer(name, dict(leg=leg, visits=visits, vehicles=cars, road=1, seconds=seconds / len(days), seed=1))
        total += cpu
        for s, tour in zip(today, tours or []):
            if tour:
                plan[s['shift']] = [ids[v] for v in tour]
                left -= set(plan[s['shift']])
    return plan, total


def month(folder, ours, peers, seconds):
    print(f'\nmonth, {seconds} s (peers day by day)\n{"":10} {"objective":>10} {"priority %":>10} {"duties":>7} {"weeks":>6} {"CPU s":>8}')
    for name in ['yixian', *peers]:
        with tempfile.NamedTemporaryFile('w', suffix='.plan', delete=False) as file:
            if name == 'yixian':
                out, cpu = cpu_of([ours, 'plan', 'solve', str(folder), '--seconds', str(seconds), '--seed', '1', '--threads', '1', '-o', file.name])
            else:
                plan, cpu = by_day(name, folder, seconds)
                file.write(''.join(f'{s} {" ".join(map(str, t))}\n' for s, t in plan.items()))
                file.close()
            out = subprocess.run([ours, 'plan', 'check', str(folder), file.name], capture_output=True, text=True)
        if out.returncode:
            print(f'{name:10} not sound: {out.stderr.strip()[:200]}')
            continue
        score = json.loads(out.stdout)
        print(f'{name:10} {score["obj"]:10.1f} {score["pct"]:10.2f} {score["quota_met"]:7} {score["weeks"]:6} {cpu:8.1f}')


if __name__ == '__main__':
    if sys.argv[1:2] == ['--worker']:
        print(json.dumps({'pyvrp': pyvrp, 'ortools': ortools}[sys.argv[2]](json.load(sys.stdin))))
        sys.exit()
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument('data', type=pathlib.Path)
    args.add_argument('--ours', default=str(ROOT / 'target/release/yixian'), help='the yixian binary')
    args.add_argument('--seconds', type=float, default=1.0)
    args.add_argument('--month', type=float)
    args.add_argument('--all', action='store_true')
    args.add_argument('--files', nargs='*', help='other files of toptw than the choice')
    args = args.parse_args()
    CHOICE = args.files if args.files is not None else CHOICE
    found = install()
    if CHOICE or args.all:
        bench(args.data, args.ours, found, args.seconds, args.all)
    if args.month:
        month(args.data / 'month', args.ours, found, args.month)
