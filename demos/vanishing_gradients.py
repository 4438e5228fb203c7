"""Gradients that vanish or explode in a deep net, and what helps: measured layer by layer.

Run it with ``python -m demos.vanishing_gradients``; ``--help`` lists what can be chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import autograd
import nn
import nn.functional as F
from autograd import Tensor
from demos import common, plots
from demos.data import iris
from nn import optim

NAME = "vanishing_gradients"

# In a net h_k = f(W_k h_(k-1)) the gradient goes back through one factor for each layer,
#   dl/dh_(k-1) = W_k^T (f'(z_k) * dl/dh_k),
# so through D layers it is multiplied D times. Sigmoid's slope is at most 1/4, and the weights
# that nn.Linear draws have variance 1 / (3 inputs), so W_k^T shortens as well: together, twenty
# layers leave less than a trillionth. Tanh and leaky ReLU have slopes up to 1 and lose what W_k
# takes; with variance 2 / (inputs), Kaiming's, which makes up for the half of the units that are
# almost switched off, leaky ReLU keeps the size as it is. A residual layer
#   h_k = h_(k-1) + f(W_k h_(k-1))
# adds a path with slope 1 exactly, whatever W_k and f are.
# With larger weights the same product explodes: 1.5**20 is 3,325.


class Deep(nn.Module):
    """``depth`` hidden layers of one width between a first and a last linear layer.

    The hidden weights are nn.Linear's, or, with ``gain``, Kaiming's normal ones times it.
    """

    def __init__(
        self, activation: str, residual: bool, gain: float | None, depth: int, width: int
    ) -> None:
        super().__init__()
        self.f = {"sigmoid": F.sigmoid, "tanh": F.tanh, "leaky ReLU": F.leaky_relu}[activation]
        self.residual = residual
        self.first = nn.Linear(4, width)
        self.hidden = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.last = nn.Linear(width, 3)
        if gain is not None:
            for layer in self.hidden:
                nn.init.normal_(layer.weight, std=gain * math.sqrt(2 / width))
                nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """The outputs (n, 3) for features (n, 4)."""
        h = self.first(x)
        for layer in self.hidden:
            h = h + self.f(layer(h)) if self.residual else self.f(layer(h))
        return self.last(h)


KINDS: dict[str, tuple[str, bool, float | None]] = {
    "sigmoid": ("sigmoid", False, None),
    "tanh": ("tanh", False, None),
    "leaky ReLU": ("leaky ReLU", False, None),
    "leaky ReLU, Kaiming": ("leaky ReLU", False, 1.0),
    "sigmoid, residual": ("sigmoid", True, None),
    "tanh, residual": ("tanh", True, None),
}


def flowers() -> tuple[Tensor, Tensor]:
    """Iris, each feature with mean 0 and deviation 1, and the species."""
    data = iris()
    return (data.features - data.features.mean(0)) / data.features.std(0), data.species


def gradient_norms(net: Deep, x: Tensor, y: Tensor) -> list[float]:
    """The norm of the loss's gradient with respect to each hidden layer's weight, first to last."""
    net.zero_grad()
    F.cross_entropy(net(x), y).backward()
    return [layer.weight.grad.norm().item() for layer in net.hidden]


def train(
    net: Deep, x: Tensor, y: Tensor, steps: int, rate: float, clip: float = math.inf
) -> tuple[list[float], list[float]]:
    """SGD on all flowers at once: the loss, and the gradient's norm before clipping, per step.

    Clipping leaves the gradient's direction: ``g`` becomes ``g * clip / |g|`` where it is longer.
    """
    optimizer = optim.SGD(net.parameters(), lr=rate)
    losses, norms = [], []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(net.parameters(), clip)
        losses.append(loss.item())
        norms.append(norm.item())
        if not math.isfinite(losses[-1]):
            break
        optimizer.step()
    return losses, norms


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the gradients of each kind of net, train it, and train one with clipping."""
    parser = common.parser(NAME, __doc__.partition("\n")[0], epochs=200, lr=0.05)
    add = parser.add_argument
    add("--depth", type=common.count, default=20, metavar="N", help="hidden layers")
    add("--width", type=common.count, default=32, metavar="N", help="units in each of them")
    add("--gain", type=common.rate, default=1.5, metavar="X", help="of weights that explode")
    add("--clip", type=common.rate, default=1.0, metavar="X", help="longest gradient allowed")
    options = parser.parse_args(arguments)
    shape = (options.depth, options.width)
    x, y = flowers()

    print(f"{options.depth} hidden layers of {options.width} on iris: |dl/dW| before training,")
    print(f"then {options.epochs} epochs of SGD, each a step on all 150 flowers:")
    shown = sorted({1, *(-(-options.epochs * k // 4) for k in range(1, 5))})
    norms, losses, rows = {}, {}, []
    for kind, (activation, residual, gain) in common.progress(KINDS.items(), "kinds"):
        autograd.manual_seed(options.seed)
        net = Deep(activation, residual, gain, *shape)
        norms[kind] = gradient_norms(net, x, y)
        losses[kind], _ = train(net, x, y, options.epochs, options.lr)
        right = common.accuracy(net(x), y)
        curve = [losses[kind][:epoch][-1] for epoch in shown]  # which ends early where it explodes
        rows.append([kind, norms[kind][0], norms[kind][-1], *curve, f"{right:.1%}"])
    head = ["net", "first layer", "last layer", *(f"loss {epoch}" for epoch in shown), "right"]
    print(common.table(head, rows))

    print(f"\nleaky ReLU with weights {options.gain:g} times Kaiming's, without and with clipping:")
    rows, clipped = [], {}
    for clip in (math.inf, options.clip):
        autograd.manual_seed(options.seed)
        net = Deep("leaky ReLU", False, options.gain, *shape)
        curve, lengths = train(net, x, y, options.epochs, options.lr, clip)
        title = f"clipped at {clip:g}" if clip < math.inf else "not clipped"
        clipped[title] = curve
        rows.append([title, len(curve), lengths[0], curve[0], curve[-1]])
    print(common.table(["gradient", "steps", "first |g|", "first loss", "last loss"], rows))

    plots.plot(
        options.out / f"{NAME}.png",
        plots.Panel("gradient by layer", norms, "norm of dl/dW", "hidden layer", log=True),
        plots.Panel("training", losses, "loss", log=True),
        plots.Panel("weights too large", clipped, "loss", log=True),
    )


if __name__ == "__main__":
    common.run(main)
