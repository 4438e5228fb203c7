"""Sequences of several lengths in one tensor: padded, or packed without the padding.

Source: `torch.nn.utils.rnn`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import autograd
from autograd import Tensor

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class _Packed(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Packed):
    """Sequences by time step: the first entry of each, then the second of each that has one, ...

    ``batch_sizes`` (int64) says how many sequences have each step, ``sorted_indices`` how they
    were sorted by length, ``unsorted_indices`` the way back. `pack_sequence` and
    `pack_padded_sequence` make them; recurrent layers take and return them.

    >>> nn.utils.rnn.pack_sequence([tensor([1, 2]), tensor([3])]).data
    tensor([1, 3, 2])
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Any,
        batch_sizes: Tensor | None = None,
        sorted_indices: Tensor | None = None,
        unsorted_indices: Tensor | None = None,
    ) -> PackedSequence:
        """From the four parts, or from a pair of the first two."""
        if batch_sizes is None:
            data, batch_sizes = data
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same with data of another dtype, or on the device "cpu", where it is anyhow.

        >>> nn.utils.rnn.pack_sequence([tensor([1, 2])]).to(float32).data
        tensor([1., 2.])
        """
        data = self.data.to(*args, **kwargs)
        if data is self.data:
            return self
        return PackedSequence(data, self.batch_sizes, self.sorted_indices, self.unsorted_indices)

    def float(self) -> PackedSequence:
        """The same in float32.

        >>> nn.utils.rnn.pack_sequence([tensor([1, 2])]).float().data
        tensor([1., 2.])
        """
        return self.to(autograd.float32)

    def double(self) -> PackedSequence:
        """The same in float64.

        >>> nn.utils.rnn.pack_sequence([tensor([1, 2])]).double().data.dtype
        dtype('float64')
        """
        return self.to(autograd.float64)

    def cpu(self) -> PackedSequence:
        """The sequence itself, which is on the CPU.

        >>> nn.utils.rnn.pack_sequence([tensor([1, 2])]).cpu().data
        tensor([1, 2])
        """
        return self

    @property
    def is_cuda(self) -> bool:
        """Whether the data is on a GPU: never."""
        return False


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The permutation that undoes this one; None for None.

    >>> nn.utils.rnn.invert_permutation(tensor([2, 0, 1]))
    tensor([1, 2, 0])
    """
    if permutation is None:
        return None
    order: Tensor = autograd.argsort(permutation)
    return order


def pack_padded_sequence(
    input: Tensor,
    lengths: Tensor | list[int],
    batch_first: bool = False,
    enforce_sorted: bool = True,
) -> PackedSequence:
    """Padded sequences, (T, B, ...) or with ``batch_first`` (B, T, ...), without the padding.

    With ``enforce_sorted`` the lengths must not increase; without it the sequences are sorted.
    Raises RuntimeError for lengths that are not positive, too long, or not in order.

    >>> padded = tensor([[1, 3], [2, 0]])
    >>> nn.utils.rnn.pack_padded_sequence(padded, [2, 1]).batch_sizes
    tensor([2, 1])
    """
    if isinstance(lengths, Tensor):
        counts = lengths.detach().to(autograd.int64)
    else:
        counts = autograd.tensor(list(lengths), dtype=autograd.int64)
    order = None
    if not enforce_sorted:
        counts, order = autograd.sort(counts, descending=True)
        input = input.index_select(0 if batch_first else 1, order)
    if batch_first:
        input = input.transpose(0, 1)
    sizes = _batch_sizes(input, counts)
    longest = len(sizes)
    seen = autograd.arange(longest).unsqueeze(1) < counts
    return PackedSequence(input[:longest][seen], autograd.tensor(sizes), order)


