"""How a picture's parts look: the style sheet of the SVG, by daylight and by night."""

from __future__ import annotations

from viz.palette import DARK, DEEPEST, FACES, HIGHEST, LIGHT

TITLE, SMALL = 14.0, 12.0
"""Sizes of the text: of a box's title, and of all else."""

_FAMILY = ", ".join(f'"{face}"' if " " in face else face for face in FACES)

_FRAMES = {
    **{f"depth{i}": f"frame {i}" for i in range(1, DEEPEST + 1)},
    **{f"order{i}": f"derivative {i}" for i in range(1, HIGHEST + 1)},
}

_LOOKS = {
    "text": f"font-family: {_FAMILY}; font-size: {SMALL:g}px",
    ".title": f"font-size: {TITLE:g}px",
    ".title, .value, .gradient, .strange, .heading": "font-weight: bold",
    ".unknown": "font-style: italic",
    ".box, .rim": "stroke-width: 1.3",
    ".result .box": "stroke-dasharray: 5 3",
    ".frame": "stroke-width: 1",
    ".derivative": "stroke-dasharray: 7 3 2 3",
    ".wire": "stroke-width: 1.4",
    ".rim, .wire": "fill: none",
    # Where a title must stand over a wire, it covers it.
    ".heading": "paint-order: stroke; stroke-width: 4; stroke-linejoin: round",
}
"""What is the same by day and by night."""

_COLOURS = {
    "text": ("fill", "plain"),
    ".what, .label, .product, .legend, .heading": ("fill", "quiet"),
    ".value": ("fill", "value"),
    ".gradient": ("fill", "gradient"),
    ".unknown": ("fill", "unknown"),
    ".strange": ("fill", "strange"),
    ".leaf .box": ("fill", "leaf"),
    ".operation .box": ("fill", "operation"),
    ".result .box": ("fill", "result"),
    ".group .box": ("fill", "group"),
    ".output .box": ("fill", "output"),
    ".box, .rim": ("stroke", "rim"),
    ".alarm": ("fill", "alarm"),
    ".frame": ("stroke", "edging"),
    **{f".{kind}": ("fill", colour) for kind, colour in _FRAMES.items()},
    **{f".on-{kind}": ("stroke", colour) for kind, colour in _FRAMES.items()},
    ".rule": ("stroke", "rule"),
    ".wire": ("stroke", "wire"),
    ".tip": ("fill", "wire"),
    ".ground": ("fill", "ground"),
}
"""What to colour, and with which colour of `viz.palette`."""


def _rule(selectors: str, declarations: str) -> str:
    """Under the picture's own class: in a notebook the style holds for the whole page."""
    own = ", ".join(f".computation {each}" for each in selectors.split(", "))
    return f"{own} {{ {declarations}; }}\n"


def _coloured(colours: dict[str, str]) -> str:
    return "".join(
        _rule(selectors, f"{what}: {colours[colour]}")
        for selectors, (what, colour) in _COLOURS.items()
    )


STYLE = (
    "".join(_rule(*each) for each in _LOOKS.items())
    + _coloured(LIGHT)
    + f"@media (prefers-color-scheme: dark) {{\n{_coloured(DARK)}}}\n"
)
"""The style sheet."""
