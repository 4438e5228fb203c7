"""torch's places for its layers: ``nn.modules.conv.Conv2d``, ``nn.modules.loss._Loss``, ...

The layers themselves are in the files of `nn`; here are the names that programs import from
torch's, among them those of the bases that only these places have.

>>> from nn.modules.batchnorm import _BatchNorm
>>> isinstance(nn.BatchNorm2d(3), _BatchNorm)
True
"""

import sys as _sys
from types import ModuleType as _ModuleType

from nn import (
    activation as _activation,
    adaptive_softmax as _adaptive_softmax,
    attention as _attention,
    batchnorm as _batchnorm,
    classification as _classification,
    container as _container,
    convolution as _convolution,
    distance as _distance,
    dropout as _dropout,
    lazy as _lazy,
    linear as _linear,
    loss as _loss,
    margin as _margin,
    max_pooling as _max_pooling,
    normalization as _normalization,
    padding as _padding,
    parameters as _parameters,
    pooling as _pooling,
    recurrent as _recurrent,
    recurrent_base as _recurrent_base,
    recurrent_cells as _recurrent_cells,
    saturating as _saturating,
    softmax as _softmax,
    sparse as _sparse,
    transformer as _transformer,
    transformer_layers as _transformer_layers,
    vision as _vision,
)
from nn.modules import module, utils
from nn.modules.module import Module

_PLACES = {
    "activation": (_activation, _saturating, _softmax, _attention),
    "adaptive": (_adaptive_softmax,),
    "batchnorm": (_batchnorm, _lazy),
    "channelshuffle": (_vision,),
    "container": (_container, _parameters),
    "conv": (_convolution, _lazy),
    "distance": (_distance,),
    "dropout": (_dropout,),
    "flatten": (_linear,),
    "fold": (_vision,),
    "instancenorm": (_batchnorm, _lazy),
    "lazy": (_lazy,),
    "linear": (_linear, _lazy),
    "loss": (_loss, _classification, _margin),
    "normalization": (_normalization,),
    "padding": (_padding,),
    "pixelshuffle": (_vision,),
    "pooling": (_pooling, _max_pooling),
    "rnn": (_recurrent, _recurrent_base, _recurrent_cells),
    "sparse": (_sparse,),
    "transformer": (_transformer, _transformer_layers),
    "upsampling": (_vision,),
}
"""torch's files, and ours that have what is in them."""

_BASES: dict[str, dict[str, type[Module]]] = {
    "batchnorm": {"_BatchNorm": _batchnorm._BatchNorm, "_NormBase": _batchnorm._Norm},
    "conv": {"_ConvNd": _convolution.Convolution},
    "dropout": {"_DropoutNd": _dropout._Dropout},
    "instancenorm": {"_InstanceNorm": _batchnorm._InstanceNorm},
    "loss": {"_Loss": _loss.Loss, "_WeightedLoss": _loss.Loss},
    "pooling": {"_MaxPoolNd": _max_pooling._MaxPool},
}
"""The bases by torch's names."""

__all__ = ["Module", "module", "utils"]

for _name, _files in _PLACES.items():
    _place = _ModuleType(f"{__name__}.{_name}", f"What torch has in {_name}.py.")
    for _file in _files:
        _layers = {_each: getattr(_file, _each) for _each in _file.__all__}
        for _each, _class in _layers.items():
            setattr(_place, _each, _class)
        globals().update(_layers)
        __all__ += _layers
    for _base, _class in _BASES.get(_name, {}).items():
        setattr(_place, _base, _class)
    _sys.modules[_place.__name__] = globals()[_name] = _place
__all__ = sorted(set(__all__))
