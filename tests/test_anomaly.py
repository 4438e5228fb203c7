"""Anomaly mode: the first nan stops backward, at the line that made it."""

from __future__ import annotations

import threading
import warnings
from typing import Any

import pytest

import autograd
from autograd import anomaly, engine
from autograd.anomaly import detect_anomaly, is_anomaly_enabled, set_detect_anomaly
from autograd.function import Function
from tests.both import both, both_raise

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # torch tells that the mode is on


def zeros(lib: Any) -> Any:
    return lib.zeros(2, requires_grad=True)


PROGRAMS: dict[str, Any] = {
    "Function 'MulBackward0' returned nan values in its 0th output.": lambda lib: (
        (zeros(lib) * 0).sqrt().sum().backward()
    ),
    "Function 'SqrtBackward0' returned nan values in its 0th output.": lambda lib: (
        ((zeros(lib) * 0).sqrt() * 0).sum().backward()
    ),
    "Function 'DivBackward0' returned nan values in its 1th output.": lambda lib: (
        (lib.zeros(2) / zeros(lib)).sum().backward()
    ),
}


@pytest.mark.parametrize("phrase", PROGRAMS)
def test_the_first_nan_raises(phrase: str) -> None:
    def program(lib: Any) -> Any:
        with lib.autograd.detect_anomaly():
            PROGRAMS[phrase](lib)

    text = both_raise(program, RuntimeError, phrase)
    assert "Traceback of forward call that caused the error" in text
    assert "test_anomaly.py" in text
    assert "autograd/ops" not in text


def test_without_the_mode_nan_flows() -> None:
    def program(lib: Any) -> Any:
        x = zeros(lib)
        (x * 0).sqrt().sum().backward()
        with lib.autograd.detect_anomaly(check_nan=False):
            (x * 0).sqrt().sum().backward()
        with lib.autograd.detect_anomaly(), lib.autograd.set_detect_anomaly(False):
            (x * 0).sqrt().sum().backward()
        return x.grad

    both(program)


def test_right_gradients_stay_what_they_are() -> None:
    def program(lib: Any) -> Any:
        x = lib.tensor([[0.3, 0.7], [1.1, 2.0]], requires_grad=True)
        w = lib.tensor([0.5, 1.5], requires_grad=True)
        with lib.autograd.detect_anomaly():
            a, b = (x * w).split(1)
            y = (lib.cat([a, b]) @ w + x[0].exp() * 2).sum()
            first = lib.autograd.grad(y, (x, w), create_graph=True)
            (first[0] * first[0]).sum().backward()
            (x * w).sum().backward()
        return first, x.grad, w.grad

    both(program)


def test_second_order() -> None:
    def program(lib: Any) -> Any:
        x = zeros(lib)
        with lib.autograd.detect_anomaly():
            (g,) = lib.autograd.grad((x**1.5).sum(), x, create_graph=True)
            (g * 0).sum().backward()

    both_raise(program, RuntimeError, "returned nan values in its 0th output")


def test_a_nan_from_outside_is_not_the_roots_fault() -> None:
    def program(lib: Any) -> Any:
        x = zeros(lib)
        with lib.autograd.detect_anomaly():
            x.backward(lib.full((2,), float("nan")))
        return x.grad

    both(program)


def test_functions_of_the_user() -> None:
    def program(lib: Any) -> Any:
        class Bad(lib.autograd.Function):
            @staticmethod
            def forward(ctx, k, x, y):
                return x * k, y

            @staticmethod
            def backward(ctx, a, b):
                return None, a, b * float("nan")

        with lib.autograd.detect_anomaly():
            Bad.apply(2, zeros(lib), zeros(lib))[0].sum().backward()

    both_raise(
        program, RuntimeError, "Function 'BadBackward' returned nan values in its 1th output"
    )


def failing() -> Any:
    class Bad(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            raise KeyError("a mistake in backward")

    return Bad.apply(zeros(autograd))


def test_an_error_inside_a_derivative_gets_the_forward_line_as_a_note() -> None:
    with detect_anomaly():
        y = failing()  # the forward line
        with pytest.raises(KeyError, match="a mistake in backward") as caught:
            y.sum().backward()
    (note,) = caught.value.__notes__
    assert "Error detected in BadBackward" in note
    assert "y = failing()  # the forward line" in note


def test_without_the_mode_an_error_stays_as_it_is() -> None:
    with pytest.raises(KeyError) as caught:
        failing().sum().backward()
    assert not hasattr(caught.value, "__notes__")


def test_a_forward_outside_the_mode_is_said_to_be_missing() -> None:
    x = zeros(autograd)
    y = (x * 0).sqrt().sum()
    with detect_anomaly(), pytest.raises(RuntimeError, match="No forward pass information"):
        y.backward()


def test_a_tensor_modified_in_place_is_shown_with_its_line() -> None:
    with detect_anomaly():
        x = zeros(autograd) * 1
        y = x * x  # the line that kept x
        x.add_(1)
        with pytest.raises(RuntimeError, match="# the line that kept x"):
            y.sum().backward()


def test_switching() -> None:
    assert not is_anomaly_enabled()
    with detect_anomaly():
        assert is_anomaly_enabled()
        assert anomaly.is_anomaly_check_nan_enabled()
        with set_detect_anomaly(False):
            assert not is_anomaly_enabled()
        with autograd.no_grad():
            assert is_anomaly_enabled()
        assert is_anomaly_enabled()
        seen: list[bool] = []
        thread = threading.Thread(target=lambda: seen.append(is_anomaly_enabled()))
        thread.start()
        thread.join()
        assert seen == [False]
    assert not is_anomaly_enabled()
    set_detect_anomaly(True, check_nan=False)
    try:
        assert is_anomaly_enabled()
        assert not anomaly.is_anomaly_check_nan_enabled()
    finally:
        set_detect_anomaly(False)
    assert not is_anomaly_enabled()

    @detect_anomaly()
    def inside() -> bool:
        return is_anomaly_enabled()

    assert inside()
    assert not is_anomaly_enabled()
    with pytest.raises(TypeError, match="write set_detect_anomaly"):
        set_detect_anomaly(1)  # type: ignore[arg-type]


def test_no_warning_and_restored_after_an_error() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            with detect_anomaly():
                raise KeyError
        except KeyError:
            pass
    assert not is_anomaly_enabled()


def test_an_ordinary_backward_is_not_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    run = engine.run

    def spied(*args: Any, **kwargs: Any) -> Any:
        given.append(kwargs["watch"])
        return run(*args, **kwargs)

    monkeypatch.setattr(engine, "run", spied)
    x = zeros(autograd)
    (x * x).sum().backward()
    with detect_anomaly():
        (x * x).sum().backward()
    assert given == [None, anomaly.Watched]


def test_the_trace_ends_at_the_users_line() -> None:
    with detect_anomaly():
        y = zeros(autograd) * 2  # here
    trace = y.grad_fn.extra.trace  # type: ignore[union-attr]
    assert trace is not None
    assert trace.rstrip().endswith("# here")


def test_the_trace_of_a_derivative_ends_at_the_users_line_too() -> None:
    with set_detect_anomaly(True):
        x = autograd.tensor(3.0, requires_grad=True)
        (slope,) = autograd.grad(x**3, x, create_graph=True)  # there
    trace = slope.grad_fn.extra.trace
    assert trace.rstrip().endswith("# there")
