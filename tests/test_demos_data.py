"""The demos' data: what is read, where it is looked for, and what is said where it is not."""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
from pathlib import Path

import numpy as np
import pytest

import autograd
from demos import data
from demos.data import FASHION_MNIST, MNIST, Source

SHARED = Path(__file__).parents[2] / "shared" / "data"
with_files = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def small() -> dict[str, bytes]:
    """Four files like MNIST's, with three images and two."""
    rng = np.random.default_rng(0)
    files = {}
    for part, count in (("train", 3), ("t10k", 2)):
        images = rng.integers(0, 256, (count, 4, 5), dtype=np.uint8)
        files[f"{part}-images-idx3-ubyte"] = idx(images)
        files[f"{part}-labels-idx1-ubyte"] = idx(rng.integers(0, 10, count, dtype=np.uint8))
    return files


@pytest.fixture(autouse=True)
def _nobodys_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(data.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network in tests")

    monkeypatch.setattr(data.urllib.request, "urlopen", refuse)


def write(folder: Path, files: dict[str, bytes], compressed: bool = False) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / (name + ".gz" * compressed)
        path.write_bytes(gzip.compress(content) if compressed else content)
    return folder


def check(small: dict[str, bytes], pair: tuple[data.Labelled, data.Labelled]) -> None:
    for part, each in zip(("train", "t10k"), pair, strict=True):
        n = {"train": 3, "t10k": 2}[part]
        assert each.images.shape == (n, 1, 4, 5)
        assert each.images.dtype == autograd.uint8
        assert each.labels.dtype == autograd.int64
        assert each.images.numpy().tobytes() == small[f"{part}-images-idx3-ubyte"][16:]
        assert bytes(each.labels.tolist()) == small[f"{part}-labels-idx1-ubyte"][8:]


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("inner", ["mnist", "MNIST/raw", "."])
@pytest.mark.parametrize("named", ["argument", "variable"])
def test_where_files_are_looked_for(
    small: dict[str, bytes],
    inner: str,
    compressed: bool,
    named: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "files"
    write(folder / inner, small, compressed)
    if named == "variable":
        monkeypatch.setenv(data.VARIABLE, str(folder))
        check(small, data.mnist())
    else:
        monkeypatch.setenv(data.VARIABLE, str(tmp_path / "elsewhere"))
        check(small, data.mnist(folder))


def test_names_as_others_spell_them(small: dict[str, bytes], tmp_path: Path) -> None:
    dotted = {name.replace("-idx", ".idx"): content for name, content in small.items()}
    check(small, data.fashion_mnist(write(tmp_path / "files", dotted)))


def test_a_named_folder_without_them(small: dict[str, bytes], tmp_path: Path) -> None:
    small.pop("t10k-labels-idx1-ubyte")
    write(tmp_path / "files", small)
    with pytest.raises(FileNotFoundError, match=r"MNIST is not in .*files', which --data names"):
        data.mnist(tmp_path / "files")


def test_the_variable_is_taken_at_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(data.VARIABLE, "/nowhere")
    with pytest.raises(FileNotFoundError, match="'/nowhere', which AUTOGRAD_DATA names"):
        data.fashion_mnist()


def test_no_network_and_nothing_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FileNotFoundError, match="--data DIR or AUTOGRAD_DATA=DIR") as caught:
        data.mnist()
    for mirror in MNIST.mirrors:
        assert f"{mirror}train-images-idx3-ubyte.gz: no network in tests" in str(caught.value)
    assert "downloading https://" in capsys.readouterr().err


# ------------------------------------------------------------------------- downloading


@pytest.fixture
def mirrored(
    small: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Source, Path]:
    """A source like MNIST with a mirror that has nothing, and one in a folder."""
    folder = write(tmp_path / "mirror", small, compressed=True)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in small.items()}
    source = MNIST._replace(mirrors=("https://nothing/", f"{folder.as_uri()}/"), checksums=sums)
    monkeypatch.setattr(data, "MNIST", source)

    def from_folder(address: str, timeout: float) -> object:
        assert timeout
        if address.startswith("https://nothing/"):
            raise OSError("404")
        return (folder / address.rpartition("/")[2]).open("rb")

    monkeypatch.setattr(data.urllib.request, "urlopen", from_folder)
    return source, folder


def test_downloaded_once(
    small: dict[str, bytes], mirrored: tuple[Source, Path], tmp_path: Path
) -> None:
    check(small, data.mnist())
    place = tmp_path / "cache" / "leibniz-autograd" / "mnist"
    assert {path.name: path.read_bytes() for path in place.iterdir()} == small
    for path in mirrored[1].iterdir():
        path.unlink()
    check(small, data.mnist())


