"""Saving and loading: what comes back, what others read, and what happens to files that lie."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import signal
import stat
import struct
import subprocess
import sys
import zipfile
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import archives, serialization
from autograd.dtypes import NAMES
from tests.oracle import torch

FORMATS = [".npz", ".safetensors"]
each_format = pytest.mark.parametrize("suffix", FORMATS)

safetensors = pytest.importorskip("safetensors.torch", reason="pip install -e '.[test]'")


def same(a: Any, b: Any) -> None:
    """The same structure, types, order of keys and numbers; nan equals nan."""
    assert type(a) is type(b), (a, b)
    if isinstance(a, autograd.Tensor):
        a, b = a.detach().numpy(), b.detach().numpy()
    if isinstance(a, np.ndarray):
        np.testing.assert_array_equal(a, b, strict=True)
    elif isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            same(a[key], b[key])
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for pair in zip(a, b, strict=True):
            same(*pair)
    else:
        assert a == b or (a != a and b != b)


def round_trip(value: Any, path: Path) -> Any:
    autograd.save(value, path)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    return autograd.load(path)


def net() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def trained(name: str) -> tuple[nn.Module, Any]:
    model = net()
    optimizer = getattr(nn.optim, name)(model.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        model(autograd.ones(5, 3)).sum().backward()
        optimizer.step()
    return model, optimizer


VALUES: dict[str, Any] = {
    "tensor": autograd.arange(6.0).reshape(2, 3),
    "0-d": {"x": autograd.tensor(3), "y": autograd.tensor(1.5)},
    "empty": {"x": autograd.zeros(0, 3)},
    "nothing": {},
    "turned": {"x": autograd.arange(6).reshape(2, 3).T, "y": autograd.arange(9)[::2]},
    "numbers": [1, -2.5, 10**30, True, None, "text", "", -0.0, 1e-300],
    "not finite": (float("inf"), [float("-inf"), float("nan")]),
    "tuples": {"betas": (0.9, 0.999), "empty": (), "nested": ((1,), [2])},
    "keys": {0: "a", 1.5: "b", None: "c", True: "d", ("x", 2): "e", "": "f"},
    "ordered": OrderedDict(b=autograd.ones(1), a=autograd.zeros(1)),
    "order of keys": {"z": autograd.ones(1), "a": autograd.ones(2), "m": autograd.arange(3)},
    "array": {"state": np.arange(4, dtype=np.uint8), "x": autograd.ones(2)},
    "names alike": {
        "a.b": autograd.ones(1),
        "a": {"b": autograd.zeros(1)},
        "a.b_": autograd.ones(2),
    },
    "names like paths": {
        "../up": autograd.ones(1),
        "/etc/x": autograd.ones(2),
        "C:x": autograd.ones(3),
        "a\\b": autograd.ones(4),
        "new\nline": autograd.ones(5),
        "a/b": autograd.ones(6),
        "": autograd.ones(7),
        "\ud800": autograd.ones(8),
        "x" * 5000: autograd.ones(9),
        "__metadata__": autograd.ones(10),
        "__autograd__": autograd.ones(11),
        "tensor_0": autograd.ones(12),
        "file": autograd.ones(13),
        "gewicht ü": autograd.ones(14),
        "nul\0": autograd.ones(15),
    },
    "deep": {"a": [{"b": [{"c": (autograd.ones(1), [1])}]}]},
}


@each_format
@pytest.mark.parametrize("name", VALUES)
def test_what_was_saved_comes_back(name: str, suffix: str, tmp_path: Path) -> None:
    same(round_trip(VALUES[name], tmp_path / f"file{suffix}"), VALUES[name])


@each_format
@pytest.mark.parametrize("dtype", NAMES)
def test_every_dtype(dtype: str, suffix: str, tmp_path: Path) -> None:
    numbers = np.array([0, 1, 1, 100], dtype=dtype)
    x = autograd.from_numpy(numbers)
    loaded = round_trip({"x": x, "row": x[None], "one": x[1]}, tmp_path / f"file{suffix}")
    same(loaded, {"x": x, "row": x[None], "one": x[1]})
    for each in loaded.values():
        assert each.dtype is x.dtype
        each.fill_(1)  # its memory is its own


@each_format
def test_extremes(suffix: str, tmp_path: Path) -> None:
    for dtype in ("float16", "float32", "float64"):
        info = np.finfo(dtype)
        values = np.array([info.max, info.tiny, -0.0, np.inf, np.nan, info.eps], dtype)
        loaded = round_trip([autograd.from_numpy(values)], tmp_path / f"file{suffix}")
        assert loaded[0].numpy().tobytes() == values.tobytes()


@each_format
@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_training_goes_on_where_it_was(name: str, suffix: str, tmp_path: Path) -> None:
    model, optimizer = trained(name)
    path = tmp_path / f"checkpoint{suffix}"
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 2}
    loaded = round_trip(state, path)
    assert loaded["epoch"] == 2
    same(loaded["optimizer"], state["optimizer"])
    again, other = trained(name)
    again.load_state_dict(loaded["model"])
    other.load_state_dict(loaded["optimizer"])
    for each, opt in ((model, optimizer), (again, other)):
        opt.zero_grad()
        each(autograd.ones(5, 3)).square().sum().backward()
        opt.step()
    same(dict(model.state_dict()), dict(again.state_dict()))


@each_format
def test_numbers_of_numpy_become_pythons(suffix: str, tmp_path: Path) -> None:
    value = [np.float32(0.1), np.float64(0.1), np.int64(3), np.bool_(True)]
    loaded = round_trip(value, tmp_path / f"file{suffix}")
    same(loaded, [float(np.float32(0.1)), 0.1, 3, True])


@each_format
def test_parameters_and_results_are_written_as_numbers(suffix: str, tmp_path: Path) -> None:
    w = nn.Parameter(autograd.ones(2))
    loaded = round_trip({"w": w, "y": w * 2}, tmp_path / f"file{suffix}")
    assert [each.requires_grad for each in loaded.values()] == [False, False]
    same(loaded, {"w": autograd.ones(2), "y": autograd.full((2,), 2.0)})


@each_format
def test_tied_weights_are_written_for_each_name(suffix: str, tmp_path: Path) -> None:
    layer = nn.Linear(2, 2)
    loaded = round_trip(nn.Sequential(layer, layer).state_dict(), tmp_path / f"file{suffix}")
    assert list(loaded) == ["0.weight", "0.bias", "1.weight", "1.bias"]


@each_format
def test_default_dicts_come_back_as_dicts(suffix: str, tmp_path: Path) -> None:
    loaded = round_trip(defaultdict(dict, {1: {"a": 2}}), tmp_path / f"file{suffix}")
    same(loaded, {1: {"a": 2}})


@each_format
def test_the_same_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    first, second = tmp_path / f"1{suffix}", tmp_path / f"2{suffix}"
    autograd.save(VALUES["deep"], first)
    autograd.save(VALUES["deep"], second)
    assert first.read_bytes() == second.read_bytes()


# --------------------------------------------------------------------------- others' files


def torchs_net() -> Any:
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))


def test_torch_reads_ours(tmp_path: Path) -> None:
    model, other = net(), torchs_net()
    path = tmp_path / "model.safetensors"
    autograd.save(model.state_dict(), path)
    state = safetensors.load_file(path)
    assert set(state) == set(model.state_dict())
    other.load_state_dict(state)
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    ours = model(autograd.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(
        ours, other(torch.from_numpy(x)).detach().numpy(), rtol=1e-5, atol=1e-6
    )


def test_ours_reads_torchs(tmp_path: Path) -> None:
    model, other = net(), torchs_net()
    path = tmp_path / "model.safetensors"
    safetensors.save_file(other.state_dict(), path)
    assert str(model.load_state_dict(autograd.load(path))) == "<All keys matched successfully>"
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    ours = model(autograd.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(
        ours, other(torch.from_numpy(x)).detach().numpy(), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("dtype", NAMES)
def test_dtypes_of_torchs_files(dtype: str, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    theirs = torch.tensor([[0, 1], [1, 100]]).to(getattr(torch, dtype))
    safetensors.save_file({"x": theirs, "y": theirs[0, 1].clone()}, path)
    same(
        autograd.load(path),
        {
            "x": autograd.from_numpy(theirs.numpy()),
            "y": autograd.from_numpy(theirs.numpy()[0, 1, ...]),
        },
    )
    autograd.save(autograd.load(path), path)
    for name, each in safetensors.load_file(path).items():
        assert torch.equal(each, {"x": theirs, "y": theirs[0, 1]}[name])
        assert each.dtype == theirs.dtype


def test_bfloat16_is_widened_exactly(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    every = torch.arange(1 << 16, dtype=torch.int32).to(torch.uint16).view(torch.bfloat16)
    theirs = {
        "a": torch.ones(3),
        "every": every.reshape(256, 256),
        "one": every[5].clone(),
        "b": every[:0],
    }
    safetensors.save_file(theirs, path)
    ours = autograd.load(path)
    for name, each in theirs.items():
        assert ours[name].dtype == autograd.float32
        np.testing.assert_array_equal(ours[name].numpy(), each.float().numpy(), strict=True)


@pytest.mark.parametrize("dtype", ["float8_e4m3fn", "uint16", "complex64"])
def test_other_dtypes_of_torchs_files(dtype: str, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    safetensors.save_file({"weird": torch.ones(2).to(getattr(torch, dtype))}, path)
    with pytest.raises(ValueError, match=r"tensor 'weird' has dtype .*, and dtypes here are float"):
        autograd.load(path)


def test_numpy_reads_ours_and_ours_numpys(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    autograd.save(net().state_dict(), path)
    with np.load(path, allow_pickle=False) as file:
        assert file["0.weight"].shape == (4, 3)
    for write in (np.savez, np.savez_compressed):
        arrays = {"a": np.arange(3.0), "b": np.float32([[1, 2]]).T, "c": np.zeros(10**5)}
        write(path, **arrays, big=np.arange(3, dtype=">i4"), f=np.ones((2, 3), order="F"))
        loaded = autograd.load(path)
        assert loaded["big"].dtype == autograd.int32
        assert loaded["f"].is_contiguous()
        for name, each in arrays.items():
            np.testing.assert_array_equal(loaded[name].numpy(), each, strict=True)


# ------------------------------------------------------------------------------- refusals


class Evil:
    def __reduce__(self) -> Any:
        return pytest.fail, ("code from a file was run",)


REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "module": (nn.Linear(1, 1), TypeError, r"write save\(model.state_dict\(\)"),
    "object": ({"a": [object()]}, TypeError, r"object at \['a'\]\[0\]"),
    "set": ({1}, TypeError, "cannot write set at the top"),
    "complex": ([1j], TypeError, "complex"),
    "named tuple": (autograd.tensor([1.0, 2.0]).max(0), TypeError, "cannot write max"),
    "bytes": (b"x", TypeError, "cannot write bytes"),
    "function": ({"f": len}, TypeError, r"at \['f'\]"),
    "dtype": ({"x": np.zeros(2, complex)}, TypeError, "array of complex128"),
    "objects": ({"x": np.array([None])}, TypeError, "array of object"),
    "mask": ([np.ma.array([1.0, 2.0], mask=[0, 1])], TypeError, "whose mask would be lost"),
    "key": ({frozenset(): 1}, TypeError, "the key frozenset"),
}


@each_format
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_saved(name: str, suffix: str, tmp_path: Path) -> None:
    value, error, phrase = REFUSED[name]
    with pytest.raises(error, match=phrase):
        autograd.save(value, tmp_path / f"file{suffix}")
    assert not list(tmp_path.iterdir())


@each_format
def test_what_contains_itself(suffix: str, tmp_path: Path) -> None:
    value: list[Any] = []
    value.append({"again": value})
    with pytest.raises(ValueError, match="contains itself"):
        autograd.save(value, tmp_path / f"file{suffix}")


@pytest.mark.parametrize("name", ["model.npy", "a.npz.gz", "model.pkl", "model.h5"])
def test_the_suffix_chooses(name: str, tmp_path: Path) -> None:
    for call in (lambda path: autograd.save({}, path), autograd.load):
        with pytest.raises(ValueError, match=r"write 'model\.safetensors' or 'model\.npz'"):
            call(str(tmp_path / name))
    autograd.save({"a": 1}, tmp_path / "FILE.NPZ")
    assert autograd.load(str(tmp_path / "FILE.NPZ")) == {"a": 1}


@pytest.mark.parametrize("name", ["net.pt", "net.PTH", "x-file", "net.params", "a.b/ckpt.tar"])
def test_names_of_programs_for_torch(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    state = net().state_dict()
    autograd.save(state, path)
    same(dict(autograd.load(path)), dict(state))
    with path.open("rb") as file:
        assert sorted(np.load(file)) == sorted([*state, "__autograd__"])
    torch.save({"w": torch.ones(1)}, path)
    with pytest.raises(ValueError, match=r"torch\.save wrote it, .* run code .*save_file\("):
        autograd.load(path)
    torch.save({"w": torch.ones(1)}, path, _use_new_zipfile_serialization=False)
    with pytest.raises(ValueError, match=r"cannot be read: .* no \.npz file"):
        autograd.load(path)


def test_what_is_no_path() -> None:
    for f in (3, None, b"model.npz"):
        with pytest.raises(TypeError, match=r"save\(\) takes the path of a file"):
            autograd.save({}, f)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"load\(\) takes the path of a file"):
            autograd.load(f)  # type: ignore[arg-type]
    for call in (lambda f: autograd.save({}, f), autograd.load):
        with pytest.raises(TypeError, match="open for text"):
            call(io.StringIO())


def test_open_files(tmp_path: Path) -> None:
    state = nn.Linear(3, 2).state_dict()
    buffer = io.BytesIO()
    autograd.save(state, buffer)
    buffer.seek(0)
    same(dict(autograd.load(buffer)), dict(state))
    path = tmp_path / "two.bin"
    with path.open("wb") as file:
        file.write(b"a header")
        autograd.save({"a": autograd.ones(2), "b": (1, None)}, file)
        with pytest.raises(TypeError, match="cannot write object"):
            autograd.save([object()], file)
    with path.open("rb") as file:
        assert file.read(8) == b"a header"
        same(autograd.load(file), {"a": autograd.ones(2), "b": (1, None)})
        with pytest.raises(ValueError, match=r"two\.bin cannot be read: .* no \.npz file"):
            autograd.load(file)
    with pytest.raises(ValueError, match=r"the BytesIO cannot be read: .* no \.npz file"):
        autograd.load(io.BytesIO(pickle.dumps(Evil())))


@each_format
def test_torchs_keywords(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    autograd.save({"a": 1}, path)
    assert autograd.load(path, map_location="cpu", weights_only=True, mmap=False) == {"a": 1}
    assert autograd.load(path, "cpu") == {"a": 1}
    with pytest.raises(RuntimeError, match="no device 'cuda'"):
        autograd.load(path, "cuda")


@each_format
def test_missing_files_and_folders(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        autograd.load(tmp_path / f"none{suffix}")
    with pytest.raises(FileNotFoundError, match="no such folder to write into"):
        autograd.save({}, tmp_path / "none" / f"file{suffix}")
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(IsADirectoryError):
        autograd.save({}, tmp_path / f"folder{suffix}")
    with pytest.raises(OSError, match="folder"):
        autograd.load(tmp_path / f"folder{suffix}")


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.safetensors"
    autograd.save({"a": 1}, path)
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    for call in (lambda: autograd.save({}, path), lambda: autograd.load(path)):
        with pytest.raises(ModuleNotFoundError, match=r"leibniz-autograd\[safetensors\]"):
            call()
    autograd.save({"a": 1}, tmp_path / "model.npz")
    assert autograd.load(tmp_path / "model.npz") == {"a": 1}


# --------------------------------------------------------------------------- all or nothing


@each_format
@pytest.mark.parametrize("stage", ["write", "fsync", "replace"])
def test_nothing_is_lost_when_it_fails_half_way(
    suffix: str, stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"file{suffix}"
    autograd.save({"epoch": 1}, path)

    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "no space left")

    def half(target: str, *_: Any) -> None:
        Path(target).write_bytes(b"half")
        fail()

    if stage == "write":
        form = serialization._FORMATS[suffix]._replace(write=half)
        monkeypatch.setitem(serialization._FORMATS, suffix, form)
    else:
        monkeypatch.setattr(os, stage, fail)
    with pytest.raises(OSError, match="no space left"):
        autograd.save({"epoch": 2}, path)
    monkeypatch.undo()
    assert autograd.load(path) == {"epoch": 1}
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


KILLED = """
import os, signal, sys
import autograd
from autograd import archives, serialization

