"""`compile`: a function whose calls are recorded once and then done again without Python."""

from __future__ import annotations

import functools
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import threads
from autograd.capture import host, lines
from autograd.capture.binding import StaleError
from autograd.capture.description import Description
from autograd.capture.differentiable import Live
from autograd.capture.exchange import recording_of
from autograd.capture.functions import leaves
from autograd.capture.guards import Guards, UnguardedError
from autograd.capture.kinds import Follower
from autograd.capture.plan import Plan
from autograd.capture.quiet import quiet
from autograd.capture.recorder import Recording
from autograd.capture.results import Make, UnreturnableError, maker, signature, tensors_of
from autograd.capture.slots import array_of
from autograd.capture.watch import watching
from autograd.dtypes import get_default_dtype
from autograd.grad_mode import mode
from autograd.random import current_generator
from autograd.tensor import Tensor

TRIES = 3
"""Recordings in a row that may fail because the call itself changes what it relies on."""

KEPT = 8
"""Recordings of one signature that are kept, as of a net in training and in evaluation."""

FORMS = 64
"""Signatures of one function that are told apart."""


class Recorded:
    """A plan together with what it relies on and what it returns."""

    def __init__(
        self,
        guards: Guards,
        tape: Recording,
        plan: Plan,
        make: Make,
        live: Live | None,
        places: list[int | None],
    ) -> None:
        self.live = live
        self.checked = False
        """Whether it was compared with a call that ran without it."""
        self._places = places
        if tape.draws:
            here = current_generator()
            guards.checks.append((stream_of, None, here, "the stream of random numbers"))
        guards.settle(list(tape.outside.values()), list(tape.first_grads.values()))
        self.plan = plan
        self.run, self.values = plan.run, plan.values
        self.make = make
        self.broken: Callable[[], Any] = guards.broken
        """Says, where this call is not one that the recording stands for, why."""

    def foretells(self, tensors: list[Tensor], function: Callable[[], Any]) -> tuple[Any, bool]:
        """What the function gives, and whether the plan computed the same results beforehand.

        As far as it can do so before anything is done that a program can see.
        """
        self.checked = True
        try:
            with quiet():
                self.plan.begin([array_of(tensor) for tensor in tensors])
        except StaleError:
            return function(), True
        result = function()
        pairs = [
            (array_of(each), self.plan.values[place])
            for each, place in zip(tensors_of(result), self._places, strict=False)
            if place is not None and self.plan.sure[place]
        ]
        return result, all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


def stream_of(_: Any) -> Any:
    """The generator that a call would draw from."""
    return current_generator()


class Form:
    """Calls of one signature: their recordings, or why there are none."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.calls = 0
        self.tries = 0
        self.recorded: list[Recorded] = []
        self.reason = ""

    def explained(self) -> str:
        """As `Compiled.explain` shows it."""
        found = [f"{self.title}: called {counted(self.calls, 'time')}"]
        if self.reason:
            found.append(f"  eager: {self.reason}")
        for number, each in enumerate(self.recorded, 1):
            plan = each.plan
            found.append(
                f"  plan {number}: {counted(len(plan.names), 'operation')} in "
                f"{counted(len(plan.steps), 'call')}, {plan.dropped} dropped; "
                f"{counted(plan.bytes, 'byte')}, {plan.saved} saved by using memory again"
            )
            found.append(f"    {', '.join(plan.names)}")
            found += [f"    block by block together: {', '.join(run)}" for run in plan.fused]
        return "\n".join(found)


def counted(number: int, what: str) -> str:
    """A number of things, for a message: "1 call", "2 calls"."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def titled(tensors: list[Tensor]) -> str:
    """The dtypes and shapes of arguments, for a message."""
    texts = [f"{each.dtype}{list(each.shape)}" for each in tensors]
    return ", ".join(texts) or "no tensors"


