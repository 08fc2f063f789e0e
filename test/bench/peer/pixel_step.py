# The SSGAN's step on pixels in PyTorch: networks, passes, batch, random views, terms and optimiser of
# src/engine/pixels and src/engine/ssgan/step.ts, by the recipe that it is given (see measured.py). Needs torch.
import copy, math
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm
from measured import asked, batch, device, learned, measure, objective, Optimiser, refuse_other_terms

FORMAT = torch.channels_last if asked['channelsLast'] else torch.contiguous_format
SIZE, CHANNELS, CLASSES, PAPER = asked['sizePx'], asked['channels'], asked['classes'], asked['network'] == 'paper'
PHOTOS, LABELLED, SLOPE = 1000, 100, 0.2
MEAN, DEVIATION = asked['scale']['mean'], asked['scale']['deviation']
LABELS, UNLABELLED, GENERATED = batch['labelled'], batch['unlabelled'], batch['generated']
refuse_other_terms(['labelled', 'unlabelled', 'generated', 'featureMatching', 'adversarial', 'pseudoLabel', 'rotation'])


# ---------------------------------------------------------------- networks


class Classifier(nn.Module):
    """Weight-normalised convolutions whose scale stays as it began, the mean of the picture, two linear heads."""

    def __init__(self, sample):
        super().__init__()
        halve, widen, refine = (4, 2, False), (3, 1, False), (3, 1, True)
        halvings = math.ceil(math.log2(SIZE / 8)) - 1
        photos, strokes = [halve, halve, refine, halve, refine, halve], [halve, widen, *[halve] * halvings, refine]
        layers, width = [], CHANNELS
        for i, (kernel, stride, residual) in enumerate(photos if asked['network'] == 'photos' else strokes):
            to = asked['classifierWidth'] if i == 0 else width if residual else 2 * width
            layers.append(weight_norm(nn.Conv2d(width, to, kernel, stride, 1)))
            layers[-1].parametrizations.weight.original0.requires_grad_(False)
            layers[-1].residual, width = residual, to
        self.layers = nn.ModuleList(layers)
        self.logits, self.rotation = nn.Linear(width, CLASSES), nn.Linear(width, 4)
        self.begin(sample)

    @torch.no_grad()
    def begin(self, h):
        """Each layer's outputs have mean 0 and variance 1 on the sample."""
        for layer in self.layers:
            scale, direction = layer.parametrizations.weight.original0, layer.parametrizations.weight.original1
            direction.normal_(0, 0.05)
            scale.fill_(1)
            layer.bias.zero_()
            variance, mean = torch.var_mean(layer(h), (0, 2, 3))
            scale.copy_(variance.add(1e-6).rsqrt().view_as(scale))
            layer.bias.copy_(-mean * scale.flatten())
            h = self.layer(layer, h)

    def layer(self, layer, h):
        y = F.leaky_relu(layer(h), SLOPE, inplace=True)
        return h + y if layer.residual else y

    def forward(self, h):
        for layer in self.layers:
            h = self.layer(layer, h)
        features = h.mean((2, 3))
        return features, self.logits(features)


