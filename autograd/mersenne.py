"""The stream of 32-bit words that torch's CPU generator draws: MT19937, its seeds and states.

Source: M. Matsumoto and T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998).
"""

from __future__ import annotations

import operator
import os
import threading
from typing import Any, Self, SupportsIndex

import numpy as np
import numpy.typing as npt

from autograd.random_arithmetic import CHUNK, Array

_DEFAULT_SEED = 67280421310721  # torch's seed of a Generator that was never seeded
_WORDS = 624  # the length of MT19937's key

# The bytes of a state are torch's, so a state saved there can be loaded here and back.
_STATE = np.dtype(
    [
        ("seed", "<u8"),
        ("left", "<i4"),
        ("seeded", "<i4"),
        ("next", "<u8"),
        ("key", "<u8", (_WORDS,)),
        ("unused_x", "<f8"),
        ("normal", "<f8"),
        ("unused_rho", "<f8"),
        ("has_normal", "<i4"),
        ("unused_tail", "u1", (12,)),
    ]
)


class Mersenne:
    """A seeded stream of words that stands where torch's stands after the same draws."""

    def __init__(self) -> None:
        self._prepare()
        self.manual_seed(_DEFAULT_SEED)

    def _prepare(self) -> None:
        self._lock = threading.Lock()
        self._engine = np.random.MT19937()
        self._seed = 0
        self._fresh = True  # seeded and not drawn from: torch's state tells the two apart
        self._next_normal: float | None = None

    def __getstate__(self) -> Array:
        return self.get_state()

    def __setstate__(self, state: Array) -> None:
        self._prepare()
        self.set_state(state)

    # ---------------------------------------------------------------- seeds and states

    def manual_seed(self, seed: SupportsIndex) -> Self:
        """Restart the stream from `seed` and return the generator.

        A seed lies in [-2**63, 2**64); a negative one counts back from 2**64, and only the low
        32 bits choose the stream. TypeError if it is no integer, ValueError outside the range.
        Source: torch.Generator.manual_seed; Knuth's initialisation as in mt19937ar.c.

        >>> Generator().manual_seed(-1).initial_seed() == 2**64 - 1
        True
        """
        value = operator.index(seed)
        if not -(1 << 63) <= value < 1 << 64:
            raise ValueError(
                f"manual_seed got {value}, but a seed is a 64-bit number: "
                "use one from -2**63 to 2**64 - 1"
            )
        value %= 1 << 64
        start = np.random.RandomState(value & 0xFFFFFFFF).get_state(legacy=False)
        with self._lock:
            self._set_engine(start["state"]["key"], _WORDS)
            self._seed = value
            self._fresh = True
            self._next_normal = None
        return self

    def seed(self) -> int:
        """Restart the stream from 53 bits of the system's entropy, and return them.

        Source: torch.Generator.seed.

        >>> 0 <= Generator().seed() < 2**53
        True
        """
        value = int.from_bytes(os.urandom(8), "little") >> 11
        self.manual_seed(value)
        return value

    def initial_seed(self) -> int:
        """Return the seed that the stream last started from, in [0, 2**64).

        Source: torch.Generator.initial_seed.

        >>> Generator().manual_seed(7).initial_seed()
        7
        """
        return self._seed

    def get_state(self) -> Array:
        """Return where the stream stands: a uint8 array of 5056 bytes, laid out as torch's.

        Source: torch.Generator.get_state.

        >>> Generator().get_state().shape
        (5056,)
        """
        record = np.zeros(1, _STATE)
        with self._lock:
            inner = self._engine.state["state"]
            position = 0 if self._fresh else int(inner["pos"])
            record["seed"] = self._seed
            record["left"] = 1 if self._fresh else _WORDS + 1 - position
            record["seeded"] = 1
            record["next"] = position
            record["key"] = inner["key"]
            if self._next_normal is not None:
                record["has_normal"] = 1
                record["normal"] = self._next_normal
        return record.view(np.uint8)

    def set_state(self, state: Array) -> None:
        """Continue from a state that `get_state`, here or in torch, returned.

        TypeError if it is no uint8 array, RuntimeError if its size or its content is not that
        of a state. Source: torch.Generator.set_state.

        >>> g = Generator(); state = g.get_state(); first = g.integers(0, 100, 3)
        >>> g.set_state(state); (g.integers(0, 100, 3) == first).all()
        np.True_
        """
        raw = np.asarray(state)
        if raw.dtype != np.uint8:
            raise TypeError(f"a generator's state is a uint8 array, but got {raw.dtype}")
        if raw.size != _STATE.itemsize:
            raise RuntimeError(
                f"a generator's state has {_STATE.itemsize} bytes, but this one has {raw.size}"
            )
        record = np.frombuffer(raw.tobytes(), _STATE)[0]
        left, position = int(record["left"]), int(record["next"])
        fresh = left == 1 and position == 0
        if record["seeded"] != 1 or not (fresh or 1 <= position == _WORDS + 1 - left <= _WORDS):
            raise RuntimeError("Invalid mt19937 state: pass what get_state() returned")
        with self._lock:
            self._set_engine(record["key"].astype(np.uint32), _WORDS if fresh else position)
            self._seed = int(record["seed"])
            self._fresh = fresh
            self._next_normal = float(record["normal"]) if record["has_normal"] else None

    # ---------------------------------------------------------------- draws (lock held)

    def _set_engine(self, key: npt.NDArray[np.uint32], position: int) -> None:
        self._engine.state = {
            "bit_generator": "MT19937",
            "state": {"key": key, "pos": position},
        }

    def _draw(self, count: int, wide: bool) -> npt.NDArray[np.uint64]:
        """`count` draws of 32 bits, or of 64 bits (high word first) when `wide`."""
        if count:
            self._fresh = False
        words = self._engine.random_raw(2 * count if wide else count)
        return (words[0::2] << np.uint64(32)) | words[1::2] if wide else words

    def _unit(self, count: int, kind: np.dtype[Any]) -> Array:
        """`count` numbers of [0, 1): 53 random bits for float64, 24 bits for the others."""
        wide = kind == np.float64
        bits = 53 if wide else 24
        unit: Array = np.empty(count, np.float64 if wide else np.float32)
        for i in range(0, count, CHUNK):  # a word takes twice the memory of its number
            draws = self._draw(min(CHUNK, count - i), wide)
            draws &= np.uint64((1 << bits) - 1)
            unit[i : i + CHUNK] = draws
        unit *= unit.dtype.type(2.0**-bits)
        return unit
