# What the steps of this folder have in common: what is asked for (JSON as the only argument, written by
# ../beside-pytorch.ts), the moving average, what a step consists of, and the clock.
import json, resource, sys, time
import torch
from torch.utils._python_dispatch import TorchDispatchMode

asked = json.loads(sys.argv[1])
batch, objective = asked['batch'], asked['objective']
device = torch.device('cuda' if asked['gpu'] else 'cpu')
torch.set_num_threads(asked['threads'])
torch.manual_seed(1)
# As TensorFlow has it on a graphics card.
torch.set_float32_matmul_precision('high')
torch.backends.cudnn.benchmark = True


def refuse_other_terms(known):
    other = [name for name, weight in objective.items() if name not in (*known, 'ramps', 'confidence') and weight]
    if other:
        sys.exit(f'The step in PyTorch lacks the terms {", ".join(other)}.')


def learned(network):
    return [p for p in network.parameters() if p.requires_grad]


class Optimiser:
    """Adam, then average <- d * average + (1 - d) * weights; without an average where its decay is 0."""

    def __init__(self, parameters, settings, averages=None):
        self.parameters, self.most = parameters, settings['averageMost']
        self.averages = averages if averages is not None else [p.detach().clone() for p in parameters]
        betas = (settings['beta1'], settings['beta2'])
        self.adam = torch.optim.Adam(parameters, settings['rate'], betas, fused=True)

    def update(self, t):
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        if self.most:
            with torch.no_grad():
                torch._foreach_lerp_(self.averages, self.parameters, 1 - min(self.most, (1 + t) / (10 + t)))


class Convolutions(TorchDispatchMode):
    """Counts convolutions as TensorFlow names them."""

    def __init__(self):
        super().__init__()
        self.counts = {'Conv2D': 0, 'Conv2DBackpropInput': 0, 'Conv2DBackpropFilter': 0}

    def __torch_dispatch__(self, op, types, args=(), kwargs=None):
        # A transposed convolution is the other one's gradient by its input, and the other way round.
        names = ['Conv2D', 'Conv2DBackpropInput']
        if op is torch.ops.aten.convolution.default:
            self.counts[names[args[6]]] += 1
        if op is torch.ops.aten.convolution_backward.default:
            by_input, by_weight, _ = args[10]
            self.counts[names[not args[7]]] += by_input
            self.counts['Conv2DBackpropFilter'] += by_weight
        return op(*args, **(kwargs or {}))


def measure(step, networks, photos):
    """Takes the steps and prints what they took, and what else ours must have in common with these."""
    with Convolutions() as convolutions:
        step(0)
    for t in range(1, asked['warmUp']):
        step(t)
    settle()
    began, processor = time.perf_counter(), time.process_time()
    for t in range(asked['steps']):
        step(asked['warmUp'] + t)
    settle()
    took, cpu = time.perf_counter() - began, time.process_time() - processor
    print(json.dumps({
        'preset': asked['preset'], 'backend': f'PyTorch {torch.__version__}',
        'device': torch.cuda.get_device_name() if asked['gpu'] else 'processor',
        'parameters': [sum(p.numel() for p in learned(network)) for network in networks],
        'convolutions': convolutions.counts, 'photosPerStep': photos,
        'msPerStep': round(1000 * took / asked['steps'], 2), 'cpuMsPerStep': round(1000 * cpu / asked['steps'], 2),
        'peakMb': round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }))


def settle():
    if asked['gpu']:
        torch.cuda.synchronize()
