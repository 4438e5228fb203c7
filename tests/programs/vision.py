"""Networks of convolutions and of patches, as textbooks build them."""
# ruff: noqa: E721, N806, RUF046, RUF059, UP008, UP031 - as such programs are written

from collections import OrderedDict
from functools import partial

import autograd as torch
import nn
import nn.functional as F
from autograd import Tensor


def step(model, x, y):
    """One step of SGD: the loss before, the numbers of parameters, the outputs after."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    loss = nn.CrossEntropyLoss()(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
    optimizer.step()
    model.eval()
    with torch.no_grad():
        out = model(x)
    return (
        loss.item(),
        sum(p.numel() for p in model.parameters() if p.requires_grad),
        out,
        str(model),
    )


def unet():
    class DoubleConv(nn.Module):
        def __init__(self, in_channels, out_channels, mid_channels=None):
            super().__init__()
            if not mid_channels:
                mid_channels = out_channels
            self.double_conv = nn.Sequential(
                nn.Conv2d(in_channels, mid_channels, kernel_size=3, padding=1, bias=False),
                nn.BatchNorm2d(mid_channels),
                nn.ReLU(inplace=True),
                nn.Conv2d(mid_channels, out_channels, kernel_size=3, padding=1, bias=False),
                nn.BatchNorm2d(out_channels),
                nn.ReLU(inplace=True),
            )

        def forward(self, x):
            return self.double_conv(x)

    class Down(nn.Module):
        def __init__(self, in_channels, out_channels):
            super().__init__()
            self.maxpool_conv = nn.Sequential(
                nn.MaxPool2d(2), DoubleConv(in_channels, out_channels)
            )

        def forward(self, x):
            return self.maxpool_conv(x)

    class Up(nn.Module):
        def __init__(self, in_channels, out_channels, bilinear=True):
            super().__init__()
            if bilinear:
                self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
                self.conv = DoubleConv(in_channels, out_channels, in_channels // 2)
            else:
                self.up = nn.ConvTranspose2d(in_channels, in_channels // 2, kernel_size=2, stride=2)
                self.conv = DoubleConv(in_channels, out_channels)

        def forward(self, x1, x2):
            x1 = self.up(x1)
            diffY = x2.size()[2] - x1.size()[2]
            diffX = x2.size()[3] - x1.size()[3]
            x1 = F.pad(x1, [diffX // 2, diffX - diffX // 2, diffY // 2, diffY - diffY // 2])
            return self.conv(torch.cat([x2, x1], dim=1))

    class UNet(nn.Module):
        def __init__(self, n_channels, n_classes, bilinear=False):
            super(UNet, self).__init__()
            factor = 2 if bilinear else 1
            self.inc = DoubleConv(n_channels, 4)
            self.down1 = Down(4, 8 // factor)
            self.up1 = Up(8, 4, bilinear)
            self.outc = nn.Conv2d(4, n_classes, kernel_size=1)

        def forward(self, x):
            x1 = self.inc(x)
            x2 = self.down1(x1)
            return self.outc(self.up1(x2, x1))

    def dice_loss(pred, target, smooth=1.0):
        pred = torch.sigmoid(pred).contiguous()
        intersection = (pred * target).sum(dim=2).sum(dim=2)
        total = pred.sum(dim=(2, 3)) + target.sum(dim=2).sum(dim=2)
        return (1 - ((2.0 * intersection + smooth) / (total + smooth))).mean()

    torch.manual_seed(0)
    results = []
    for bilinear in (False, True):
        net = UNet(n_channels=3, n_classes=1, bilinear=bilinear)
        net = net.to(memory_format=torch.channels_last)
        x = torch.randn(2, 3, 9, 10).to(memory_format=torch.channels_last)
        mask = (torch.rand(2, 1, 9, 10) > 0.5).to(torch.get_default_dtype())
        out = net(x)
        loss = F.binary_cross_entropy_with_logits(out, mask) + dice_loss(out, mask)
        loss.backward()
        results += [out, loss, [p.grad for p in net.parameters()]]
    return results


def vgg():
    def vgg_block(num_convs, out_channels):
        layers = []
        for _ in range(num_convs):
            layers.append(nn.LazyConv2d(out_channels, kernel_size=3, padding=1))
            layers.append(nn.ReLU())
        layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
        return nn.Sequential(*layers)

    def init_cnn(module):
        if type(module) == nn.Linear or type(module) == nn.Conv2d:
            nn.init.xavier_uniform_(module.weight)

    torch.manual_seed(0)
    net = nn.Sequential(
        *[vgg_block(n, c) for n, c in ((1, 4), (2, 6))],
        nn.Flatten(),
        nn.LazyLinear(16),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.LazyLinear(10),
    )
    x = torch.randn(2, 1, 8, 8)
    shapes = []
    for layer in net:
        x = layer(x)
        shapes.append((layer.__class__.__name__, "output shape:\t", tuple(x.shape)))
    net.apply(init_cnn)
    return shapes, step(net, torch.randn(3, 1, 8, 8), torch.tensor([0, 9, 3]))


def nin():
    def nin_block(out_channels, kernel_size, strides, padding):
        return nn.Sequential(
            nn.LazyConv2d(out_channels, kernel_size, strides, padding),
            nn.ReLU(),
            nn.LazyConv2d(out_channels, kernel_size=1),
            nn.ReLU(),
            nn.LazyConv2d(out_channels, kernel_size=1),
            nn.ReLU(),
        )

    torch.manual_seed(1)
    net = nn.Sequential(
        nin_block(6, kernel_size=5, strides=2, padding=0),
        nn.MaxPool2d(3, stride=2),
        nn.Dropout(0.5),
        nin_block(4, kernel_size=3, strides=1, padding=1),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
    )
    net(torch.zeros(1, 1, 16, 16))
    return step(net, torch.randn(3, 1, 16, 16), torch.tensor([0, 1, 3]))


def inception():
    class Inception(nn.Module):
        def __init__(self, c1, c2, c3, c4, **kwargs):
            super(Inception, self).__init__(**kwargs)
            self.b1_1 = nn.LazyConv2d(c1, kernel_size=1)
            self.b2_1 = nn.LazyConv2d(c2[0], kernel_size=1)
            self.b2_2 = nn.LazyConv2d(c2[1], kernel_size=3, padding=1)
            self.b3_1 = nn.LazyConv2d(c3[0], kernel_size=1)
            self.b3_2 = nn.LazyConv2d(c3[1], kernel_size=5, padding=2)
            self.b4_1 = nn.MaxPool2d(kernel_size=3, stride=1, padding=1)
            self.b4_2 = nn.LazyConv2d(c4, kernel_size=1)

        def forward(self, x):
            b1 = F.relu(self.b1_1(x))
            b2 = F.relu(self.b2_2(F.relu(self.b2_1(x))))
            b3 = F.relu(self.b3_2(F.relu(self.b3_1(x))))
            b4 = F.relu(self.b4_2(self.b4_1(x)))
            return torch.cat((b1, b2, b3, b4), dim=1)

    torch.manual_seed(2)
    net = nn.Sequential(
        Inception(2, (2, 4), (2, 3), 2),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.LazyLinear(5),
    )
    net(torch.zeros(1, 3, 8, 8))
    return step(net, torch.randn(2, 3, 8, 8), torch.tensor([4, 2]))


def densenet():
    class _DenseLayer(nn.Sequential):
        def __init__(self, num_input_features, growth_rate, bn_size, drop_rate):
            super(_DenseLayer, self).__init__()
            (self.add_module("norm1", nn.BatchNorm2d(num_input_features)),)
            (self.add_module("relu1", nn.ReLU(inplace=True)),)
            (
                self.add_module(
                    "conv1", nn.Conv2d(num_input_features, bn_size * growth_rate, 1, bias=False)
                ),
            )
            (self.add_module("norm2", nn.BatchNorm2d(bn_size * growth_rate)),)
            (self.add_module("relu2", nn.ReLU(inplace=True)),)
            (
                self.add_module(
                    "conv2", nn.Conv2d(bn_size * growth_rate, growth_rate, 3, 1, 1, bias=False)
                ),
            )
            self.drop_rate = drop_rate

        def forward(self, x):
            new_features = super(_DenseLayer, self).forward(x)
            if self.drop_rate > 0:
                new_features = F.dropout(new_features, p=self.drop_rate, training=self.training)
            return torch.cat([x, new_features], 1)

    class _DenseBlock(nn.Sequential):
        def __init__(self, num_layers, num_input_features, bn_size, growth_rate, drop_rate):
            super().__init__()
            for i in range(num_layers):
                layer = _DenseLayer(
                    num_input_features + i * growth_rate, growth_rate, bn_size, drop_rate
                )
                self.add_module("denselayer%d" % (i + 1), layer)

    class DenseNet(nn.Module):
        def __init__(self, growth_rate=2, block_config=(2, 2), num_init_features=4, num_classes=5):
            super().__init__()
            self.features = nn.Sequential(
                OrderedDict(
                    [
                        (
                            "conv0",
                            nn.Conv2d(3, num_init_features, kernel_size=3, padding=1, bias=False),
                        ),
                        ("norm0", nn.BatchNorm2d(num_init_features)),
                        ("relu0", nn.ReLU(inplace=True)),
                    ]
                )
            )
            num_features = num_init_features
            for i, num_layers in enumerate(block_config):
                block = _DenseBlock(num_layers, num_features, 2, growth_rate, drop_rate=0.1)
                self.features.add_module("denseblock%d" % (i + 1), block)
                num_features = num_features + num_layers * growth_rate
                if i != len(block_config) - 1:
                    self.features.add_module("pool%d" % (i + 1), nn.AvgPool2d(2, 2))
            self.classifier = nn.Linear(num_features, num_classes)
            for m in self.modules():
                if isinstance(m, nn.Conv2d):
                    nn.init.kaiming_normal_(m.weight)
                elif isinstance(m, nn.BatchNorm2d):
                    m.weight.data.fill_(1)
                    m.bias.data.zero_()
                elif isinstance(m, nn.Linear):
                    m.bias.data.zero_()

        def forward(self, x):
            features = self.features(x)
            out = F.relu(features, inplace=True)
            out = F.adaptive_avg_pool2d(out, (1, 1)).view(features.size(0), -1)
            return self.classifier(out)

    torch.manual_seed(0)
    net = DenseNet()
    return step(net, torch.randn(3, 3, 8, 8), torch.tensor([0, 4, 2])), list(net.state_dict())


def mobile():
    class SqueezeExcitation(nn.Module):
        def __init__(self, c, r=2):
            super().__init__()
            self.avgpool = nn.AdaptiveAvgPool2d(1)
            self.fc1 = nn.Conv2d(c, c // r, 1)
            self.fc2 = nn.Conv2d(c // r, c, 1)
            self.activation = nn.ReLU()
            self.scale_activation = nn.Hardsigmoid()

        def forward(self, input: Tensor) -> Tensor:
            scale = self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(input)))))
            return scale * input

    class InvertedResidual(nn.Module):
        def __init__(self, inp, oup, stride, expand_ratio, norm_layer=None):
            super().__init__()
            norm_layer = norm_layer or partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)
            hidden = int(round(inp * expand_ratio))
            self.use_res_connect = stride == 1 and inp == oup
            layers: list[nn.Module] = [
                nn.Conv2d(inp, hidden, 1, bias=False),
                norm_layer(hidden),
                nn.ReLU6(inplace=True),
                nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False),
                norm_layer(hidden),
                nn.Hardswish(inplace=True),
                SqueezeExcitation(hidden),
            ]
            layers.extend([nn.Conv2d(hidden, oup, 1, 1, 0, bias=False), norm_layer(oup)])
            self.conv = nn.Sequential(*layers)

        def forward(self, x: Tensor) -> Tensor:
            if self.use_res_connect:
                return x + self.conv(x)
            else:
                return self.conv(x)

    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 4, 3, 2, 1),
        nn.SyncBatchNorm(4) if False else nn.BatchNorm2d(4),
        InvertedResidual(4, 4, 1, 2),
        InvertedResidual(4, 6, 2, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(p=0.2, inplace=True),
        nn.Linear(6, 3),
    )
    for m in net.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out")
            if m.bias is not None:
                nn.init.zeros_(m.bias)
        elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
            nn.init.ones_(m.weight)
        elif isinstance(m, nn.Linear):
            nn.init.trunc_normal_(m.weight, std=0.02)
    return step(net, torch.randn(4, 3, 8, 8), torch.tensor([0, 2, 1, 1]))


def vit():
    class PatchEmbed(nn.Module):
        def __init__(self, img_size, patch_size, in_chans=3, embed_dim=8):
            super().__init__()
            self.n_patches = (img_size // patch_size) ** 2
            self.proj = nn.Conv2d(in_chans, embed_dim, kernel_size=patch_size, stride=patch_size)

        def forward(self, x):
            return self.proj(x).flatten(2).transpose(1, 2)

    class Attention(nn.Module):
        def __init__(self, dim, n_heads=2, qkv_bias=True, attn_p=0.0):
            super().__init__()
            self.n_heads, self.head_dim = n_heads, dim // n_heads
            self.scale = self.head_dim**-0.5
            self.qkv = nn.Linear(dim, dim * 3, bias=qkv_bias)
            self.attn_drop = nn.Dropout(attn_p)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            B, N, C = x.shape
            qkv = self.qkv(x).reshape(B, N, 3, self.n_heads, self.head_dim).permute(2, 0, 3, 1, 4)
            q, k, v = qkv[0], qkv[1], qkv[2]
            attn = (q @ k.transpose(-2, -1)) * self.scale
            attn = self.attn_drop(attn.softmax(dim=-1))
            x = (attn @ v).transpose(1, 2).flatten(2)
            return self.proj(x)

    class DropPath(nn.Module):
        def __init__(self, drop_prob=0.0):
            super().__init__()
            self.drop_prob = drop_prob

        def forward(self, x):
            if self.drop_prob == 0.0 or not self.training:
                return x
            keep_prob = 1 - self.drop_prob
            shape = (x.shape[0],) + (1,) * (x.ndim - 1)
            random_tensor = keep_prob + torch.rand(shape, dtype=x.dtype, device=x.device)
            random_tensor.floor_()
            return x.div(keep_prob) * random_tensor

        def extra_repr(self):
            return f"drop_prob={round(self.drop_prob, 3):0.3f}"

    class Block(nn.Module):
        def __init__(self, dim, drop_path):
            super().__init__()
            self.norm1 = nn.LayerNorm(dim, eps=1e-6)
            self.attn = Attention(dim)
            self.drop_path = DropPath(drop_path) if drop_path > 0.0 else nn.Identity()
            self.norm2 = nn.LayerNorm(dim, eps=1e-6)
            self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
            self.gamma = nn.Parameter(1e-2 * torch.ones(dim), requires_grad=True)

        def forward(self, x):
            x = x + self.drop_path(self.attn(self.norm1(x)))
            return x + self.drop_path(self.gamma * self.mlp(self.norm2(x)))

    class VisionTransformer(nn.Module):
        def __init__(self, depth=2, embed_dim=8, n_classes=4):
            super().__init__()
            self.patch_embed = PatchEmbed(8, 4)
            self.cls_token = nn.Parameter(torch.zeros(1, 1, embed_dim))
            self.pos_embed = nn.Parameter(torch.zeros(1, 1 + self.patch_embed.n_patches, embed_dim))
            dpr = [x.item() for x in torch.linspace(0, 0.2, depth)]
            self.blocks = nn.ModuleList([Block(embed_dim, dpr[i]) for i in range(depth)])
            self.norm = nn.LayerNorm(embed_dim, eps=1e-6)
            self.head = nn.Linear(embed_dim, n_classes)
            nn.init.trunc_normal_(self.pos_embed, std=0.02)
            nn.init.trunc_normal_(self.cls_token, std=0.02)
            self.apply(self._init_weights)

        def _init_weights(self, m):
            if isinstance(m, nn.Linear):
                nn.init.trunc_normal_(m.weight, std=0.02)
                if isinstance(m, nn.Linear) and m.bias is not None:
                    nn.init.constant_(m.bias, 0)
            elif isinstance(m, nn.LayerNorm):
                nn.init.constant_(m.bias, 0)
                nn.init.constant_(m.weight, 1.0)

        def no_weight_decay(self):
            return {"pos_embed", "cls_token"}

        def forward(self, x):
            x = self.patch_embed(x)
            cls_token = self.cls_token.expand(x.shape[0], -1, -1)
            x = torch.cat((cls_token, x), dim=1) + self.pos_embed
            for blk in self.blocks:
                x = blk(x)
            return self.head(self.norm(x)[:, 0])

    torch.manual_seed(0)
    net = VisionTransformer()
    skip = net.no_weight_decay()
    decay = [p for n, p in net.named_parameters() if p.ndim > 1 and n not in skip]
    rest = [p for n, p in net.named_parameters() if not (p.ndim > 1 and n not in skip)]
    groups = [{"params": decay, "weight_decay": 0.05}, {"params": rest, "weight_decay": 0.0}]
    opt = torch.optim.AdamW(groups, lr=1e-3)
    sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=3)
    x, y = torch.randn(3, 3, 8, 8), torch.tensor([0, 1, 3])
    losses = []
    for _ in range(3):
        loss = F.cross_entropy(net(x), y, label_smoothing=0.1)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        opt.step()
        sched.step()
        losses.append((loss.item(), sched.get_last_lr()[0]))
    return losses, str(net), net.state_dict()


def frozen_backbone():
    backbone = nn.Sequential(
        OrderedDict(conv=nn.Conv2d(1, 3, 3), bn=nn.BatchNorm2d(3), act=nn.ReLU())
    )
    model = nn.ModuleDict({"backbone": backbone, "head": nn.Linear(3, 2)})
    torch.manual_seed(0)
    for m in model.modules():
        if hasattr(m, "reset_parameters"):
            m.reset_parameters()
    for param in model["backbone"].parameters():
        param.requires_grad = False
    features = {}

    def get_activation(name):
        def hook(model, input, output):
            features[name] = output.detach()

        return hook

    handle = model.backbone.bn.register_forward_hook(get_activation("bn"))
    optimizer = torch.optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=1e-2)
    model.train()
    model.backbone.eval()
    x = torch.randn(4, 1, 6, 6)
    out = model.head(model.backbone(x).mean(dim=[2, 3]))
    F.nll_loss(F.log_softmax(out, dim=1), torch.LongTensor([0, 1, 1, 0])).backward()
    optimizer.step()
    handle.remove()
    trainable = {n: p.requires_grad for n, p in model.named_parameters()}
    return (
        out,
        features,
        trainable,
        list(model.state_dict().values()),
        [m.training for m in model.modules()],
    )


PROGRAMS = [unet, vgg, nin, inception, densenet, mobile, vit, frozen_backbone]