class Compiled(Follower):
    """A function whose steps are captured; what `compile` returns.

    It is called as the function is. `explain` says what became of it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._forms: dict[Any, Form] = {}
        self._lock = threading.Lock()
        self._warned = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function returns, by a recording where there is one that fits."""
        if host.RECORDING is not None or not self._lock.acquire(False):
            return self._function(*args, **kwargs)
        try:
            return self._called(args, kwargs)
        finally:
            self._lock.release()

    def _called(self, args: Any, kwargs: Any) -> Any:
        now = mode()
        key, tensors, others = signature(args, kwargs)
        key = (key, now, get_default_dtype().char)
        form = self._forms.get(key)
        if form is None:
            if len(self._forms) >= FORMS:
                self._warn(f"it was called with more than {FORMS} signatures")
                return self._function(*args, **kwargs)
            form = self._forms[key] = Form(titled(tensors))
        form.calls += 1
        if form.reason or form.calls == 1 or now.anomaly:
            return self._function(*args, **kwargs)
        for each in form.recorded:
            if not each.broken():
                live = each.live
                if live is not None and live.busy():
                    return self._function(*args, **kwargs)
                if not each.checked:
                    return self._compared(form, each, args, kwargs, tensors)
                try:
                    with quiet():
                        each.run([array_of(tensor) for tensor in tensors])
                except StaleError:
                    return self._function(*args, **kwargs)
                if live is not None:
                    live.given = tensors
                return each.make(each.values)
        if sys.getprofile() is not None:
            return self._function(*args, **kwargs)
        return self._record(form, args, kwargs, tensors, others)

    def _compared(
        self, form: Form, recorded: Recorded, args: Any, kwargs: Any, tensors: list[Tensor]
    ) -> Any:
        """Run the function once more, and give the recording up where it gives anything else."""
        function = functools.partial(self._function, *args, **kwargs)
        result, same = recorded.foretells(tensors, function)
        if not same:
            self._give_up(form, "the recording gives other numbers than the program: report this")
        return result

    def _record(
        self, form: Form, args: Any, kwargs: Any, tensors: list[Tensor], others: list[Any]
    ) -> Any:
        """Run the function, and keep what it did where that can be done again."""
        if len(form.recorded) >= KEPT:
            self._give_up(form, f"more than {KEPT} recordings of one signature were needed")
            return self._function(*args, **kwargs)
        try:
            guards = Guards(self._function, others)
        except UnguardedError as error:
            self._give_up(form, str(error))
            return self._function(*args, **kwargs)
        if not guards.seen.isdisjoint(map(id, tensors)):
            self._give_up(form, "an argument is one of the function's own tensors")
            return self._function(*args, **kwargs)
        before = [id(each) for each in leaves((args, kwargs))]
        tape = Recording(tensors)
        values: list[Any] = []
        make: Make | None = None
        live: Live | None = None
        places: list[int | None] = []
        threads.start()  # a thread that starts is no part of the call
        with recording_of(tape):
            with watching(tape, guards.codes):
                result = self._function(*args, **kwargs)
            if tape.live:
                try:
                    make, live, places = maker(tape, result, values, tensors)
                except UnreturnableError as error:
                    tape.kill(str(error), lines.definition(self._function))
        if before != [id(each) for each in leaves((args, kwargs))]:
            tape.reason = tape.reason or "an argument is changed"
        if tape.reason or make is None:
            self._give_up(form, tape.reason)
            return result
        broken = guards.broken()
        moved = any(array_of(tensor) is not array for tensor, array, _ in tape.outside.values())
        if broken or moved:
            form.tries += 1
            if form.tries >= TRIES:
                what = broken or "the memory of a tensor"
                self._give_up(form, f"{what} is changed by every call")
            return result
        roots = [tape.inputs[id(each)].root for each in tensors]
        plan = Plan(tape, values, roots)
        if live is not None:
            live.settle(plan)
        form.recorded.append(Recorded(guards, tape, plan, make, live, places))
        return result

    def _give_up(self, form: Form, reason: str) -> None:
        form.reason = reason
        form.recorded.clear()
        self._warn(reason)

    def _warn(self, reason: str) -> None:
        if not self._warned:
            self._warned = True
            name = getattr(self._function, "__qualname__", repr(self._function))
            warnings.warn(
                f"autograd.compile: {name} runs eagerly, as it would without: {reason}",
                stacklevel=2 + lines.depth(),
            )

    def __reduce__(self) -> Any:
        """A copy, and what comes back from a file, records anew."""
        return type(self), (self._function,)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """As a method: the instance is the first argument."""
        return self if instance is None else functools.partial(self, instance)

    def __getattr__(self, name: str) -> Any:
        """What it does not have itself is the function's, such as the parameters of a module."""
        if name.startswith("__") or "_function" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(self._function, name)

    def explain(self) -> str:
        """What became of the calls of each signature, as text: a plan, or why there is none.

        A plan tells the operators in order, which of them are done block by block together, and
        the bytes that it works in.

        >>> f = autograd.compile(lambda x: (x * 2 + 1).sum())
        >>> for i in range(3):
        ...     y = f(ones(3))
        >>> print(f.explain())
        float32[3]: called 3 times
          plan 1: 3 operations in 1 call, 0 dropped; 40 bytes, 0 saved by using memory again
            multiply, add, add.reduce
        """
        return "\n".join(form.explained() for form in self._forms.values())

    def plans(self) -> tuple[Description, ...]:
        """The plans that there are, in the order of `explain`, as data: `viz.plan` draws one.

        >>> f = autograd.compile(lambda x: x.exp().sum())
        >>> for i in range(3):
        ...     y = f(ones(3))
        >>> [call.name for call in f.plans()[0].calls]
        ['exp', 'add.reduce']
        """
        return tuple(
            Description(
                form.title,
                *plan.described,
                len(plan.inputs),
                plan.dropped,
                plan.bytes,
                plan.saved,
            )
            for form in self._forms.values()
            for plan in (each.plan for each in form.recorded)
        )


def compile(model: Any = None, **options: Any) -> Any:
    """A function, or a module, whose calls are captured (`torch.compile`).

    What the first calls do with arguments of some shapes and dtypes is recorded, backward and
    optimiser included, and then done again as a straight line of NumPy's calls in memory that is
    used again: with the same numbers, to the last bit. Other shapes, another mode of a module,
    another value of a variable are recorded anew. What cannot be recorded, such as a program that
    looks at a value, runs as it would without, and says so once, with the line.

    Also a decorator; torch's ``options`` are taken and change nothing. Results are new tensors.
    One of them may still be differentiated, once: while it is, other calls run as they would
    without. The first derivative is recorded, too; there is no second through the call, as in
    torch, and what reaches a tensor both through the call and beside it may add up in another
    order.

    >>> @autograd.compile
    ... def step(x):
    ...     w.grad = None
    ...     loss = (w * x).sum()
    ...     loss.backward()
    ...     return loss
    >>> w = ones(2, requires_grad=True)
    >>> [step(tensor([i, 1.0])).item() for i in range(4)]
    [1.0, 2.0, 3.0, 4.0]
    >>> w.grad
    tensor([3., 1.])
    """
    if model is None:
        return compile
    return Compiled(model)
