"""The shape of the house: who may import whom, how long a file may be, what is explained."""

from __future__ import annotations

import ast
import doctest
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]

PACKAGES = ("autograd", "nn", "viz")
MAY_IMPORT = {
    "autograd": {"numpy"},
    "nn": {"autograd"},
    "viz": {"autograd", "numpy", "graphviz", "pygraphviz"},  # a tensor's values are NumPy arrays
    "demos": {"autograd", "nn", "viz", "numpy", "graphviz", "matplotlib", "tqdm"},
}
"""What each may import beside the standard library and itself."""

LAZY = {
    ("viz", "graphviz"),
    ("viz", "pygraphviz"),
    ("autograd", "safetensors"),
    ("autograd", "scipy"),
}
"""Imports that belong inside the function that needs them: without them the rest works."""

LINES = 400


def modules(*packages: str) -> list[Path]:
    """The modules of these packages, relative to the root."""
    found = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return [path.relative_to(ROOT) for path in found]


def each(*packages: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", modules(*packages), ids=str)


def parse(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


class Import(NamedTuple):
    package: str
    line: int
    lazy: bool


def imports(tree: ast.AST, lazy: bool = False) -> Iterator[Import]:
    """The top-level packages that a module imports; relative imports stay in their own.

    ``lazy`` ones run when a function is called, or only in a type checker.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name.partition(".")[0], node.lineno, lazy)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield Import(str(node.module).partition(".")[0], node.lineno, lazy)
        else:
            later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            yield from imports(node, lazy or later or typing)


def test_imports_are_found_wherever_they_stand() -> None:
    source = """
import a.b, c as d
from e.f import g
from . import own
if TYPE_CHECKING:
    from h import i
class C:
    import j
    def method(self):
        with self:
            import k
"""
    found = [(each.package, each.lazy) for each in imports(ast.parse(source))]
    assert found == [
        ("a", False),
        ("c", False),
        ("e", False),
        ("h", True),
        ("j", False),
        ("k", True),
    ]


@each(*MAY_IMPORT)
def test_imports_point_downwards(path: Path) -> None:
    package = path.parts[0]
    allowed = MAY_IMPORT[package] | {package} | sys.stdlib_module_names
    wrong = [
        f"{path}:{line} imports {name}"
        for name, line, lazy in imports(parse(path))
        if name not in allowed or ((package, name) in LAZY and not lazy)
    ]
    assert not wrong, f"{wrong}: {package} may import {sorted(MAY_IMPORT[package])} (lazy: {LAZY})"


@each(*PACKAGES)
def test_files_stay_readable(path: Path) -> None:
    lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    assert lines <= LINES, f"{path} has {lines} lines: which of its duties deserves its own file?"


@each(*PACKAGES)
def test_public_modules_say_what_they_are(path: Path) -> None:
    public = not path.stem.startswith("_") or path.stem == "__init__"
    assert not public or ast.get_docstring(parse(path)), f"{path} has no docstring"


@pytest.mark.parametrize("folder", ["viz", "autograd/capture"])
def test_maps_have_every_file_and_folder(folder: str) -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = told.partition(f"## Find your way in `{folder}/`")[2].partition("\n## ")[0]
    files = {path.name for path in (ROOT / folder).glob("*.py")} - {"__init__.py"}
    folders = {f"{path.parent.name}/" for path in (ROOT / folder).glob("*/__init__.py")}
    words = told.split("`")
    assert {word for word in words if word.endswith(".py")} == files
    assert {word for word in words if word.endswith("/")} - {f"{folder}/"} == folders


def test_examples_of_made_operators(example_names: dict[str, Any]) -> None:
    """Those that pytest does not find: of functions that a family's maker wrote for a table."""
    from autograd.registry import FUNCTIONS

    report: list[str] = []
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(verbose=False)
    for name, function in FUNCTIONS.items():
        assert function.__doc__, f"{name} has no docstring"
        for found in finder.find(
            function, name, globs={**example_names, name.rpartition(".")[2]: function}
        ):
            runner.run(found, out=report.append)
    assert not report, "".join(report)
    assert runner.tries, "no examples were found at all"
