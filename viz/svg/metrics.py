"""How wide a text will be, without a font: an upper bound over common sans-serif faces."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# In units of the font's size: the wider of DejaVu Sans and Verdana, the widest of `FACES`
# in viz/palette.py.
_WIDTHS = {
    **dict.fromkeys("ijl'|", 0.35),
    **dict.fromkeys(" ,.:;!I/\\()[]ftr", 0.46),
    **dict.fromkeys('-_"*', 0.64),
    **dict.fromkeys("+=<>~#&^", 0.84),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ", 0.79),
    **dict.fromkeys("Mmw", 0.98),
    **dict.fromkeys("W%@", 1.08),
}
_OTHER = 0.65  # digits, small letters and the rest of ASCII
_FOREIGN, _WIDE = 1.0, 1.3  # other letters and signs; Chinese, emoji


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of ``text`` at a font size, in the same unit, rather too much than too little.

    >>> text_width("value", 10.0) < text_width("gradient", 10.0)
    True
    """
    total = 0.0
    for c in text:
        if c.isascii():
            total += _WIDTHS.get(c, _OTHER)
        elif unicodedata.east_asian_width(c) in "WF" or ord(c) > 0x2FFF:
            total += _WIDE
        elif not unicodedata.combining(c):
            total += _FOREIGN
    return total * size * (1.1 if bold else 1.0)
