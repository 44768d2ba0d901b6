"""Pictures of 200 KiB, no two alike: baseline JPEG (ITU-T T.81) of 1280 × 960, 4:2:0, with a restart mark behind each row of blocks. The rows of one
picture are coded once, as coefficients drawn by chance; each picture is another order of them, which is another picture to whoever decodes it."""
import random

WIDTH, HEIGHT, SIZE = 1280, 960, 200 << 10
# Annex K: how many codes there are of each length, and what they stand for.
DC = ([0, 1, 5, 1, 1, 1, 1, 1, 1], list(range(12)))
AC_LENGTHS = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125]
AC_VALUES = bytes.fromhex(
    '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a53545556'
    '5758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6'
    'd7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa')


def codes(lengths, values):
    """Code and length of each value (Annex C)."""
    out, code, at = {}, 0, 0
    for length, count in enumerate(lengths, 1):
        for value in values[at:at + count]:
            out[value] = (code, length)
            code += 1
        at, code = at + count, code << 1
    return out


class Pictures:
    def __init__(self, seed=1):
        self.chance = random.Random(seed)
        lengths = (DC[0] + [0] * 16)[:16]
        self.dc, self.ac = codes(lengths, DC[1]), codes(AC_LENGTHS, AC_VALUES)
        segment = lambda mark, body: bytes([0xFF, mark]) + (len(body) + 2).to_bytes(2, 'big') + body
        frame = bytes([8]) + HEIGHT.to_bytes(2, 'big') + WIDTH.to_bytes(2, 'big') + bytes([3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0])
        self.head = b''.join([
            b'\xff\xd8', segment(0xE0, b'JFIF\0\1\1\0\0\1\0\1\0\0'), segment(0xDB, bytes([0]) + bytes([8] * 64)), segment(0xC0, frame),
            segment(0xC4, bytes([0x00]) + bytes(lengths) + bytes(DC[1])), segment(0xC4, bytes([0x10]) + bytes(AC_LENGTHS) + AC_VALUES),
            segment(0xDD, (WIDTH // 16).to_bytes(2, 'big')), segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0]))])
        # So many bits a block make a picture of the size wanted.
        rows = HEIGHT // 16
        self.rows = [self.row((SIZE - len(self.head)) * 8 / rows) for _ in range(rows)]

    def row(self, bits_wanted):
        """A row of macroblocks, not far from so many bits."""
        bits, levels, pairs = [], [0, 0, 0], WIDTH // 16
        spent = 0
        for i in range(pairs):
            budget = (bits_wanted * (i + 1) / pairs - spent) / 6
            for part in (0, 0, 0, 0, 1, 2):
                piece = self.block(part, levels, budget)
                spent += len(piece)
                bits.append(piece)
        text = ''.join(bits)
        text += '1' * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, 'big').replace(b'\xff', b'\xff\x00')

    def number(self, value):
        """Size and extra bits of a coefficient (F.1.2.1)."""
        size = abs(value).bit_length()
        return size, format(value if value > 0 else value + (1 << size) - 1, f'0{size}b') if size else ''

    def block(self, part, levels, budget):
        # Kept near the middle, so that nothing is cut off at black or white.
        step = round(self.chance.gauss(-levels[part] / 8, 6))
        levels[part] += step
        size, extra = self.number(step)
        code, length = self.dc[size]
        text, run, at = format(code, f'0{length}b') + extra, 0, 1
        while at < 64 and len(text) < budget - 4:
            value = round(self.chance.gauss(0, 14 / (1 + at / 4)))
            if value == 0:
                run += 1
            else:
                while run > 15:
                    code, length = self.ac[0xF0]
                    text, run = text + format(code, f'0{length}b'), run - 16
                size, extra = self.number(value)
                code, length = self.ac[run << 4 | size]
                text, run = text + format(code, f'0{length}b') + extra, 0
            at += 1
        if at < 64 or run:
            code, length = self.ac[0]
            text += format(code, f'0{length}b')
        return text

    def next(self):
        """Another picture."""
        self.chance.shuffle(self.rows)
        parts = [self.head]
        for i, row in enumerate(self.rows):
            parts += [row, bytes([0xFF, 0xD0 + i % 8])]
        parts[-1] = b'\xff\xd9'
        return b''.join(parts)
