"""ResNet-18 on Fashion-MNIST: pieces of clothing told apart by eighteen layers with shortcuts.

A residual block computes f(x) + x. What its two convolutions have to learn is only what is to
be *changed* about x, and the gradient of x,

    d loss / dx = (f'(x))^T g + g,    g = d loss / d(f(x) + x),

has the term g that went through no layer at all: however deep the network is, its first layers
are reached (`demos.vanishing_gradients` measures it). Where a block halves the image and doubles
the channels, x is brought to the new shape by a 1 x 1 convolution.

The images, 28 x 28, are resized by the library's own interpolate. ResNet-18 as courses train it
takes 96 x 96; ``--size``, ``--epochs`` and ``--subset`` fit a run to a patience: the time of an
epoch grows with size squared and with the number of images.

Run it with ``python -m demos.resnet``; ``--help`` lists what can be chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd
import nn
import nn.functional as F
from autograd import Tensor
from demos import common, data, plots
from nn import optim

MEAN, STD = 0.2860, 0.3530
"""Of the pixels of the training images."""
STAGES = ((64, 1), (128, 2), (256, 2), (512, 2))
"""The channels of each two blocks, and the stride of the first."""


class Residual(nn.Module):
    """Two convolutions, and what came in added to what comes out."""

    def __init__(self, inputs: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, kernel_size=3, padding=1, stride=stride)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv3 = None
        if stride != 1 or inputs != channels:
            self.conv3 = nn.Conv2d(inputs, channels, kernel_size=1, stride=stride)
        self.bn1 = nn.BatchNorm2d(channels)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, X: Tensor) -> Tensor:  # noqa: N803 - X and Y, as courses write them
        """(batch, inputs, rows, columns) to (batch, channels, rows / stride, columns / stride)."""
        Y = F.relu(self.bn1(self.conv1(X)))  # noqa: N806
        Y = self.bn2(self.conv2(Y))  # noqa: N806
        if self.conv3 is not None:
            X = self.conv3(X)  # noqa: N806
        Y += X  # noqa: N806
        return F.relu(Y)


def stage(inputs: int, channels: int, stride: int) -> nn.Sequential:
    """Two blocks, of which the first may halve the image."""
    return nn.Sequential(Residual(inputs, channels, stride), Residual(channels, channels))


def resnet18(classes: int = 10, stages: Sequence[tuple[int, int]] = STAGES) -> nn.Sequential:
    """Grey images (batch, 1, rows, columns) to logits (batch, classes).

    One convolution, eight blocks of two and one full layer: eighteen with weights.
    """
    channels = stages[0][0]
    first = nn.Sequential(
        nn.Conv2d(1, channels, kernel_size=7, stride=2, padding=3),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
    )
    blocks = []
    for wide, stride in stages:
        blocks.append(stage(channels, wide, stride))
        channels = wide
    last = (nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(channels, classes))
    return nn.Sequential(first, *blocks, *last)


class Resized:
    """The batches of a loader, each image brought to size x size pixels."""

    def __init__(self, loader: Any, size: int) -> None:
        self.loader, self.size = loader, size

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Any:
        for images, labels in self.loader:
            yield resize(images, self.size), labels


def resize(images: Tensor, size: int) -> Tensor:
    """(batch, 1, rows, columns) to (batch, 1, size, size), bilinear."""
    if images.shape[-1] == size:
        return images
    return F.interpolate(images, size=(size, size), mode="bilinear")


def shapes(model: nn.Sequential, size: int) -> list[tuple[str, str, int]]:
    """The shape after each part of the network, and the number of its parameters.

    >>> from demos.resnet import resnet18, shapes
    >>> for row in shapes(resnet18(), 96)[-3:]: print(row)
    ('AdaptiveAvgPool2d', '1 x 512 x 1 x 1', 0)
    ('Flatten', '1 x 512', 0)
    ('Linear', '1 x 10', 5130)
    """
    model.eval()
    rows = []
    with autograd.no_grad():
        x = autograd.zeros(1, 1, size, size)
        for part in model:
            x = part(x)
            parameters = sum(each.numel() for each in part.parameters())
            rows.append((type(part).__name__, " x ".join(map(str, x.shape)), parameters))
    model.train()
    return rows


def loaders(options: Any) -> tuple[Resized, Resized]:
    """Batches of training images, shuffled, and of test images."""
    train, test = data.fashion_mnist(options.data)
    images = train.first(options.subset).dataset(MEAN, STD)
    lonely = len(images) % options.batch_size == 1  # one image has no variance to normalise by
    mixed = nn.data.DataLoader(images, options.batch_size, shuffle=True, drop_last=lonely)
    in_order = nn.data.DataLoader(test.first(options.test).dataset(MEAN, STD), 256)
    return Resized(mixed, options.size), Resized(in_order, options.size)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    parser = common.parser(
        "resnet",
        "Train ResNet-18 on Fashion-MNIST with SGD.",
        epochs=4,
        batch_size=128,
        lr=0.05,
        subset=None,
        data=None,
    )
    add = parser.add_argument
    add("--size", type=common.count, default=32, metavar="N", help="resize to N x N pixels")
    add("--test", type=common.count, default=None, metavar="N", help="test on the first N only")
    options = parser.parse_args(arguments)
    autograd.manual_seed(options.seed)
    train, test = loaders(options)
    model = resnet18()
    rows = shapes(model, options.size)
    rows.append(("in all", "", sum(row[2] for row in rows)))
    print(common.table(["part", "output", "parameters"], rows), "\n")
    optimizer = optim.SGD(model.parameters(), lr=options.lr)
    # The rate falls to 0 along a cosine: the last steps are small, and the accuracy settles.
    decay = optim.lr_scheduler.CosineAnnealingLR(optimizer, options.epochs * len(train))
    history = common.fit(model, optimizer, train, test, options.epochs, each_step=decay.step)
    print(f"test accuracy {history[-1].test.accuracy:.2%}")
    plots.plot_history(options.out / "resnet.png", history, "ResNet-18")
    return 0


if __name__ == "__main__":
    common.run(main)
