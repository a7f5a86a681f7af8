"""A small reader of QR codes (ISO/IEC 18004), for a picture without damage: what a scanner reads of a document's page.

It knows nothing of how the code was drawn; of the library that drew it, it takes the standard's two tables.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from segno import consts

Matrix = list[list[bool]]

_STREAM = re.compile(rb">>\s*stream\r?\n")
_LINE = re.compile(rb"(\d+) (\d+)\.5 m (\d+) (\d+)\.5 l\b")
_LEVELS = {
    0b01: consts.ERROR_LEVEL_L,
    0b00: consts.ERROR_LEVEL_M,
    0b11: consts.ERROR_LEVEL_Q,
    0b10: consts.ERROR_LEVEL_H,
}
_MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)


def of_page(pdf: bytes) -> Matrix:
    """The modules of the code on a page of a PDF, from the strokes by which the page draws it, one a row of modules."""
    strokes = [tuple(map(int, each)) for content in _contents(pdf) for each in _LINE.findall(content)]
    left, top = min(each[0] for each in strokes), min(each[1] for each in strokes)
    size = max(each[2] for each in strokes) - left
    found = [[False] * size for _ in range(size)]
    for first, row, last, same in strokes:
        assert row == same
        for column in range(first, last):
            found[row - top][column - left] = True
    return found


def _contents(pdf: bytes) -> Iterator[bytes]:
    for each in _STREAM.finditer(pdf):
        try:
            content = zlib.decompressobj().decompress(pdf[each.end() :])
        except zlib.error:
            continue
        if b" scn" in content:
            yield content


def read(matrix: Matrix) -> str:
    """The text of a code in bytes."""
    size = len(matrix)
    version, rest = divmod(size - 17, 4)
    assert rest == 0
    assert 1 <= version <= 40
    bits = [
        matrix[y][x] for y, x in [*((8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)), *((y, 8) for y in (7, 5, 4, 3, 2, 1, 0))]
    ]
    about = int("".join("01"[each] for each in bits), 2) ^ 0x5412
    level, mask = _LEVELS[about >> 13], _MASKS[about >> 10 & 7]
    return _text(version, _data(version, level, _codewords(matrix, version, mask)))


def _codewords(matrix: Matrix, version: int, mask: object) -> list[int]:
    size = len(matrix)
    kept = _functions(version, size)
    bits = []
    columns = [*range(size - 1, 6, -2), *range(5, 0, -2)]
    for turn, right in enumerate(columns):
        rows = range(size - 1, -1, -1) if turn % 2 == 0 else range(size)
        for y in rows:
            for x in (right, right - 1):
                if not kept[y][x]:
                    bits.append(matrix[y][x] != mask(y, x))  # type: ignore[operator]
    return [int("".join("01"[each] for each in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]


def _functions(version: int, size: int) -> Matrix:
    """Which modules are no data."""
    kept = [[x == 6 or y == 6 for x in range(size)] for y in range(size)]

    def keep(top: int, left: int, height: int, width: int) -> None:
        for y in range(top, top + height):
            for x in range(left, left + width):
                kept[y][x] = True

    keep(0, 0, 9, 9)
    keep(0, size - 8, 9, 8)
    keep(size - 8, 0, 8, 9)
    if version >= 7:
        keep(0, size - 11, 6, 3)
        keep(size - 11, 0, 3, 6)
    centres = consts.ALIGNMENT_POS[version - 2] if version > 1 else ()
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for y in centres:
        for x in centres:
            if (y, x) not in corners:
                keep(y - 2, x - 2, 5, 5)
    return kept


def _data(version: int, level: int, codewords: list[int]) -> list[int]:
    """The data codewords, taken out of the blocks among which they were dealt."""
    lengths = [block.num_data for block in consts.ECC[version][level] for _ in range(block.num_blocks)]
    blocks: list[list[int]] = [[] for _ in lengths]
    dealt = iter(codewords)
    for place in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if place < length:
                block.append(next(dealt))
    return [each for block in blocks for each in block]


def _text(version: int, data: list[int]) -> str:
    bits = "".join(f"{each:08b}" for each in data)
    assert bits[:4] == "0100", "not in bytes"
    width = 8 if version < 10 else 16
    length = int(bits[4 : 4 + width], 2)
    start = 4 + width
    return bytes(int(bits[start + 8 * at : start + 8 * at + 8], 2) for at in range(length)).decode()
