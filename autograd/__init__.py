"""Reverse-mode automatic differentiation on NumPy, with PyTorch's names and meaning.

>>> x = tensor(3.0, requires_grad=True)
>>> y = x * x
>>> y.backward()
>>> x.grad
tensor(6.)
"""

import sys as _sys
import warnings as _warnings

from autograd import functional, methods as _methods
from autograd.anomaly import (
    detect_anomaly,
    is_anomaly_check_nan_enabled,
    is_anomaly_enabled,
    set_detect_anomaly,
)
from autograd.backward import backward, grad
from autograd.conversion import detach
from autograd.creation import (
    arange,
    as_tensor,
    empty,
    empty_like,
    eye,
    from_numpy,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    tensor,
    zeros,
    zeros_like,
)
from autograd.dtypes import (
    bool_ as _bool,
    can_cast,
    float16,
    float32,
    float64,
    get_default_dtype,
    int8,
    int16,
    int32,
    int64,
    promote_types,
    result_type,
    set_default_dtype,
    uint8,
)
from autograd.function import Function
from autograd.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from autograd.gradcheck import gradcheck, gradgradcheck

# The tables' own __all__ say what is public, so a new operator is exported by its row.
from autograd.ops import (
    arithmetic as _arithmetic,
    comparison as _comparison,
    elementwise as _elementwise,
    extremes as _extremes,
    joining as _joining,
    linalg as _linalg,
    reduction as _reduction,
    shape as _shape,
)
from autograd.ops.arithmetic import *  # noqa: F403
from autograd.ops.comparison import *  # noqa: F403
from autograd.ops.elementwise import *  # noqa: F403
from autograd.ops.extremes import *  # noqa: F403
from autograd.ops.joining import *  # noqa: F403
from autograd.ops.linalg import *  # noqa: F403
from autograd.ops.reduction import *  # noqa: F403
from autograd.ops.shape import *  # noqa: F403
from autograd.printing import set_printoptions
from autograd.random import Generator, initial_seed, manual_seed, seed
from autograd.sampling import normal, rand, rand_like, randint, randn, randn_like, randperm
from autograd.tensor import Tensor

__all__ = [
    "Function",
    "Generator",
    "Tensor",
    "arange",
    "as_tensor",
    "backward",
    "bool",
    "can_cast",
    "detach",
    "detect_anomaly",
    "double",
    "empty",
    "empty_like",
    "enable_grad",
    "eye",
    "float",
    "float16",
    "float32",
    "float64",
    "from_numpy",
    "full",
    "full_like",
    "functional",
    "get_default_dtype",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "half",
    "inference_mode",
    "initial_seed",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "linspace",
    "long",
    "manual_seed",
    "no_grad",
    "normal",
    "ones",
    "ones_like",
    "promote_types",
    "rand",
    "rand_like",
    "randint",
    "randn",
    "randn_like",
    "randperm",
    "result_type",
    "seed",
    "set_default_dtype",
    "set_detect_anomaly",
    "set_grad_enabled",
    "set_printoptions",
    "short",
    "tensor",
    "uint8",
    "zeros",
    "zeros_like",
]
__all__ += _arithmetic.__all__
__all__ += _comparison.__all__
__all__ += _elementwise.__all__
__all__ += _extremes.__all__
__all__ += _joining.__all__
__all__ += _linalg.__all__
__all__ += _reduction.__all__
__all__ += _shape.__all__

__version__ = "0.1.0"

half, float, double = float16, float32, float64
short, int, long = int16, int32, int64
bool = _bool

autograd = _sys.modules[__name__]
"""This package: ``torch.autograd.grad`` stays as it is after ``import autograd as torch``."""

_methods.join()

# What IEEE arithmetic defines (1/0, log 0, overflow) passes silently, as in torch. The
# filter covers this package's own frames only; NumPy's settings stay the user's.
_warnings.filterwarnings(
    "ignore",
    r"(divide by zero|invalid value|overflow|underflow) encountered",
    RuntimeWarning,
    r"autograd\b",
)
