"""LeNet-5: its parameters counted layer by layer, and its training on handwritten digits.

Run it with ``python -m demos.lenet``; ``--help`` lists what can be chosen.

A convolution from m to n channels with kernels of k x k has m k k n weights and n biases; its
number of parameters does not depend on the size of the image. A full connection from m to n
has m n weights and n biases. C3 is connected to all six channels of S2, as courses write it; in
the article of 1998 each of its channels saw only some of them.

Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document
recognition, 1998.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

import autograd
import nn
from autograd import Tensor
from demos.common import Epoch, fit, parser, run, table
from demos.data import Labelled, mnist
from demos.plots import plot_history
from nn import optim
from nn.data import DataLoader

MEAN, STD = 0.1307, 0.3081
"""Of the pixels of MNIST's training images."""


def lenet(bias: bool = True) -> nn.Sequential:
    """The network for images of 28 x 28 pixels; ``bias=False`` leaves the biases out.

    >>> from demos.lenet import lenet
    >>> sum(parameter.numel() for parameter in lenet().parameters())
    61706
    """
    return nn.Sequential(
        OrderedDict(
            C1=nn.Conv2d(1, 6, kernel_size=5, padding=2, bias=bias),
            tanh1=nn.Tanh(),
            S2=nn.AvgPool2d(2),
            C3=nn.Conv2d(6, 16, kernel_size=5, bias=bias),
            tanh3=nn.Tanh(),
            S4=nn.AvgPool2d(2),
            flatten=nn.Flatten(),
            F5=nn.Linear(16 * 5 * 5, 120, bias=bias),
            tanh5=nn.Tanh(),
            F6=nn.Linear(120, 84, bias=bias),
            tanh6=nn.Tanh(),
            output=nn.Linear(84, 10, bias=bias),
        )
    )


class Layer(NamedTuple):
    """One line of the table."""

    name: str
    output: tuple[int, ...]
    with_bias: int
    without: int


def layers(model: nn.Sequential) -> list[Layer]:
    """Each layer's output for one image, seen by a hook, and the number of its parameters.

    >>> from demos.lenet import layers, lenet
    >>> layers(lenet())[0]
    Layer(name='C1', output=(6, 28, 28), with_bias=156, without=150)
    """
    found: list[Layer] = []

    def note(name: str) -> Any:
        def hook(module: nn.Module, inputs: object, output: Tensor) -> None:
            sizes = {each: value.numel() for each, value in module.named_parameters()}
            without = sum(sizes.values()) - sizes.get("bias", 0)
            found.append(Layer(name, tuple(output.shape[1:]), sum(sizes.values()), without))

        return hook

    handles = [child.register_forward_hook(note(name)) for name, child in model.named_children()]
    with autograd.no_grad():
        model(autograd.zeros(1, 1, 28, 28))
    for handle in handles:
        handle.remove()
    return found


def layer_table(model: nn.Sequential) -> str:
    """The layers that have parameters or make the image smaller, and the sums."""
    shown = [layer for layer in layers(model) if not layer.name.startswith(("tanh", "flatten"))]
    rows = [
        [layer.name, " x ".join(map(str, layer.output)), layer.with_bias, layer.without]
        for layer in shown
    ]
    sums = ["all", "", sum(row.with_bias for row in shown), sum(row.without for row in shown)]
    return table(["layer", "output", "parameters", "without biases"], [*rows, sums])


def train(
    data: tuple[Labelled, Labelled],
    epochs: int,
    lr: float,
    batch_size: int,
    seed: int,
    verbose: bool = True,
) -> list[Epoch]:
    """LeNet-5 trained by Adam; the learning rate falls to 0 along half a wave of the cosine."""
    autograd.manual_seed(seed)
    model = lenet()
    train_set, test_set = (part.dataset(MEAN, STD) for part in data)
    batches = DataLoader(train_set, batch_size, shuffle=True)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * len(batches))
    return fit(
        model,
        optimizer,
        batches,
        DataLoader(test_set, 1000),
        epochs,
        each_step=scheduler.step,
        verbose=verbose,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status.

    Raises FileNotFoundError where MNIST is nowhere to be found.
    """
    choices = parser(
        "lenet",
        "Count LeNet-5's parameters layer by layer, and train it on MNIST.",
        epochs=5,
        batch_size=64,
        lr=2e-3,
        subset=None,
        data=None,
    )
    choices.add_argument("--table", action="store_true", help="print the table and stop")
    options = choices.parse_args(arguments)
    print(layer_table(lenet()))
    if options.table:
        return 0
    print()
    training, test = mnist(options.data)
    history = train(
        (training.first(options.subset), test),
        options.epochs,
        options.lr,
        options.batch_size,
        options.seed,
    )
    print(f"test accuracy {history[-1].test.accuracy:.2%}")
    plot_history(options.out / "lenet.png", history, "LeNet-5 on MNIST")
    return 0


if __name__ == "__main__":
    run(main)
