"""What the systems have in common: a folder, a process group that is started and ended, its memory, and the words of their rows."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import load

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Installed once, kept between runs; and what a run makes.
HOME = ROOT / 'target/peers'
WORK = HOME / 'run'

RARE, EVERY, NONE = '鹭鸶筑巢', '供电', '狮子'
STAGES = ['raised', 'assigned', 'solved', 'verified']
# A day of so many rows makes a month as large as ours has.
A_DAY = 767


class Missing(Exception):
    """What the bench cannot go on without."""


def words(i):
    """Words of row `i`: one word in every row, one in 1 of 500; 160 characters or so."""
    rare = RARE if i % 500 == 0 else '停电频繁'
    return (f'第 {i} 件：客户反映本台区供电{rare}，已于 {i % 28 + 1} 日来电登记，请派人到现场查看电表箱 {i % 997} 与进户线，核实电压是否稳定，'
            f'并在承诺时限内答复客户；联系人住 {i % 89 + 1} 号楼 {i % 24 + 1} 层，白天在家，此前曾两次来电，仍未得到处理，望尽快安排人员到场检查线路、开关与接线，办结后回访并登记结果。')


def stage(i):
    """Of a hundred, five are open."""
    return STAGES[i % 3] if i % 20 == 0 else 'closed'


def unit(i):
    return f'U{i * 7 % 15:02}'


def quiet(command, what, **kw):
    """Runs a command; its output is shown only when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kw)
    if done.returncode:
        raise Missing(f'{what} failed ({" ".join(map(str, command))}):\n{done.stdout[-3000:]}')
    return done.stdout


def free_port():
    with socket.create_server(('127.0.0.1', 0)) as s:
        return s.getsockname()[1]


class System:
    """A system on this machine. `name`, `prepare(rows)`, `command()`, `health` and `asks()` are its own."""
    environment = {}

    def __init__(self):
        self.folder, self.process = WORK / self.name.lower(), None

    def fresh(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def start(self):
        """Starts it; seconds to its first answer."""
        self.port = free_port()
        self.log = WORK / f'{self.name.lower()}.log'
        began = time.perf_counter()
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen(self.command(), cwd=self.folder, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        probe = load.request('GET', self.health)
        while True:
            try:
                answer = load.ask(self.port, probe, 30)
                if answer.status == 200:
                    return time.perf_counter() - began
            except (OSError, load.Unanswered):
                pass
            if self.process.poll() is not None or time.perf_counter() - began > 120:
                raise Missing(f'{self.name} does not start:\n{self.log.read_text(errors="replace")[-3000:]}')
            time.sleep(0.002)

    def stop(self):
        """Ends the processes that were started here."""
        if self.process is None:
            return
        for sign, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                break
            try:
                self.process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None

    def memory(self):
        """MiB of its processes: what is shared counts by its share (PSS)."""
        kib = 0
        for entry in pathlib.Path('/proc').iterdir():
            if entry.name.isdigit():
                try:
                    if os.getsid(int(entry.name)) == self.process.pid:
                        text = (entry / 'smaps_rollup').read_text()
                        kib += next(int(line.split()[1]) for line in text.splitlines() if line.startswith('Pss:'))
                except (ProcessLookupError, FileNotFoundError):
                    continue
        return kib / 1024

    def disk(self):
        """MB of its folder, all of it; while it does not run."""
        return sum(f.stat().st_size for f in self.folder.rglob('*') if f.is_file()) / 1e6

    def one(self, request, good=(200,)):
        """One answer, or an end."""
        answer = load.ask(self.port, request)
        if answer.status not in good:
            raise Missing(f'{self.name}: {request[:120]!r}: {answer.status}\n{answer.body()[:1000].decode(errors="replace")}')
        return answer
