"""The demos' plots: curves beside each other in one PNG."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from demos.common import Epoch

FEW = 12
"""Up to so many points of a curve are marked."""


class Panel(NamedTuple):
    """One pair of axes: curves by their labels, each a list of y or a pair (x, y)."""

    title: str
    curves: Mapping[str, Any]
    ylabel: str = ""
    xlabel: str = "epoch"
    log: bool = False
    """Whether the y axis is logarithmic."""
    points: frozenset[str] | set[str] = frozenset()
    """Labels of the curves that are drawn as points, without a line."""


def plot(path: str | os.PathLike[str], *panels: Panel) -> bool:
    """Write panels into a PNG; without matplotlib say so and return False.

    They stand beside each other, four and more in two rows. A list of y is drawn over 1, 2, 3, ...
    A dot marks the end of a list that is shorter than the others.

    Raises OSError where the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure  # without pyplot: no window, no state, Agg
        from matplotlib.ticker import MaxNLocator
    except ImportError:
        print(f"{path} is not drawn: it takes matplotlib (pip install matplotlib)")
        return False
    rows = 1 if len(panels) <= 3 else 2
    columns = -(-len(panels) // rows)
    figure = Figure(figsize=(5.5 * columns, 4.2 * rows), layout="constrained")
    for place, panel in enumerate(panels, 1):
        axes = figure.add_subplot(rows, columns, place)
        curves = {label: _points(curve) for label, curve in panel.curves.items()}
        longest = max((len(x) for x, _ in curves.values()), default=0)
        for label, (x, y) in curves.items():
            style = "." if label in panel.points else "o-" if longest <= FEW else "-"
            (drawn,) = axes.plot(x, y, style, markersize=4, label=label)
            if len(x) < longest and not isinstance(panel.curves[label], tuple):
                last = np.flatnonzero(np.isfinite(y))[-1:]  # it ended early, perhaps below another
                axes.plot(x[last], y[last], "o", color=drawn.get_color())
        if all((x == x.round()).all() for x, _ in curves.values()):  # epochs, steps, layers
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        axes.set(title=panel.title, xlabel=panel.xlabel, ylabel=panel.ylabel)
        if panel.log:
            axes.set_yscale("log")
        axes.grid(alpha=0.3)
        if panel.curves:
            axes.legend()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    print(f"wrote {path}")
    return True


def _points(curve: Any) -> tuple[Any, Any]:
    """The x and the y of a curve."""
    x, y = curve if isinstance(curve, tuple) else (range(1, len(curve) + 1), curve)
    return np.asarray(x), np.asarray(y)


def plot_history(path: str | os.PathLike[str], history: Sequence[Epoch], title: str = "") -> bool:
    """Loss and accuracy over the epochs, training beside test, as a course's report shows them."""
    x = [epoch.number for epoch in history]

    def curves(what: str) -> dict[str, Any]:
        return {
            part: (x, [getattr(getattr(epoch, part), what) for epoch in history])
            for part in ("train", "test")
        }

    return plot(
        path,
        Panel(f"{title}: loss" if title else "loss", curves("loss"), "loss"),
        Panel(f"{title}: accuracy" if title else "accuracy", curves("accuracy"), "accuracy"),
    )
