"""How a tensor is printed: torch's layout, digit for digit, from a NumPy array.

`format_tensor` picks one format for all elements (whole numbers, fixed point or scientific),
breaks rows at the line width and shows only the edges of a large array, and looks only at those.
The options are one set for the whole process, as in torch.

Source: the behaviour of torch.Tensor.__repr__ and torch.set_printoptions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["format_tensor", "get_printoptions", "set_printoptions"]

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Options:
    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": _Options(),
    "short": _Options(precision=2, edgeitems=2),
    "full": _Options(threshold=math.inf),
}

_options = _Options()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors are printed from now on; what is None stays as it is, except sci_mode.

    `precision` counts digits after the point; an array of more than `threshold` elements shows
    `edgeitems` at both ends of each dimension; rows break at `linewidth` characters. `profile`
    ("default", "short" or "full") sets those four, and the others given adjust it; an unknown
    name changes nothing, as in torch. `sci_mode` forces scientific notation on or off, and None
    lets the numbers decide. Source: torch.set_printoptions.

    >>> set_printoptions(precision=2)
    >>> print(format_tensor(np.array([1.5]), default_dtype=np.dtype(np.float64)))
    tensor([1.50])
    >>> set_printoptions(profile="default")
    """
    global _options
    chosen = _options if profile is None else _PROFILES.get(profile, _options)
    given = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    _options = replace(chosen, sci_mode=sci_mode, **changes)


def get_printoptions() -> dict[str, Any]:
    """Return the options in force, as keywords for `set_printoptions`.

    Source: torch._tensor_str.get_printoptions.

    >>> get_printoptions()["edgeitems"]
    3
    """
    return asdict(_options)


def format_tensor(
    array: Array | np.generic,
    *,
    suffixes: Sequence[str] = (),
    default_dtype: np.dtype[Any],
    prefix: str = "tensor(",
) -> str:
    """Return the text that torch prints for a tensor of these numbers.

    `array` has any shape and a float, integer or bool dtype (TypeError for another kind).
    `default_dtype` is the float dtype that goes without saying; a dtype that is neither this one
    nor int64 nor bool is named, as `dtype=autograd.float64`. `suffixes` follow it, each on a new
    line where it would pass the line width. `prefix` is the opening text and sets the indent.
    Source: torch.Tensor.__repr__.

    >>> x = np.array([[1.0, 2.5], [-3.0, 4.0]], np.float32)
    >>> print(format_tensor(x, suffixes=["requires_grad=True"], default_dtype=x.dtype))
    tensor([[ 1.0000,  2.5000],
            [-3.0000,  4.0000]], requires_grad=True)
    """
    values, options = np.asarray(array), _options
    if values.dtype.kind not in "fiub":
        raise TypeError(
            f"cannot print {values.dtype} as a tensor, because only float, integer and bool "
            "numbers have a torch text: convert the array to one of these first"
        )
    indent = len(prefix)
    notes = _facts(values, default_dtype, options) + list(suffixes)
    body = "[]" if values.size == 0 else _body(values, indent, options)
    return _append(prefix + body, notes, indent, options.linewidth) + ")"


def _facts(values: Array, default_dtype: np.dtype[Any], options: _Options) -> list[str]:
    """What the numbers alone do not tell: the size, where it cannot be seen, and the dtype."""
    empty = values.size == 0
    facts = []
    if values.ndim != 1 if empty else options.edgeitems == 0:
        facts.append(f"size={values.shape}")
    obvious = values.dtype == default_dtype or (not empty and values.dtype in (np.int64, np.bool_))
    if not obvious:
        facts.append(f"dtype=autograd.{values.dtype.name}")
    return facts


def _append(text: str, notes: Sequence[str], indent: int, linewidth: int) -> str:
    # To break where torch breaks, this counts as torch does: the last line two characters long,
    # and a dtype by the length of torch's name.
    column = len(text) - text.rfind("\n") + 1
    for note in notes:
        length = len(note.replace("dtype=autograd.", "dtype=torch."))
        if column + length + 2 > linewidth:
            text += ",\n" + " " * indent + note
            column = indent + length
        else:
            text += ", " + note
            column += length + 2
    return text


def _body(values: Array, indent: int, options: _Options) -> str:
    """The numbers of a non-empty array, in brackets."""
    edge = options.edgeitems
    shorten = values.size > options.threshold
    cut = tuple(shorten and n > 2 * edge for n in values.shape)
    if any(cut):
        if edge == 0:
            return "[...]"
        ends = np.r_[0:edge, -edge:0]
        picks = [ends if c else np.arange(n) for c, n in zip(cut, values.shape, strict=True)]
        values = values[np.ix_(*picks)]
    texts, width = _texts(values, options)
    if values.ndim == 0:
        return texts[0]
    grid = np.array(texts, object).reshape(values.shape)
    per_line = [
        max(1, (options.linewidth - indent - depth) // (width + 2)) for depth in range(values.ndim)
    ]
    return _nested(grid, indent, edge, cut, per_line[-1])


def _nested(grid: Array, indent: int, edge: int, cut: Sequence[bool], per_line: int) -> str:
    """Brackets around the texts in `grid`, one level for each dimension."""
    if grid.ndim == 1:
        items = grid.tolist()
        if cut[0]:
            items.insert(edge, " ...")
        rows = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(rows) + "]"
    parts = [_nested(part, indent + 1, edge, cut[1:], per_line) for part in grid]
    if cut[0]:
        parts.insert(edge, "...")
    return "[" + ("," + "\n" * (grid.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _texts(values: Array, options: _Options) -> tuple[list[str], int]:
    """Each number's text, padded to the common width, and that width."""
    numbers = values.ravel().tolist()
    if values.dtype.kind != "f":
        texts = [str(number) for number in numbers]
        width = max(map(len, texts))
    else:
        write, width = _float_format(values, options)
        texts = [write(number) for number in numbers]
    return [text.rjust(width) for text in texts], width


def _float_format(values: Array, options: _Options) -> tuple[Callable[[float], str], int]:
    """The one way to write these floats, and the width that zeros, inf and nan do not stretch."""
    plain = values[np.isfinite(values) & (values != 0)]
    if plain.size == 0:
        return _write_whole, 1
    whole = bool((plain == np.ceil(plain)).all())
    sizes = np.abs(plain).astype(np.float64)
    least, most = float(sizes.min()), float(sizes.max())
    scientific = options.sci_mode
    if scientific is None:
        scientific = most / least > 1000.0 or most > 1.0e8 or least < 1.0e-4
    style = f".{options.precision}{'e' if scientific else 'f'}"
    if whole and not scientific:
        write = _write_whole
    else:

        def write(number: float) -> str:
            return format(number, style)

    return write, max(1, max(len(write(number)) for number in plain.tolist()))


def _write_whole(number: float) -> str:
    return f"{number:.0f}." if math.isfinite(number) else f"{number:.0f}"
