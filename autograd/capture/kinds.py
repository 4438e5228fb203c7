"""Kinds of Python objects that never change."""

from __future__ import annotations

import enum
import operator
import types
from typing import Any

import numpy as np

from autograd.devices import device

SIMPLE = (int, float, str, bytes, bool, complex, type(None), type(...), np.dtype, np.generic)
FIXED: tuple[type, ...] = (
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
)
FIXED += (types.MethodWrapperType, types.GetSetDescriptorType, types.MemberDescriptorType)
FIXED += (np.ufunc, device, enum.Enum, operator.itemgetter, operator.attrgetter)


class Follower:
    """An object that, called, does what its function does."""

    _function: Any
