"""Networks that make data: autoencoders, adversaries, diffusion, style."""
# ruff: noqa: B007, N806, SIM101, UP008, UP031, UP032 - as such programs are written

import math

import autograd as torch
import nn
import nn.functional as F
from nn import optim
from nn.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def vae():
    class VAE(nn.Module):
        def __init__(self):
            super(VAE, self).__init__()
            self.fc1 = nn.Linear(20, 12)
            self.fc21 = nn.Linear(12, 3)
            self.fc22 = nn.Linear(12, 3)
            self.fc3 = nn.Linear(3, 12)
            self.fc4 = nn.Linear(12, 20)

        def encode(self, x):
            h1 = F.relu(self.fc1(x))
            return self.fc21(h1), self.fc22(h1)

        def reparameterize(self, mu, logvar):
            std = torch.exp(0.5 * logvar)
            eps = torch.randn_like(std)
            return mu + eps * std

        def decode(self, z):
            h3 = F.relu(self.fc3(z))
            return torch.sigmoid(self.fc4(h3))

        def forward(self, x):
            mu, logvar = self.encode(x.view(-1, 20))
            z = self.reparameterize(mu, logvar)
            return self.decode(z), mu, logvar

    def loss_function(recon_x, x, mu, logvar):
        BCE = F.binary_cross_entropy(recon_x, x.view(-1, 20), reduction="sum")
        KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return BCE + KLD

    torch.manual_seed(1)
    model = VAE().to(device)
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    data = TensorDataset(torch.rand(12, 1, 4, 5), torch.randint(0, 10, (12,)))
    loader = DataLoader(data, batch_size=4, shuffle=True, num_workers=0)
    model.train()
    train_loss = 0
    for batch_idx, (images, _) in enumerate(loader):
        images = images.to(device)
        optimizer.zero_grad()
        recon_batch, mu, logvar = model(images)
        loss = loss_function(recon_batch, images, mu, logvar)
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
    with torch.no_grad():
        sample = model.decode(torch.randn(2, 3).to(device)).cpu()
    return (
        train_loss / len(loader.dataset),
        batch_idx,
        sample.view(2, 1, 4, 5),
        list(model.parameters()),
    )


def dcgan():
    def weights_init(m):
        classname = m.__class__.__name__
        if classname.find("Conv") != -1:
            nn.init.normal_(m.weight.data, 0.0, 0.02)
        elif classname.find("BatchNorm") != -1:
            nn.init.normal_(m.weight.data, 1.0, 0.02)
            nn.init.constant_(m.bias.data, 0)

    torch.manual_seed(999)
    nz, ngf, ndf = 5, 4, 4
    netG = nn.Sequential(
        nn.ConvTranspose2d(nz, ngf * 2, 4, 1, 0, bias=False),
        nn.BatchNorm2d(ngf * 2),
        nn.ReLU(True),
        nn.ConvTranspose2d(ngf * 2, 1, 4, 2, 1, bias=False),
        nn.Tanh(),
    ).to(device)
    netD = nn.Sequential(
        nn.Conv2d(1, ndf, 4, 2, 1, bias=False),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(ndf, ndf * 2, 2, 2, 0, bias=False),
        nn.BatchNorm2d(ndf * 2),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(ndf * 2, 1, 2, 1, 0, bias=False),
        nn.Sigmoid(),
    )
    netG.apply(weights_init)
    netD.apply(weights_init)
    criterion = nn.BCELoss()
    fixed_noise = torch.randn(2, nz, 1, 1, device=device)
    optimizerD = optim.Adam(netD.parameters(), lr=0.0002, betas=(0.5, 0.999))
    optimizerG = optim.Adam(netG.parameters(), lr=0.0002, betas=(0.5, 0.999))
    losses = []
    for _ in range(2):
        netD.zero_grad()
        real_cpu = torch.rand(3, 1, 8, 8) * 2 - 1
        b_size = real_cpu.size(0)
        label = torch.full((b_size,), 1.0, dtype=torch.get_default_dtype(), device=device)
        output = netD(real_cpu).view(-1)
        errD_real = criterion(output, label)
        errD_real.backward()
        D_x = output.mean().item()
        noise = torch.randn(b_size, nz, 1, 1, device=device)
        fake = netG(noise)
        label.fill_(0.0)
        output = netD(fake.detach()).view(-1)
        errD_fake = criterion(output, label)
        errD_fake.backward()
        optimizerD.step()
        netG.zero_grad()
        label.fill_(1.0)
        output = netD(fake).view(-1)
        errG = criterion(output, label)
        errG.backward()
        optimizerG.step()
        losses.append(("%.6f" % errG.item(), "%.6f" % D_x, (errD_real + errD_fake).item()))
    return losses, netG(fixed_noise).detach().cpu(), repr(netD)


