"""Neural networks: modules, losses, first values, optimisers, with torch's names and meaning.

>>> model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
>>> optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
>>> loss = nn.MSELoss()(model(ones(5, 3)), zeros(5, 1))
>>> loss.backward()
>>> optimizer.step()
"""

import sys as _sys
from types import SimpleNamespace as _SimpleNamespace

import autograd as _autograd

# What each file of layers exports is its __all__; what is not a layer is listed here.
from nn import (
    activation,
    adaptive_softmax,
    attention,
    batchnorm,
    classification,
    container,
    convolution,
    data,
    distance,
    dropout,
    functional,
    init,
    lazy,
    linear,
    loss,
    margin,
    max_pooling,
    normalization,
    optim,
    padding,
    parallel,
    parameters,
    pooling,
    recurrent,
    recurrent_base,
    recurrent_cells,
    saturating,
    softmax,
    sparse,
    transformer,
    transformer_layers,
    uninitialized,
    utils,
    vision,
)
from nn.activation import *  # noqa: F403
from nn.adaptive_softmax import *  # noqa: F403
from nn.attention import *  # noqa: F403
from nn.batchnorm import *  # noqa: F403
from nn.classification import *  # noqa: F403
from nn.container import *  # noqa: F403
from nn.convolution import *  # noqa: F403
from nn.distance import *  # noqa: F403
from nn.dropout import *  # noqa: F403
from nn.lazy import *  # noqa: F403
from nn.linear import *  # noqa: F403
from nn.loss import *  # noqa: F403
from nn.margin import *  # noqa: F403
from nn.max_pooling import *  # noqa: F403
from nn.module import Module
from nn.normalization import *  # noqa: F403
from nn.padding import *  # noqa: F403
from nn.parallel import *  # noqa: F403
from nn.parameter import Buffer, Parameter
from nn.parameters import *  # noqa: F403
from nn.pooling import *  # noqa: F403
from nn.recurrent import *  # noqa: F403
from nn.recurrent_base import *  # noqa: F403
from nn.recurrent_cells import *  # noqa: F403
from nn.saturating import *  # noqa: F403
from nn.softmax import *  # noqa: F403
from nn.sparse import *  # noqa: F403
from nn.transformer import *  # noqa: F403
from nn.transformer_layers import *  # noqa: F403
from nn.uninitialized import *  # noqa: F403
from nn.vision import *  # noqa: F403

__all__ = [
    "Buffer",
    "Module",
    "Parameter",
    "data",
    "functional",
    "init",
    "modules",
    "optim",
    "utils",
]
__all__ += activation.__all__
__all__ += adaptive_softmax.__all__
__all__ += attention.__all__
__all__ += batchnorm.__all__
__all__ += classification.__all__
__all__ += container.__all__
__all__ += convolution.__all__
__all__ += distance.__all__
__all__ += dropout.__all__
__all__ += lazy.__all__
__all__ += linear.__all__
__all__ += loss.__all__
__all__ += margin.__all__
__all__ += max_pooling.__all__
__all__ += normalization.__all__
__all__ += padding.__all__
__all__ += parallel.__all__
__all__ += parameters.__all__
__all__ += pooling.__all__
__all__ += recurrent.__all__
__all__ += recurrent_base.__all__
__all__ += recurrent_cells.__all__
__all__ += saturating.__all__
__all__ += softmax.__all__
__all__ += sparse.__all__
__all__ += transformer.__all__
__all__ += transformer_layers.__all__
__all__ += uninitialized.__all__
__all__ += vision.__all__

from nn import modules  # noqa: E402 - it is made of the layers

# Programs write torch.nn.Linear, torch.optim.SGD and torch.utils.data.DataLoader, too: once this
# package is imported, autograd has these names.
vars(_autograd).update(
    nn=_sys.modules[__name__],
    optim=optim,
    utils=_SimpleNamespace(data=data),
    func=_SimpleNamespace(functional_call=utils.stateless.functional_call),
)