def _batch_sizes(input: Tensor, lengths: Tensor) -> list[int]:
    """How many sequences have each step; ``input`` (T, B, ...). Raises as torch does."""
    if not input.numel():
        raise RuntimeError("Cannot pack empty tensors.")
    known: list[int] = lengths.tolist() if lengths.ndim == 1 else []
    if len(known) != input.shape[1]:
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {lengths.numel()} "
            f"(batch_size={input.shape[1]})"
        )
    if known != sorted(known, reverse=True):
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. "
            "You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to "
            "sidestep this requirement."
        )
    if known[-1] <= 0:
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' "
            "that is <= 0"
        )
    if known[0] > input.shape[0]:
        raise RuntimeError(
            f"Expected lengths of at most {input.shape[0]}, which the input of shape "
            f"{input.shape} has, but got {known[0]}"
        )
    sizes, count = [], len(known)
    for step in range(known[0]):
        while known[count - 1] <= step:
            count -= 1
        sizes.append(count)
    return sizes


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """The sequences padded, (T, B, ...) or with ``batch_first`` (B, T, ...), and their lengths.

    T is the longest length, or ``total_length``; raises ValueError where that is shorter. The
    sequences stand in the order in which they were packed.

    >>> packed = nn.utils.rnn.pack_sequence([tensor([1, 2]), tensor([3])])
    >>> nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
    (tensor([[1, 2],
            [3, 0]]), tensor([2, 1]))
    """
    data, sizes, _, unsorted = sequence
    longest = len(sizes)
    if total_length is not None:
        if total_length < longest:
            raise ValueError(
                "Expected total_length to be at least the length of the longest sequence in input, "
                f"but got total_length={total_length} and max sequence length being {longest}"
            )
        longest = total_length
    batch = int(sizes[0])
    seen = autograd.arange(batch) < sizes.unsqueeze(1)
    lengths = seen.sum(0)
    padded = autograd.full((longest, batch, *data.shape[1:]), padding_value, dtype=data.dtype)
    padded[: len(sizes)][seen] = data
    if unsorted is not None:
        padded, lengths = padded.index_select(1, unsorted), lengths[unsorted]
    return padded.transpose(0, 1) if batch_first else padded, lengths


def pad_sequence(
    sequences: Any,
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Tensors (length, ...) beside each other, padded to the longest: (T, B, ...).

    With ``batch_first`` (B, T, ...); the padding stands at the "right" or at the "left". Raises
    RuntimeError for what is no list, for none, and for another side.

    >>> nn.utils.rnn.pad_sequence([tensor([1, 2]), tensor([3])], batch_first=True)
    tensor([[1, 2],
            [3, 0]])
    """
    if not isinstance(sequences, Iterable):
        raise RuntimeError(
            "pad_sequence: Expected iterable for input sequences, but got arg of type: "
            f"{type(sequences)}"
        )
    given: tuple[Tensor, ...] = tuple(sequences)
    if not given:
        raise RuntimeError("received an empty list of sequences")
    if padding_side not in ("left", "right"):
        raise RuntimeError(
            f"Expected padding_side to be one of left or right, but got {padding_side}."
        )
    longest = max(each.shape[0] for each in given)
    rest = given[0].shape[1:]
    columns = []
    for each in given:
        if each.shape[1:] != rest:
            raise RuntimeError(
                f"pad_sequence: the sequences have the shapes {given[0].shape} and {each.shape}, "
                "which must be the same but for the first dimension"
            )
        missing = longest - each.shape[0]
        if missing:
            padding = autograd.full((missing, *rest), padding_value, dtype=each.dtype)
            each = autograd.cat([each, padding] if padding_side == "right" else [padding, each])
        columns.append(each)
    padded: Tensor = autograd.stack(columns, 0 if batch_first else 1)
    return padded


def unpad_sequence(
    padded_sequences: Tensor, lengths: Tensor, batch_first: bool = False
) -> list[Tensor]:
    """The sequences of these lengths from a padded tensor, as a list.

    >>> nn.utils.rnn.unpad_sequence(tensor([[1, 2], [3, 0]]), tensor([2, 1]), batch_first=True)
    [tensor([1, 2]), tensor([3])]
    """
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[:length] for row, length in zip(rows, lengths.tolist(), strict=True)]


def pack_sequence(sequences: list[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Tensors (length, ...) packed; see `pack_padded_sequence`.

    >>> nn.utils.rnn.pack_sequence([tensor([1, 2]), tensor([3])]).batch_sizes
    tensor([2, 1])
    """
    lengths = [each.shape[0] for each in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The sequences that were packed, as a list.

    >>> packed = nn.utils.rnn.pack_sequence([tensor([1, 2]), tensor([3])])
    >>> nn.utils.rnn.unpack_sequence(packed)
    [tensor([1, 2]), tensor([3])]
    """
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
