"""Reverse-mode automatic differentiation on NumPy, with PyTorch's names and meaning.

>>> x = tensor(3.0, requires_grad=True)
>>> y = x * x
>>> y.backward()
>>> x.grad
tensor(6.)
"""

import sys as _sys
import warnings as _warnings

import numpy as _np

from autograd import (
    amp,
    backends,
    cuda,
    functional,
    heap as _heap,
    linalg,
    methods as _methods,
    return_types,
    special,
    tables as _tables,
)
from autograd.anomaly import (
    detect_anomaly,
    is_anomaly_check_nan_enabled,
    is_anomaly_enabled,
    set_detect_anomaly,
)
from autograd.backward import backward, grad
from autograd.capture.compiled import compile
from autograd.conversion import detach
from autograd.creation import (
    arange,
    as_tensor,
    empty,
    empty_permuted,
    empty_strided,
    eye,
    from_numpy,
    full,
    linspace,
    logspace,
    ones,
    scalar_tensor,
    tensor,
    zeros,
)
from autograd.creation_like import empty_like, full_like, ones_like, zeros_like
from autograd.devices import device
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
from autograd.machine import (
    are_deterministic_algorithms_enabled,
    get_default_device,
    get_float32_matmul_precision,
    set_default_device,
    set_float32_matmul_precision,
    use_deterministic_algorithms,
)
from autograd.memory_formats import (
    channels_last,
    channels_last_3d,
    contiguous_format,
    memory_format,
    preserve_format,
)
from autograd.numbers import e, finfo, iinfo, inf, nan, pi
from autograd.overwriting import fill, fill_, resize_as_, zero_
from autograd.printing import set_printoptions
from autograd.queries import (
    is_floating_point,
    is_nonzero,
    is_same_size,
    is_signed,
    is_tensor,
    numel,
)
from autograd.random import Generator, default_generator, initial_seed, manual_seed, seed
from autograd.sampling import (
    get_rng_state,
    normal,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
    set_rng_state,
)
from autograd.serialization import load, save
from autograd.size import Size
from autograd.tables import *  # noqa: F403
from autograd.tensor import Tensor
from autograd.threads import get_num_threads, set_num_threads
from autograd.typed import (
    BoolTensor,
    ByteTensor,
    CharTensor,
    DoubleTensor,
    FloatTensor,
    HalfTensor,
    IntTensor,
    LongTensor,
    ShortTensor,
    Variable,
)

__all__ = [
    "BoolTensor",
    "ByteTensor",
    "CharTensor",
    "DoubleTensor",
    "FloatTensor",
    "Function",
    "Generator",
    "HalfTensor",
    "IntTensor",
    "LongTensor",
    "ShortTensor",
    "Size",
    "Tensor",
    "Variable",
    "amp",
    "arange",
    "are_deterministic_algorithms_enabled",
    "as_tensor",
    "autocast",
    "backends",
    "backward",
    "bool",
    "can_cast",
    "channels_last",
    "channels_last_3d",
    "compile",
    "contiguous_format",
    "cuda",
    "default_generator",
    "detach",
    "detect_anomaly",
    "device",
    "double",
    "dtype",
    "e",
    "empty",
    "empty_like",
    "empty_permuted",
    "empty_strided",
    "enable_grad",
    "eye",
    "fill",
    "fill_",
    "finfo",
    "float",
    "float16",
    "float32",
    "float64",
    "from_numpy",
    "full",
    "full_like",
    "functional",
    "get_default_device",
    "get_default_dtype",
    "get_float32_matmul_precision",
    "get_num_threads",
    "get_rng_state",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "half",
    "iinfo",
    "inf",
    "inference_mode",
    "initial_seed",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "is_floating_point",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "is_nonzero",
    "is_same_size",
    "is_signed",
    "is_tensor",
    "linalg",
    "linspace",
    "load",
    "logspace",
    "long",
    "manual_seed",
    "memory_format",
    "nan",
    "newaxis",
    "no_grad",
    "normal",
    "numel",
    "ones",
    "ones_like",
    "pi",
    "preserve_format",
    "promote_types",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "randperm",
    "resize_as_",
    "result_type",
    "return_types",
    "save",
    "scalar_tensor",
    "seed",
    "set_default_device",
    "set_default_dtype",
    "set_detect_anomaly",
    "set_float32_matmul_precision",
    "set_grad_enabled",
    "set_num_threads",
    "set_printoptions",
    "set_rng_state",
    "short",
    "special",
    "tensor",
    "uint8",
    "use_deterministic_algorithms",
    "zero_",
    "zeros",
    "zeros_like",
]
__all__ += [_name for _name in vars(_tables) if not _name.startswith("_")]

__version__ = "0.1.0"

half, float, double = float16, float32, float64
short, int, long = int16, int32, int64
bool = _bool
dtype = _np.dtype
autocast = amp.autocast
newaxis = None

autograd = _sys.modules[__name__]
"""This package: ``torch.autograd.grad`` stays as it is after ``import autograd as torch``."""

_methods.join()
_heap.keep_freed()

# What IEEE arithmetic defines (1/0, log 0, overflow) passes silently, as in torch. The
# filter covers this package's own frames only; NumPy's settings stay the user's.
_warnings.filterwarnings(
    "ignore",
    r"(divide by zero|invalid value|overflow|underflow) encountered",
    RuntimeWarning,
    r"autograd\b",
)
