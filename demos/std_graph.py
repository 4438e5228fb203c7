"""The standard deviation of two samples: every value, every gradient, and the graph.

Run it with ``python -m demos.std_graph``; ``--help`` lists what can be chosen.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import viz
from autograd import Tensor, float64, tensor
from viz.registry import PICTURES

NAME = "std_graph"
ALWAYS = ("svg", "dot")
STEP = 1e-3


def standard_deviation(x1: Tensor, x2: Tensor, unbiased: bool = False) -> dict[str, Tensor]:
    """The standard deviation of two samples, step by step: each step's tensor by its name.

    The variance divides by 2, or by 1 where it is ``unbiased``.

    >>> steps = standard_deviation(tensor(-1.0), tensor(3.0))
    >>> steps["mean"].item(), steps["variance"].item(), steps["std"].item()
    (1.0, 4.0, 2.0)
    """
    total = x1 + x2
    mean = total / 2
    deviation1 = x1 - mean
    deviation2 = x2 - mean
    square1 = deviation1**2
    square2 = deviation2**2
    squares = square1 + square2
    variance = squares / (1 if unbiased else 2)
    std = variance.sqrt()
    return {
        "x1": x1,
        "x2": x2,
        "sum": total,
        "mean": mean,
        "deviation 1": deviation1,
        "deviation 2": deviation2,
        "square 1": square1,
        "square 2": square2,
        "sum of squares": squares,
        "variance": variance,
        "std": std,
    }


def finite_differences(x1: float, x2: float, unbiased: bool = False) -> tuple[float, float]:
    """The two derivatives measured: how far the result moves for a small step either way.

    nan where the samples are so close together, or so large, that float64 cannot tell.

    >>> finite_differences(-1.0, 3.0)
    (-0.5, 0.5)
    """

    def std(a: float, b: float) -> float:
        steps = standard_deviation(tensor(a, dtype=float64), tensor(b, dtype=float64), unbiased)
        return float(steps["std"].item())

    size = max(abs(x1), abs(x2))
    # The result bends where the samples are equal, so no step may reach as far as that.
    step = STEP * (abs(x2 - x1) or size or 1.0)
    if step < 1e4 * np.spacing(size):
        return math.nan, math.nan
    along1 = (std(x1 + step, x2) - std(x1 - step, x2)) / (2 * step)
    along2 = (std(x1, x2 + step) - std(x1, x2 - step)) / (2 * step)
    return round(along1, 6) + 0.0, round(along2, 6) + 0.0  # + 0.0 turns -0.0 into 0.0


def report(x1: float, x2: float, unbiased: bool = False) -> tuple[str, viz.Graph]:
    """What the program prints about two samples, and the graph of the computation.

    >>> text, graph = report(-1.0, 3.0)
    >>> graph["mean"].gradient.entries
    (0.0,)
    """
    a = tensor(x1, dtype=float64, requires_grad=True)
    b = tensor(x2, dtype=float64, requires_grad=True)
    steps = standard_deviation(a, b, unbiased)
    graph = viz.trace(steps["std"], names=steps)
    steps["std"].backward()
    kind = "unbiased: divided by n - 1 = 1" if unbiased else "divided by n = 2"
    lines = [
        f"The standard deviation of x1 = {x1:g} and x2 = {x2:g} ({kind})",
        "",
        str(graph),
        "",
        "The gradient of std with respect to each sample, and the same by finite differences:",
    ]
    measured = finite_differences(x1, x2, unbiased)
    for name, x, slope in (("x1", a, measured[0]), ("x2", b, measured[1])):
        assert x.grad is not None
        lines.append(f"  d std / d {name} = {x.grad.item():<12.6g} measured {_measured(slope)}")
    return "\n".join([*lines, *_remarks(x1, x2, steps["std"].item())]), graph


def _measured(slope: float) -> str:
    return f"{slope:.6g}" if math.isfinite(slope) else "- (float64 is too coarse for it here)"


def _remarks(x1: float, x2: float, deviation: float) -> list[str]:
    """What must be said where the numbers are not to be taken at their word."""
    if x1 == x2:
        return [
            "",
            "The samples are equal, so the standard deviation is 0, and the gradient does not",
            "exist there: the square root is vertical at 0, and the rules give inf x 0 = nan.",
            "Finite differences show 0, because they take as much on one side as on the other.",
        ]
    if deviation == 0:
        return [
            "",
            "The deviations are so small that their squares are 0 in float64. The gradient cannot",
            "be computed this way: the rules give inf x 0 = nan.",
        ]
    if not math.isfinite(deviation):
        return [
            "",
            "The squares are too large for float64: the standard deviation came out infinite, and",
            "the gradients mean nothing.",
        ]
    return []


def _sample(text: str) -> float:
    """A finite number from the command line."""
    try:
        x = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not math.isfinite(x):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not finite; a standard deviation needs finite samples"
        )
    return x


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demos.std_graph",
        description=(
            "Compute the standard deviation of two samples, print the value and the gradient of "
            "every step, and draw the computation graph."
        ),
    )
    parser.add_argument(
        "--x1", type=_sample, default=-1.0, metavar="X", help="the first sample (default: -1)"
    )
    parser.add_argument(
        "--x2", type=_sample, default=3.0, metavar="X", help="the second sample (default: 3)"
    )
    parser.add_argument(
        "--unbiased",
        action="store_true",
        help="divide by n - 1 = 1 instead of by n = 2",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="the folder for the pictures, made where it is missing (default: this one)",
    )
    parser.add_argument(
        "--format",
        action="append",
        choices=tuple(dict.fromkeys((*PICTURES, *ALWAYS))),
        default=[],
        help=f"one more format, can be given several times; {' and '.join(ALWAYS)} are always "
        "written, the others need Graphviz",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status, 0 where all was written.

    Raises SystemExit, as argparse does, for options that are wrong.
    """
    options = _parser().parse_args(_joined(sys.argv[1:] if arguments is None else arguments))
    with np.errstate(all="ignore"):
        text, graph = report(options.x1, options.x2, options.unbiased)
    print(text)
    print()
    failed = False
    for format in dict.fromkeys((*ALWAYS, *options.format)):
        path = options.out / f"{NAME}.{format}"
        try:
            options.out.mkdir(parents=True, exist_ok=True)
            graph.save(path)
        except viz.RenderError as error:
            print(f"{path} was not written: {error}", file=sys.stderr)
            failed = True
        except OSError as error:
            print(
                f"{path} could not be written: {error.strerror or error}. Give --out a folder "
                "that you may write to.",
                file=sys.stderr,
            )
            return 1
        else:
            print(f"wrote {path}")
    return 1 if failed else 0


def _joined(arguments: Sequence[str]) -> list[str]:
    """``--x1 -1e-3`` as ``--x1=-1e-3``, which argparse would take for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] in ("--x1", "--x2") and not argument.startswith("--"):
            joined[-1] += "=" + argument
        else:
            joined.append(argument)
    return joined


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)
