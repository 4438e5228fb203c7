"""Ways of training, and what is built around networks: layers, hooks and loops of one's own."""
# ruff: noqa: B007, B905, C417, E731, N803, N806, RUF005, RUF007, UP008, UP032 - as such programs are written

import copy
import math
import random
from collections import OrderedDict, deque, namedtuple

import autograd as torch
import nn
import nn.functional as F
from autograd import Function
from nn import optim
from nn.data import DataLoader, Dataset, TensorDataset, random_split


def mlp(*sizes, act=nn.ReLU):
    layers = []
    for i, o in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(i, o), act()]
    return nn.Sequential(*layers[:-1])


def dqn():
    random.seed(0)
    torch.manual_seed(0)
    Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))
    memory = deque(maxlen=50)
    policy_net, target_net = mlp(4, 8, 2), mlp(4, 8, 2)
    target_net.load_state_dict(policy_net.state_dict())
    optimizer = optim.AdamW(policy_net.parameters(), lr=1e-2, amsgrad=True)
    for k in range(20):
        next_state = None if k % 5 == 4 else torch.randn(1, 4)
        action = torch.tensor([[random.randrange(2)]], dtype=torch.long)
        memory.append(Transition(torch.randn(1, 4), action, next_state, torch.tensor([1.0 * k])))
    losses = []
    for _ in range(3):
        batch = Transition(*zip(*random.sample(memory, 8)))
        non_final_mask = torch.tensor(
            tuple(map(lambda s: s is not None, batch.next_state)), dtype=torch.bool
        )
        non_final_next_states = torch.cat([s for s in batch.next_state if s is not None])
        state_batch, action_batch = torch.cat(batch.state), torch.cat(batch.action)
        reward_batch = torch.cat(batch.reward)
        state_action_values = policy_net(state_batch).gather(1, action_batch)
        next_state_values = torch.zeros(8)
        with torch.no_grad():
            next_state_values[non_final_mask] = target_net(non_final_next_states).max(1).values
        expected = (next_state_values * 0.99) + reward_batch
        loss = nn.SmoothL1Loss()(state_action_values, expected.unsqueeze(1))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_value_(policy_net.parameters(), 100)
        optimizer.step()
        target_sd, policy_sd = target_net.state_dict(), policy_net.state_dict()
        for key in policy_sd:
            target_sd[key] = policy_sd[key] * 0.005 + target_sd[key] * (1 - 0.005)
        target_net.load_state_dict(target_sd)
        losses.append(loss.item())
    greedy = policy_net(torch.ones(1, 4)).max(1).indices.view(1, 1)
    return losses, greedy.item(), target_net.state_dict()


def reinforce():
    torch.manual_seed(0)
    policy = nn.Sequential(
        nn.Linear(4, 8), nn.Dropout(p=0.6), nn.ReLU(), nn.Linear(8, 2), nn.Softmax(dim=1)
    )
    optimizer = optim.Adam(policy.parameters(), lr=1e-2)
    eps = torch.finfo(torch.float32).eps
    saved_log_probs, rewards = [], []
    for t in range(5):
        probs = policy(torch.randn(4).unsqueeze(0))
        action = torch.multinomial(probs, 1).squeeze(1)
        saved_log_probs.append(probs.log().gather(1, action.unsqueeze(1)).squeeze(1))
        rewards.append(float(action.item() == t % 2))
    R, returns = 0, deque()
    for r in rewards[::-1]:
        R = r + 0.99 * R
        returns.appendleft(R)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + eps)
    policy_loss = [-log_prob * R for log_prob, R in zip(saved_log_probs, returns)]
    optimizer.zero_grad()
    policy_loss = torch.cat(policy_loss).sum()
    policy_loss.backward()
    optimizer.step()
    return policy_loss, policy.state_dict(), rewards


