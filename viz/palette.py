"""The colours and the typefaces of every picture."""

from __future__ import annotations

TONES = {
    "plain": "#1f2933",
    "value": "#0b4f8a",
    "gradient": "#9b2c14",
    "unknown": "#616e7c",
    "strange": "#b00020",
}
"""The text of a row or a tag, by its tone (see `viz.card`)."""

QUIET = "#52606d"
"""What explains the numbers: operations, labels, products, the legend."""

FILLS = {
    "leaf": "#e6f4ea",
    "operation": "#f5f7fa",
    "result": "#f5f7fa",
    "group": "#eef1f8",
    "output": "#fff4de",
}
"""The inside of a box, by its vertex's kind; of an output, whatever its kind."""

RIM = "#3e4c59"
RULE = "#cbd2d9"
WIRE = "#7b8794"
GROUND = "#ffffff"

FACES = ("DejaVu Sans", "Verdana", "Helvetica", "Arial", "sans-serif")
"""The first that is installed is used; `viz.metrics` measures the widest."""
