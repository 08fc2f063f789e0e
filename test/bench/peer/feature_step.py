# feature_step.py STEPS THREADS: the SSGAN's step on features in PyTorch, with the networks, terms, batch and optimiser of
# src/engine/features; prints what a step takes as JSON. Needs torch.
import json, sys, time
import torch
from torch import nn
from torch.nn import functional as F

steps, threads = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(1)
ROWS, DIMENSIONS, CLASSES, WARM_UP = 1000, 128, 10, 20
LABELLED, UNLABELLED, GENERATED = 32, 128, 128
INPUT_NOISE, HIDDEN_NOISE, SLOPE = 1.0, 0.5, 0.2
RATE, BETAS, AVERAGE_MOST = 2e-3, (0.5, 0.999), 0.99


class Dense(nn.Module):
    """Weight-normalised; only the output layer learns its scale."""

    def __init__(self, inputs, outputs, learns_scale):
        super().__init__()
        self.v = nn.Parameter(0.05 * torch.randn(inputs, outputs))
        self.b = nn.Parameter(torch.zeros(outputs))
        self.g = nn.Parameter(torch.ones(outputs), requires_grad=learns_scale)

    def forward(self, x):
        return x @ (self.g * self.v * torch.rsqrt(self.v.square().sum(0) + 1e-12)) + self.b


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = Dense(DIMENSIONS, 128, False), Dense(128, 64, False)
        self.last = Dense(64, CLASSES, True)

    def forward(self, x):
        h = x + INPUT_NOISE * torch.randn_like(x)
        for layer in (self.first, self.second):
            h = F.leaky_relu(layer(h), SLOPE)
            h = h + HIDDEN_NOISE * torch.randn_like(h)
        return self.last(h)


x = torch.randn(ROWS, DIMENSIONS)
labels = torch.arange(ROWS) % CLASSES
classifier = Classifier()
learned = [p for p in classifier.parameters() if p.requires_grad]
optimiser = torch.optim.Adam(learned, RATE, BETAS, fused=True)
averages = [p.detach().clone() for p in learned]


def step(t):
    chosen = torch.randint(100, (LABELLED,))
    unlabelled = x[torch.randint(ROWS, (UNLABELLED,))]
    generated = torch.randn(GENERATED, DIMENSIONS)
    l, u, g = classifier(torch.cat([x[chosen], unlabelled, generated])).split([LABELLED, UNLABELLED, GENERATED])
    s, p = torch.logsumexp(u, 1), F.softmax(u, 1)
    loss = (
        F.cross_entropy(l, labels[chosen])
        + 0.5 * F.softplus(-s).mean()
        + 0.5 * F.softplus(torch.logsumexp(g, 1)).mean()
        + 0.1 * (s - (p * u).sum(1)).mean()
    )
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    with torch.no_grad():
        torch._foreach_lerp_(averages, learned, 1 - min(AVERAGE_MOST, (1 + t) / (10 + t)))


for t in range(WARM_UP):
    step(t)
began, processor = time.perf_counter(), time.process_time()
for t in range(steps):
    step(WARM_UP + t)
took, cpu = time.perf_counter() - began, time.process_time() - processor
print(json.dumps({
    'preset': 'features', 'backend': f'PyTorch {torch.__version__}', 'dimensions': DIMENSIONS,
    'photosPerStep': LABELLED + UNLABELLED + GENERATED,
    'msPerStep': round(1000 * took / steps, 1), 'cpuMsPerStep': round(1000 * cpu / steps, 1),
}))