def siamese():
    class SiameseNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn = nn.Sequential(
                nn.ReflectionPad2d(1),
                nn.Conv2d(1, 2, 3),
                nn.ReLU(inplace=True),
                nn.BatchNorm2d(2),
                nn.Dropout2d(p=0.2),
                nn.Flatten(),
                nn.Linear(2 * 36, 4),
            )

        def forward_once(self, x):
            return self.cnn(x)

        def forward(self, input1, input2):
            return self.forward_once(input1), self.forward_once(input2)

    class ContrastiveLoss(torch.nn.Module):
        def __init__(self, margin=2.0):
            super(ContrastiveLoss, self).__init__()
            self.margin = margin

        def forward(self, output1, output2, label):
            d = F.pairwise_distance(output1, output2, keepdim=True)
            return torch.mean(
                (1 - label) * torch.pow(d, 2)
                + (label) * torch.pow(torch.clamp(self.margin - d, min=0.0), 2)
            )

    torch.manual_seed(0)
    net, criterion = SiameseNetwork(), ContrastiveLoss()
    a, b = torch.randn(4, 1, 6, 6), torch.randn(4, 1, 6, 6)
    loss = criterion(*net(a, b), torch.tensor([[0.0], [1.0], [1.0], [0.0]]))
    loss.backward()
    anchor, positive, negative = (net.forward_once(torch.randn(4, 1, 6, 6)) for _ in range(3))
    triplet = nn.TripletMarginLoss(margin=1.0, p=2)(anchor, positive, negative)
    cosine = nn.TripletMarginWithDistanceLoss(
        distance_function=lambda x, y: 1.0 - F.cosine_similarity(x, y)
    )
    (triplet + cosine(anchor, positive, negative)).backward()
    return loss, triplet, [p.grad for p in net.parameters()]


def distillation():
    torch.manual_seed(0)
    teacher, student = mlp(5, 16, 3), mlp(5, 4, 3)
    teacher.eval()
    T, soft_target_loss_weight, ce_loss_weight = 2, 0.25, 0.75
    optimizer = optim.Adam(student.parameters(), lr=0.01)
    x, labels = torch.randn(8, 5), torch.randint(3, size=(8,))
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        with torch.no_grad():
            teacher_logits = teacher(x)
        student_logits = student(x)
        soft_targets = nn.functional.softmax(teacher_logits / T, dim=-1)
        soft_prob = nn.functional.log_softmax(student_logits / T, dim=-1)
        soft = (
            torch.sum(soft_targets * (soft_targets.log() - soft_prob))
            / soft_prob.size()[0]
            * (T**2)
        )
        kd = nn.KLDivLoss(reduction="batchmean")(soft_prob, soft_targets) * (T * T)
        assert torch.isclose(soft, kd)
        loss = soft_target_loss_weight * soft + ce_loss_weight * F.cross_entropy(
            student_logits, labels
        )
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, student.state_dict()


