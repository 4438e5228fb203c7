"""How numbers, arrays and names are written, the same in every format."""

from __future__ import annotations

import math
import unicodedata
from typing import Any, Protocol

from viz.model import Edge, Values

NOT_COMPUTED = "-"
"""What stands where a value or gradient is not known; never for a computed zero."""

LONGEST = 40
"""Names and operations are cut to this many characters."""

FLOW = "upstream x local = contribution"
"""What stands over the lines that `flow` writes."""

LEGENDS = {
    "forward": "Values flow down: what an operation computed stands in its box.",
    "both": (
        "Values flow down. Gradients flow up: upstream \N{MULTIPLICATION SIGN} local = "
        "contribution, and what comes up into a box adds up to its gradient."
    ),
    "backward": (
        "The operations that compute the derivative, from the gradient that backward starts "
        "with down to the gradients that were asked for."
    ),
    "plan": "What a captured step calls, from its arguments down, and the memory that it writes.",
}
"""The line under a picture, by the graph's view."""

# Characters that break a line, cannot stand in XML, or turn the direction of the text.
_UNFIT = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
_KEPT = {"\u200d", "\ufe0f"}  # they join emoji


def number(x: Any, *, signed: bool = False, digits: int = 6) -> str:
    """A number in so many significant digits; an int of up to nine digits has all of them.

    ``signed`` puts a plus sign before what is positive.

    >>> number(0.5), number(8**0.5), number(1e-7), number(0.5, signed=True)
    ('0.5', '2.82843', '1e-07', '+0.5')
    """
    if isinstance(x, bool):
        return str(x)
    whole = isinstance(x, int) and abs(x) < 10**9
    text = str(x) if whole else format(x, f".{digits}g")
    if text in ("-0", "0"):
        return "0"
    return "+" + text if signed and text[0] not in "-n" else text


def brief(values: Values | None, *, signed: bool = False, digits: int = 6) -> str:
    """Values in one line: the entries where they are known, else how they are spread.

    >>> brief(viz.Values.of(np.eye(2))), brief(None)
    ('[[1, 0], [0, 1]]', '-')
    >>> brief(viz.Values.of(np.arange(8.0)))
    'min 0, mean 3.5, max 7, norm 11.8322'
    """
    return _one_line(values, ("min", "mean", "max", "norm"), signed, digits)


def terse(values: Values | None, *, signed: bool = False, digits: int = 6) -> str:
    """As `brief`, and of large arrays the norm alone, where there is little room.

    >>> terse(viz.Values.of(np.arange(8.0)))
    'norm 11.8322'
    """
    return _one_line(values, ("norm",), signed, digits)


def _one_line(values: Values | None, kinds: tuple[str, ...], signed: bool, digits: int) -> str:
    if values is None:
        return NOT_COMPUTED
    if values.entries is not None:
        words = [number(x, signed=signed, digits=digits) for x in values.entries]
        return _nested(words, values.shape)
    counts = [f"{n} {word}" for n, word in ((values.nans, "nan"), (values.infs, "inf")) if n]
    if values.min is None:
        return ", ".join(counts)
    spread = [f"{kind} {number(getattr(values, kind), digits=digits)}" for kind in kinds]
    return ", ".join(spread + counts)


def norm(values: Values | None, *, signed: bool = False) -> str:
    """A number in four digits, and of arrays the norm of the finite entries alone: ``|5|``.

    >>> norm(viz.Values.of(1 / 3)), norm(viz.Values.of(np.array([3.0, -4.0, np.nan])))
    ('0.3333', '|5|, 1 nan')
    """
    if values is None or values.size < 2:
        return terse(values, signed=signed, digits=4)
    size, nans, infs = values.norm, values.nans, values.infs
    if values.entries is not None:
        finite = [abs(x) for x in values.entries if math.isfinite(abs(x))]
        nans = sum(x != x for x in values.entries)
        infs = len(values.entries) - len(finite) - nans
        size = math.hypot(*finite)
    counts = [f"{n} {word}" for n, word in ((nans, "nan"), (infs, "inf")) if n]
    return ", ".join([*([] if size is None else [f"|{number(size, digits=4)}|"]), *counts])


class Writer(Protocol):
    """How values are written: `terse`, or `norm`."""

    def __call__(self, values: Values | None, *, signed: bool = False) -> str:
        """Values in one line."""


def flow(edge: Edge, write: Writer = terse, times: str = "x", arrow: str = "->") -> str:
    """What flows back over an edge, ``upstream x local = contribution``, in these signs.

    >>> x = tensor(3.0, requires_grad=True)
    >>> flow(viz.trace(x * 2).edges[0])
    '1 x 2 = +2'
    """
    if edge.contribution is None:
        return NOT_COMPUTED
    contribution = write(edge.contribution, signed=True)
    if edge.upstream is None:
        return contribution
    if edge.local is None or (write is norm and edge.local.size > 1):  # norms do not multiply
        return f"{write(edge.upstream)} {arrow} {contribution}"
    return f"{write(edge.upstream)} {times} {write(edge.local)} = {contribution}"


def wrapped(text: str, width: int, at: str = " ") -> list[str]:
    """A text in lines of at most ``width`` characters where it can be broken after ``at``.

    >>> wrapped("min 0, mean 3.5, max 7", 16, ", ")
    ['min 0, mean 3.5,', 'max 7']
    """
    lines = [""]
    for word in text.split(at):
        longer = lines[-1] + at + word
        if lines[-1] and len(longer) > width:
            lines[-1] += at.rstrip()
            lines.append(word)
        else:
            lines[-1] = longer if lines[-1] else word
    return lines


def columns(text: str) -> int:
    """How many columns a text takes in a terminal: Chinese and emoji take two each.

    >>> columns("abc")
    3
    """
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(c) or c in _KEPT
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def _nested(words: list[str], shape: tuple[int, ...]) -> str:
    """Words in the brackets of an array of this shape."""
    if not shape:
        return words[0]
    for length in reversed(shape):
        if not length:
            return "[]"
        words = [f"[{', '.join(words[i : i + length])}]" for i in range(0, len(words), length)]
    return words[0]


def strange(values: Values | None) -> bool:
    """Whether there is a nan or an infinity among the entries.

    >>> strange(viz.Values.of(np.nan)), strange(viz.Values.of(0.0))
    (True, False)
    """
    if values is None:
        return False
    if values.entries is None:
        return bool(values.nans or values.infs)
    return any(isinstance(x, float) and not math.isfinite(x) for x in values.entries)


def clean(text: str, longest: int = LONGEST) -> str:
    r"""A name as one line of visible characters: what is not fit to print is spelled out.

    >>> print(clean("two\nlines"))
    two\nlines
    """
    if len(text) > longest:
        text = text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(c) if _is_unfit(c) else c for c in text)


def _is_unfit(c: str) -> bool:
    kind = unicodedata.category(c)
    return kind in _UNFIT or (kind == "Cf" and c not in _KEPT)


def _spelled(c: str) -> str:
    return c.encode("unicode_escape").decode("ascii")


def bytes_of(count: int) -> str:
    """A number of bytes in words.

    >>> bytes_of(1), bytes_of(999), bytes_of(1234), bytes_of(5 * 10**6)
    ('1 byte', '999 bytes', '1.23 kB', '5 MB')
    """
    if count < 1000:
        return "1 byte" if count == 1 else f"{count} bytes"
    unit = min(int(math.log10(count)) // 3, 4)
    return f"{count / 1000**unit:.3g} {('kB', 'MB', 'GB', 'TB')[unit - 1]}"
