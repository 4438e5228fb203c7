"""The data sets of the demos: iris, MNIST, Fashion-MNIST.

Iris lies beside this file. The others are read from the folder that is given (``--data DIR``),
else from the one that the environment variable ``AUTOGRAD_DATA`` names, else from the user's
cache, into which they are downloaded once. They are IDX files, compressed or not, by the names of
their publishers, in ``DIR/mnist`` and ``DIR/fashion-mnist``, in torchvision's folders, or in DIR.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import math
import os
import secrets
import struct
import sys
import urllib.request
import zlib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from autograd import Tensor, float32, from_numpy, tensor
from nn.data import TensorDataset

VARIABLE = "AUTOGRAD_DATA"
IRIS = Path(__file__).with_name("iris.csv")
TIMEOUT = 30.0
"""Seconds without an answer after which another mirror is tried."""


class UnusableFile(OSError, ValueError):  # noqa: N818 - an error of the file, not of a program
    """A file that is damaged, or not what it should be; `demos.common.run` prints what it says."""


class Labelled(NamedTuple):
    """Grey images (n, 1, rows, columns) of uint8, and their classes (n,) of int64."""

    images: Tensor
    labels: Tensor

    def dataset(self, mean: float = 0.0, std: float = 1.0) -> TensorDataset:
        """Images as float32, from 0 to 1 and then normalised to (x - mean) / std, with labels.

        >>> from demos.data import Labelled
        >>> white = Labelled(from_numpy(np.full((2, 1, 1, 1), 255, np.uint8)), tensor([3, 5]))
        >>> white.dataset(mean=0.5, std=0.5)[1]
        (tensor([[[1.]]]), tensor(5))
        """
        pixels = self.images.to(float32)
        return TensorDataset(pixels.div_(255.0).sub_(mean).div_(std), self.labels)

    def first(self, count: int | None) -> Labelled:
        """The first ``count`` of them, all for None: the published order is a shuffled one.

        >>> from demos.data import Labelled
        >>> pair = Labelled(from_numpy(np.zeros((2, 1, 1, 1), np.uint8)), tensor([3, 5]))
        >>> pair.first(1).labels
        tensor([3])
        """
        return Labelled(self.images[:count], self.labels[:count])


class Iris(NamedTuple):
    """Features (150, 4) of float32 in cm, species (150,) of int64, and the names of both."""

    features: Tensor
    species: Tensor
    feature_names: tuple[str, ...]
    species_names: tuple[str, ...]


def iris() -> Iris:
    """Fisher's iris flowers, 50 of each species, one species after the other.

    >>> from demos.data import iris
    >>> iris().features.shape, iris().species_names
    ((150, 4), ('setosa', 'versicolor', 'virginica'))
    """
    lines = [line for line in IRIS.read_text("utf-8").splitlines() if not line.startswith("#")]
    head, *rows = [line.split(",") for line in lines]
    names = tuple(dict.fromkeys(row[-1] for row in rows))
    features = tensor([[float(cell) for cell in row[:-1]] for row in rows], dtype=float32)
    return Iris(features, tensor([names.index(row[-1]) for row in rows]), tuple(head[:-1]), names)


def mnist(folder: str | os.PathLike[str] | None = None) -> tuple[Labelled, Labelled]:
    """Handwritten digits: 60,000 to train on and 10,000 to test on, 28 x 28 pixels.

    Raises FileNotFoundError, saying what to do, where they are not in ``folder`` (or, where none
    is given, not in that of ``AUTOGRAD_DATA``, or cannot be downloaded), ValueError for damaged
    files. Source: Y. LeCun, C. Cortes, C. Burges.
    """
    return _pair(MNIST, folder)


def fashion_mnist(folder: str | os.PathLike[str] | None = None) -> tuple[Labelled, Labelled]:
    """Pieces of clothing of ten kinds, in the numbers and sizes of `mnist`, which see.

    Source: H. Xiao, K. Rasul, R. Vollgraf, Zalando Research; MIT licence.
    """
    return _pair(FASHION_MNIST, folder)


# ---------------------------------------------------------------------------- the files


class Source(NamedTuple):
    """Where a data set is found, and the SHA-256 of its files, decompressed."""

    title: str
    folders: tuple[str, ...]
    mirrors: tuple[str, ...]
    checksums: dict[str, str]


MNIST = Source(
    "MNIST",
    ("mnist", "MNIST/raw"),
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ),
    {
        "train-images-idx3-ubyte": (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
        ),
        "train-labels-idx1-ubyte": (
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
        ),
        "t10k-images-idx3-ubyte": (
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
        ),
        "t10k-labels-idx1-ubyte": (
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
    },
)

FASHION_MNIST = Source(
    "Fashion-MNIST",
    ("fashion-mnist", "FashionMNIST/raw"),
    (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ),
    {
        "train-images-idx3-ubyte": (
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
        ),
        "train-labels-idx1-ubyte": (
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
        ),
        "t10k-images-idx3-ubyte": (
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
        ),
        "t10k-labels-idx1-ubyte": (
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
    },
)

_LARGEST = 47_040_016
"""Bytes of the largest file, decompressed; more than that is not taken from anywhere."""


def _pair(source: Source, folder: str | os.PathLike[str] | None) -> tuple[Labelled, Labelled]:
    images, labels, test_images, test_labels = (read_idx(path) for path in _located(source, folder))
    return _labelled(images, labels), _labelled(test_images, test_labels)


def _labelled(images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]) -> Labelled:
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise UnusableFile(
            f"images of shape {images.shape} and labels of shape {labels.shape} do not belong "
            "together: are the files in each other's place?"
        )
    return Labelled(from_numpy(images[:, None]), from_numpy(labels.astype(np.int64)))


def _located(source: Source, folder: str | os.PathLike[str] | None) -> list[Path]:
    """The four files, in the folder that somebody named, or in the cache."""
    named = folder or os.environ.get(VARIABLE)
    if named:
        said = "--data" if folder else VARIABLE
        places = [Path(named, inner) for inner in (*source.folders, ".")]
        for place in places:
            found = [_existing(place, name) for name in source.checksums]
            if all(found):
                return [path for path in found if path]
        raise FileNotFoundError(
            f"{source.title} is not in {os.fspath(named)!r}, which {said} names: there must be "
            f"the files {', '.join(source.checksums)}, as they are or with .gz, in one of "
            f"{', '.join(map(str, places))}"
        )
    place = cache() / source.folders[0]
    return [_existing(place, name) or _downloaded(source, name, place) for name in source.checksums]


def _existing(place: Path, name: str) -> Path | None:
    dotted = name.replace("-idx", ".idx")  # as some archives spell it
    for path in (place / spelt for each in (name, dotted) for spelt in (each, each + ".gz")):
        if path.is_file():
            return path
    return None


def cache() -> Path:
    """The folder for downloads: in the user's cache, ``XDG_CACHE_HOME`` or ``~/.cache``.

    >>> from demos.data import cache
    >>> cache().name
    'leibniz-autograd'
    """
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(home or Path.home() / ".cache", "leibniz-autograd")


def read_idx(path: Path) -> npt.NDArray[np.uint8]:
    """The array of bytes in an IDX file, compressed by gzip or not.

    The file says 0, 0, 8 (bytes), the number of dimensions and their lengths, big-endian.
    Raises UnusableFile (an OSError and a ValueError) for another file, and for one that is longer
    or shorter than it says.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            start = file.read(4)
            if len(start) < 4 or start[:3] != b"\0\0\x08" or not 1 <= start[3] <= 3:
                raise ValueError(f"it starts with {start.hex(' ')}, no IDX file of bytes does")
            lengths = file.read(4 * start[3])
            if len(lengths) < 4 * start[3]:
                raise ValueError("it ends before its lengths do")
            shape = struct.unpack(f">{start[3]}I", lengths)
            wanted = math.prod(shape)
            content = _at_most(file, wanted)
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnusableFile(f"{path} cannot be read: {error}") from error
    if len(content) != wanted:
        raise UnusableFile(
            f"{path} cannot be read: it says that its shape is {shape}, and holds {len(content)} "
            "bytes: delete it to have it downloaded again"
        )
    return np.frombuffer(content, np.uint8).reshape(shape)


