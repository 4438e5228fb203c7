"""`plan`: from what a captured step does to the neutral `Graph`."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from autograd.capture.compiled import Compiled
from autograd.capture.description import Call, Description, Memory
from autograd.tensor import Tensor
from viz.model import Edge, Graph, Group, Kind, Vertex
from viz.words import bytes_of

OPERATIONS = {"host": "Python, as it is", "guard": "must be", "grad": "a gradient is set"}
"""What stands under the name of a call that computes nothing."""


def plan(compiled: Any, number: int = 1, names: Mapping[str, Any] | None = None) -> Graph:
    """The plan of a captured function, see `autograd.compile`: its calls, and their memory.

    A vertex for each call of NumPy in order, and one for each array that was there before:
    arguments, parameters, constants. Frames hold what belongs to one operator, to its
    derivative, or to a run that is done block by block. Boxes say which of the plan's buffers
    they write. ``number`` is that of the plan, as `plans` counts them; ``names`` maps names to
    tensors and modules, and is read off the function's own variables where it is left out.

    Raises TypeError for what is not compiled, ValueError where there is no such plan.

    >>> w = ones(2, requires_grad=True)
    >>> @autograd.compile
    ... def loss(x):
    ...     return (w.detach() * x - 1).sum()
    >>> for _ in range(3):
    ...     y = loss(ones(2))
    >>> print(viz.plan(loss).to_text("table"))
    node        operation       shape  memory
    w           parameter       (2,)   8 bytes
    x           argument        (2,)   8 bytes
    multiply    multiply        (2,)   buffer 1, 8 bytes
    subtract    subtract(x, 1)  (2,)   buffer 2, 8 bytes
    add.reduce  sum             ()     buffer 3, 4 bytes
    note: A plan for float32[2]: 3 calls in 28 bytes.
    """
    if not isinstance(compiled, Compiled):
        raise TypeError(
            f"plan() draws what autograd.compile returned, not a {type(compiled).__name__}; "
            "viz.trace draws tensors"
        )
    plans = compiled.plans()
    if not 1 <= number <= len(plans):
        raise ValueError(
            f"plan(): there is no plan {number}, there are {len(plans)}: a plan is made by the "
            f"second call of a kind.\n{compiled.explain()}".rstrip()
        )
    chosen, function = plans[number - 1], compiled.__wrapped__
    given = _variables(function) if names is None else names
    return _Drawn(chosen, _titles(given), _parameters(function, chosen.arguments)).graph()


def _parameters(function: Any, count: int) -> list[str]:
    """What a function calls its arguments, where these are so many tensors and nothing else."""
    try:
        names = list(inspect.signature(getattr(function, "forward", function)).parameters)
    except (TypeError, ValueError):
        names = []
    return names if len(names) == count else [f"argument {i + 1}" for i in range(count)]


def _variables(function: Any) -> dict[str, Any]:
    """The variables from outside that a function uses, and the module that it is."""
    if hasattr(type(function), "named_modules"):
        return {type(function).__name__: function}
    try:
        used = inspect.getclosurevars(inspect.unwrap(function))
    except TypeError:
        return {}
    return {**used.globals, **used.nonlocals}


def _titles(names: Mapping[str, Any]) -> dict[int, str]:
    """The names of tensors, by their ids; those of a module's parameters are paths."""
    found: dict[int, str] = {}
    modules = []
    for name, value in names.items():
        if isinstance(value, Tensor):
            found.setdefault(id(value), name)
        elif callable(getattr(type(value), "named_modules", None)):
            modules.append((name, value))
    for name, module in modules:
        for path, tensor in (*module.named_parameters(), *module.named_buffers()):
            found.setdefault(id(tensor), f"{name}.{path}")
    return found