path, suffix, stage = sys.argv[1:]
value = {"x": autograd.arange(1000.0), "epoch": 1}
autograd.save(value, path)

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def half(target, *args):
    write(target, *args)
    os.truncate(target, os.path.getsize(target) // 2)
    die()

if stage == "write":
    write = serialization._FORMATS[suffix].write
    serialization._FORMATS[suffix] = serialization._FORMATS[suffix]._replace(write=half)
else:
    setattr(os, stage, die)
autograd.save({"x": autograd.zeros(1000), "epoch": 2}, path)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize(
    ("suffix", "stage"), [(".npz", "write"), (".safetensors", "write"), (".npz", "replace")]
)
def test_the_old_file_is_there_when_the_program_is_killed(
    suffix: str, stage: str, tmp_path: Path
) -> None:
    path = tmp_path / f"file{suffix}"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), suffix, stage], check=False)
    assert done.returncode == -signal.SIGKILL
    same(autograd.load(path), {"x": autograd.arange(1000.0), "epoch": 1})
    autograd.save({"epoch": 3}, path)  # what was left beside it is in nobody's way
    assert autograd.load(path) == {"epoch": 3}


@pytest.mark.skipif(os.name != "posix", reason="permissions and links of POSIX")
@each_format
def test_permissions_and_links_stay(suffix: str, tmp_path: Path) -> None:
    path, link = tmp_path / f"file{suffix}", tmp_path / f"link{suffix}"
    before = os.umask(0o022)
    try:
        autograd.save({"a": 1}, path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
        path.chmod(0o600)
        link.symlink_to(path)
        autograd.save({"a": 2}, link)
    finally:
        os.umask(before)
    assert link.is_symlink()
    assert autograd.load(path) == {"a": 2}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# ------------------------------------------------------------------------ files that lie


@each_format
def test_every_truncation_is_noticed(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    autograd.save({"a": autograd.arange(5), "b": (1, "x")}, path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7 if suffix == ".npz" else 3):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="cannot be read"):
            autograd.load(path)


@each_format
def test_every_changed_byte_gives_a_value_or_a_clear_error(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    autograd.save({"a": autograd.arange(3), "b": (1, "x")}, path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 2 if suffix == ".npz" else 1):
        for change in (0x01, 0xFF):
            changed = bytearray(whole)
            changed[place] ^= change
            path.write_bytes(changed)
            try:
                autograd.load(path)
            except ValueError as error:
                assert "cannot be read" in str(error)  # noqa: PT017 - it need not raise


def header(entries: dict[str, Any], data: bytes = b"", length: int | None = None) -> bytes:
    """A safetensors file with this header."""
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(dtype: str, shape: list[int], start: int, end: int) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def told(value: Any, version: Any = 1) -> dict[str, str]:
    return {"__autograd__": json.dumps({"version": version, "value": value})}


LYING: dict[str, bytes] = {
    "nothing": b"",
    "a pickle": pickle.dumps(Evil()),
    "a huge header": struct.pack("<Q", 1 << 62) + b"{}",
    "a header longer than the file": header({}, length=1000),
    "no json": struct.pack("<Q", 4) + b"{{{{",
    "a huge shape": header({"x": entry("F32", [1 << 40], 0, 1 << 42)}),
    "a shape that overflows": header({"x": entry("F32", [1 << 62, 1 << 62], 0, 0)}),
    "a negative shape": header({"x": entry("F32", [-1], 0, 4)}, bytes(4)),
    "a shape of other size": header({"x": entry("F32", [2], 0, 4)}, bytes(4)),
    "an unknown dtype": header({"x": entry("PY", [1], 0, 4)}, bytes(4)),
    "overlapping data": header(
        {"x": entry("F32", [1], 0, 4), "y": entry("F32", [1], 2, 6)}, bytes(6)
    ),
    "data that nobody owns": header({"x": entry("F32", [1], 0, 4)}, bytes(8)),
    "a path": header({"../../etc/passwd": entry("F32", [1], 0, 4)}, bytes(4)),
    "an absolute path": header({"/etc/passwd": entry("F32", [1], 0, 4)}, bytes(4)),
    "a text about others": header(
        {"__metadata__": told({"tensor": "y"}), "x": entry("F32", [1], 0, 4)}, bytes(4)
    ),
    "a text about fewer": header(
        {"__metadata__": told([]), "x": entry("F32", [1], 0, 4)}, bytes(4)
    ),
    "a tensor twice": header(
        {"__metadata__": told([{"tensor": "x"}] * 2), "x": entry("F32", [1], 0, 4)}, bytes(4)
    ),
    "a tensor as a key": header(
        {"__metadata__": told({"dict": [[{"tensor": "x"}, 1]]}), "x": entry("F32", [1], 0, 4)},
        bytes(4),
    ),
    "an unknown kind": header({"__metadata__": told({"call": "os.system"})}),
    "two kinds": header({"__metadata__": told({"tuple": [], "dict": []})}),
    "a later version": header({"__metadata__": told([], 2)}),
    "no version": header({"__metadata__": {"__autograd__": "[]"}}),
    "no text": header({"__metadata__": {"__autograd__": "{"}}),
    "a list as a key": header({"__metadata__": told({"dict": [[[], 1]]})}),
    "a key twice": header({"__metadata__": told({"dict": [["a", 1], ["a", 2]]})}),
    "a dict that is none": header({"__metadata__": told({"dict": 1})}),
    "a triple in a dict": header({"__metadata__": told({"dict": [[1, 2, 3]]})}),
    "a tuple that is none": header({"__metadata__": told({"tuple": "ab"})}),
    "a float that is none": header({"__metadata__": told({"float": "1e5"})}),
    "a deep text": header(
        {
            "__metadata__": {
                "__autograd__": '{"version":1,"value":' + "[" * 10**5 + "]" * 10**5 + "}"
            }
        }
    ),
}


@pytest.mark.parametrize("name", LYING)
def test_lying_safetensors(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    path.write_bytes(LYING[name])
    with pytest.raises(ValueError, match=r"file\.safetensors cannot be read: ."):
        autograd.load(path)


def npy(descr: str, shape: str, data: bytes, version: bytes = b"\x01\x00") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    size = struct.pack("<H" if version[0] == 1 else "<I", len(text))
    return b"\x93NUMPY" + version + size + text + data


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def claiming(size: int) -> bytes:
    """A zip file whose member and directory claim a size that is not there."""
    content = npy("'<f4'", f"({size // 4},)", bytes(8))
    whole = bytearray(zipped({"x.npy": content}))
    right = struct.pack("<I", len(content))
    directory = whole.index(b"PK\x01\x02")
    assert whole[directory + 24 : directory + 28] == right
    whole[directory + 24 : directory + 28] = struct.pack("<I", size)
    return bytes(whole)


def twice() -> bytes:
    array = npy("'<f4'", "(1,)", bytes(4))
    return zipped({"x.npy": array, "y.npy": array}).replace(b"y.npy", b"x.npy")


def objects() -> bytes:
    file = io.BytesIO()
    np.savez(file, x=np.array([Evil()], dtype=object), allow_pickle=True)
    return file.getvalue()


LYING_NPZ: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a pickle": lambda: pickle.dumps(Evil()),
    "objects": objects,
    "an object array by hand": lambda: zipped(
        {"x.npy": npy("'|O'", "(1,)", pickle.dumps([Evil()]))}
    ),
    "a huge shape": lambda: zipped({"x.npy": npy("'<f4'", f"({10**12},)", b"")}),
    "a shape that overflows": lambda: zipped({"x.npy": npy("'<f4'", f"({2**62}, {2**62})", b"")}),
    "a negative shape": lambda: zipped({"x.npy": npy("'<f4'", "(-1, -1)", bytes(4))}),
    "a shape of words": lambda: zipped({"x.npy": npy("'<f4'", "('a',)", bytes(4))}),
    "more data": lambda: zipped({"x.npy": npy("'<f4'", "(1,)", bytes(8))}),
    "fewer data": lambda: zipped({"x.npy": npy("'<f4'", "(2,)", bytes(4))}),
    "code": lambda: zipped({"x.npy": npy("__import__('os')", "(1,)", bytes(4))}),
    "a long header": lambda: zipped({"x.npy": npy("'<f4'" + " " * 60000, "(1,)", bytes(4))}),
    "a later version": lambda: zipped({"x.npy": npy("'<f4'", "(1,)", bytes(4), b"\x03\x00")}),
    "records": lambda: zipped({"x.npy": npy("[('a', '<f4')]", "(1,)", bytes(4))}),
    "dates": lambda: zipped({"x.npy": npy("'<M8[s]'", "(1,)", bytes(8))}),
    "strings": lambda: zipped({"x.npy": npy("'<U1'", "(1,)", bytes(4))}),
    "no array": lambda: zipped({"x.npy": b"something else"}),
    "no suffix": lambda: zipped({"x.txt": b"text"}),
    "a path": lambda: zipped({"../../etc/x.npy": npy("'<f4'", "(1,)", bytes(4))}),
    "an absolute path": lambda: zipped({"/etc/x.npy": npy("'<f4'", "(1,)", bytes(4))}),
    "a claim of 4 GB": lambda: claiming(0xFFFFFFF0),
    "a claim of more": lambda: claiming(5000),
    "a name twice": twice,
    "another compression": lambda: zipped(
        {"x.npy": npy("'<f4'", "(1,)", bytes(4))}, zipfile.ZIP_BZIP2
    ),
    "a text that is none": lambda: zipped({"__autograd__.npy": npy("'<f4'", "(1,)", bytes(4))}),
    "a text of other letters": lambda: zipped(
        {"__autograd__.npy": npy("'|u1'", "(2,)", b"\xff\xff")}
    ),
}


@pytest.mark.parametrize("name", LYING_NPZ)
def test_lying_npz(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file.npz"
    path.write_bytes(LYING_NPZ[name]())
    with pytest.raises(ValueError, match=r"file\.npz cannot be read: ."):
        autograd.load(path)


def test_changed_data_of_npz_do_not_pass(tmp_path: Path) -> None:
    path = tmp_path / "file.npz"
    autograd.save({"x": autograd.arange(100)}, path)
    whole = bytearray(path.read_bytes())
    whole[whole.index(np.arange(100).tobytes()) + 80] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ValueError, match="CRC"):
        autograd.load(path)


def test_bools_are_0_or_1(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    path.write_bytes(header({"x": entry("BOOL", [3], 0, 3)}, b"\x00\x01\x02"))
    assert autograd.load(path)["x"].sum().item() == 2
    path = tmp_path / "file.npz"
    path.write_bytes(zipped({"x.npy": npy("'|b1'", "(3,)", b"\x00\x01\x02")}))
    assert autograd.load(path)["x"].sum().item() == 2


def test_real_trouble_with_memory_stays_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise MemoryError

    path = tmp_path / "file.npz"
    autograd.save({"x": autograd.ones(1)}, path)
    monkeypatch.setattr(archives, "_fill", fail)
    with pytest.raises(MemoryError):
        autograd.load(path)
