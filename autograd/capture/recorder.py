"""Recording one call: what the library reads of tensors comes from the tape while it runs."""

from __future__ import annotations

import threading
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import asides, pixels
from autograd.capture import functions
from autograd.capture.entry import Entry
from autograd.capture.kinds import FIXED, SIMPLE
from autograd.capture.slots import ARRAY, GRAD, MEMORY, RULES, array_of, grad_of
from autograd.capture.tape import Escape, Tape
from autograd.capture.traced import Traced
from autograd.graph import Leaf, Node, Raw, vertices
from autograd.lent_gradient import LentGradient
from autograd.operator import Op
from autograd.random import Generator
from autograd.tensor import Tensor


class Recording(Tape):
    """A tape together with the tensors that the call met."""

    def __init__(self, inputs: list[Tensor]) -> None:
        super().__init__()
        self.made: dict[int, weakref.ref[Tensor]] = {}
        self.grads: dict[int, tuple[Tensor, Any]] = {}
        """Gradients that the call has set and not yet handed out."""
        self.first_grads: dict[int, tuple[Tensor, Any]] = {}
        """Gradients that were there before and that the call has looked at."""
        self.handed: dict[int, Any] = {}
        self._handed_at = 0
        self._of_cell: dict[int, int] = {}
        self.kept = False
        """Whether a kernel ran that keeps something in an object of its own."""
        self._given: set[int] = set()
        self.inputs: dict[int, Traced] = {}
        for each in inputs:
            value = array_of(each)
            self.inputs[id(each)] = self.lift(value, "input")
            self.historic |= type(each._node) not in (type(None), Leaf)

    def listens(self) -> bool:
        """Whether the running thread is being recorded."""
        return self.on and threading.get_ident() == self.thread

    def is_made(self, tensor: Tensor) -> bool:
        """Whether a tensor came into being in this call."""
        ref = self.made.get(id(tensor))
        return ref is not None and ref() is tensor

    # -- the memory of tensors -----------------------------------------------------------

    def get_array(self, tensor: Tensor) -> Any:
        """What ``tensor._array`` is."""
        value = ARRAY.__get__(tensor)
        if isinstance(value, Traced):
            if not self.listens():
                return value.plain[()] if value.scalar else value.plain
            return value
        if not self.listens() or self.reason:
            return value
        if id(tensor) in self.inputs:
            return self.inputs[id(tensor)]
        if self.is_made(tensor):
            if self.kept and self.root_of(value) is None and np.ndim(value):
                self.kill("memory is made by hand after a kernel that keeps something")
            return self.lift(value, "constant")
        if id(tensor) not in self.outside:
            self._meet(tensor, value)
        return self.lift(value, "outside")

    def _meet(self, tensor: Tensor, value: Raw) -> None:
        self.outside[id(tensor)] = (tensor, value, tensor._node)
        if tensor._cell is not None:
            self.versions.append((tensor._cell, tensor._cell[0]))
            self._of_cell[id(tensor._cell)] = self.lift(value, "outside").root.number
        node = tensor._node
        if node is not None and type(node) is not Leaf:
            self.kill("a tensor with a history from outside takes part")
        elif node is not None and node.extra is not None:
            self.kill("a tensor with hooks takes part")

    def set_array(self, tensor: Tensor, value: Any) -> None:
        """What ``tensor._array = value`` does."""
        if self.listens() and not self.is_made(tensor):
            try:
                ARRAY.__get__(tensor)
            except AttributeError:
                self.made[id(tensor)] = weakref.ref(tensor)
            else:
                if isinstance(value, Traced) and value.plain is ARRAY.__get__(tensor):
                    return
                self.kill("a tensor from outside gets other memory")
                value = functions.plain(value)
        ARRAY.__set__(tensor, value)

    def memory(self, tensor: Tensor) -> Any:
        """What ``tensor._memory()`` is."""
        if not self.listens() or self.reason:
            return MEMORY(tensor)
        array = tensor._array
        if not isinstance(array, Traced):
            return array
        if array.ndim == 4 and tensor._view is None and pixels.is_hidden(array):
            array = self.call(np.ascontiguousarray, (array,), {})
            tensor._hold(array)
        array.scalar = False
        return array

    # -- gradients -----------------------------------------------------------------------

    def get_grad(self, tensor: Tensor) -> Any:
        """What ``tensor._grad`` is."""
        if not self.listens() or self.reason:
            return functions.plain(GRAD.__get__(tensor))
        if self.is_made(tensor):
            return GRAD.__get__(tensor)
        if id(tensor) in self.inputs:
            if grad_of(tensor) is not None:
                self.kill("the gradient of an argument is looked at")
            return functions.plain(GRAD.__get__(tensor))
        if id(tensor) in self.grads:
            return self.grads[id(tensor)][1]
        value = grad_of(tensor)
        if type(value) is LentGradient:  # by another recording, which would write into it
            value = value.array.copy()
            GRAD.__set__(tensor, value)
        self.first_grads.setdefault(id(tensor), (tensor, value))
        return self.lift(value, "outside") if isinstance(value, np.ndarray) else value

    def set_grad(self, tensor: Tensor, value: Any) -> None:
        """What ``tensor._grad = value`` does."""
        if not self.listens() or self.is_made(tensor):
            GRAD.__set__(tensor, value)
            return
        if self.reason:
            GRAD.__set__(tensor, functions.plain(value))
            return
        if id(tensor) in self.inputs:
            self.kill("an argument gets a gradient")
            GRAD.__set__(tensor, functions.plain(value))
            return
        if value is not None and not isinstance(value, Tensor):
            value = self._own(tensor, value)
        self.grads[id(tensor)] = (tensor, value)

    def _own(self, tensor: Tensor, value: Any) -> Traced:
        """A gradient in memory that no other gradient has."""
        if not isinstance(value, Traced):
            value = self.lift(value, "constant")
        known = self.first_grads.get(id(tensor), (tensor, None))[1]
        if value.plain is known or value.plain is getattr(known, "_array", None):
            return value  # type: ignore[no-any-return]  # narrowed above
        root = value.root
        whole = root.place(value.plain).array is root.array
        if root.kind != "own" or root.number in self._given or not whole:
            value = self.call(functions.method, ("copy", value, "K"), {}, "gradient")
        self._given.add(value.root.number)
        return value  # type: ignore[no-any-return]  # narrowed above

    def settle(self) -> None:
        """Set the gradients that were not handed out."""
        for tensor, value in self.grads.values():
            GRAD.__set__(tensor, functions.plain(value))
        self.grads.clear()

    def hand_out_grads(self) -> None:
        """Set the gradients of tensors that were there before, as the call has left them."""
        written = {out.root.number for each in self.entries[self._handed_at :] for out in each.out}
        for key, (tensor, value) in self.grads.items():
            first = self.first_grads.get(key, (tensor, None))[1]
            raw = value
            if isinstance(value, Tensor):
                if value is first:
                    continue
                raw = ARRAY.__get__(value)
                if not self.is_made(value) or value._node is not None:
                    self.kill("a gradient is a tensor of the program's own")
            plain = functions.plain(raw)
            if plain is not None and plain is first:
                continue
            new = not isinstance(raw, Traced) or raw.root.number in written
            if key in self.handed and self.handed[key] is value and not new:
                continue
            if key in self.handed and value is None and self.handed[key] is None:
                continue
            self.handed[key] = value
            if plain is None:
                if self.live:
                    self.entries.append(Entry("grad", tensor))
                GRAD.__set__(tensor, None)
                continue
            if self.live:
                if isinstance(raw, Traced):
                    self.entries.append(Entry("grad", tensor, (raw.root.place(raw.plain),)))
                else:
                    self.kill("a gradient of memory that was made by hand")
            GRAD.__set__(tensor, np.array(plain, order="K"))
        self._handed_at = len(self.entries)

    # -- operators -----------------------------------------------------------------------

    def run_kernel(self, op: Op, kernel: Callable[..., Any], *args: Any) -> Any:
        """A kernel, recorded inside where it speaks NumPy's protocols, else as one call."""
        if not self.listens() or not any(isinstance(each, Traced) for each in args):
            return kernel(*args)
        if self.reason:
            return kernel(*functions.plain(args))
        return self.attempt(kernel, args, op.name)

    def run_rule(self, op: Op, rule: Callable[..., Any], *args: Any) -> Any:
        """As `run_kernel`, for the rule of a derivative."""
        if not self.listens() or any(isinstance(each, Tensor) for each in args):
            return rule(*args)
        if self.reason:
            return rule(*functions.plain(args))
        mark = len(self.entries)
        found = self.attempt(rule, args, f"{op.name} backward")
        if len(self.entries) == mark + 1 and isinstance(found, Traced):
            rules = RULES.__get__(op)
            g = functions.plain(args[0])
            self.entries[-1].beside = any(
                rules[i] is rule and asides.pays(g, found.plain) for i in op.aside
            )
        return found

    def attempt(self, function: Callable[..., Any], args: Any, name: str) -> Any:
        """Record the inside of a function; where that fails, the function as one call."""
        if any(map(_has_state, functions.leaves(args))):
            if self.depth:
                raise Escape
            self.kept = True
            return self.whole(function, args, name, kept=True)
        mark = len(self.entries)
        effects = self.effects
        self.depth += 1
        try:
            found = function(*args)
            for entry in self.entries[mark:]:
                entry.part = name
            return found
        except (Escape, Exception):
            if effects != self.effects:
                raise
        finally:
            self.depth -= 1
        del self.entries[mark:]
        if self.depth:
            raise Escape  # what calls it is noted as a whole, too
        if name.split()[0] in UNSTEADY or (name == "index" and functions.by_mask(args[-1])):
            return self.refuse(f"the shape of what {name} gives depends on values")(
                function, args, {}
            )
        return self.whole(function, args, name)

    def host_call(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Run Python that is called again as it is, in every call."""
        if not all(isinstance(each, SIMPLE) for each in functions.leaves((args[1:], kwargs))):
            self.kill(f"{function.__name__} is given something that the call may have made")
        self.hand_out_grads()
        self.on = False
        known = [cell[0] for cell, _ in self.versions]
        try:
            out = function(*args, **kwargs)
        finally:
            self.on = True
        for i, (cell, version) in enumerate(self.versions):  # it will count its changes itself
            self.versions[i] = (cell, version + cell[0] - known[i])
            if cell[0] != known[i]:
                self.restless.add(self._of_cell[id(cell)])
        if out is not None:
            self.kill(f"{function.__name__} returns something")
        self.effects = True
        if self.live:
            self.entries.append(Entry("host", function, args, kwargs, name=function.__name__))
        return out

    # -- the end -------------------------------------------------------------------------

    def close(self) -> None:
        """Take the tape's arrays out of everything that is still there."""
        self.hand_out_grads()
        self.on = False
        for ref in self.made.values():
            tensor = ref()
            if tensor is None:
                continue
            value = ARRAY.__get__(tensor)
            if isinstance(value, Traced):
                ARRAY.__set__(tensor, functions.plain(value))
            grad = grad_of(tensor)
            if isinstance(grad, Traced):
                GRAD.__set__(tensor, functions.plain(grad))
            _clear(tensor._node)


def _has_state(given: Any) -> bool:
    """Whether an argument may keep something from one kernel to the next."""
    return not isinstance(given, _STATELESS)


_STATELESS = (Traced, Tensor, Generator, np.ndarray, Op, type, types.FunctionType, *SIMPLE, *FIXED)


UNSTEADY = frozenset(
    """
    nonzero argwhere unique unique_consecutive masked_select bincount repeat_interleave index_get
    histc combinations
    """.split()  # noqa: SIM905 - a list of words
)
"""Operators whose results have a shape that depends on values."""


def _clear(node: Any) -> None:
    """Take the tape's arrays out of a graph."""
    for vertex in vertices(node):
        if isinstance(getattr(vertex, "value", None), Traced):
            vertex.value = functions.plain(vertex.value)
        if type(vertex) is Node:
            vertex.saved = functions.plain(vertex.saved)
            vertex.params = functions.plain(vertex.params)
