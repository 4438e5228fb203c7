"""The colours and the typefaces of every picture, by daylight and by night."""

from __future__ import annotations

LIGHT = {
    "ground": "#ffffff",
    # The text of a row or a tag, by its tone (see `viz.card`).
    "plain": "#1f2933",
    "value": "#0b4f8a",
    "gradient": "#9b2c14",
    "unknown": "#5a6774",
    "strange": "#a1001c",
    # What explains the numbers: operations, labels, products, the legend.
    "quiet": "#52606d",
    # The inside of a box, by its vertex's kind; of an output, whatever its kind.
    "leaf": "#e6f4ea",
    "operation": "#f5f7fa",
    "result": "#f5f7fa",
    "group": "#e8eefc",
    "output": "#fff4de",
    # Behind a row that holds a nan or an infinity.
    "alarm": "#ffe3e3",
    # Frames around modules, one within the other, and around derivatives, by their order.
    "frame 1": "#fafbfd",
    "frame 2": "#f3f6fb",
    "frame 3": "#ebf0f8",
    "frame 4": "#e4eaf4",
    "derivative 1": "#fdf5f0",
    "derivative 2": "#f8f2fc",
    "derivative 3": "#eff8f6",
    # Lines.
    "rim": "#3e4c59",
    "edging": "#6f7d92",
    "rule": "#cbd2d9",
    "wire": "#6b7785",
}

DARK = {
    "ground": "#12161c",
    "plain": "#e7ecf2",
    "value": "#7cc0fa",
    "gradient": "#ff9d80",
    "unknown": "#a3afbb",
    "strange": "#ffb3ba",
    "quiet": "#a9b5c2",
    "leaf": "#16301f",
    "operation": "#232b36",
    "result": "#232b36",
    "group": "#1e2b4a",
    "output": "#3b2e10",
    "alarm": "#5c1620",
    "frame 1": "#171c24",
    "frame 2": "#1b212b",
    "frame 3": "#1f2732",
    "frame 4": "#242c39",
    "derivative 1": "#251a15",
    "derivative 2": "#221a2b",
    "derivative 3": "#142422",
    "rim": "#93a1b0",
    "edging": "#7c8a9c",
    "rule": "#3d4854",
    "wire": "#8a97a5",
}

TONES = {tone: LIGHT[tone] for tone in ("plain", "value", "gradient", "unknown", "strange")}
FILLS = {kind: LIGHT[kind] for kind in ("leaf", "operation", "result", "group", "output")}
QUIET, RIM, RULE, WIRE, GROUND = (LIGHT[use] for use in ("quiet", "rim", "rule", "wire", "ground"))

DEEPEST = 4
"""Frames that are nested deeper have the colour of this depth ..."""

HIGHEST = 3
"""... and derivatives of a higher order that of this one."""

FACES = ("DejaVu Sans", "Verdana", "Helvetica", "Arial", "sans-serif")
"""The first that is installed is used; `viz.svg.metrics` measures the widest."""


def contrast(a: str, b: str) -> float:
    """How well one colour can be told from another, 1 to 21, as the WCAG 2.2 defines it.

    Colours are written ``#rrggbb``. Text wants 4.5 at least, lines that carry meaning 3.

    >>> from viz.palette import contrast
    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    bright, dim = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
