"""Reading a tensor: its shape and dtype, and its elements as numbers, lists, NumPy arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

import numpy as np
import numpy.typing as npt

from autograd import dtypes, pixels
from autograd.devices import no_device
from autograd.grad_mode import mode
from autograd.graph import Leaf, Raw, Vertex
from autograd.memory_formats import contiguous_format, in_this_order, memory_format as order
from autograd.size import Size

if TYPE_CHECKING:
    from autograd._methods import Methods
    from autograd.views import View
else:
    Methods = object


def as_number(value: Any) -> Any:
    """A 0-d tensor or NumPy scalar as the Python number; anything else as it is."""
    return value.item() if isinstance(value, (Readout, np.generic)) else value


class Readout(Methods):
    """The part of `Tensor` that tells what its array holds."""

    __slots__ = ()
    _array: Raw
    _node: Vertex | None
    _view: View | None

    @property
    def shape(self) -> Size:
        """The length of every dimension.

        >>> zeros(2, 3).shape
        (2, 3)
        """
        return Size(self._array.shape)

    @property
    def dtype(self) -> dtypes.DType:
        """The element type, a NumPy dtype."""
        kind: dtypes.DType = self._array.dtype
        return kind

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self._array.shape)

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements together."""
        return self.numel() * self.itemsize

    def dim(self) -> int:
        """The number of dimensions, `ndim`."""
        return self.ndim

    ndimension = dim

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the length of dimension ``dim``."""
        return self.shape if dim is None else self.shape[dim]

    def numel(self) -> int:
        """The number of elements."""
        return int(self._array.size)

    nelement = numel

    def stride(self, dim: int | None = None) -> Any:
        """Elements (not bytes) from one entry to the next, for each dimension or for ``dim``."""
        steps = tuple(step // self.itemsize for step in self._memory().strides)
        return steps if dim is None else steps[dim]

    def is_contiguous(self, memory_format: order = contiguous_format) -> bool:
        """Whether the memory holds the elements in row-major order without gaps, or in this."""
        return in_this_order(self._memory(), memory_format)

    def storage_offset(self) -> int:
        """Elements before the first one, in the memory that this is a view of.

        >>> arange(6)[2:].storage_offset()
        2
        """
        array: Any = self._memory()
        owner = array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        return int((array.ctypes.data - owner.ctypes.data) // self.itemsize)

    def data_ptr(self) -> int:
        """The address of the first element: equal for tensors that begin in the same place.

        >>> x = arange(6)
        >>> x.data_ptr() == x.view(2, 3).data_ptr()
        True
        """
        return int(self._memory().ctypes.data)

    def pin_memory(self) -> Self:
        """This tensor itself: there is no device to copy it to."""
        return self

    def is_pinned(self) -> bool:
        """False: no memory is pinned."""
        return False

    def share_memory_(self) -> Self:
        """This tensor itself: threads share its memory anyhow."""
        return self

    def cuda(self, device: Any = None) -> NoReturn:
        """Raises RuntimeError: there is no device but the CPU."""
        raise no_device("cuda" if device is None else f"cuda:{device}")

    def get_device(self) -> int:
        """-1, torch's number of the CPU."""
        return -1

    is_cpu = True
    is_cuda = is_sparse = is_quantized = is_meta = is_nested = False

    def is_complex(self) -> bool:
        """False: there are no complex tensors."""
        return False

    def is_floating_point(self) -> bool:
        """Whether the dtype is a float, so that gradients can flow."""
        return dtypes.is_floating(self.dtype)

    def element_size(self) -> int:
        """Bytes of one element."""
        return self.itemsize

    def item(self) -> Any:
        """The only element, as a Python number.

        Raises RuntimeError where there are more or fewer than one.

        >>> tensor([2.5]).item()
        2.5
        """
        if self._array.size != 1:
            raise RuntimeError(
                f"item(): a Tensor with {self._array.size} elements cannot be converted to "
                "Scalar; reduce it first (x.sum().item()) or take x.tolist()"
            )
        return self._array.item()

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers.

        >>> tensor([[1, 2], [3, 4]]).tolist()
        [[1, 2], [3, 4]]
        """
        return self._array.tolist()

    def numpy(self, *, force: bool = False) -> npt.NDArray[Any]:
        """The memory itself, as an ``np.ndarray``: writing to it writes to the tensor.

        Raises RuntimeError where the tensor requires grad, because nothing done to the
        array would be recorded; ``force=True`` detaches, and under `no_grad` nothing is
        recorded anyway.

        >>> tensor([1, 2]).numpy()
        array([1, 2])
        """
        if self._node is not None and not force and mode().grad:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. "
                "Use tensor.detach().numpy() instead."
            )
        return self._memory()

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        """What ``np.asarray(tensor)`` takes; raises where the tensor requires grad."""
        if dtype is None or np.dtype(dtype) == self.dtype:
            return self.numpy().copy() if copy else self.numpy()
        if copy is False:
            raise ValueError(f"a tensor of {self.dtype} cannot become {dtype} without a copy")
        return self.numpy().astype(dtype)

    def _memory(self) -> npt.NDArray[Any]:
        """The array as one that can be shared, in the layout that users expect.

        Until here 0-d results are NumPy scalars, and images may lie pixel by pixel.
        """
        array = self._array
        if type(array) is not np.ndarray:
            array = np.asarray(array)
            self._hold(array)
        elif array.ndim == 4 and self._view is None and pixels.is_hidden(array):
            array = np.ascontiguousarray(array)
            self._hold(array)
        return array  # type: ignore[no-any-return]  # narrowed by the test above

    def _hold(self, array: Raw) -> None:
        """Stand on other memory; the leaf of the graph follows."""
        self._array = array
        if type(self._node) is Leaf:
            self._node.hold(array)

    # -- Python's protocols -------------------------------------------------------------

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.ndim == 0 else format(repr(self), spec)

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __bool__(self) -> bool:
        if self._array.size == 1:
            return bool(self._array.item())
        if self._array.size == 0:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
        raise RuntimeError(
            "Boolean value of Tensor with more than one value is ambiguous: "
            "write (x > 0).all() or (x > 0).any()"
        )

    def __int__(self) -> int:
        return int(self._only())

    def __float__(self) -> float:
        return float(self._only())

    def _only(self) -> Any:
        if self._array.size != 1:
            raise ValueError(
                "only one element tensors can be converted to Python scalars, this one has shape "
                f"{self.shape}; reduce it first, or take x.tolist()"
            )
        return self._array.item()

    def __index__(self) -> int:
        if self.dtype.kind not in "iub" or self._array.size != 1:
            raise TypeError(
                "only integer tensors of a single element can be converted to an index, "
                f"this one has dtype {self.dtype} and shape {self.shape}"
            )
        return int(self._array.item())

    def __contains__(self, element: Any) -> bool:
        if not isinstance(element, (Readout, int, float, np.generic, np.ndarray)):
            raise RuntimeError(
                f"Tensor.__contains__ only supports Tensor or scalar, got {type(element).__name__}"
            )
        return bool(np.any(self._array == getattr(element, "_array", element)))
