"""Three steps of the `paper` preset in PyTorch, as a second opinion on src/engine/ssgan/step.ts.

Writes paper-step.json beside itself: the losses and every 97th weight after each step, of small networks that begin
from weights and pictures given by one formula, `value`. test/engine/pixels/golden-step.test.ts takes the same steps and
compares. Written from the equations in docs/how-it-learns.md and from PyTorch's own layers and optimisers, in double
precision, so that a difference is TensorFlow's single precision or a mistake.

Run with Python 3.11.7, torch 2.15.0 and numpy 2.4.6, on the processor, from the repository's root:

    python3 -m venv VENV && VENV/bin/pip install torch numpy
    VENV/bin/python test/golden/paper-step.py && npx prettier --write test/golden/paper-step.json
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy, relu, softplus

SIZE_PX, CHANNELS, CLASSES, WIDTH, NOISE = 64, 3, 2, 4, 100
LABELLED, UNLABELLED, GENERATED = 6, 5, 4
STEPS = 3
SHARE = 0.01  # of the SSGAN's rate: at the whole of it PyTorch's own single and double precision part after two steps
EVERY = 97  # which weights are written down
WEIGHT_DECAY = 0.1  # a thousand times the preset's, which three steps would not show

torch.set_default_dtype(torch.float64)


def value(key, count):
    """`count` numbers in [-1, 1): 2 frac(0.618... (i + 1)^2 + 0.414... key) - 1. The same doubles in any language."""
    u = 0.6180339887498949 * np.arange(1, count + 1, dtype=np.float64) ** 2 + 0.41421356237309515 * key
    return 2 * (u - np.floor(u)) - 1


def pictures(key, count):
    """[count, CHANNELS, SIZE_PX, SIZE_PX], 0 to 1; the formula runs over [count, row, column, channel]."""
    flat = (value(key, count * SIZE_PX * SIZE_PX * CHANNELS) + 1) / 2
    return torch.tensor(flat.reshape(count, SIZE_PX, SIZE_PX, CHANNELS)).permute(0, 3, 1, 2)


class Block(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(after)
        self.short_cut = None
        if stride != 1:
            self.short_cut = nn.Conv2d(before, after, 1, stride, bias=False)
            self.short_norm = nn.BatchNorm2d(after)

    def forward(self, x):
        h = self.norm2(self.conv2(relu(self.norm1(self.conv1(x)))))
        return relu(h + (self.short_norm(self.short_cut(x)) if self.short_cut else x))

    def layers(self):
        pairs = [('conv1', self.conv1, self.norm1), ('conv2', self.conv2, self.norm2)]
        return pairs + ([('short-cut', self.short_cut, self.short_norm)] if self.short_cut else [])


class ResNet18(nn.Module):
    """He et al. 2016 as torchvision builds it, WIDTH channels instead of 64."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(CHANNELS, WIDTH, 7, 2, 3, bias=False)
        self.norm = nn.BatchNorm2d(WIDTH)
        self.pool = nn.MaxPool2d(3, 2, 1)
        widths = [WIDTH * 2**stage for stage in range(4)]
        blocks = []
        for stage, width in enumerate(widths):
            blocks += [Block(WIDTH, width, 1) if stage == 0 else Block(width // 2, width, 2), Block(width, width, 1)]
        self.blocks = nn.ModuleList(blocks)
        self.logits = nn.Linear(widths[-1], CLASSES)

    def forward(self, x):
        h = self.pool(relu(self.norm(self.stem(x))))
        for block in self.blocks:
            h = block(h)
        return self.logits(h.mean((2, 3)))

    def named(self):
        """(name, tensor as Whisker lays it out, how far from `centre` it begins, centre), the learned ones first."""
        layers = [('stem', self.stem, self.norm)]
        for i, block in enumerate(self.blocks):
            layers += [(f'block{i + 1}.{name}', conv, norm) for name, conv, norm in block.layers()]
        learned, frozen = [], []
        for name, conv, norm in layers:
            out, _, kernel, _ = conv.weight.shape
            learned += [
                (f'{name}.w', conv.weight.permute(2, 3, 1, 0), np.sqrt(6 / (kernel * kernel * out)), 0),
                (f'{name}.scale', norm.weight, 0.1, 1),
                (f'{name}.offset', norm.bias, 0.1, 0),
            ]
            frozen += [(f'{name}.mean', norm.running_mean, 0, 0), (f'{name}.variance', norm.running_var, 0, 1)]
        bound = 1 / np.sqrt(self.logits.in_features)
        learned += [('logits.w', self.logits.weight.T, bound, 0), ('logits.b', self.logits.bias, bound, 0)]
        return learned + frozen

    def keep_statistics(self, kept):
        """While kept, a pass normalises by its batch and leaves the running statistics as they are."""
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 0 if kept else 0.1


class Generator(nn.Module):
    """DCGAN (Radford et al. 2016): 1/32, 1/16, 1/8, 1/2 and the whole of the side."""

    def __init__(self):
        super().__init__()
        sides = [SIZE_PX // share for share in (32, 16, 8, 2, 1)]
        widths = [WIDTH * 2**i for i in (3, 2, 1, 0)] + [CHANNELS]
        self.first = (sides[0], widths[0])
        self.projection = nn.Linear(NOISE, sides[0] * sides[0] * widths[0], bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[:-1])
        self.ups = nn.ModuleList()
        for i in range(4):
            stride = sides[i + 1] // sides[i]
            last = i == 3
            self.ups.append(nn.ConvTranspose2d(widths[i], widths[i + 1], 4, stride, (4 - stride) // 2, bias=last))

    def forward(self, z):
        side, channels = self.first
        h = self.projection(z).view(-1, side, side, channels).permute(0, 3, 1, 2)
        for norm, up in zip(self.norms, self.ups):
            h = up(relu(norm(h)))
        return (torch.tanh(h) + 1) / 2

    def named(self):
        learned = [('projection.w', self.projection.weight.T, 0.1, 0)]
        for i, (norm, up) in enumerate(zip(self.norms, self.ups)):
            learned += [
                (f'norm{i}.scale', norm.weight, 0.1, 1),
                (f'norm{i}.offset', norm.bias, 0.1, 0),
                (f'up{i}.w', up.weight.permute(2, 3, 1, 0), 0.1, 0),
            ]
        return learned + [('picture.b', self.ups[-1].bias, 0.1, 0)]


def begin(network):
    """Every tensor its own key of the formula: 1, 2, ... in Whisker's order."""
    with torch.no_grad():
        for key, (_, tensor, bound, centre) in enumerate(network.named(), start=1):
            flat = centre + bound * value(key, tensor.numel())
            tensor.copy_(torch.tensor(flat.reshape(tuple(tensor.shape))))
    return network


def some_weights(network):
    flat = torch.cat([tensor.detach().reshape(-1) for _, tensor, _, _ in network.named()])
    return [round(x, 9) for x in flat[::EVERY].tolist()]


def log_sum_exp(logits):
    return torch.logsumexp(logits, 1)


labels = torch.arange(LABELLED) % CLASSES


def inputs(step):
    z = np.sqrt(3) * value(1000 + 10 * step + 3, GENERATED * NOISE)
    return (
        pictures(1000 + 10 * step + 1, LABELLED),
        pictures(1000 + 10 * step + 2, UNLABELLED),
        torch.tensor(z.reshape(GENERATED, NOISE)),
    )


def adam(network):
    return torch.optim.Adam(network.parameters(), lr=SHARE * 2e-3, betas=(0.5, 0.999))


def update(optimiser, loss, t):
    """Step t = 1, 2, ... TensorFlow adds epsilon to the square root of v as it is (Kingma & Ba 2015, end of section 2),
    PyTorch to that of the corrected one; dividing it by the same correction makes the two one."""
    for group in optimiser.param_groups:
        group['eps'] = 1e-8 / np.sqrt(1 - 0.999**t)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def ssgan():
    classifier, generator = begin(ResNet18()), begin(Generator())
    of_classifier, of_generator = adam(classifier), adam(generator)
    for step in range(STEPS):
        real, unlabelled, z = inputs(step)
        drawn = generator(z)

        # The classifier first: labelled, unlabelled and generated pictures, each kind in a pass of its own.
        losses = [
            cross_entropy(classifier(real), labels),
            softplus(-log_sum_exp(classifier(unlabelled))).mean() / 2,
            softplus(log_sum_exp(classifier(drawn.detach()))).mean() / 2,
        ]
        update(of_classifier, sum(losses), step + 1)

        # Then the generator, on the same pictures, against the classifier as it is now.
        classifier.keep_statistics(True)
        loss = softplus(-log_sum_exp(classifier(drawn))).mean() / 2
        update(of_generator, loss, step + 1)
        classifier.keep_statistics(False)

        yield {
            'losses': [round(x.item(), 9) for x in [*losses, loss]],
            'classifier': some_weights(classifier),
            'generator': some_weights(generator),
        }


def labels_only():
    classifier = begin(ResNet18())
    descent = torch.optim.SGD(classifier.parameters(), lr=1e-3, momentum=0.9, weight_decay=WEIGHT_DECAY)
    for step in range(STEPS):
        real, _, _ = inputs(step)
        loss = cross_entropy(classifier(real), labels)
        descent.zero_grad()
        loss.backward()
        descent.step()
        yield {'losses': [round(loss.item(), 9)], 'classifier': some_weights(classifier)}


if __name__ == '__main__':
    print(f'torch {torch.__version__}, numpy {np.__version__}')
    golden = {'ssgan': list(ssgan()), 'labels-only': list(labels_only())}
    Path(__file__).with_suffix('.json').write_text(json.dumps(golden) + '\n')