@dataclass
class _Drawn:
    """A plan as it becomes a graph; ``last`` are the vertices that wrote each memory."""

    plan: Description
    titles: dict[int, str]
    arguments: list[str]
    vertices: list[Vertex] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    last: dict[int, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    """Gradients that were set since Python was called, which may look at them."""
    times: Counter[str] = field(default_factory=Counter)
    buffers: set[int] = field(default_factory=set)

    def graph(self) -> Graph:
        """The frozen graph."""
        for calls, group in self._framed():
            for call in calls:
                self._call(call, group)
        outputs = {self.last[each] for each in self.plan.results if each in self.last}
        for each in self.plan.results:
            if each not in self.last:
                outputs.add(self._source(each))
        vertices = [
            replace(vertex, output=True) if vertex.id in outputs else vertex
            for vertex in self.vertices
        ]
        return Graph(tuple(vertices), tuple(self.edges), self._notes(), tuple(self.groups), "plan")

    def _notes(self) -> tuple[str, ...]:
        plan = self.plan
        text = f"A plan for {plan.title}: {len(plan.calls)} calls in {bytes_of(plan.bytes)}"
        if plan.saved:
            text += f", {bytes_of(plan.saved)} of them used again"
        if plan.dropped:
            text += f"; {plan.dropped} calls that nothing needs are left out"
        return (text + ".",)

    def _framed(self) -> Iterator[tuple[list[Call], Group | None]]:
        """Calls that belong together, and their frame."""
        times: Counter[str] = Counter()
        for (run, part), each in groupby(self.plan.calls, _frame):
            calls = list(each)
            if len(calls) < 2 or not (run or part):
                yield calls, None
                continue
            name = f"run {run}" if run else part
            times[name] += 1
            if times[name] > 1:
                name += f"#{times[name]}"
            order = 0 if run else int(part.endswith(" backward"))
            kind = "block by block" if run else "derivative" if order else "operator"
            group = Group(f"g{len(self.groups) + 1}", name, name, kind, order=order)
            self.groups.append(group)
            yield calls, group

    def _call(self, call: Call, group: Group | None) -> None:
        sources = {each: self._source(each) for each in call.reads}
        made = self._vertex(
            "operation",
            self._title(call),
            _operation(call, group),
            call.shape,
            call.dtype,
            self._place(call),
            None if group is None else group.id,
        )
        before = list(dict.fromkeys(sources.values()))
        if call.how == "host":
            before, self.waiting = self.waiting, []
        if call.how == "grad":
            self.waiting.append(made)
        for port, source in enumerate(before):
            number = f"e{len(self.edges) + 1}"
            name = f"input {port + 1}"
            self.edges.append(Edge(number, source, made, port, name, None, None, None))
        self.last.update(dict.fromkeys(call.writes, made))

    def _source(self, number: int) -> str:
        """The vertex that wrote a memory last, or that of what was there before."""
        if number not in self.last:
            memory = self.plan.memory[number]
            tensor = None if memory.tensor is None else memory.tensor()
            name, operation = self._named(memory, tensor)
            size = bytes_of(memory.bytes)
            self.last[number] = self._vertex(
                "leaf", self._once(name), operation, memory.shape, memory.dtype, size, None
            )
        return self.last[number]

    def _named(self, memory: Memory, tensor: Tensor | None) -> tuple[str, str]:
        """The name of what was there before, and what it is."""
        if memory.origin == "argument" and not memory.place:
            return "gradient", "of the result"
        if memory.origin == "argument":
            return self.arguments[memory.place - 1], "argument"
        if memory.origin == "constant":
            return "constant", "constant"
        if tensor is None:
            return "memory", "from outside"
        what = "parameter" if tensor.requires_grad else "from outside"
        return self.titles.get(id(tensor)) or tensor.name or "tensor", what

    def _vertex(
        self,
        kind: Kind,
        name: str,
        operation: str,
        shape: tuple[int, ...] | None,
        dtype: str | None,
        memory: str | None,
        group: str | None,
    ) -> str:
        number = f"v{len(self.vertices) + 1}"
        self.vertices.append(
            Vertex(
                number, kind, name, operation, shape, dtype, None, None, group=group, memory=memory
            )
        )
        return number

    def _title(self, call: Call) -> str:
        if call.how == "grad" and call.tensor is not None:
            tensor = call.tensor()
            known = None if tensor is None else self.titles.get(id(tensor), tensor.name)
            return self._once(f"{known or 'tensor'}.grad")
        return self._once("promise" if call.how == "guard" else call.name)

    def _once(self, name: str) -> str:
        self.times[name] += 1
        return name if self.times[name] == 1 else f"{name}#{self.times[name]}"

    def _place(self, call: Call) -> str | None:
        """Where a call writes, in words."""
        if not call.writes:
            return None
        memory = self.plan.memory[call.writes[0]]
        size = bytes_of(memory.bytes)
        if call.writes[0] in self.last or memory.origin != "own":
            return "in place"
        if memory.buffer is None:
            return "a block at a time"
        again = " again" if memory.buffer in self.buffers else ""
        self.buffers.add(memory.buffer)
        return f"buffer {memory.buffer}{again}, {size}"


def _frame(call: Call) -> tuple[int | None, str]:
    """What calls in one frame have in common: a run, or an operator."""
    return call.run, "" if call.run or call.how in ("host", "grad") else call.part


def _operation(call: Call, group: Group | None) -> str:
    """What stands under a call's name: what it is given beside arrays, else what it is part of."""
    if call.how in OPERATIONS:
        return OPERATIONS[call.how] + "".join(f" {each}" for each in call.given)
    if any(call.given):
        return f"{call.name}({', '.join(each or 'x' for each in call.given)})"
    if group is None or group.kind == "block by block":
        return call.part or call.name
    return call.name
