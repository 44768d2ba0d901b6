"""What the reference checker uses of numpy, in plain Python, for machines that have none: fromfile, a square of u16, std.
It stands on PYTHONPATH only where numpy itself cannot be imported."""
import array
import math
import sys

uint16 = 'H'


class Real(float):
    """A number of the matrix, and what is computed from it: it rounds as numpy does, the multiple to even, then divided."""

    def __add__(self, other):
        return Real(float(self) + other)

    __radd__ = __add__

    def __rsub__(self, other):
        return Real(other - float(self))

    def __rmul__(self, other):
        return Real(other * float(self))

    def __truediv__(self, other):
        return Real(float(self) / other)

    def __round__(self, digits=0):
        return round(float(self) * 10 ** digits) / 10 ** digits


class Square:
    def __init__(self, flat, n):
        self.flat, self.n = flat, n

    def astype(self, _):
        return self

    def __getitem__(self, at):
        return Real(self.flat[at[0] * self.n + at[1]])


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