def own_functions():
    class MyReLU(torch.autograd.Function):
        @staticmethod
        def forward(ctx, input):
            ctx.save_for_backward(input)
            return input.clamp(min=0)

        @staticmethod
        def backward(ctx, grad_output):
            (input,) = ctx.saved_tensors
            grad_input = grad_output.clone()
            grad_input[input < 0] = 0
            return grad_input

    class LinearFunction(Function):
        @staticmethod
        def forward(ctx, input, weight, bias=None):
            ctx.save_for_backward(input, weight, bias)
            output = input.mm(weight.t())
            if bias is not None:
                output += bias.unsqueeze(0).expand_as(output)
            return output

        @staticmethod
        def backward(ctx, grad_output):
            input, weight, bias = ctx.saved_tensors
            grad_input = grad_weight = grad_bias = None
            if ctx.needs_input_grad[0]:
                grad_input = grad_output.mm(weight)
            if ctx.needs_input_grad[1]:
                grad_weight = grad_output.t().mm(input)
            if bias is not None and ctx.needs_input_grad[2]:
                grad_bias = grad_output.sum(0)
            return grad_input, grad_weight, grad_bias

    class BinarizeSTE(Function):
        @staticmethod
        def forward(ctx, input):
            return input.sign()

        @staticmethod
        def backward(ctx, grad_output):
            return F.hardtanh(grad_output)

    class Linear(nn.Module):
        def __init__(self, input_features, output_features, bias=True):
            super().__init__()
            self.input_features = input_features
            self.output_features = output_features
            self.weight = nn.Parameter(torch.empty(output_features, input_features))
            if bias:
                self.bias = nn.Parameter(torch.empty(output_features))
            else:
                self.register_parameter("bias", None)
            nn.init.uniform_(self.weight, -0.1, 0.1)
            if self.bias is not None:
                nn.init.uniform_(self.bias, -0.1, 0.1)

        def forward(self, input):
            return LinearFunction.apply(input, self.weight, self.bias)

        def extra_repr(self):
            return "input_features={}, output_features={}, bias={}".format(
                self.input_features, self.output_features, self.bias is not None
            )

    torch.manual_seed(0)
    net = nn.Sequential(Linear(3, 4), Linear(4, 2, bias=False))
    x = torch.randn(5, 3, requires_grad=True)
    y = MyReLU.apply(net(x)) + BinarizeSTE.apply(x[:, :2])
    y.pow(2).sum().backward()
    ok = torch.autograd.gradcheck(
        LinearFunction.apply, (x, net[0].weight, net[0].bias), eps=1e-6, atol=1e-4
    )
    return y, x.grad, [p.grad for p in net.parameters()], repr(net), ok


def containers_of_ones_own():
    class Parallel(nn.Module):
        def __init__(self, **branches):
            super().__init__()
            for name, branch in branches.items():
                self.add_module(name, branch)
            self.weights = nn.ParameterDict(
                {name: nn.Parameter(torch.tensor(1.0)) for name in branches}
            )
            self.scales = nn.ParameterList([nn.Parameter(torch.rand(2)) for _ in branches])
            self.register_buffer("calls", torch.tensor(0, dtype=torch.long))

        def __len__(self):
            return len(self._modules) - 2

        def forward(self, x):
            self.calls += 1
            total = 0
            for (name, branch), scale in zip(self.named_children(), self.scales):
                total = total + self.weights[name] * branch(x) * scale
            return total

    class MySequential(nn.Module):
        def __init__(self, *args):
            super().__init__()
            for idx, module in enumerate(args):
                self.add_module(str(idx), module)

        def forward(self, X):
            for module in self.children():
                X = module(X)
            return X

    class FixedHiddenMLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.rand_weight = torch.rand((4, 4))
            self.linear = nn.LazyLinear(4)

        def forward(self, X):
            X = self.linear(X)
            X = F.relu(X @ self.rand_weight + 1)
            X = self.linear(X)
            while X.abs().sum() > 1:
                X /= 2
            return X.sum()

    torch.manual_seed(0)
    net = MySequential(Parallel(a=nn.Linear(3, 2), b=mlp(3, 4, 2)), nn.Tanh())
    out = net(torch.ones(1, 3))
    out.sum().backward()
    again = copy.deepcopy(net)
    again.load_state_dict(net.state_dict(), strict=True)
    state = OrderedDict((k.replace("0.", "module.0.", 1), v) for k, v in net.state_dict().items())
    wrong = again.load_state_dict(state, strict=False)
    fixed = FixedHiddenMLP()(torch.rand(2, 4))
    buffers = dict(net.named_buffers())
    return (
        out,
        len(net._modules["0"]),
        list(net.state_dict()),
        wrong.missing_keys[:2],
        fixed,
        buffers,
    )


