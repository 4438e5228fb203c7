"""The package as users get it: the wheel, a clean environment, what an import brings in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd", "nn", "viz")
FOREIGN = """
import json, sys
before = set(sys.modules)
import {names}
brought = {{name.partition(".")[0] for name in sys.modules.keys() - before}}
found = {{name for name in brought if sys.modules[name].__spec__}}
print(json.dumps(sorted(found - sys.stdlib_module_names)))
"""
"""What is without a spec was not imported from anywhere: Cython keeps its shared types so."""


def output(*command: str | Path, cwd: Path) -> str:
    """What a command prints; its complaints, where it fails."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def brought(python: str | Path, *names: str, cwd: Path) -> set[str]:
    """The packages from outside the standard library that are loaded by importing ``names``."""
    script = FOREIGN.format(names=", ".join(names))
    return set(json.loads(output(python, "-c", script, cwd=cwd)))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the checkout, free of earlier builds' leftovers."""
    source = tmp_path_factory.mktemp("wheel") / "source"
    unwanted = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info")
    shutil.copytree(ROOT, source, ignore=unwanted)
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation")
    output(*pip, "--wheel-dir", source.parent, source, cwd=source)
    [path] = source.parent.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the wheel and numpy, which is lent to it, alone.

    pip resolves the wheel's requirements against what is there, from no index: a requirement
    beyond numpy fails here.
    """
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    place = {"base": str(home), "platbase": str(home)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=place))
    python = Path(sysconfig.get_path("scripts", "venv", vars=place)) / "python"
    numpy = distribution("numpy")
    for name in {file.parts[0] for file in numpy.files or ()} - {".."}:
        (site / name).symlink_to(Path(str(numpy.locate_file(name))))
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-index")
    output(*pip, wheel, cwd=home)
    return python


@pytest.mark.slow
def test_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    held = set(ZipFile(wheel).namelist())
    tops = {name.partition("/")[0] for name in held if ".dist-info/" not in name}
    assert tops == set(PACKAGES)
    ours = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for pattern in ("*.py", "*.pyi", "py.typed", "assets/*")
        for path in (ROOT / package).rglob(pattern)
    }
    assert {f"{package}/py.typed" for package in PACKAGES} <= ours
    assert {name for name in held if ".dist-info/" not in name} == ours
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in held)


@pytest.mark.slow
def test_wheel_works_in_a_clean_environment(installed: Path, tmp_path: Path) -> None:
    script = "import autograd, nn, viz; print(autograd.__file__, nn.__file__, viz.__file__)"
    files = [Path(file) for file in output(installed, "-c", script, cwd=tmp_path).split()]
    assert len(files) == len(PACKAGES)
    for file in files:
        assert installed.parents[1] in file.parents
        assert (file.parent / "py.typed").is_file()
    assert brought(installed, *PACKAGES, cwd=tmp_path) == {"numpy", *PACKAGES}
    page = (
        "import viz, autograd as a; print(viz.trace(a.ones(1, requires_grad=True) * 2).to_html())"
    )
    assert output(installed, "-c", page, cwd=tmp_path).startswith("<!doctype html>")


@pytest.mark.parametrize("package", PACKAGES)
def test_import_brings_in_numpy_alone(package: str) -> None:
    """Here, where torch, graphviz and others are installed and could be picked up."""
    found = brought(sys.executable, package, cwd=ROOT)
    assert package in found
    assert found <= {"numpy", "autograd", package}
