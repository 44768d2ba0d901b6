"""The load script on disks that flush more slowly than this one.

Group commit pays by the flush it saves, so that its ratio to single-row commits says more of a disk
than of the product. Every flush of the process is made to take so many milliseconds more (by a
library that stands before the C library's), for the product and for the limits alike.

    cargo build --release --bench load
    python3 benches/load_on_slower_disks.py 0.5 1 2 4

Needs a C compiler, which Rust needs too.
"""

import glob
import os
import subprocess
import sys
import tempfile

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
static void later(void) {
    double ms = atof(getenv("FLUSH_MORE_MS"));
    struct timespec t = { (time_t)(ms / 1e3), (long)(ms * 1e6) % 1000000000L };
    nanosleep(&t, 0);
}
int fsync(int fd) { int (*real)(int) = dlsym(RTLD_NEXT, "fsync"); int r = real(fd); later(); return r; }
int fdatasync(int fd) { int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync"); int r = real(fd); later(); return r; }
"""


def main():
    benches = [b for b in glob.glob("target/release/deps/load-*") if not b.endswith(".d")]
    if not benches:
        sys.exit("build it first: cargo build --release --bench load")
    bench = max(benches, key=os.path.getmtime)
    with tempfile.TemporaryDirectory() as folder:
        source, shim = os.path.join(folder, "later.c"), os.path.join(folder, "later.so")
        with open(source, "w", encoding="utf-8") as file:
            file.write(SHIM)
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", shim, source, "-ldl"], check=True)
        for more in [float(a) for a in sys.argv[1:]] or [0, 0.5, 1, 2, 4]:
            environment = dict(os.environ, LD_PRELOAD=shim, FLUSH_MORE_MS=str(more))
            done = subprocess.run([bench, "--bench"], env=environment, capture_output=True, text=True, check=False)
            print(f"a flush takes {more} ms more", flush=True)
            for line in done.stdout.splitlines():
                if "connections" in line or "creating" in line:
                    print("  " + line.strip(), flush=True)


if __name__ == "__main__":
    main()