class Block(nn.Module):
    def __init__(self, width, to):
        super().__init__()
        stride = 1 if width == to else 2
        self.conv1, self.norm1 = nn.Conv2d(width, to, 3, stride, 1, bias=False), nn.BatchNorm2d(to)
        self.conv2, self.norm2 = nn.Conv2d(to, to, 3, 1, 1, bias=False), nn.BatchNorm2d(to)
        self.short_cut = None
        if width != to:
            self.short_cut = nn.Sequential(nn.Conv2d(width, to, 1, stride, bias=False), nn.BatchNorm2d(to))

    def forward(self, x):
        h = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)), inplace=True)))
        return F.relu(h + (self.short_cut(x) if self.short_cut else x), inplace=True)


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        width = asked['classifierWidth']
        widths = [width * 2 ** (i // 2) for i in range(8)]
        self.stem = nn.Sequential(
            nn.Conv2d(CHANNELS, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, 1),
        )
        self.blocks = nn.Sequential(*[Block(a, b) for a, b in zip([width, *widths], widths)])
        self.logits = nn.Linear(widths[-1], CLASSES)

    def forward(self, x):
        features = self.blocks(self.stem(x)).mean((2, 3))
        return features, self.logits(features)


class Doubling(nn.Module):
    """Each pixel twice each way, then a convolution of 3 x 3, as one transposed convolution."""

    def __init__(self, width, to, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, to, 3, 3))
        self.bias = nn.Parameter(torch.zeros(to)) if bias else None

    def forward(self, h):
        tall = F.pad(self.weight, (0, 0, 0, 1)) + F.pad(self.weight, (0, 0, 1, 0))
        return F.conv_transpose2d(h, F.pad(tall, (0, 1)) + F.pad(tall, (1, 0)), self.bias, 2, 1)


class Generator(nn.Module):
    """A linear layer, then layers that enlarge, with batch normalisation and ReLU before each; tanh."""

    def __init__(self):
        super().__init__()
        width, doublings = asked['generatorWidth'], int(math.log2(SIZE / 4))
        small = [(SIZE // 2 ** (doublings - i), max(16, width // 2**i)) for i in range(doublings)]
        large = [(SIZE // share, width * 2 ** (3 - i)) for i, share in enumerate([32, 16, 8, 2])]
        maps = [*(large if PAPER else small), (SIZE, CHANNELS)]
        self.noise, self.first = 100 if PAPER else 64, maps[0]
        side, channels = self.first
        self.projection = nn.Linear(self.noise, side * side * channels, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(c, track_running_stats=False) for _, c in maps[:-1])
        self.ups = nn.ModuleList()
        for i, ((side, width), (larger, to)) in enumerate(zip(maps, maps[1:])):
            stride, bias = larger // side, i == len(maps) - 2
            transposed = lambda: nn.ConvTranspose2d(width, to, 4, stride, (4 - stride) // 2, bias=bias)
            self.ups.append(transposed() if PAPER else Doubling(width, to, bias))
            nn.init.normal_(self.ups[-1].weight, 0, 0.02)
        nn.init.normal_(self.projection.weight, 0, 0.02 if PAPER else 0.1)

    def forward(self, z):
        side, channels = self.first
        h = self.projection(z).unflatten(1, (side, side, channels)).permute(0, 3, 1, 2)
        h = h.contiguous(memory_format=FORMAT)
        for norm, up in zip(self.norms, self.ups):
            h = up(F.relu(norm(h), inplace=True))
        return (torch.tanh(h) - (2 * MEAN - 1)) * (0.5 / DEVIATION)


# ---------------------------------------------------------------- pictures and their random views

pictures = torch.randint(256, (PHOTOS, CHANNELS, SIZE, SIZE), dtype=torch.uint8, device=device)
pictures = pictures.contiguous(memory_format=FORMAT)
labels = torch.arange(PHOTOS, device=device) % CLASSES
views, labelled_view = asked['views'], asked['labelledView']
rand = lambda *shape: torch.rand(*shape, device=device)
integers = lambda most, *shape: torch.randint(most, shape, device=device)


def batch_of(rows):
    return pictures[rows].float().sub_(255 * MEAN).mul_(1 / (255 * DEVIATION))


class View:
    """A random view of each of several groups of pictures: [(range, rows)], those with cutout and light last."""

    def __init__(self, groups):
        column = lambda name: torch.cat([torch.full((rows,), float(view[name])) for view, rows in groups]).to(device)
        self.turn, self.scale, self.shear = column('turn'), column('scale'), column('shear')
        self.shift, self.cutout = column('shift'), column('cutout')
        self.strong = next((i for i, view in enumerate(self.cutout) if view), len(self.cutout))
        self.square = round(max(view['cutout'] for view, _ in groups) * SIZE)
        self.light = max(view['light'] for view, _ in groups)
        self.places = torch.arange(SIZE, device=device)

    def __call__(self, x, quarters=0):
        n = len(x)
        r = rand(6, n) * 2 - 1
        angle, zoom, shear = self.turn * r[0] + quarters * (math.pi / 2), 1 + self.scale * r[1], self.shear * r[2]
        cos, sin = torch.cos(angle) / zoom, torch.sin(angle) / zoom
        flip = r[5].sign() if views['mirror'] else 1
        right, down = 2 * self.shift * r[3], 2 * self.shift * r[4]  # in half sides, as the grid counts
        affine = torch.stack([flip * cos, flip * (shear * cos - sin), right, sin, shear * sin + cos, down], 1)
        grid = F.affine_grid(affine.view(n, 2, 3), x.shape, align_corners=False)
        y = F.grid_sample(x, grid, padding_mode='reflection', align_corners=False)
        strong = y[self.strong:]
        if len(strong):
            if self.light:
                contrast, brightness = (rand(2, len(strong), 1, 1, 1) * 2 - 1) * self.light
                strong.mul_(1 + contrast).add_(brightness)
            begin = integers(SIZE, 2, len(strong), 1) - self.square // 2
            rows, columns = (self.places >= begin) & (self.places < begin + self.square)
            strong.masked_fill_((rows[:, :, None] & columns[:, None, :])[:, None], 0)
        return y


# In one batch, one warp: the mild view for the teacher, turned photos, labelled ones, the strong view.
weak, strong = views['weak'], views['strong']
turned = UNLABELLED if objective['rotation'] else 0
still = dict.fromkeys(['turn', 'scale', 'shear', 'shift', 'cutout', 'light'], 0)
if weak:
    rows = [UNLABELLED, turned, LABELS, UNLABELLED]
    view_of_real = View(list(zip([weak, weak, views[labelled_view], strong], rows)))
    view_of_generated, view_of_judged = View([(strong, GENERATED)]), View([(weak, GENERATED)])
else:
    turn = View([(still, turned)])

    def view_of_real(x, quarters):
        """Only what is turned by quarters is warped."""
        mild, others, rest = x.split([UNLABELLED, turned, LABELS + UNLABELLED])
        return torch.cat([mild, turn(others, quarters[UNLABELLED:][:turned]), rest]) if turned else x

    def view_of_generated(x):
        return x

    view_of_judged = view_of_generated

# ---------------------------------------------------------------- the step

classifier = ResNet18() if PAPER else Classifier(batch_of(integers(PHOTOS, 256)).cpu())
classifier = classifier.to(device, memory_format=FORMAT)
generator = Generator().to(device, memory_format=FORMAT)
averaged = asked['classifierOptimiser']['averageMost'] > 0
teacher = copy.deepcopy(classifier).requires_grad_(False) if averaged else classifier
averages = [average for average, p in zip(teacher.parameters(), classifier.parameters()) if p.requires_grad]
optimiser = Optimiser(learned(classifier), asked['classifierOptimiser'], averages)
generator_optimiser = Optimiser(learned(generator), asked['generatorOptimiser'])


def improve_generator(t, z, real):
    """`real`: the teacher's features of unlabelled photos, where they are to be matched."""
    examples = generator(z)
    features, logits = teacher(view_of_judged(examples))
    loss = 0
    if objective['featureMatching']:
        loss = loss + objective['featureMatching'] * (real.mean(0) - features.mean(0)).abs().mean()
    if objective['adversarial']:
        loss = loss + objective['adversarial'] * 0.5 * F.softplus(-torch.logsumexp(logits, 1)).mean()
    loss.backward(inputs=generator_optimiser.parameters)
    generator_optimiser.update(t)
    return examples.detach()


def losses_of(l, u, g, turned, y, p):
    """l, u, g: logits of labelled, unlabelled and generated pictures; turned: (features, quarters); p: the teacher's
    probabilities. What is None is of another pass."""
    if l is not None:
        yield F.cross_entropy(l, y)
    if u is not None:
        yield objective['unlabelled'] * 0.5 * F.softplus(-torch.logsumexp(u, 1)).mean()
    if g is not None:
        yield objective['generated'] * 0.5 * F.softplus(torch.logsumexp(g, 1)).mean()
    if objective['pseudoLabel']:
        sureness, classes = p.max(1)
        sure = sureness >= objective['confidence']
        yield objective['pseudoLabel'] * (sure * F.cross_entropy(u, classes, reduction='none')).mean()
    if objective['rotation']:
        features, quarters = turned
        yield objective['rotation'] * F.cross_entropy(classifier.rotation(features), quarters)


def step(t):
    """Networks that are normalised by weight: the generator first, then all kinds of pictures in one pass."""
    chosen, unlabelled, quarters = integers(LABELLED, LABELS), integers(PHOTOS, UNLABELLED), integers(4, turned)
    x = batch_of(torch.cat([unlabelled, *([unlabelled] if turned else []), chosen, unlabelled]))
    angles = F.pad(quarters, (UNLABELLED, LABELS + UNLABELLED)) if turned else 0
    mild, rest = view_of_real(x, angles).split([UNLABELLED, len(x) - UNLABELLED])
    with torch.no_grad():
        real, logits = teacher(mild)
        p = logits.softmax(1) if objective['pseudoLabel'] else None
    fake = improve_generator(t, torch.randn(GENERATED, generator.noise, device=device), real)
    features, logits = classifier(torch.cat([rest, view_of_generated(fake)]))
    _, l, u, g = logits.split([turned, LABELS, UNLABELLED, GENERATED])
    sum(losses_of(l, u, g, (features[:turned], quarters), labels[chosen], p)).backward()
    optimiser.update(t)


def step_of_paper(t):
    """Networks that are normalised by batch: the classifier first, each kind of pictures in a pass of its own."""
    chosen, unlabelled = integers(LABELLED, LABELS), integers(PHOTOS, UNLABELLED)
    z = torch.randn(GENERATED, generator.noise, device=device)
    with torch.no_grad():
        fake = generator(z)
    kinds = [batch_of(chosen), batch_of(unlabelled), fake]
    for i, x in enumerate(kinds):
        _, logits = classifier(x)
        l, u, g = [logits if kind == i else None for kind in range(3)]
        sum(losses_of(l, u, g, None, labels[chosen], None)).backward()
    optimiser.update(t)
    improve_generator(t, z, None)


networks = [classifier, generator]
photos = LABELS + UNLABELLED + GENERATED
measure(step_of_paper if PAPER else step, networks, photos)
