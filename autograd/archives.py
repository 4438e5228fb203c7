"""Files of named arrays and one text: ``.npz`` by NumPy alone, ``.safetensors`` by its package.

Whatever a file claims is checked against what is in it before memory is taken, and reading
runs nothing. Every function raises ValueError, saying why, for a file that is not as it should be.
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import numpy as np

from autograd import dtypes
from autograd.graph import Raw
from autograd.optional import safetensors
from autograd.structure import NAME, checked_names

Contents = tuple[dict[str, Raw], str | None]

_SUFFIX = ".npy"
_DEFLATED = 1040
"""How many bytes can come out of one that is compressed by deflate."""


@contextmanager
def _reading(path: str) -> Iterator[None]:
    """Turn what the readers raise for a damaged or hostile file into one ValueError."""
    try:
        yield
    except (MemoryError, ModuleNotFoundError):
        raise
    except Exception as error:
        raise ValueError(
            f"{path} cannot be read: {str(error) or type(error).__name__}. It is damaged, or no "
            f"{'.safetensors' if path.lower().endswith('.safetensors') else '.npz'} file of tensors"
        ) from error


def _known(name: str, kind: Any) -> dtypes.DType:
    if kind not in dtypes.NAMES:
        raise ValueError(
            f"its tensor {name!r} has dtype {kind}, and dtypes here are {', '.join(dtypes.NAMES)}"
        )
    return dtypes.NAMES[kind]


def _clean(array: Raw) -> Raw:
    """Bools that are 0 or 1, as NumPy takes for granted; all else as it is."""
    return array.view(np.uint8) != 0 if array.dtype == np.bool_ else array


# ---------------------------------------------------------------------------------- npz


def write_npz(path: str | IO[bytes], arrays: dict[str, Raw], text: str) -> None:
    """Write what ``np.load`` reads: each array by its name, the text as bytes."""
    entries = {**arrays, NAME: np.frombuffer(text.encode(), np.uint8)}
    with zipfile.ZipFile(path, "w", allowZip64=True) as archive:
        for name, array in entries.items():
            # The same arrays give the same bytes: the time that stands in a member is fixed.
            member = zipfile.ZipInfo(name + _SUFFIX)
            with archive.open(member, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def read_npz(path: str) -> Contents:
    """What `write_npz` wrote, or ``np.savez``, which leaves no text."""
    with open(path, "rb") as file:
        return read_npz_file(file, path)


def read_npz_file(file: IO[bytes], path: str) -> Contents:
    """`read_npz` of an open file that can be searched; ``path`` is what messages call it."""
    with _reading(path):
        size = file.seek(0, os.SEEK_END)
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if sum(member.compress_size for member in members) > size:
                raise ValueError("it claims to hold more than it is long")
            strange = [each.filename for each in members if not each.filename.endswith(_SUFFIX)]
            if any(each.endswith("/data.pkl") for each in strange):
                raise ValueError(
                    "torch.save wrote it, and reading that would run code from it. In torch, write "
                    "safetensors.torch.save_file(model.state_dict(), 'model.safetensors')"
                )
            if strange:
                raise ValueError(f"it holds {strange[0][:200]!r}, which is no array")
            names = [member.filename.removesuffix(_SUFFIX) for member in members]
            checked_names([name for name in names if name != NAME])
            arrays = {
                name: _member(archive, member, name)
                for name, member in zip(names, members, strict=True)
            }
            text = arrays.pop(NAME).tobytes().decode() if NAME in arrays else None
    return arrays, text


_HEADERS: dict[tuple[int, int], Callable[[Any], Any]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Raw:
    most = {zipfile.ZIP_STORED: 1, zipfile.ZIP_DEFLATED: _DEFLATED}.get(member.compress_type)
    if most is None:
        raise ValueError(f"{name!r} is compressed in a way that NumPy does not write")
    if member.file_size > most * member.compress_size:
        raise ValueError(
            f"{name!r} claims {member.file_size} bytes, and {member.compress_size} are there"
        )
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        if version not in _HEADERS:
            raise ValueError(f"{name!r} is of version {version}, which only records need")
        shape, fortran, dtype = _HEADERS[version](file)
        kind = _known(name, "object" if dtype.hasobject else dtype.name)
        length = math.prod(shape) * kind.itemsize
        if min(shape, default=0) < 0 or length != member.file_size - file.tell():
            raise ValueError(
                f"{name!r} claims shape {shape} of {kind}, {length} bytes, and "
                f"{member.file_size - file.tell()} are there"
            )
        raw = np.empty(length, np.uint8)
        _fill(raw.data, file)
    array = raw.view(dtype).reshape(shape, order="F" if fortran else "C")
    return _clean(np.asarray(array, dtype=kind, order="C"))


def _fill(memory: memoryview, file: IO[bytes]) -> None:
    """Read all of ``memory``, and the end of the file, where its checksum is compared."""
    done = 0
    while done < len(memory):
        count = file.readinto(memory[done:])  # type: ignore[attr-defined]  # a BufferedIOBase
        if not count:
            raise EOFError("it ends before its data do")
        done += count
    if file.read(1):
        raise ValueError("it goes on after its data")


# -------------------------------------------------------------------------- safetensors

_FORMATS = {
    "F16": "float16",
    "F32": "float32",
    "F64": "float64",
    "I8": "int8",
    "I16": "int16",
    "I32": "int32",
    "I64": "int64",
    "U8": "uint8",
    "BOOL": "bool",
}


def write_safetensors(path: str, arrays: dict[str, Raw], text: str) -> None:
    """Write a safetensors file: each array by its name, the text in the metadata."""
    safetensors("a .safetensors file").numpy.save_file(arrays, path, metadata={NAME: text})


def read_safetensors(path: str) -> Contents:
    """What `write_safetensors` wrote, or others, who leave no text; bfloat16 becomes float32."""
    package = safetensors("a .safetensors file")
    with open(path, "rb") as file, _reading(path), package.safe_open(path, framework="np") as data:
        names = list(data.offset_keys() if hasattr(data, "offset_keys") else data.keys())
        checked_names(names)
        arrays = {}
        for name in names:
            kind = data.get_slice(name).get_dtype()
            if kind == "BF16":
                arrays[name] = _widened(file, name)
            else:
                _known(name, _FORMATS.get(kind, kind))
                arrays[name] = _clean(np.asarray(data.get_tensor(name)))
        return arrays, (data.metadata() or {}).get(NAME)


def _widened(file: IO[bytes], name: str) -> Raw:
    """A tensor of bfloat16 as float32, which holds all of its numbers exactly."""
    file.seek(0)
    length = int.from_bytes(file.read(8), "little")
    entry = json.loads(file.read(length))[name]  # safe_open has checked it
    start, end = entry["data_offsets"]
    file.seek(8 + length + start)
    upper = np.frombuffer(file.read(end - start), "<u2").reshape(entry["shape"])
    return (upper.astype(np.uint32) << 16).view(np.float32)
