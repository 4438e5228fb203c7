"""What holds for every format: the same bytes in every process, files by their suffix."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import viz
from autograd import float64, tensor
from viz import program
from viz.registry import FORMATS, LIMITS, PICTURES, RENDERERS

ROOT = Path(__file__).parents[1]

BY_GRAPHVIZ = ("png", "pdf")

PROGRAM = """
import hashlib
import autograd, nn, viz
from viz.registry import RENDERERS

autograd.manual_seed(0)
model = nn.Sequential(*[nn.Sequential(nn.Linear(3, 3), nn.Tanh()) for _ in range(4)])
x = autograd.randn(2, 3, requires_grad=True)
(g,) = autograd.grad((model(x) ** 2).sum(), x, create_graph=True)
graph = viz.trace((g * g).sum(), names={"x": x, "g": g})
for small in (graph, graph.collapsed(depth=1), viz.trace(model(x).sum(), view="backward")):
    for name in RENDERERS:
        if name not in ("png", "pdf"):
            text = viz.render(small, name, "builtin")
            print(name, hashlib.sha256(text.encode()).hexdigest())
"""


def simple() -> viz.Graph:
    x = tensor(3.0, dtype=float64, requires_grad=True)
    return viz.trace(x * x, names={"x": x})


def test_the_same_bytes_in_every_process() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "77")
    }
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) == 3 * (len(RENDERERS) - len(BY_GRAPHVIZ))


@pytest.mark.parametrize("format", RENDERERS)
def test_files_by_their_suffix(format: str, tmp_path: Path) -> None:
    if format in BY_GRAPHVIZ and not program.ways():
        pytest.skip("needs dot or pygraphviz")
    path = tmp_path / f"a name.with dots.{format.upper()}"
    simple().save(path)
    assert os.listdir(tmp_path) == [path.name]
    if format == "pdf":  # it holds the time
        assert path.read_bytes().startswith(b"%PDF-")
        return
    expected = viz.render(simple(), format)
    raw = expected if isinstance(expected, bytes) else (expected.rstrip("\n") + "\n").encode()
    assert path.read_bytes() == raw


def test_the_tables_agree() -> None:
    assert PICTURES.items() <= RENDERERS.items()
    assert LIMITS.keys() <= RENDERERS.keys()
    assert set(FORMATS.values()) <= RENDERERS.keys()
    for name, suffix in FORMATS.items():
        assert viz.render(simple(), name) == viz.render(simple(), suffix)
