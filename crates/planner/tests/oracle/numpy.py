"""What the reference checker uses of numpy, in plain Python, for machines that have none: fromfile, a square of u16, std.
It stands on PYTHONPATH only where numpy itself cannot be imported."""
import array
import math
import sys

uint16 = 'H'


class Square:
    def __init__(self, flat, n):
        self.flat, self.n = flat, n

    def astype(self, _):
        return self

    def __getitem__(self, at):
        return self.flat[at[0] * self.n + at[1]]


class Flat(array.array):
    def reshape(self, n, m):
        assert n * m == len(self) and n == m
        return Square(self, n)


def fromfile(name, dtype):
    flat = Flat(dtype)
    with open(name, 'rb') as f:
        flat.frombytes(f.read())
    if sys.byteorder == 'big':
        flat.byteswap()
    return flat


def std(values):
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
