"""Operations of the user's own, with a backward written by hand: `Function`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from autograd.function_context import FunctionCtx
from autograd.function_node import FunctionOp, check_dirty, recorded, unrecorded
from autograd.grad_mode import mode, no_grad
from autograd.graph import CLOCK, Node, Vertex
from autograd.scopes import scope
from autograd.tensor import Tensor, wrap


class Function:
    """The base of an operation with a derivative of its own (`torch.autograd.Function`).

    Subclass it, write the static methods ``forward`` and ``backward``, and call ``apply``.
    ``forward`` runs unrecorded, on the tensors and other arguments that ``apply`` got;
    ``backward`` gets one gradient for each result and returns one for each argument, None
    for those without. Under ``create_graph`` what backward does is recorded, so it can be
    differentiated in turn. The `FunctionCtx` links the two.

    >>> class Exp(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         y = x.exp()
    ...         ctx.save_for_backward(y)
    ...         return y
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (y,) = ctx.saved_tensors
    ...         return g * y
    >>> x = tensor(0.0, requires_grad=True)
    >>> Exp.apply(x)
    tensor(1., grad_fn=<ExpBackward>)
    """

    _operators: ClassVar[dict[tuple[bool, bool], FunctionOp]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._operators = {}
        if "vjp" in cls.__dict__:
            if "backward" in cls.__dict__:
                raise RuntimeError(
                    "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. "
                    f"You should only implement one of them: {cls.__name__} has two."
                )
            cls.backward = staticmethod(cls.vjp)  # type: ignore[method-assign]  # its other name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = type(self).__name__
        raise RuntimeError(
            f"{name} should not be instantiated: methods on autograd functions are all static; "
            f"write {name}.apply(...)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """``forward(ctx, *args)``, or ``forward(*args)`` beside `setup_context`; yours to write.

        Returns a tensor or a tuple; what is not a tensor passes through.
        """
        raise NotImplementedError(
            "You must implement the forward function for custom autograd.Function: "
            "@staticmethod def forward(ctx, *args)"
        )

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Fill ``ctx`` after a ``forward`` that does not take it; yours to write, or not."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """The gradient for each argument, from that of each result; yours to write."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function to use it with backward mode AD: "
            "@staticmethod def backward(ctx, *grad_outputs)"
        )

    vjp = backward

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run ``forward`` and record it as one operation.

        Raises TypeError for arguments that forward does not take, RuntimeError where an
        input that requires grad was marked dirty and may not be.

        >>> class Twice(Function):
        ...     @staticmethod
        ...     def forward(x):
        ...         return x + x
        ...     @staticmethod
        ...     def setup_context(ctx, inputs, output):
        ...         pass
        ...     @staticmethod
        ...     def backward(ctx, g):
        ...         return 2 * g
        >>> x = tensor(3.0, requires_grad=True)
        >>> Twice.apply(x).backward()
        >>> x.grad
        tensor(2.)
        """
        ctx = FunctionCtx()
        split = cls.setup_context is not Function.setup_context
        if kwargs or split:
            args = _positional(cls, () if split else (ctx,), args, kwargs)
        tensors = [arg for arg in args if isinstance(arg, Tensor)]
        edges = tuple(tensor._node for tensor in tensors)
        ctx.needs_input_grad = tuple(
            isinstance(arg, Tensor) and arg._node is not None for arg in args
        )
        with no_grad():
            result = cls.forward(*args) if split else cls.forward(ctx, *args)
            if split:
                cls.setup_context(ctx, args, result)
        outputs = result if isinstance(result, tuple) else (result,)
        check_dirty(ctx, outputs)
        if not (any(ctx.needs_input_grad) and mode().grad):
            entered = tuple(unrecorded(ctx, each, tensors) for each in outputs)
            return entered if isinstance(result, tuple) else entered[0]
        numbers = iter(range(len(tensors)))
        ctx._places = tuple(next(numbers) if isinstance(arg, Tensor) else None for arg in args)
        key = (len(outputs) != 1, bool(ctx._given))
        op = cls._operators.get(key)
        if op is None:
            op = FunctionOp(cls.__name__, cls, many=key[0], keeps=key[1])
            cls._operators[key] = op
        results = recorded(op, ctx, tensors, edges, outputs)
        return results if isinstance(result, tuple) else results[0]


def _positional(
    cls: type[Function], first: tuple[Any, ...], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, ...]:
    """The arguments by position, with defaults where torch fills them in."""
    bound = inspect.signature(cls.forward).bind(*first, *args, **kwargs)
    if not first:
        bound.apply_defaults()
    if bound.kwargs:
        raise TypeError(
            f"{cls.__name__}.apply() got {sorted(bound.kwargs)} as keyword-only arguments, for "
            "which backward could return no gradient; let forward take them by position"
        )
    return bound.args[len(first) :]


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Say that a `Function.backward` must not be differentiated in turn.

    It then runs unrecorded, so it may work on plain arrays; a second derivative through it
    raises RuntimeError instead of being silently wrong
    (`torch.autograd.function.once_differentiable`).

    >>> class Cube(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x * x
    ...     @staticmethod
    ...     @once_differentiable
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return from_numpy(3 * x.numpy() ** 2 * g.numpy())
    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> Cube.apply(x).sum().backward()
    >>> x.grad
    tensor([ 3., 12.])
    """

    @functools.wraps(backward)
    def wrapped(ctx: Any, *grads: Any) -> Any:
        with no_grad():
            results = backward(ctx, *grads)
        if not mode().grad:
            return results
        node = ctx._node()
        ways = (*node.edges, *(grad._node for grad in grads if isinstance(grad, Tensor)))
        edges = tuple(dict.fromkeys(way for way in ways if way is not None))
        given = results if isinstance(results, tuple) else (results,)
        closed = tuple(_closed(each, edges) if isinstance(each, Tensor) else each for each in given)
        return closed if isinstance(results, tuple) else closed[0]

    return wrapped


def _closed(result: Tensor, edges: tuple[Vertex, ...]) -> Tensor:
    """A gradient that says so where it is differentiated."""
    node = Node()
    node.op = _ONCE
    node.edges = edges
    node.saved = node.cells = node.params = ()
    node.tick = CLOCK[0]
    node.shape, node.dtype, node.value = result.shape, result.dtype, None
    node.extra = None
    node.scope = scope()
    return wrap(result._array, node)


def _refuse(node: Node, g: Any, needs: Sequence[bool]) -> Any:
    raise RuntimeError(
        "trying to differentiate twice a function that was marked with @once_differentiable: "
        "take the decorator away and write its backward with tensor operations"
    )


_ONCE = FunctionOp("once_differentiable", None, joint=_refuse)
_ONCE.backward_name = "Error"
