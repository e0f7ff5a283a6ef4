"""QR codes (ISO/IEC 18004) for personal links: bytes, error correction M, versions 1 to 6 (106 bytes). Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

_EC_BITS_M = 0
_BLOCKS = {1: (10, 1, 16), 2: (16, 1, 28), 3: (26, 1, 44), 4: (18, 2, 32), 5: (24, 2, 43), 6: (16, 4, 27)}
"""Version → error-correction bytes of a block, blocks, data bytes of a block; level M, from table 9."""
LONGEST = 106
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, _: r % 2 == 0,
    lambda _, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)
Modules = list[list[bool]]


@dataclass(frozen=True)
class QrCode:
    modules: Modules

    @property
    def size(self) -> int:
        return len(self.modules)

    def path(self, quiet: int = 4) -> str:
        """An SVG path of one unit a module, with the quiet zone that scanners need."""
        dark = ((r, c) for r, row in enumerate(self.modules) for c, is_dark in enumerate(row) if is_dark)
        return "".join(f"M{c + quiet} {r + quiet}h1v1h-1z" for r, c in dark)


def qr_code(text: str) -> QrCode:
    """Raises ValueError beyond LONGEST bytes."""
    data = text.encode()
    version = next((v for v, (_, blocks, size) in _BLOCKS.items() if len(data) + 2 <= blocks * size), None)
    if version is None:
        raise ValueError(f"{len(data)} bytes are more than {LONGEST}")
    size = 17 + 4 * version
    fixed, dark = _patterns(version, size)
    bits = _bits(_codewords(data, version))
    for row, column in _places(size, fixed):
        dark[row][column] = next(bits, False)
    best = min((_masked(dark, fixed, mask) for mask in range(8)), key=_penalty)
    return QrCode(best)


def _codewords(data: bytes, version: int) -> list[int]:
    correction, blocks, size = _BLOCKS[version]
    stream = f"0100{len(data):08b}" + "".join(f"{byte:08b}" for byte in data) + "0000"
    stream = stream[: blocks * size * 8]
    stream += "0" * (-len(stream) % 8)
    words = [int(stream[i : i + 8], 2) for i in range(0, len(stream), 8)]
    words += [(0xEC, 0x11)[i % 2] for i in range(blocks * size - len(words))]
    parts = [words[i * size : (i + 1) * size] for i in range(blocks)]
    checks = [_reed_solomon(part, correction) for part in parts]
    return [part[i] for i in range(size) for part in parts] + [one[i] for i in range(correction) for one in checks]


def _times(a: int, b: int) -> int:
    """In GF(256) with 0x11D."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product


def _reed_solomon(data: list[int], count: int) -> list[int]:
    divisor = [1]
    root = 1
    for _ in range(count):
        divisor = [x ^ _times(y, root) for x, y in zip([*divisor, 0], [0, *divisor], strict=True)]
        root = _times(root, 2)
    rest = [*data, *[0] * count]
    for i in range(len(data)):
        factor = rest[i]
        for j, term in enumerate(divisor):
            rest[i + j] ^= _times(term, factor)
    return rest[len(data) :]


def _bits(words: list[int]) -> Iterator[bool]:
    return (bool(word >> shift & 1) for word in words for shift in range(7, -1, -1))


def _patterns(version: int, size: int) -> tuple[Modules, Modules]:
    """(where nothing of the data goes, what is dark there)."""
    fixed = [[False] * size for _ in range(size)]
    dark = [[False] * size for _ in range(size)]
    for row, column, value in (*_timing(size), *_alignment(version), *_finders(size), (size - 8, 8, True)):
        if 0 <= row < size and 0 <= column < size:
            fixed[row][column], dark[row][column] = True, value
    for place in _format_places(size):
        for row, column in place:
            fixed[row][column] = True
    return fixed, dark


def _timing(size: int) -> Iterator[tuple[int, int, bool]]:
    for i in range(size):
        yield from ((6, i, i % 2 == 0), (i, 6, i % 2 == 0))


def _alignment(version: int) -> Iterator[tuple[int, int, bool]]:
    centre = 10 + 4 * version
    around = range(-2, 3) if version > 1 else ()
    yield from ((centre + r, centre + c, max(abs(r), abs(c)) != 1) for r in around for c in around)


def _finders(size: int) -> Iterator[tuple[int, int, bool]]:
    """With the light line around each."""
    for top, left in ((3, 3), (3, size - 4), (size - 4, 3)):
        yield from ((top + r, left + c, max(abs(r), abs(c)) not in (2, 4)) for r in range(-4, 5) for c in range(-4, 5))


def _places(size: int, fixed: Modules) -> Iterator[tuple[int, int]]:
    """Where data goes, in order: two columns at a time from the right, up and down in turn."""
    upward = True
    right = size - 1
    while right > 0:
        right -= right == 6
        for step in range(size):
            row = size - 1 - step if upward else step
            yield from ((row, column) for column in (right, right - 1) if not fixed[row][column])
        upward = not upward
        right -= 2


def _masked(dark: Modules, fixed: Modules, mask: int) -> Modules:
    size = len(dark)
    made = [
        [dark[r][c] ^ (not fixed[r][c] and _MASKS[mask](r, c)) for c in range(size)] for r in range(size)
    ]  # fmt: skip
    for i, (first, second) in enumerate(_format_places(size)):
        bit = bool(_format_bits(mask) >> i & 1)
        for row, column in (first, second):
            made[row][column] = bit
    return made


def _format_bits(mask: int) -> int:
    data = _EC_BITS_M << 3 | mask
    rest = data
    for _ in range(10):
        rest = rest << 1 ^ (0x537 if rest >> 9 else 0)
    return (data << 10 | rest) ^ 0x5412


def _format_places(size: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Bit 0 first: each bit stands in two places."""
    first = [*((i, 8) for i in range(6)), (7, 8), (8, 8), (8, 7), *((8, 14 - i) for i in range(9, 15))]
    second = [*((8, size - 1 - i) for i in range(8)), *((size - 15 + i, 8) for i in range(8, 15))]
    return list(zip(first, second, strict=True))


def _penalty(modules: Modules) -> int:
    """The four rules of 7.8.3."""
    size = len(modules)
    columns = [[modules[r][c] for r in range(size)] for c in range(size)]
    total = sum(_runs(line) + _finder_like(line) for line in [*modules, *columns])
    total += 3 * sum(
        modules[r][c] == modules[r][c + 1] == modules[r + 1][c] == modules[r + 1][c + 1]
        for r in range(size - 1)
        for c in range(size - 1)
    )
    share = sum(map(sum, modules)) * 100 / size**2
    return total + 10 * int(abs(share - 50) // 5)


def _runs(line: list[bool]) -> int:
    total, length = 0, 1
    for before, now in zip(line, [*line[1:], None], strict=True):
        if before == now:
            length += 1
        else:
            total += length - 2 if length >= 5 else 0
            length = 1
    return total


def _finder_like(line: list[bool]) -> int:
    text = "".join("1" if dark else "0" for dark in line)
    return 40 * sum(text[i : i + 11] in ("10111010000", "00001011101") for i in range(len(text) - 10))
