"""What the layers compute, as functions (`torch.nn.functional`).

>>> import nn.functional as F
>>> F.relu(tensor([-1.0, 2.0]))
tensor([0., 2.])
"""

from nn.functional.activation import *  # noqa: F403
from nn.functional.attention import *  # noqa: F403
from nn.functional.classification import *  # noqa: F403
from nn.functional.convolution import *  # noqa: F403
from nn.functional.ctc import *  # noqa: F403
from nn.functional.distance import *  # noqa: F403
from nn.functional.dropout import *  # noqa: F403
from nn.functional.linear import *  # noqa: F403
from nn.functional.loss import *  # noqa: F403
from nn.functional.margin import *  # noqa: F403
from nn.functional.normalization import *  # noqa: F403
from nn.functional.padding import *  # noqa: F403
from nn.functional.pooling import *  # noqa: F403
from nn.functional.softmax import *  # noqa: F403
from nn.functional.sparse import *  # noqa: F403
from nn.functional.vision import *  # noqa: F403
