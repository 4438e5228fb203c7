"""What stands in a tensor's place of memory while a call is recorded.

A `Traced` is no array: it knows one, and NumPy's protocols bring every function of it to the
tape. What looks at its values otherwise, from ``float(x)`` to ``np.asarray(x)``, has to ask for
them, and so nothing can be missed.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd.capture import functions
from autograd.graph import Raw

if TYPE_CHECKING:
    from autograd.capture.roots import Root
    from autograd.capture.tape import Tape


class Traced(NDArrayOperatorsMixin):
    """An array of a recorded call: its values in this call, and the memory that they lie in.

    ``scalar``: eagerly it would be a NumPy scalar, here it is an array without dimensions.
    """

    __slots__ = ("__weakref__", "plain", "root", "scalar", "tape")

    plain: Any
    root: Root
    scalar: bool
    tape: Tape

    @property  # type: ignore[misc]  # so isinstance takes it for an array, and type() does not
    def __class__(self) -> type:
        return np.ndarray

    # -- what does not depend on values --------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """As of the array."""
        return self.plain.shape  # type: ignore[no-any-return]  # an array's

    @property
    def dtype(self) -> np.dtype[Any]:
        """As of the array."""
        return self.plain.dtype  # type: ignore[no-any-return]  # an array's

    @property
    def ndim(self) -> int:
        """As of the array."""
        return self.plain.ndim  # type: ignore[no-any-return]  # an array's

    @property
    def size(self) -> int:
        """As of the array."""
        return self.plain.size  # type: ignore[no-any-return]  # an array's

    @property
    def itemsize(self) -> int:
        """As of the array."""
        return self.plain.itemsize  # type: ignore[no-any-return]  # an array's

    @property
    def nbytes(self) -> int:
        """As of the array."""
        return self.plain.nbytes  # type: ignore[no-any-return]  # an array's

    @property
    def strides(self) -> tuple[int, ...]:
        """As of the array."""
        return self.plain.strides  # type: ignore[no-any-return]  # an array's

    @property
    def base(self) -> Any:
        """What it is a view of."""
        base = self.plain.base
        return traced(base, self.root, False, self.tape) if isinstance(base, np.ndarray) else None

    @property
    def flags(self) -> Any:
        """As of the array."""
        return self.plain.flags

    def __len__(self) -> int:
        return len(self.plain)

    # -- what goes onto the tape ---------------------------------------------------------

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any
    ) -> Any:
        """Run it on the arrays, and note it."""
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        if method == "at":
            return self.tape.write(function, inputs, options, inputs[0])
        if out is not None and out[0] is not None:
            if len(out) > 1:
                return self.tape.refuse(f"np.{ufunc.__name__} with several out")(
                    function, inputs, {**options, "out": out}
                )
            return self.tape.write(function, inputs, {**options, "out": out[0]}, out[0])
        return self.tape.call(function, inputs, options)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any
    ) -> Any:
        """Run it on the arrays, and note it, where it is known to look at nothing else."""
        if function in functions.STATIC:
            return function(*functions.plain(args), **functions.plain(kwargs))
        if function in functions.WRITING:
            return self.tape.write(function, args, kwargs, args[0])
        if kwargs.get("out") is not None:
            return self.tape.write(function, args, kwargs, kwargs["out"])
        if function in functions.PURE:
            return self.tape.call(function, args, kwargs)
        return self.tape.refuse(f"np.{function.__name__} is called, which is not recorded,")(
            function, args, kwargs
        )

    def __getattr__(self, name: str) -> Any:
        if name in functions.METHODS:
            return functools.partial(self._method, name)
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.tape.escape(self, f"the values of a tensor, .{name},"), name)

    def _method(self, name: str, *args: Any, **kwargs: Any) -> Any:
        function = functools.partial(functions.method, name)
        return self.tape.call(function, (self, *args), kwargs)

    @property
    def T(self) -> Any:  # noqa: N802 - NumPy's name
        """Transposed."""
        return self.tape.call(operator.attrgetter("T"), (self,), {})

    @property
    def real(self) -> Any:
        """Itself: there are no complex arrays."""
        return self

    def __getitem__(self, index: Any) -> Any:
        if functions.by_mask(index):
            return self.tape.refuse("a mask picks as many values as it has true places")(
                operator.getitem, (self, index), {}
            )
        return self.tape.call(operator.getitem, (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> None:
        self.tape.write(operator.setitem, (self, index, value), {}, self)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __pow__(self, other: Any) -> Any:
        return self.tape.call(_power(self, other), (self, other), {})

    def __rpow__(self, other: Any) -> Any:
        return self.tape.call(_power(self, other), (other, self), {})

    def __ipow__(self, other: Any) -> Any:
        self[...] = self**other
        return self

    # -- values that leave ---------------------------------------------------------------

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.tape.escape(self, "the values of a tensor"), dtype=dtype, copy=copy)

    def __bool__(self) -> bool:
        return self.tape.truth(self)

    def item(self, *args: Any) -> Any:
        """The only element."""
        return self.tape.escape(self, "the value of a tensor").item(*args)

    def __float__(self) -> float:
        return float(self.tape.escape(self, "the value of a tensor"))

    def __int__(self) -> int:
        return int(self.tape.escape(self, "the value of a tensor"))

    def __index__(self) -> int:
        return operator.index(self.tape.escape(self, "the value of a tensor"))

    def __complex__(self) -> complex:
        return complex(self.tape.escape(self, "the value of a tensor"))

    def __contains__(self, value: Any) -> bool:
        return value in self.tape.escape(self, "the values of a tensor")

    def __repr__(self) -> str:
        return repr(self.tape.escape(self, "the values of a tensor"))

    def __format__(self, spec: str) -> str:
        return format(self.tape.escape(self, "the values of a tensor"), spec)

    def __copy__(self) -> Any:
        return self._method("copy")

    def __deepcopy__(self, memo: Any) -> Any:
        return self._method("copy")

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.tape.escape(self, "the values of a tensor").__reduce_ex__(protocol)

    __hash__ = object.__hash__


def _power(a: Traced, b: Any) -> Callable[..., Any]:
    scalars = a.scalar and not getattr(b, "ndim", 0) and getattr(b, "scalar", True)
    return functions.scalar_power if scalars else functions.power


def traced(plain: Raw, root: Root, scalar: bool, tape: Tape) -> Traced:
    """A new one."""
    made = object.__new__(Traced)
    made.plain, made.root, made.scalar, made.tape = plain, root, scalar, tape
    return made
