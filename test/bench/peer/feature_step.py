# The SSGAN's step on features in PyTorch: networks, terms, batch and optimiser of src/engine/features, by the recipe
# that it is given (see measured.py). Needs torch.
import torch
from torch import nn
from torch.nn import functional as F
from measured import asked, batch, device, learned, measure, objective, Optimiser, refuse_other_terms

ROWS, LABELS, SLOPE = 1000, 100, 0.2
DIMENSIONS, CLASSES = asked['dimensions'], asked['classes']
LABELLED, UNLABELLED, GENERATED = batch['labelled'], batch['unlabelled'], batch['generated']
refuse_other_terms(['labelled', 'unlabelled', 'generated', 'entropy'])


class Dense(nn.Module):
    """Weight-normalised; only the output layer learns its scale."""

    def __init__(self, inputs, outputs, learns_scale):
        super().__init__()
        self.v = nn.Parameter(0.05 * torch.randn(inputs, outputs))
        self.b = nn.Parameter(torch.zeros(outputs))
        self.g = nn.Parameter(torch.ones(outputs), requires_grad=learns_scale)

    def forward(self, x):
        return torch.addmm(self.b, x, self.g * self.v * torch.rsqrt(self.v.square().sum(0) + 1e-12))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [DIMENSIONS, *asked['hidden']]
        self.hidden = nn.ModuleList(Dense(a, b, False) for a, b in zip(widths, widths[1:]))
        self.last = Dense(widths[-1], CLASSES, True)

    def forward(self, x):
        h = x + asked['inputNoise'] * torch.randn_like(x)
        for layer in self.hidden:
            h = F.leaky_relu(layer(h), SLOPE)
            h = h + asked['hiddenNoise'] * torch.randn_like(h)
        return self.last(h)


x = torch.randn(ROWS, DIMENSIONS, device=device)
deviation = torch.ones(DIMENSIONS, device=device)
labels = torch.arange(ROWS, device=device) % CLASSES
classifier = Classifier().to(device)
optimiser = Optimiser(learned(classifier), asked['classifierOptimiser'])


def step(t):
    chosen = torch.randint(LABELS, (LABELLED,), device=device)
    unlabelled = x[torch.randint(ROWS, (UNLABELLED,), device=device)]
    generated = torch.randn(GENERATED, DIMENSIONS, device=device) * deviation
    l, u, g = classifier(torch.cat([x[chosen], unlabelled, generated])).split([LABELLED, UNLABELLED, GENERATED])
    s, p = torch.logsumexp(u, 1), F.softmax(u, 1)
    loss = (
        objective['labelled'] * F.cross_entropy(l, labels[chosen])
        + objective['unlabelled'] * 0.5 * F.softplus(-s).mean()
        + objective['generated'] * 0.5 * F.softplus(torch.logsumexp(g, 1)).mean()
        + objective['entropy'] * (s - (p * u).sum(1)).mean()
    )
    loss.backward()
    optimiser.update(t)


measure(step, [classifier, nn.Identity()], LABELLED + UNLABELLED + GENERATED)
