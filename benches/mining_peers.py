#!/usr/bin/env python3
"""Compares `yixian mine summary` and `mine flow` with PM4Py on every shared log, in one run: are they equal, and what
did each cost in CPU seconds and peak memory.

PM4Py is AGPL-3.0. It is an external oracle: this script installs it from PyPI into an environment of its own under
target/, and nothing of the product or its tests depends on it.

    cargo build --release && YIXIAN_TEST_DATA=… python3 benches/mining_peers.py
"""

import json
import os
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOME = ROOT / "target" / "mining-peers"
PYTHON = HOME / "bin" / "python"
OURS = pathlib.Path(os.environ.get("YIXIAN_BIN", ROOT / "target" / "release" / "yixian"))

PEER = """
import json, sys, warnings
warnings.filterwarnings("ignore")
import pandas as pd, pm4py
path = sys.argv[1]
if ".xes" in path:
    frame = pm4py.read_xes(path)
else:
    frame = pd.read_csv(path)
    frame["time:timestamp"] = pd.to_datetime(frame["time:timestamp"], utc=True, format="mixed")
if not isinstance(frame, pd.DataFrame):
    frame = pm4py.convert_to_dataframe(frame)
case, act, at = "case:concept:name", "concept:name", "time:timestamp"
frame[case] = frame[case].astype(str)
frame[at] = pd.to_datetime(frame[at], utc=True)
frame = frame.dropna(subset=[act, at]).reset_index(drop=True)
frame["#"] = frame.index
frame = pm4py.format_dataframe(frame.sort_values([case, at, "#"]), case_id=case, activity_key=act, timestamp_key=at)
variants = pm4py.get_variants(frame)
size = lambda v: v if isinstance(v, int) else len(v)
flow, _, _ = pm4py.discover_performance_dfg(frame)
counts, starts, ends = pm4py.discover_dfg(frame)
out = {
    "events": len(frame), "cases": frame[case].nunique(), "activities": frame[act].nunique(), "variants": len(variants),
    "top": sorted((size(v) for v in variants.values()), reverse=True)[:10], "starts": dict(starts), "ends": dict(ends),
    "edges": {a + "\\t" + b: [n, flow[a, b]["mean"], flow[a, b]["median"], flow[a, b]["max"]] for (a, b), n in counts.items()},
    "median": float(pd.Series(pm4py.get_all_case_durations(frame)).median()),
}
print("@@" + json.dumps(out))
"""


def run(command):
    """Output, CPU seconds and peak MiB of a child."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(write, 1)
        os.close(read)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.execv(command[0], command)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        text = pipe.read().decode()
    _, status, used = os.wait4(pid, 0)
    if status != 0:
        raise RuntimeError(f"{command} failed: {status}")
    return text, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def near(a, b):
    return abs(a - b) <= max(1e-3, 1e-9 * abs(b))


def differences(summary, flow, peer):
    """What is not equal, in words."""
    found = [k for k in ("events", "cases", "activities", "variants") if summary[k] != peer[k]]
    if [v["count"] for v in summary["top_variants"]] != peer["top"]:
        found.append("top variants")
    found += [k for k, p in (("start_activities", "starts"), ("end_activities", "ends")) if summary[k] != peer[p]]
    if not near(summary["throughput_s"]["median"], peer["median"]):
        found.append("median throughput")
    ours = {f"{e['from']}\t{e['to']}": [e["count"], e["mean"], e["median"], e["max"]] for e in flow["edges"]}
    if ours.keys() != peer["edges"].keys():
        found.append("edges")
    found += [f"edge {k}" for k in ours.keys() & peer["edges"].keys() if not all(near(a, b) for a, b in zip(ours[k], peer["edges"][k]))]
    return found


def main():
    data = os.environ.get("YIXIAN_TEST_DATA")
    if not data or not OURS.exists():
        sys.exit("set YIXIAN_TEST_DATA and build with `cargo build --release`")
    if not PYTHON.exists():
        venv.create(HOME, with_pip=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "-q", "pm4py", "pyarrow", "polars"], check=True)
    logs = sorted(p for p in (pathlib.Path(data) / "eventlogs").iterdir() if p.name.endswith((".xes", ".xes.gz", "receipt.csv")))
    print(f"{'log':36} {'events':>8}  {'ours CPU s':>10} {'MiB':>6}  {'PM4Py CPU s':>11} {'MiB':>6}  equal")
    sums, wrong = [0.0, 0.0], 0
    for log in logs:
        first, cpu1, mib1 = run([str(OURS), "mine", "summary", str(log)])
        second, cpu2, mib2 = run([str(OURS), "mine", "flow", str(log)])
        text, theirs, peak = run([str(PYTHON), "-c", PEER, str(log)])
        peer = json.loads(text.split("@@", 1)[1])
        found = differences(json.loads(first), json.loads(second), peer)
        wrong += bool(found)
        sums = [sums[0] + cpu1 + cpu2, sums[1] + theirs]
        verdict = "yes" if not found else "NO: " + ", ".join(found[:4])
        print(f"{log.name:36} {peer['events']:8}  {cpu1 + cpu2:10.2f} {max(mib1, mib2):6.0f}  {theirs:11.2f} {peak:6.0f}  {verdict}", flush=True)
    print(f"together {sums[0]:.2f} against {sums[1]:.2f} CPU seconds, ratio {sums[1] / max(sums[0], 1e-9):.0f}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