def style_transfer():
    class Normalization(nn.Module):
        def __init__(self, mean, std):
            super().__init__()
            self.mean = torch.tensor(mean).view(-1, 1, 1)
            self.std = torch.tensor(std).view(-1, 1, 1)

        def forward(self, img):
            return (img - self.mean) / self.std

    def gram_matrix(input):
        a, b, c, d = input.size()
        features = input.view(a * b, c * d)
        G = torch.mm(features, features.t())
        return G.div(a * b * c * d)

    class ContentLoss(nn.Module):
        def __init__(self, target):
            super().__init__()
            self.target = target.detach()

        def forward(self, input):
            self.loss = F.mse_loss(input, self.target)
            return input

    class StyleLoss(nn.Module):
        def __init__(self, target_feature):
            super().__init__()
            self.target = gram_matrix(target_feature).detach()

        def forward(self, input):
            G = gram_matrix(input)
            self.loss = F.mse_loss(G, self.target)
            return input

    torch.manual_seed(0)
    cnn = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(4, 4, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 8, 3),
    ).eval()
    content_img, style_img = torch.rand(1, 3, 8, 8), torch.rand(1, 3, 8, 8)
    input_img = content_img.clone()
    model = nn.Sequential(Normalization([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    i = 0
    content_losses, style_losses = [], []
    for layer in cnn.children():
        if isinstance(layer, nn.Conv2d):
            i += 1
            name = "conv_{}".format(i)
        elif isinstance(layer, nn.ReLU):
            name = f"relu_{i}"
            layer = nn.ReLU(inplace=False)
        elif isinstance(layer, nn.MaxPool2d):
            name = f"pool_{i}"
        model.add_module(name, layer)
        if name in ("conv_2",):
            content_losses.append(ContentLoss(model(content_img).detach()))
            model.add_module(f"content_loss_{i}", content_losses[-1])
        if name in ("conv_1", "conv_2"):
            style_losses.append(StyleLoss(model(style_img).detach()))
            model.add_module(f"style_loss_{i}", style_losses[-1])
    for i in range(len(model) - 1, -1, -1):
        if isinstance(model[i], ContentLoss) or isinstance(model[i], StyleLoss):
            break
    model = model[: (i + 1)]
    input_img.requires_grad_(True)
    model.eval()
    model.requires_grad_(False)
    optimizer = optim.LBFGS([input_img])
    run = [0]

    def closure():
        with torch.no_grad():
            input_img.clamp_(0, 1)
        optimizer.zero_grad()
        model(input_img)
        style_score = sum(sl.loss for sl in style_losses) * 1000
        content_score = sum(cl.loss for cl in content_losses)
        loss = style_score + content_score
        loss.backward()
        run[0] += 1
        return style_score + content_score

    while run[0] <= 3:
        optimizer.step(closure)
    with torch.no_grad():
        input_img.clamp_(0, 1)
    return [name for name, _ in model.named_children()], input_img.detach()[0, :, :2]


def diffusion():
    def linear_beta_schedule(timesteps):
        return torch.linspace(0.0001, 0.02, timesteps)

    T = 10
    betas = linear_beta_schedule(T)
    alphas = 1.0 - betas
    alphas_cumprod = torch.cumprod(alphas, axis=0)
    alphas_cumprod_prev = F.pad(alphas_cumprod[:-1], (1, 0), value=1.0)
    posterior_variance = betas * (1.0 - alphas_cumprod_prev) / (1.0 - alphas_cumprod)

    def extract(a, t, x_shape):
        batch_size = t.shape[0]
        out = a.gather(-1, t.cpu())
        return out.reshape(batch_size, *((1,) * (len(x_shape) - 1))).to(t.device)

    class SinusoidalPositionEmbeddings(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.dim = dim

        def forward(self, time):
            half_dim = self.dim // 2
            embeddings = math.log(10000) / (half_dim - 1)
            embeddings = torch.exp(torch.arange(half_dim, device=time.device) * -embeddings)
            embeddings = time[:, None] * embeddings[None, :]
            return torch.cat((embeddings.sin(), embeddings.cos()), dim=-1)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.time = nn.Sequential(SinusoidalPositionEmbeddings(8), nn.Linear(8, 6), nn.SiLU())
            self.conv1 = nn.Conv2d(1, 6, 3, padding=1)
            self.norm = nn.GroupNorm(2, 6)
            self.conv2 = nn.Conv2d(6, 1, 3, padding="same")

        def forward(self, x, t):
            h = self.conv1(x) + self.time(t)[(...,) + (None,) * 2]
            return self.conv2(F.silu(self.norm(h)))

    torch.manual_seed(0)
    model = Net()
    x0 = torch.randn(4, 1, 6, 6)
    t = torch.randint(0, T, (4,), device=device).long()
    noise = torch.randn_like(x0)
    x_noisy = (
        extract(alphas_cumprod.sqrt(), t, x0.shape) * x0
        + extract((1.0 - alphas_cumprod).sqrt(), t, x0.shape) * noise
    )
    loss = F.smooth_l1_loss(noise, model(x_noisy, t))
    loss.backward()

    @torch.no_grad()
    def p_sample(x, t, t_index):
        mean = torch.sqrt(1 / extract(alphas, t, x.shape)) * (
            x
            - extract(betas, t, x.shape)
            * model(x, t)
            / extract((1 - alphas_cumprod) ** 0.5, t, x.shape)
        )
        if t_index == 0:
            return mean
        return mean + torch.sqrt(extract(posterior_variance, t, x.shape)) * torch.randn_like(x)

    img = torch.randn((1, 1, 6, 6), device=device)
    for i in reversed(range(0, T)):
        img = p_sample(img, torch.full((1,), i, device=device, dtype=torch.long), i)
    return loss, img, [p.grad for p in model.parameters()]


def wgan_gp():
    torch.manual_seed(3)
    G = nn.Sequential(nn.Linear(2, 8), nn.ELU(), nn.Linear(8, 2))
    D = nn.Sequential(nn.utils.spectral_norm(nn.Linear(2, 8)), nn.Softplus(), nn.Linear(8, 1))
    opt_d = optim.RMSprop(D.parameters(), lr=5e-3)
    opt_g = optim.Adam(G.parameters(), lr=1e-3, betas=(0.0, 0.9))
    history = []
    for step in range(3):
        for p in D.parameters():
            p.requires_grad = True
        real = torch.randn(5, 2) + torch.Tensor([1.0, -1.0])
        with torch.no_grad():
            fake = G(torch.randn(5, 2))
        alpha = torch.rand(5, 1).expand_as(real)
        interpolates = torch.autograd.Variable(
            alpha * real + ((1 - alpha) * fake), requires_grad=True
        )
        disc = D(interpolates)
        gradients = torch.autograd.grad(
            outputs=disc,
            inputs=interpolates,
            grad_outputs=torch.ones(disc.size()),
            create_graph=True,
            retain_graph=True,
            only_inputs=True,
        )[0]
        gp = ((gradients.norm(2, dim=1) - 1) ** 2).mean() * 10
        loss_d = D(fake).mean() - D(real).mean() + gp
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
        for p in D.parameters():
            p.requires_grad = False
        opt_g.zero_grad()
        loss_g = -D(G(torch.randn(5, 2))).mean()
        loss_g.backward()
        opt_g.step()
        for p in D.parameters():
            p.data.clamp_(-0.5, 0.5)
        history += [loss_d.item(), loss_g.item(), gp.detach()]
    return history, G.state_dict()


PROGRAMS = [vae, dcgan, style_transfer, diffusion, wgan_gp]
