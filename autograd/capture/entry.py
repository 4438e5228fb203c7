"""An entry of a tape: one call of NumPy, and the memory that it reads and writes."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd.capture import functions
from autograd.capture.roots import Place

How = Literal["out", "copy", "write", "guard", "host", "grad", "draw", "mark", "wait"]


class Entry:
    """One call.

    ``out``: the function takes ``out``; ``copy``: its result is copied there; ``write``: it writes
    into ``out`` itself; ``guard``: its truth must be ``result``; ``host``: Python that is called as
    it is; ``grad``: a tensor's gradient is set; ``draw``: as ``copy``, but it draws random numbers;
    ``mark``: nothing, the derivative of a result begins here; ``wait``: for what is at work
    ``beside`` the others.
    """

    __slots__ = (
        "args",
        "beside",
        "early",
        "function",
        "how",
        "kept",
        "kwargs",
        "name",
        "out",
        "part",
        "result",
    )

    def __init__(
        self,
        how: How,
        function: Any,
        args: Any = (),
        kwargs: Any = None,
        out: tuple[Place, ...] = (),
        result: Any = None,
        name: str = "",
    ) -> None:
        self.how = how
        self.function = function
        self.args = args
        self.kwargs = kwargs or {}
        self.out = out
        self.result = result
        self.name = name
        self.kept = False
        """Whether it is done even where nobody wants what it gives."""
        self.beside = False
        """Whether another thread may do it while others go on."""
        self.part = ""
        """The operator, or the derivative of one, that it belongs to."""
        self.early = False
        """Whether it depends on arguments alone, and can come before everything else."""

    def changed(self, **changes: Any) -> Entry:
        """The same one but for some parts."""
        made = Entry(self.how, self.function)
        for name in self.__slots__:
            setattr(made, name, changes.get(name, getattr(self, name)))
        return made

    def title(self) -> str:
        """What it does, in a word or two."""
        name = self.name or getattr(self.function, "__name__", "")
        of = getattr(self.function, "__self__", None)
        if isinstance(of, np.ufunc):
            return f"{of.__name__}.{name}"
        if self.how == "grad":
            return "grad"
        return name or str(getattr(self.function, "args", (self.how,))[0])

    def reads(self) -> list[Place]:
        """The places among its arguments."""
        found = functions.leaves((self.args, self.kwargs))
        return [each for each in found if type(each) is Place]