def _at_most(file: io.BufferedIOBase, most: int) -> bytearray:
    """What is left in the file; ValueError where that is more than ``most`` bytes."""
    content = bytearray()
    while piece := file.read(1 << 20):
        content += piece
        if len(content) > most:
            raise ValueError(f"there are more than {most:,} bytes in it")
    return content


# ------------------------------------------------------------------------- downloading


def _downloaded(source: Source, name: str, place: Path) -> Path:
    """The file from the first mirror that has the right one, kept in ``place``."""
    _check_writable(source, place)
    problems = []
    for mirror in source.mirrors:
        address = f"{mirror}{name}.gz"
        print(f"downloading {address}", file=sys.stderr)
        try:
            content = _fetched(address)
        except (OSError, ValueError, EOFError, zlib.error) as error:
            problems.append(f"{address}: {error}")
            continue
        found = hashlib.sha256(content).hexdigest()
        if found == source.checksums[name]:
            return _kept(content, place / name)
        problems.append(f"{address}: its SHA-256 is {found}, not {source.checksums[name]}")
    raise FileNotFoundError(
        f"{source.title} could not be downloaded. Put the files {', '.join(source.checksums)}, as "
        f"they are or with .gz, into a folder and name it by --data DIR or {VARIABLE}=DIR, or put "
        f"them into {place}. What was tried:\n  " + "\n  ".join(problems)
    )


def _check_writable(source: Source, place: Path) -> None:
    """Raise OSError, saying what to do, before anything is downloaded that cannot be kept."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        if not os.access(place, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))
    except OSError as error:
        raise OSError(
            f"{source.title} is not here, and cannot be downloaded into {place}: "
            f"{error.strerror or error}. Name another folder for it by XDG_CACHE_HOME=DIR, or the "
            f"folder where its files are by --data DIR or {VARIABLE}=DIR"
        ) from error


def _fetched(address: str) -> bytearray:
    with (
        urllib.request.urlopen(address, timeout=TIMEOUT) as answer,
        gzip.GzipFile(fileobj=answer) as file,
    ):
        return _at_most(file, _LARGEST)


def _kept(content: bytearray, path: Path) -> Path:
    """Write the file whole or not at all: a program that is stopped leaves no half one."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return path
