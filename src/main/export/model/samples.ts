// What lies beside a model to try it with: a script for Python, whose dependencies are in its head (PEP 723), and a
// page for browsers. They read everything else from whisker.json.

import type { ModelFormat } from '../../../shared/model-export.ts';

export interface Sample {
  name: string;
  text: string;
}

export function samplesFor(format: ModelFormat): Sample[] {
  if (format === 'tfjs') return [{ name: 'index.html', text: page }];
  return [{ name: 'classify.py', text: script(format) }];
}

const engines = {
  onnx: {
    packages: ['numpy', 'onnxruntime', 'pillow'],
    imports: 'import numpy as np\nimport onnxruntime\nfrom PIL import Image, ImageCms, ImageOps',
    loading: `session = onnxruntime.InferenceSession(str(HERE / "model.onnx"), providers=["CPUExecutionProvider"])
source = session.get_inputs()[0].name


def probabilities(batch):
    return session.run(["probabilities"], {source: batch})[0]`,
  },
  savedmodel: {
    packages: ['numpy', 'pillow', 'tensorflow'],
    imports: 'import numpy as np\nimport tensorflow as tf\nfrom PIL import Image, ImageCms, ImageOps',
    loading: `model = tf.saved_model.load(str(HERE / "saved_model"))
answer = model.signatures["serving_default"]


def probabilities(batch):
    return answer(pixels=tf.constant(batch, tf.float32))["probabilities"].numpy()`,
  },
};

const script = (format: keyof typeof engines): string => {
  const { packages, imports, loading } = engines[format];
  return `# /// script
# requires-python = ">=3.10"
# dependencies = [${packages.map((name) => `"${name}"`).join(', ')}]
# ///
"""Says what this model takes pictures for, a line of JSON each:  uv run classify.py photo.jpg ..."""

import io
import json
import sys
from pathlib import Path

${imports}

HERE = Path(__file__).resolve().parent
about = json.loads((HERE / "whisker.json").read_text(encoding="utf-8"))
side = about["input"]["sizePx"]
together = about["input"]["together"]

${loading}


def pixels(path):
    """As Whisker prepares a photo: upright, sRGB, on grey where it is transparent, the middle square, made smaller."""
    photo = Image.open(path)
    profile = photo.info.get("icc_profile")
    photo = ImageOps.exif_transpose(photo)
    if profile and photo.mode in ("RGB", "RGBA"):
        photo = ImageCms.profileToProfile(photo, io.BytesIO(profile), ImageCms.createProfile("sRGB"))
    photo = photo.convert("RGBA")
    ground = Image.new("RGBA", photo.size, (128, 128, 128, 255))
    ground.alpha_composite(photo)
    shrink = min(photo.size) / side
    width, height = (max(side, int(length / shrink + 0.5)) for length in photo.size)
    left, top = (width - side + 1) // 2, (height - side + 1) // 2
    photo = ground.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(photo.crop((left, top, left + side, top + side)), np.uint8)


def main(paths):
    size = together or 16
    for start in range(0, len(paths), size):
        some = paths[start : start + size]
        # Where the model takes a fixed number of pictures, those that are missing are black.
        batch = np.zeros((together or len(some), side, side, 3), np.uint8)
        for i, path in enumerate(some):
            batch[i] = pixels(path)
        for path, row in zip(some, probabilities(batch)):
            best = int(row.argmax())
            print(json.dumps({
                "file": path,
                "class": about["classes"][best],
                "sure": bool(row[best] >= about["thresholds"][best]),
                "probabilities": {name: round(float(p), 4) for name, p in zip(about["classes"], row)},
            }))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Give it pictures: classify.py photo.jpg ...")
    main(sys.argv[1:])
`;
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta name="color-scheme" content="light dark" />
    <title>Try the model</title>
    <style>
      body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
      canvas { display: block; width: 224px; height: 224px; margin: 1rem 0; border-radius: 8px; }
      canvas[hidden] { display: none; }
      .answer { display: grid; grid-template-columns: max-content 1fr max-content; gap: 0.25rem 1rem; align-items: center; }
      meter { width: 100%; }
      p { color: GrayText; }
    </style>
  </head>
  <body>
    <h1>What is in this picture?</h1>
    <label>Choose a picture <input type="file" accept="image/*" disabled /></label>
    <canvas hidden></canvas>
    <div class="answer" aria-live="polite"></div>
    <p id="state">Loading the model…</p>
    <script src="tf.min.js"></script>
    <script>
      const [input, canvas, answer, state] = ['input', 'canvas', '.answer', '#state'].map((at) => document.querySelector(at));

      /** The middle square, upright, on grey where it is transparent: [1, side, side, 3], 0 to 255. */
      async function pixels(file, side) {
        const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
        const square = Math.min(picture.width, picture.height);
        canvas.width = canvas.height = side;
        const context = canvas.getContext('2d', { willReadFrequently: true });
        context.fillStyle = 'rgb(128 128 128)';
        context.fillRect(0, 0, side, side);
        context.imageSmoothingQuality = 'high';
        const [left, top] = [(picture.width - square) / 2, (picture.height - square) / 2];
        context.drawImage(picture, left, top, square, square, 0, 0, side, side);
        canvas.hidden = false;
        return tf.browser.fromPixels(canvas).toFloat().expandDims(0);
      }

      async function begin() {
        if (location.protocol === 'file:') {
          state.textContent =
            'A browser loads no model from a file. Run "python3 -m http.server" in this folder, then open http://localhost:8000.';
          return;
        }
        const about = await (await fetch('whisker.json')).json();
        const model = await tf.loadGraphModel('model/model.json');
        state.textContent = 'The picture stays on this computer.';
        input.disabled = false;
        input.onchange = async () => {
          const [file] = input.files;
          if (!file) return;
          const side = about.input.sizePx;
          const x = await pixels(file, side);
          const { together } = about.input;
          const batch = together ? tf.pad(x, [[0, together - 1], [0, 0], [0, 0], [0, 0]]) : x;
          const said = await model.predict(batch).data();
          answer.replaceChildren(
            ...about.classes.flatMap((name, k) => {
              const meter = Object.assign(document.createElement('meter'), { value: said[k] });
              const texts = [name, said[k].toFixed(4)].map((text) => Object.assign(document.createElement('span'), { textContent: text }));
              return [texts[0], meter, texts[1]];
            }),
          );
        };
      }
      begin().catch((error) => (state.textContent = 'The model could not be loaded: ' + error.message));
    </script>
  </body>
</html>
`;