def test_what_was_changed_on_the_way_is_not_taken(
    small: dict[str, bytes], mirrored: tuple[Source, Path], tmp_path: Path
) -> None:
    name = "train-labels-idx1-ubyte"
    (mirrored[1] / f"{name}.gz").write_bytes(gzip.compress(small[name][:-1] + b"\x77"))
    with pytest.raises(
        FileNotFoundError, match=f"its SHA-256 is .*, not {mirrored[0].checksums[name]}"
    ):
        data.mnist()
    place = tmp_path / "cache" / "leibniz-autograd" / "mnist"
    assert [path.name for path in place.iterdir()] == ["train-images-idx3-ubyte"]


@pytest.mark.parametrize("content", [b"<html>not found</html>", b"", gzip.compress(b"x")[:-4]])
def test_what_is_no_such_file(mirrored: tuple[Source, Path], content: bytes) -> None:
    (mirrored[1] / "t10k-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(FileNotFoundError, match="could not be downloaded"):
        data.mnist()


def test_what_is_far_too_long(
    mirrored: tuple[Source, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "_LARGEST", 50)
    with pytest.raises(FileNotFoundError, match="more than 50 bytes"):
        data.mnist()


def test_no_half_file_is_left(
    mirrored: tuple[Source, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        data.mnist()
    assert not list((tmp_path / "cache" / "leibniz-autograd" / "mnist").iterdir())


def test_a_cache_that_cannot_be_written_is_seen_before_the_download(
    mirrored: tuple[Source, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(OSError, match=r"MNIST is not here, and .* folder for it by XDG_CACHE_HOME"):
        data.mnist()
    assert not capsys.readouterr().err
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OSError, match=f"into {tmp_path}.*: Permission denied"):
        data.mnist()


# ------------------------------------------------------------------------ damaged files


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\x08",
        b"<htm",
        b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0",
        b"\0\0\x08\x09",
        b"\0\0\x08\x03\0\0",
        b"\0\0\x08\x01\0\0\0\x05abcd",
        b"\0\0\x08\x01\0\0\0\x03abcd",
        b"\0\0\x08\x03" + b"\xff" * 12,
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_damaged_files(content: bytes, compressed: bool, tmp_path: Path) -> None:
    path = tmp_path / ("x.gz" if compressed else "x")
    path.write_bytes(gzip.compress(content) if compressed else content)
    with pytest.raises(ValueError, match=" cannot be read: ") as caught:
        data.read_idx(path)
    assert isinstance(caught.value, data.UnusableFile)
    assert isinstance(caught.value, OSError)  # which is a message, not a traceback


def test_truncated_archive(small: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(small["train-images-idx3-ubyte"])[:-9])
    with pytest.raises(ValueError, match=r"x\.gz cannot be read"):
        data.read_idx(path)


def test_files_in_each_others_place(small: dict[str, bytes], tmp_path: Path) -> None:
    small["train-labels-idx1-ubyte"] = small["t10k-labels-idx1-ubyte"]
    with pytest.raises(ValueError, match="do not belong together"):
        data.mnist(write(tmp_path / "files", small))


# ------------------------------------------------------------------------ the real ones


def test_iris() -> None:
    flowers = data.iris()
    assert flowers.feature_names == ("sepal length", "sepal width", "petal length", "petal width")
    assert flowers.species.bincount().tolist() == [50, 50, 50]
    # Fisher's own table; the copy that many have differs from it in flowers 35 and 38.
    for number, wanted in ((34, [4.9, 3.1, 1.5, 0.2]), (37, [4.9, 3.6, 1.4, 0.1])):
        np.testing.assert_allclose(flowers.features[number].numpy(), wanted, rtol=1e-6)
    means = flowers.features.double().mean(0).numpy()
    np.testing.assert_allclose(means, [5.8433333, 3.0573333, 3.758, 1.1993333], rtol=1e-6)


@with_files
def test_iris_is_the_shared_one() -> None:
    shared = np.loadtxt(SHARED / "iris.csv", delimiter=",", skiprows=1)
    flowers = data.iris()
    np.testing.assert_array_equal(flowers.features.numpy(), shared[:, :4].astype(np.float32))
    np.testing.assert_array_equal(flowers.species.numpy(), shared[:, 4])


@with_files
@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "mean", "std"), [(MNIST, 0.1307, 0.3081), (FASHION_MNIST, 0.2860, 0.3530)]
)
def test_published_files(source: Source, mean: float, std: float) -> None:
    for path in data._located(source, SHARED):
        name = path.name.removesuffix(".gz")
        content = gzip.decompress(path.read_bytes())
        assert hashlib.sha256(content).hexdigest() == source.checksums[name]
        assert len(content) <= data._LARGEST
    train, test = (data.mnist if source is MNIST else data.fashion_mnist)(SHARED)
    assert (train.images.shape, test.images.shape) == ((60000, 1, 28, 28), (10000, 1, 28, 28))
    assert test.labels.bincount().sum().item() == 10000
    pixels = train.dataset().tensors[0].numpy()
    assert abs(pixels.mean() - mean) < 1e-4
    assert abs(pixels.std() - std) < 1e-4
    normal = train.first(1000).dataset(mean, std)
    assert len(normal) == 1000
    assert abs(normal.tensors[0].numpy().mean()) < 0.1