def checkpoint_and_early_stopping():
    class EarlyStopping:
        def __init__(self, patience=2, delta=0):
            self.patience, self.delta = patience, delta
            self.counter, self.best_score, self.early_stop = 0, None, False
            self.val_loss_min = float("inf")

        def __call__(self, val_loss, model):
            if self.best_score is None or val_loss < self.best_score - self.delta:
                self.best_score = val_loss
                self.best = copy.deepcopy(model.state_dict())
                self.counter = 0
            else:
                self.counter += 1
                self.early_stop = self.counter >= self.patience

    class Squares(Dataset):
        def __init__(self, n):
            self.x = torch.linspace(-1, 1, n).unsqueeze(-1)

        def __len__(self):
            return self.x.shape[0]

        def __getitem__(self, i):
            return self.x[i], self.x[i] ** 2

    torch.manual_seed(0)
    train, valid = random_split(
        Squares(20), [0.8, 0.2], generator=torch.Generator().manual_seed(42)
    )
    model = mlp(1, 8, 1, act=nn.Tanh)
    optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.9, nesterov=True)
    scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="min", factor=0.5, patience=0)
    stopper, history = EarlyStopping(), []
    for epoch in range(8):
        model.train()
        for x, y in DataLoader(train, batch_size=4, shuffle=True, pin_memory=False):
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.inference_mode():
            val = sum(
                F.mse_loss(model(x), y, reduction="sum").item() for x, y in DataLoader(valid, 4)
            ) / len(valid)
        scheduler.step(val)
        history.append((val, optimizer.param_groups[0]["lr"]))
        stopper(val, model)
        if stopper.early_stop:
            break
    model.load_state_dict(stopper.best)
    return history, stopper.val_loss_min, model.state_dict(), optimizer.state_dict()["param_groups"]


def learning_rate_finder():
    torch.manual_seed(0)
    model = mlp(3, 6, 2)
    x, y = torch.randn(8, 3), torch.randint(0, 2, (8,))
    start = copy.deepcopy(model.state_dict())
    optimizer = optim.SGD(model.parameters(), lr=1e-4)
    lr_lambda = lambda step: math.exp(step * math.log(10 / 1e-4) / 9)
    scheduler = optim.lr_scheduler.LambdaLR(optimizer, lr_lambda)
    lrs, losses, smoothed = [], [], 0.0
    for i in range(10):
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x), y)
        smoothed = 0.9 * smoothed + 0.1 * loss.item()
        losses.append(smoothed / (1 - 0.9 ** (i + 1)))
        lrs.append(optimizer.param_groups[0]["lr"])
        loss.backward()
        optimizer.step()
        scheduler.step()
        if losses[-1] > 4 * min(losses):
            break
    model.load_state_dict(start)
    best = lrs[torch.tensor(losses).argmin()]
    return lrs, losses, best, model(x)


def accumulation_and_ema():
    class EMA:
        def __init__(self, model, decay):
            self.decay = decay
            self.shadow = {
                n: p.data.clone() for n, p in model.named_parameters() if p.requires_grad
            }

        def update(self, model):
            for name, param in model.named_parameters():
                if param.requires_grad:
                    self.shadow[name] = (
                        (1.0 - self.decay) * param.data + self.decay * self.shadow[name]
                    ).clone()

    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.PReLU(), nn.Linear(4, 1))
    ema = EMA(model, 0.9)
    averaged = optim.swa_utils.AveragedModel(
        model, multi_avg_fn=optim.swa_utils.get_ema_multi_avg_fn(0.9)
    )
    optimizer = optim.Adam(
        [{"params": model[0].parameters(), "lr": 1e-3}, {"params": [*model[1:].parameters()]}],
        lr=1e-2,
    )
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    data, accum_iter = TensorDataset(torch.randn(12, 3), torch.randn(12, 1)), 2
    loader = DataLoader(data, batch_size=3)
    for batch_idx, (inputs, labels) in enumerate(loader):
        with torch.set_grad_enabled(True):
            loss = F.l1_loss(model(inputs), labels) / accum_iter
            scaler.scale(loss).backward()
            if ((batch_idx + 1) % accum_iter == 0) or (batch_idx + 1 == len(loader)):
                scaler.unscale_(optimizer)
                total = torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)
                scaler.step(optimizer)
                scaler.update()
                optimizer.zero_grad()
                ema.update(model)
                averaged.update_parameters(model)
    same = all(torch.allclose(ema.shadow[n], p) for n, p in averaged.module.named_parameters())
    return total, ema.shadow, same, int(averaged.n_averaged)


