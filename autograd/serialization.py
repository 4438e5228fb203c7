"""Saving and loading tensors and what is made of them: safely, and all or nothing."""

from __future__ import annotations

import errno
import io
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, NamedTuple

from autograd.archives import (
    Contents,
    read_npz,
    read_npz_file,
    read_safetensors,
    write_npz,
    write_safetensors,
)
from autograd.devices import check_device
from autograd.structure import put_together, take_apart


class _Format(NamedTuple):
    write: Callable[[str, Any, str], None]
    read: Callable[[str], Contents]


_NPZ = _Format(write_npz, read_npz)
_FORMATS = {
    ".safetensors": _Format(write_safetensors, read_safetensors),
    ".npz": _NPZ,
    # The names that programs written for torch give to their files.
    **dict.fromkeys(("", ".pt", ".pth", ".ckpt", ".tar", ".bin", ".params"), _NPZ),
}


def save(obj: Any, f: str | os.PathLike[str] | IO[bytes]) -> None:
    """Write ``obj`` to the file ``f``, whose suffix chooses the format (`torch.save`).

    ``obj`` is made of dicts, lists and tuples of tensors, arrays, numbers, strings and None, as
    ``model.state_dict()`` and ``optimizer.state_dict()`` are. A dict of tensors becomes a file
    that others read by the same names: ``.safetensors`` those who know the format
    (``safetensors.torch.load_file``; it takes the extra ``safetensors``), ``.npz`` NumPy. The
    names that torch's programs use (``.pt``, ``.pth``, ...) hold ``.npz`` here, too, which torch
    does not read, and so does a file that is open for bytes, such as ``io.BytesIO()``.
    Whatever goes wrong, a file that was there before stays whole, and no half one is left.

    Raises TypeError for other values, ValueError for another suffix.

    >>> import tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "checkpoint.npz")
    >>> save({"weights": {"w": ones(2)}, "epoch": 3}, path)
    >>> load(path)
    {'weights': {'w': tensor([1., 1.])}, 'epoch': 3}
    """
    if _is_open("save", f):
        memory = io.BytesIO()
        write_npz(memory, *take_apart(obj))
        f.write(memory.getvalue())  # type: ignore[union-attr]  # it is open
        return
    path, form = _chosen("save", f)
    arrays, text = take_apart(obj)
    with _replacing(path) as temporary:
        form.write(temporary, arrays, text)


def load(
    f: str | os.PathLike[str] | IO[bytes],
    map_location: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
) -> Any:
    """What `save` wrote to the file ``f``; of files by others, a dict of tensors (`torch.load`).

    Tensors come as new leaves that do not require grad. bfloat16 becomes float32, which holds
    its numbers exactly. Reading never runs code from the file. The keywords are torch's, and
    change nothing here; a ``map_location`` is "cpu". A file that is open for bytes is read from
    where it stands to its end, as ``.npz``.

    Raises ValueError for a damaged file, for one that claims what it does not hold, for dtypes
    that no tensor here has, and for another suffix.

    >>> import tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "model.npz")
    >>> np.savez(path, weight=np.zeros((1, 2), np.float32), bias=np.ones(1, np.float32))
    >>> load(path)
    {'weight': tensor([[0., 0.]]), 'bias': tensor([1.])}
    """
    if map_location is not None:
        check_device(map_location)
    if _is_open("load", f):
        path = str(getattr(f, "name", f"the {type(f).__name__}"))
        content = f.read()  # type: ignore[union-attr]  # it is open
        arrays, text = read_npz_file(io.BytesIO(content), path)
    else:
        path, form = _chosen("load", f)
        arrays, text = form.read(path)
    try:
        return put_together(arrays, text)
    except ValueError as error:
        raise ValueError(f"{path} cannot be read: {error}") from error


def _is_open(name: str, f: Any) -> bool:
    """Whether it is an open file and no path; raises TypeError where it is open for text."""
    if isinstance(f, io.TextIOBase):
        raise TypeError(
            f"{name}() takes files of bytes, this one is open for text: add 'b' to its mode"
        )
    return not isinstance(f, (str, os.PathLike)) and hasattr(
        f, "write" if name == "save" else "read"
    )


def _chosen(name: str, f: Any) -> tuple[str, _Format]:
    """The path, and the format that its suffix says."""
    if not isinstance(f, (str, os.PathLike)):
        raise TypeError(
            f"{name}() takes the path of a file, whose suffix says the format, got "
            f"{type(f).__name__}: write 'model.safetensors' or 'model.npz'"
        )
    path = os.fspath(f)
    form = _FORMATS.get(os.path.splitext(path)[1].lower())
    if form is None:
        raise ValueError(
            f"{name}() knows .safetensors files, which torch and others share, and .npz files, "
            f"which need NumPy alone, not {path!r}: write 'model.safetensors' or 'model.npz'"
        )
    return path, form


@contextmanager
def _replacing(path: str) -> Iterator[str]:
    """A file beside ``path`` to write to, which takes its place when it is complete and on disk."""
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    if os.path.isdir(target):
        raise IsADirectoryError(errno.EISDIR, "there is a folder by the name of the file", path)
    if not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, "there is no such folder to write into", folder)
    temporary = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(8)}.tmp")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    mode = stat.S_IMODE(os.stat(target if os.path.exists(target) else temporary).st_mode)
    try:
        yield temporary
        os.chmod(temporary, mode)  # a writer may have put a file of its own there
        _to_disk(temporary, os.O_RDWR)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    if os.name == "posix":
        with suppress(OSError):  # the new name; some file systems cannot say
            _to_disk(folder, os.O_RDONLY)


def _to_disk(path: str, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
