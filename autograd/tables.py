"""All operators that ``autograd`` exports, gathered from their tables.

A table's own ``__all__`` says what is public, so a new operator is exported by its row. There is
no ``__all__`` here: type checkers read only one that is spelled out.
"""

from autograd.ops.activations import *  # noqa: F403
from autograd.ops.adaptive_pooling import *  # noqa: F403
from autograd.ops.arithmetic import *  # noqa: F403
from autograd.ops.attention import *  # noqa: F403
from autograd.ops.bessel import *  # noqa: F403
from autograd.ops.blending import *  # noqa: F403
from autograd.ops.choosing import *  # noqa: F403
from autograd.ops.class_losses import *  # noqa: F403  # noqa: F403
from autograd.ops.comparison import *  # noqa: F403
from autograd.ops.contraction import *  # noqa: F403
from autograd.ops.convolution import *  # noqa: F403
from autograd.ops.copies import *  # noqa: F403
from autograd.ops.counting import *  # noqa: F403
from autograd.ops.determinants import *  # noqa: F403
from autograd.ops.differences import *  # noqa: F403
from autograd.ops.distances import *  # noqa: F403
from autograd.ops.division import *  # noqa: F403
from autograd.ops.drawing import *  # noqa: F403
from autograd.ops.dropout import *  # noqa: F403
from autograd.ops.einsum import *  # noqa: F403
from autograd.ops.elementwise import *  # noqa: F403
from autograd.ops.embedding import *  # noqa: F403
from autograd.ops.error_functions import *  # noqa: F403
from autograd.ops.expanding import *  # noqa: F403
from autograd.ops.exponential import *  # noqa: F403
from autograd.ops.extremes import *  # noqa: F403
from autograd.ops.factorizations import *  # noqa: F403
from autograd.ops.folding import *  # noqa: F403  # noqa: F403
from autograd.ops.gamma import *  # noqa: F403
from autograd.ops.gathering import *  # noqa: F403
from autograd.ops.grid import *  # noqa: F403
from autograd.ops.index_writing import *  # noqa: F403
from autograd.ops.joining import *  # noqa: F403
from autograd.ops.ldl import *  # noqa: F403  # noqa: F403
from autograd.ops.limits import *  # noqa: F403
from autograd.ops.logic import *  # noqa: F403
from autograd.ops.low_rank import *  # noqa: F403
from autograd.ops.lu import *  # noqa: F403
from autograd.ops.masking import *  # noqa: F403
from autograd.ops.matrix_functions import *  # noqa: F403
from autograd.ops.matrix_norms import *  # noqa: F403
from autograd.ops.max_pooling import *  # noqa: F403
from autograd.ops.normalization import *  # noqa: F403
from autograd.ops.norms import *  # noqa: F403
from autograd.ops.overlaying import *  # noqa: F403
from autograd.ops.padding import *  # noqa: F403
from autograd.ops.polynomials import *  # noqa: F403
from autograd.ops.pooling import *  # noqa: F403
from autograd.ops.powers import *  # noqa: F403
from autograd.ops.products import *  # noqa: F403
from autograd.ops.pseudoinverse import *  # noqa: F403
from autograd.ops.rearranging import *  # noqa: F403
from autograd.ops.reduction import *  # noqa: F403
from autograd.ops.reflections import *  # noqa: F403
from autograd.ops.resampling import *  # noqa: F403
from autograd.ops.rounding import *  # noqa: F403
from autograd.ops.scans import *  # noqa: F403
from autograd.ops.scattering import *  # noqa: F403
from autograd.ops.searching import *  # noqa: F403
from autograd.ops.shape import *  # noqa: F403
from autograd.ops.shuffling import *  # noqa: F403
from autograd.ops.slicing import *  # noqa: F403
from autograd.ops.softmax import *  # noqa: F403
from autograd.ops.solving import *  # noqa: F403
from autograd.ops.sorting import *  # noqa: F403
from autograd.ops.spectral import *  # noqa: F403
from autograd.ops.splitting import *  # noqa: F403
from autograd.ops.statistics import *  # noqa: F403
from autograd.ops.transposing import *  # noqa: F403
from autograd.ops.triangles import *  # noqa: F403
from autograd.ops.triangular import *  # noqa: F403
from autograd.ops.trigonometry import *  # noqa: F403
from autograd.ops.unique import *  # noqa: F403