def optimizer_in_backward():
    torch.manual_seed(0)
    model = mlp(3, 4, 2)
    optimizers = {p: optim.SGD([p], lr=0.1) for p in model.parameters()}

    def optimizer_hook(parameter):
        optimizers[parameter].step()
        optimizers[parameter].zero_grad()

    for p in model.parameters():
        p.register_post_accumulate_grad_hook(optimizer_hook)
    for _ in range(2):
        model(torch.ones(1, 3)).pow(2).sum().backward()
    return model.state_dict(), [p.grad for p in model.parameters()]


def saving():
    torch.manual_seed(0)
    net = mlp(2, 3, 1)
    optimizer = optim.Adam(net.parameters())
    net(torch.ones(1, 2)).backward()
    optimizer.step()
    checkpoint = {
        "epoch": 3,
        "model_state_dict": net.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
    }
    other, again = mlp(2, 3, 1), optim.Adam(net.parameters())
    again.load_state_dict(checkpoint["optimizer_state_dict"])
    keys = other.load_state_dict(checkpoint["model_state_dict"])
    return str(keys), other(torch.ones(1, 2)), again.state_dict()["state"]


def queries():
    x = torch.zeros(2, 3, 4)
    size = x.size()
    a, b, c = size
    net = nn.Conv2d(3, 6, 5)
    count = sum([param.nelement() for param in net.parameters()])
    net.float()
    return (
        size.numel(),
        x.shape[1:].numel(),
        isinstance(size, torch.Size),
        a * b * c,
        size[-1],
        count,
        torch.Size([2, 3]) + (4,),
        x.shape == torch.Size((2, 3, 4)),
        torch.zeros(x.shape).shape,
        x.new_zeros(2).sum(),
        len(size),
        list(size),
        tuple(torch.broadcast_shapes((2, 1), (3,))),
        size == (2, 3, 4),
        type(size).__name__,
        hash(size) == hash(tuple(size)),
        torch.Size([1]) * 2 == (1, 1),
        torch.cuda.is_available(),
        torch.cuda.device_count(),
        torch.backends.mps.is_available(),
        torch.get_num_threads() > 0,
        isinstance(torch.float32, torch.dtype),
        isinstance(x.device, torch.device),
        str(x.device),
        x.is_cuda,
        torch.device("cpu").type,
        torch.FloatTensor([1, 2]),
        torch.LongTensor([[1], [2]]),
        torch.is_tensor(x),
        x.is_contiguous(memory_format=torch.contiguous_format),
        torch.ones(1, 2, 3, 3).contiguous(memory_format=torch.channels_last).shape,
        x.ndimension(),
        x.dim(),
        torch.tensor([1.0, 2.0]).float().numpy().sum(),
        nn.Module().training,
        x.storage_offset(),
        x.is_sparse,
        net.weight.is_leaf,
        x[:, torch.newaxis].shape == (2, 1, 3, 4),
        x.get_device(),
        x.is_pinned(),
        x.cpu().is_complex(),
        str(torch.get_default_device()),
    )


def reproducible():
    def seed_everything(seed):
        random.seed(seed)
        torch.manual_seed(seed)
        if torch.cuda.is_available():
            torch.cuda.manual_seed_all(seed)
        torch.cuda.manual_seed(seed)
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.benchmark = False
        torch.use_deterministic_algorithms(True)
        torch.use_deterministic_algorithms(False)
        torch.set_num_threads(torch.get_num_threads())

    seed_everything(42)
    return (
        torch.rand(3),
        torch.randn(2, 2),
        torch.default_generator.initial_seed(),
        torch.initial_seed(),
    )


PROGRAMS = [
    dqn,
    reinforce,
    siamese,
    distillation,
    own_functions,
    containers_of_ones_own,
    checkpoint_and_early_stopping,
    learning_rate_finder,
    accumulation_and_ema,
    optimizer_in_backward,
    saving,
    queries,
    reproducible,
]
