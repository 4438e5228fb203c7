"""Training steps of networks: zero_grad, forward, loss, backward, step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Step = Callable[[], Any]


def training(model: Any, optimizer: Any, loss_of: Callable[[], Any]) -> Step:
    """The step that every course writes."""

    def step() -> Any:
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        optimizer.step()
        return loss

    return step


def mlp(
    torch: Any, nn: Any, F: Any, optim: Any, batch: int = 256, hidden: int = 256, inputs: int = 784
) -> Step:
    """A perceptron with one hidden layer on flat images."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    optimizer = optim.SGD(model.parameters(), lr=0.01)
    x, target = torch.randn(batch, inputs), torch.arange(batch) % 10
    return training(model, optimizer, lambda: F.cross_entropy(model(x), target))


def lenet(torch: Any, nn: Any, F: Any, optim: Any, batch: int = 64) -> Step:
    """LeNet-5 with ReLU and max-pooling on 28 x 28 images."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )
    optimizer = optim.SGD(model.parameters(), lr=0.01)
    x, target = torch.randn(batch, 1, 28, 28), torch.arange(batch) % 10
    return training(model, optimizer, lambda: F.cross_entropy(model(x), target))


def vgg(torch: Any, nn: Any, F: Any, optim: Any, batch: int = 128) -> Step:
    """The MNIST net: two pairs of convolutions with BatchNorm, a pool after each pair."""
    torch.manual_seed(0)
    layers = []
    for inputs, channels in ((1, 16), (16, 16), (16, 64), (64, 64)):
        layers += [nn.Conv2d(inputs, channels, 3), nn.BatchNorm2d(channels), nn.ReLU()]
        if inputs == channels:
            layers.append(nn.MaxPool2d(2))
    layers += [nn.Flatten(), nn.Linear(1024, 256), nn.ReLU(), nn.Linear(256, 10)]
    model = nn.Sequential(*layers)
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    x, target = torch.randn(batch, 1, 28, 28), torch.arange(batch) % 10
    return training(model, optimizer, lambda: F.cross_entropy(model(x), target))


def resnet(torch: Any, nn: Any, F: Any, optim: Any, batch: int = 16, size: int = 96) -> Step:
    """ResNet-18 on grey images."""
    torch.manual_seed(0)

    class Residual(nn.Module):  # type: ignore[misc]  # of either library
        def __init__(self, inputs: int, channels: int, stride: int) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(inputs, channels, 3, padding=1, stride=stride, bias=False)
            self.bn1 = nn.BatchNorm2d(channels)
            self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(channels)
            self.shortcut = nn.Identity()
            if stride != 1 or inputs != channels:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, channels, 1, stride=stride, bias=False),
                    nn.BatchNorm2d(channels),
                )

        def forward(self, x: Any) -> Any:
            y = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))

    layers = [
        nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(3, stride=2, padding=1),
    ]
    for inputs, channels in ((64, 64), (64, 128), (128, 256), (256, 512)):
        layers.append(Residual(inputs, channels, 1 if inputs == channels else 2))
        layers.append(Residual(channels, channels, 1))
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))
    optimizer = optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    x, target = torch.randn(batch, 1, size, size), torch.arange(batch) % 10
    return training(model, optimizer, lambda: F.cross_entropy(model(x), target))


def lstm(torch: Any, nn: Any, F: Any, optim: Any, batch: int = 32, steps: int = 64) -> Step:
    """An LSTM 64-128 over a sequence, its last output classified."""
    torch.manual_seed(0)

    class Net(nn.Module):  # type: ignore[misc]  # of either library
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(64, 128, batch_first=True)
            self.head = nn.Linear(128, 10)

        def forward(self, x: Any) -> Any:
            outputs, _ = self.lstm(x)
            return self.head(outputs[:, -1])

    model = Net()
    optimizer = optim.SGD(model.parameters(), lr=0.01)
    x, target = torch.randn(batch, steps, 64), torch.arange(batch) % 10
    return training(model, optimizer, lambda: F.cross_entropy(model(x), target))


def transformer(torch: Any, nn: Any, F: Any, optim: Any, batch: int = 16, steps: int = 64) -> Step:
    """One block of a transformer, d 128, four heads, causal, with GELU."""
    torch.manual_seed(0)
    block = nn.TransformerEncoderLayer(
        128, 4, 512, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    optimizer = optim.SGD(block.parameters(), lr=0.01)
    x, target = torch.randn(batch, steps, 128), torch.randn(batch, steps, 128)
    mask = nn.Transformer.generate_square_subsequent_mask(steps)
    return training(
        block,
        optimizer,
        lambda: F.mse_loss(block(x, src_mask=mask, is_causal=True), target),
    )
