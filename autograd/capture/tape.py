"""The tape: what a recorded call did with memory, as a straight line of calls of NumPy."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import blas
from autograd.capture import functions, lines
from autograd.capture.entry import Entry, How
from autograd.capture.roots import Kind, Root, owner
from autograd.capture.traced import Traced, traced
from autograd.graph import Raw


class Escape(BaseException):
    """A kernel needs the values themselves: it is to be noted as one call, from outside."""


class Tape:
    """Entries, the memory that they are about, and why they cannot stand for the call, if so."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.roots: dict[int, Root] = {}
        self.thread = threading.get_ident()
        self.on = True
        """Whether it listens: not while a host call runs, and not when the call is over."""
        self.reason = ""
        self.depth = 0
        self.effects = False
        self.seed: Root | None = None
        """Where the gradient of a result that is differentiated outside will lie."""
        self.historic = False
        """Whether an argument has a history, which backward inside would follow."""
        self.drawing = 0
        """How many draws of random numbers are at work."""
        self.draws = False
        self.held: list[Any] = []
        self.outside: dict[int, tuple[Any, Raw, Any]] = {}
        """Tensors that were there before, the memory that they must still have, their vertex."""
        self.restless: set[int] = set()
        """The numbers of memory that is changed by calls which are not on the tape."""
        self.versions: list[tuple[Any, int]] = []
        """How often the memory of tensors was changed before this call, each in its cell."""

    # -- memory --------------------------------------------------------------------------

    def root_of(self, array: Raw) -> Root | None:
        """The known memory that an array lies in."""
        return self.roots.get(id(owner(array)))

    def known(self, value: Raw) -> Root | None:
        """The known memory of an array or of a NumPy scalar."""
        return self.root_of(value) if isinstance(value, np.ndarray) else self.roots.get(id(value))

    def lift(self, value: Raw, kind: Kind) -> Traced:
        """A plain array, or a NumPy scalar, as one of the tape's."""
        scalar = not isinstance(value, np.ndarray)
        root = self.known(value)
        array = np.asarray(value)
        if root is not None and root.kind == "input":
            self.kill("a tensor shares its memory with an argument")
        if root is None:
            held = value if scalar else owner(value)
            whole = kind == "constant" and isinstance(held, np.ndarray)
            root = self._root(held, held if whole else array, kind)
        return traced(root.array if scalar else array, root, scalar, self)

    def _root(self, held: Any, array: Raw, kind: Kind) -> Root:
        root = Root(array, kind, len(self.held))
        number = id(held)
        self.roots[number] = root
        if root.array is array or not isinstance(held, np.ndarray):
            self.held.append(held)
        else:
            roots = self.roots
            self.held.append(weakref.ref(held, lambda _: roots.pop(number, None)))
        return root

    def result(self, out: Any) -> tuple[Any, bool]:
        """What came out as one of the tape's, and whether it is new memory."""
        if out is None:
            return None, False
        if isinstance(out, np.ndarray):
            root = self.root_of(out)
            if root is not None:
                return traced(out, root, False, self), False
            return traced(out, self._root(owner(out), out, "own"), False, self), True
        array = np.asarray(out)
        return traced(array, self._root(array, array, "own"), True, self), True

    # -- entries -------------------------------------------------------------------------

    def call(self, function: Any, args: Any, kwargs: Any, name: str = "") -> Any:
        """Run a function of arrays that looks at its arguments alone, and note it."""
        self._check_thread()
        if self.depth and blas.one_thread.inside and functions.multiplies(function):
            raise Escape  # only the kernel as a whole keeps BLAS on one thread
        given, named = functions.plain(args), functions.plain(kwargs)
        out = function(*given, **named)
        if not self.live:
            return out
        several = isinstance(out, (tuple, list))
        given_out = [each for each in out if each is not None] if several else [out]
        if not all(map(_is_array, given_out)):
            return self.refuse(f"{name or function} gives no arrays")(function, args, kwargs)
        found = [self.result(each) for each in (self._apart(out) if several else (out,))]
        new = tuple(each.root.place(each.plain) for each, fresh in found if fresh)
        if new and function is not np.empty_like:
            fresh = [each for _, each in found]
            how: How = "out" if _takes_out(function) and not several else "copy"
            placed, named = self.places(args), self.places(kwargs)
            entry = Entry(how, function, placed, named, new, fresh, name)
            self.entries.append(entry)
        results = [each for each, _ in found]
        if not several:
            return results[0]
        return type(out)(*results) if hasattr(out, "_fields") else type(out)(results)

    def _apart(self, results: Sequence[Raw | None]) -> list[Raw | None]:
        """Several results: parts of one new piece of memory as pieces of their own."""
        seen: dict[int, Raw] = {}
        found = []
        for each in results:
            if each is not None and self.root_of(each) is None:
                first = seen.setdefault(id(owner(each)), each)
                each = each if first is each else each.copy()
            found.append(each)
        return found

    def write(self, function: Any, args: Any, kwargs: Any, out: Any) -> Any:
        """Run a function that writes into ``out``, and note it."""
        self._check_thread()
        given, named = functions.plain(args), functions.plain(kwargs)
        if not self.live:
            function(*given, **named)
            return out
        if isinstance(out, tuple):
            (out,) = out
        if isinstance(out, Traced):
            target = out.root.place(out.plain)
        else:
            root = self.root_of(out)
            if root is None:
                self.escape(out, "memory that was made by hand")
                function(*given, **named)
                return out
            target = root.place(out)
        self._before_write(target.root)
        function(*given, **named)
        args, kwargs = self.places(args), self.places(kwargs)
        if "out" in kwargs:
            kwargs["out"] = target
        self.entries.append(Entry("write", function, args, kwargs, (target,)))
        return out

    def _before_write(self, root: Root) -> None:
        if root.kind == "outside":
            self.effects = True
        elif root.kind == "input":
            self.kill("an argument is changed in place")
        elif root.kind == "constant" and root.start is None:
            root.start = root.array.copy()

    def whole(
        self,
        function: Any,
        args: Any,
        name: str,
        kept: bool = False,
        options: Any = None,
        draws: bool = False,
    ) -> Any:
        """Note a kernel as one call; ``kept``: even where nobody wants what it gives."""
        count = len(self.entries)
        drawn, self.draws = self.draws, draws
        self.drawing += 1
        try:
            found = self.call(function, args, options or {}, name)
        finally:
            self.drawing -= 1
            draws, self.draws = self.draws, self.draws or drawn
        if self.live and (kept or draws):
            if len(self.entries) == count:
                self.kill(f"{name} gives no new memory")
                return found
            self.entries[-1].kept = kept
            if draws:
                self.entries[-1].how = "draw"
                self.effects = True
        return found

    def draw(self, function: Any, args: Any, kwargs: Any) -> Any:
        """Draw random numbers, and note it; inside a kernel the kernel as a whole."""
        if self.drawing or not self.live:
            self.draws = True
            return function(*functions.plain(args), **functions.plain(kwargs))
        if self.depth:
            raise Escape
        return self.whole(function, args, function.__name__, options=kwargs, draws=True)

    def _check_thread(self) -> None:
        if threading.get_ident() != self.thread:
            raise Escape

    def places(self, tree: Any) -> Any:
        """Arguments as an entry keeps them."""
        if type(tree) is Traced:
            return tree.root.place(tree.plain)
        if type(tree) is np.ndarray:
            root = self.root_of(tree)
            return tree if root is None else root.place(tree)
        return functions.mapped(self.places, tree)

    # -- what cannot be recorded ---------------------------------------------------------

    @property
    def live(self) -> bool:
        """Whether the tape still stands for the call."""
        return self.on and not self.reason

    def kill(self, what: str, line: str = "") -> None:
        """Say why the call cannot be recorded; it goes on as it would without a tape."""
        if self.live:
            line = line or lines.user_line()
            self.settle()
            self.reason = f"{what} ({line})"

    def settle(self) -> None:
        """Leave everything as it would be without a tape, before it ends."""

    def escape(self, given: Any, what: str) -> Any:
        """The values themselves: inside a kernel it is noted as a whole, elsewhere that is all."""
        plain = given.plain if isinstance(given, Traced) else given
        if self.live:
            if self.depth or threading.get_ident() != self.thread:
                raise Escape
            who = "the program" if lines.asked_by_user() else "the library"
            self.kill(f"{who} looks at {what}" if what.startswith("the value") else what)
        if isinstance(given, Traced) and given.scalar:
            return plain[()]
        return plain

    def refuse(self, what: str) -> Callable[[Any, Any, Any], Any]:
        """A function that runs what has no entry, inside a kernel the kernel as a whole."""
        if self.live:
            if self.depth:
                raise Escape
            self.kill(what)
        return lambda function, args, kwargs: function(
            *functions.plain(args), **functions.plain(kwargs)
        )

    def truth(self, given: Traced) -> bool:
        """Whether it is true: a promise that later calls keep before they change anything."""
        value = bool(given.plain)
        if self.live:
            if lines.asked_by_user():
                self.kill("the program asks whether a value is true")
                return value
            late = self.effects or self.seed is not None
            needed = self.of_arguments(given) if late else []
            if needed is None or given.root.kind == "constant":
                self.escape(given, "the value of a tensor")
                return value
            place = given.root.place(given.plain)
            self.entries.append(Entry("guard", bool, (place,), result=value))
            for entry in (*needed, self.entries[-1]):
                entry.early = late
        return value

    def of_arguments(self, given: Traced) -> list[Entry] | None:
        """What it was computed by, where that is from arguments alone and nothing writes there."""
        wanted, found = {given.root.number: given.root}, []
        for entry in reversed(self.entries):
            if not any(place.root.number in wanted for place in entry.out):
                continue
            if entry.how not in ("out", "copy") or entry.kept:
                return None
            found.append(entry)
            wanted.update({place.root.number: place.root for place in entry.reads()})
        fixed = all(root.kind != "outside" and root.start is None for root in wanted.values())
        return found if fixed and self.seed not in wanted.values() else None


def _is_array(given: Any) -> bool:
    return isinstance(given, (np.ndarray, np.generic)) and given.dtype.kind != "O"


def _takes_out(function: Any) -> bool:
    if isinstance(function, np.ufunc):
        return function.nout == 1
    return (
        isinstance(getattr(function, "__self__", None), np.ufunc)
        and getattr(function, "__name__", "") == "reduce"
    )
