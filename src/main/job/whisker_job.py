# /// script
# requires-python = ">=3.10"
# dependencies = [
#   "fsspec[http,s3]>=2024.6",
#   "numpy>=1.26",
#   "onnxruntime>=1.20",
#   "pillow>=11.3",
#   "pillow-heif>=0.21",
#   "pyarrow>=16",
# ]
# ///
"""Looks at the photos of a manifest with Whisker's network and writes what it sees as Parquet shards.

    uv run whisker_job.py                          a process for each processor of this machine
    ray job submit --working-dir . -- python whisker_job.py --out s3://bucket/shards

The folder of this file holds manifest.parquet, backbone.onnx and job.json, as `whisker job export` wrote them. Run it as
often and wherever you like: what is done is skipped, shards have their names by what is in them and appear whole or not
at all, and their order means nothing. `whisker job import` takes them back.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import itertools
import json
import logging
import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import fsspec
import numpy as np
import onnxruntime
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from PIL import Image, ImageCms, ImageOps

try:
    from pillow_heif import register_heif_opener

    register_heif_opener()
except ImportError:  # HEIC photos are errors then, one by one.
    pass

VERSION = 1
SCHEMES = ("file", "http", "https", "s3")
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "HEIF")
BACKDROP = (128, 128, 128)
MOST_BYTES = 256 * 2**20
SHARD_PHOTOS = 1000
BATCH = 16
ATTEMPTS = 3
Image.MAX_IMAGE_PIXELS = 268_402_689 // 2  # Pillow refuses twice this.


class Row(NamedTuple):
    """A line of the manifest; of photos that Whisker has not met only the URI is known."""

    sha256: str | None
    uri: str
    bytes: int | None

    @property
    def key(self) -> str:
        return self.sha256 or hashlib.sha256(self.uri.encode()).hexdigest()


class Unit(NamedTuple):
    """Photos whose keys begin alike: what one worker takes at a time."""

    prefix: str
    rows: list[Row]


class Outcome(NamedTuple):
    prefix: str
    done: int
    failed: int
    before: int


class Job(NamedTuple):
    """All that a worker needs, by value: it may run on another machine."""

    settings: dict[str, Any]
    network: bytes
    out: str


# ---------------------------------------------------------------- from a URI to pixels


def fetch(row: Row) -> bytes:
    """The bytes of the photo. Raises ValueError when they are not those that the manifest names."""
    scheme = urlsplit(row.uri).scheme
    if scheme not in SCHEMES or (scheme != "file" and "::" in row.uri):
        raise ValueError(f"a URI is {', '.join(SCHEMES)} and nothing else")
    most = MOST_BYTES if row.bytes is None else row.bytes
    where = url2pathname(urlsplit(row.uri).path) if scheme == "file" else row.uri
    with open(where, "rb") if scheme == "file" else fsspec.open(where, "rb").open() as file:
        data: bytes = file.read(most + 1)
    if len(data) > most or (row.bytes is not None and len(data) != row.bytes):
        raise ValueError("the file has another size than the manifest says")
    if row.sha256 is not None and hashlib.sha256(data).hexdigest() != row.sha256:
        raise ValueError("the file holds something else than the manifest says")
    return data


def decode(data: bytes, side: int) -> tuple[Image.Image, tuple[int, int], str]:
    """The upright picture in 8-bit sRGB on mid-grey, at least `side` px on its shorter side where the file has as many;
    its own size; its format."""
    picture: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    size, form = picture.size, (picture.format or "").lower()
    if form in ("jpeg", "mpo"):
        form = "jpeg"
        shrink = shrink_on_load(min(size) / side)
        picture.draft(None, (size[0] // shrink, size[1] // shrink))
    turned = picture.getexif().get(0x0112, 1) >= 5
    picture = ImageOps.exif_transpose(picture)
    return on_backdrop(picture), (size[1], size[0]) if turned else size, form


def shrink_on_load(shrink: float) -> int:
    """By how much a JPEG is made smaller while it is decoded: what sharp, with which the app decodes, does."""
    chosen = next((factor for factor in (8, 4, 2) if shrink >= factor), 1)
    return chosen // 2 if chosen > 1 and int(shrink) == chosen else chosen


def on_backdrop(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if picture.mode == "CMYK" and not profile:
        raise ValueError("ink colours without a profile mean nothing here; Whisker itself can look at this photo")
    if picture.mode.startswith("I;16"):
        picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    alpha = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
    if picture.mode not in ("RGB", "L", "CMYK"):
        picture = picture.convert("RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, source, srgb, outputMode="RGB") or picture
        except (ImageCms.PyCMSError, OSError):  # A profile for other colours than these says nothing of them.
            pass
    picture = picture.convert("RGB")
    if alpha is None:
        return picture
    return Image.composite(picture, Image.new("RGB", picture.size, BACKDROP), alpha)


def centre(picture: Image.Image, side: int) -> Image.Image:
    """The middle square, `side` px wide, of the picture scaled until it covers that: to the pixel where libvips, with
    which the app does it, has it, and within rounding as bright."""
    if min(picture.size) == side:
        left, top = ((length - side + 1) // 2 for length in picture.size)
        return picture.crop((left, top, left + side, top + side))
    return reduced(picture, side) if min(picture.size) > side else enlarged(picture, side)


def enlarged(picture: Image.Image, side: int) -> Image.Image:
    """Bicubic. It lies half a pixel further right and down, and goes on beyond its edges as it ends."""
    scale = side / min(picture.size)
    padded = np.pad(np.asarray(picture), ((3, 3), (3, 3), (0, 0)), mode="edge")
    x, y = (((int(length * scale + 0.5) - side + 1) // 2 - 0.5) / scale + 3 for length in picture.size)
    box = (x, y, x + side / scale, y + side / scale)
    return Image.fromarray(padded).resize((side, side), Image.Resampling.BICUBIC, box=box)


def reduced(picture: Image.Image, side: int) -> Image.Image:
    """By Lanczos' kernel of three lobes, rows before columns, after a mean over whole pixels where it is much larger."""
    shrink = min(picture.size) / side
    width, height = (int(length / shrink + 0.5) for length in picture.size)
    factor = max(1, int(shrink / 2))
    pixels = np.asarray(picture.reduce(factor) if factor > 1 else picture).astype(np.float32)
    rows = lanczos(pixels.shape[0], shrink / factor, height, side)
    columns = lanczos(pixels.shape[1], shrink / factor, width, side)
    pixels = np.clip(np.rint(np.tensordot(rows, pixels, (1, 0))), 0, 255)
    pixels = np.clip(np.rint(np.tensordot(columns, pixels, (1, 1))), 0, 255)
    return Image.fromarray(pixels.astype(np.uint8).swapaxes(0, 1))


def lanczos(length: int, shrink: float, scaled: int, side: int) -> np.ndarray:
    """[side, length] weights that make the middle `side` of `scaled` pixels of `length`; places are known to 1/64."""
    taps = np.arange(int(np.rint(6 * shrink)) + 1)
    before = (len(taps) + 1) // 2 - 1
    rows = np.arange(side)[:, None]
    at = (rows + (scaled - side + 1) // 2 + 0.5) * shrink - (scaled * shrink - length) / 2
    first = np.floor(at).astype(int)
    place = np.floor((at - first) * 64 + 0.5) / 64
    x = (taps - place - before + 0.5) / shrink
    kernel = np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)
    weights = np.zeros((side, length), np.float32)
    within = np.clip(first - before + taps, 0, length - 1)
    np.add.at(weights, (rows, within), kernel / kernel.sum(axis=1, keepdims=True))
    return weights


# ---------------------------------------------------------------- from pixels to vectors


class Network:
    """The network in ONNX Runtime, and how job.json says that it is fed and read."""

    def __init__(self, network: bytes, settings: dict[str, Any]) -> None:
        self.input = settings["input"]
        self.output = settings["output"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        wanted = ("CUDAExecutionProvider", "CPUExecutionProvider")
        providers = [name for name in wanted if name in onnxruntime.get_available_providers()]
        self.session = onnxruntime.InferenceSession(network, options, providers=providers)
        mean, spread = np.array(self.input["mean"]), np.array(self.input["spread"])
        self.table = ((np.arange(256)[:, None] - mean) / spread).astype(np.float32)

    def look(self, pictures: list[Image.Image]) -> np.ndarray:
        """[pictures, features] float32."""
        pixels = np.stack([np.asarray(picture) for picture in pictures])
        together = self.input["photos"] or len(pixels)
        found = [self._run(pixels[at : at + together], together) for at in range(0, len(pixels), together)]
        return np.concatenate(found)

    def _run(self, pixels: np.ndarray, together: int) -> np.ndarray:
        count = len(pixels)
        pixels = np.concatenate([pixels, np.zeros((together - count, *pixels.shape[1:]), np.uint8)])
        values = pixels if self.input["type"] == "uint8" else self.table[pixels, np.arange(3)]
        if self.input["layout"] == "nchw":
            values = values.transpose(0, 3, 1, 2)
        fed = {self.input["name"]: np.ascontiguousarray(values)}
        (found,) = self.session.run([self.output["name"]], fed)
        vectors: np.ndarray = self._pool(found)[:count]
        return vectors

    def _pool(self, found: Any) -> Any:
        pooling = self.output["pooling"]
        if pooling == "first-token":
            return found[:, 0, :]
        if pooling == "mean-of-tokens":
            return found.mean(axis=1)
        if pooling == "mean-of-map":
            return found.mean(axis=(2, 3) if self.input["layout"] == "nchw" else (1, 2))
        return found.reshape(len(found), -1)


def quantised(vector: np.ndarray, kind: str) -> tuple[bytes, float]:
    """Its numbers divided by a scale, and the scale. Raises ValueError for what is no number."""
    most = float(np.abs(vector).max())
    if not np.isfinite(most):
        raise ValueError("the network gives values that are no numbers")
    if kind == "int8":
        scale = most / 127 or 1.0
        return np.rint(vector / scale).astype(np.int8).tobytes(), scale
    scale = max(1.0, most / 60_000)
    return (vector / scale).astype("<f2").tobytes(), scale


# ---------------------------------------------------------------- shards

SCHEMA = pa.schema(
    [
        ("sha256", pa.string()),
        ("uri", pa.string()),
        ("bytes", pa.int64()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("format", pa.string()),
        ("feature", pa.binary()),
        ("scale", pa.float32()),
        ("thumbnail", pa.binary()),
        ("error", pa.string()),
    ]
)


class Worker:
    """Looks at units of photos, one after the other."""

    def __init__(self, job: Job) -> None:
        self.settings = job.settings
        self.network = Network(job.network, job.settings)
        self.files, self.out = fsspec.core.url_to_fs(job.out)
        self.files.makedirs(self.out, exist_ok=True)
        marks = {"version": VERSION, "backbone": self.settings["backbone"]["sha256"], "type": self.settings["type"]}
        self.mark = json.dumps(marks | {"features": self.settings["output"]["features"]}, sort_keys=True).encode()

    def look_at(self, unit: Unit) -> Outcome:
        """Afterwards a shard holds each photo of the unit. Those with an error are tried again each time."""
        known = self._done(unit.prefix)
        missing = [row for row in unit.rows if row.key not in known and row.uri not in known]
        failed = 0
        for at in range(0, len(missing), SHARD_PHOTOS):
            failed += self._write_shard(unit.prefix, missing[at : at + SHARD_PHOTOS])
        return Outcome(unit.prefix, len(missing) - failed, failed, len(unit.rows) - len(missing))

    def _done(self, prefix: str) -> set[str]:
        """Hashes and URIs of the photos that the shards of this prefix hold."""
        self.files.invalidate_cache()
        done: set[str] = set()
        for path in self.files.glob(f"{self.out}/{prefix}-*.parquet"):
            try:
                with self.files.open(path, "rb") as file:
                    shard = pq.ParquetFile(file)
                    if (shard.schema_arrow.metadata or {}).get(b"whisker") != self.mark:
                        continue
                    table = shard.read(columns=["sha256", "uri", "error"])
            except (OSError, pa.ArrowException) as error:
                print(f"The shard {path} can't be read and is made anew ({error}).", file=sys.stderr)
                self.files.rm(path)
                continue
            table = table.filter(pc.is_null(table["error"]))
            done.update(table["sha256"].to_pylist(), table["uri"].to_pylist())
        return done

    def _write_shard(self, prefix: str, rows: list[Row]) -> int:
        """How many of the photos have an error."""
        records: list[dict[str, Any]] = []
        for at in range(0, len(rows), BATCH):
            records += self._look(rows[at : at + BATCH])
        schema = SCHEMA.with_metadata({b"whisker": self.mark})
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(records, schema), sink, compression="snappy")
        name = hashlib.sha256("\n".join(sorted(row.key for row in rows)).encode()).hexdigest()[:16]
        self._put(f"{self.out}/{prefix}-{name}.parquet", sink.getvalue().to_pybytes())
        return sum(record["error"] is not None for record in records)

    def _put(self, path: str, data: bytes) -> None:
        """Whole or not at all: a rename here, one request on an object store."""
        if "file" not in self.files.protocol:
            self.files.pipe_file(path, data)
            return
        partial = f"{path}.{os.getpid()}.partial"
        with open(partial, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)

    def _look(self, rows: list[Row]) -> list[dict[str, Any]]:
        side, small = self.settings["input"]["sidePx"], self.settings["thumbnailPx"]
        records: list[dict[str, Any]] = []
        pictures: list[Image.Image] = []
        for row in rows:
            record: dict[str, Any] = {"sha256": row.sha256, "uri": row.uri, "bytes": row.bytes, "error": None}
            records.append(record)
            try:
                data = fetch(row)
                record |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
                picture, (width, height), form = decode(data, side)
                record |= {"width": width, "height": height, "format": form}
                if small:
                    record["thumbnail"] = thumbnail(picture, data, small)
                pictures.append(centre(picture, side))
            except Exception as error:  # noqa: BLE001 - whatever a file does, it costs only itself.
                record["error"] = f"{type(error).__name__}: {error}"[:300]
        fine = [record for record in records if record["error"] is None]
        for record, vector in zip(fine, self.network.look(pictures) if pictures else [], strict=True):
            try:
                record["feature"], record["scale"] = quantised(vector, self.settings["type"])
            except ValueError as error:
                record["error"] = str(error)
        return records


def thumbnail(picture: Image.Image, data: bytes, side: int) -> bytes:
    """A JPEG of at most `side` px; decoded anew where the picture is much smaller than that."""
    small = picture.copy() if max(picture.size) >= 0.75 * side else decode(data, side)[0]
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    sink = io.BytesIO()
    small.save(sink, "JPEG", quality=80)
    return sink.getvalue()


# ---------------------------------------------------------------- who works


def units_of(manifest: Path, digits: int, only: str) -> Iterator[Unit]:
    """The manifest is sorted by key, so that it is read once and never held as a whole."""

    def rows() -> Iterator[Row]:
        for batch in pq.ParquetFile(manifest).iter_batches(columns=["sha256", "uri", "bytes"]):
            yield from itertools.starmap(Row, zip(*(column.to_pylist() for column in batch.columns), strict=True))

    for prefix, some in itertools.groupby(rows(), lambda row: row.key[:digits]):
        if prefix.startswith(only) or only.startswith(prefix):
            yield Unit(prefix, [row for row in some if row.key.startswith(only)])


worker: Worker | None = None


def start_worker(job: Job) -> None:
    global worker
    worker = Worker(job)


def work(unit: Unit) -> Outcome:
    if worker is None:
        raise RuntimeError("this process was not started as a worker")
    return worker.look_at(unit)


def with_processes(job: Job, units: list[Unit], workers: int) -> Iterator[Outcome]:
    """A process that dies takes the others with it; what they have not done is begun anew."""
    context = multiprocessing.get_context("spawn")
    for attempt in range(1, ATTEMPTS + 1):
        left = {unit.prefix: unit for unit in units}
        try:
            with ProcessPoolExecutor(workers, context, start_worker, (job,)) as pool:
                for finished in as_completed([pool.submit(work, unit) for unit in units]):
                    outcome = finished.result()
                    del left[outcome.prefix]
                    yield outcome
            return
        except BrokenProcessPool:
            if attempt == ATTEMPTS:
                raise
            print("A worker has died; its photos are looked at again.", file=sys.stderr)
            units = list(left.values())


def with_ray(ray: Any, job: Job, units: list[Unit], workers: int | None) -> Iterator[Outcome]:
    """Ray Data over the units; a worker that dies is started again by Ray."""

    class Looks:
        def __init__(self, job: Job) -> None:
            self.worker = Worker(job)

        def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
            unit = Unit(row["prefix"], [Row(*one) for one in json.loads(row["rows"])])
            return self.worker.look_at(unit)._asdict()

    items = [{"prefix": unit.prefix, "rows": json.dumps(unit.rows)} for unit in units]
    cluster = int(ray.cluster_resources().get("CPU", 1))
    ray.data.DataContext.get_current().enable_progress_bars = False
    dataset = ray.data.from_items(items, override_num_blocks=max(1, len(items)))
    actors = ray.data.ActorPoolStrategy(size=min(workers or cluster, max(1, len(items))))
    looked = dataset.map(Looks, fn_constructor_args=(job,), compute=actors)
    for row in looked.iter_rows():
        yield Outcome(**row)


def outcomes_of(job: Job, units: list[Unit], workers: int | None, engine: str) -> Iterable[Outcome]:
    try:
        import ray
        import ray.data
    except ImportError:
        if engine == "ray":
            raise SystemExit("Ray is not installed here; leave --engine out to use processes.") from None
        engine = "processes"
    if engine == "processes":
        return with_processes(job, units, workers or os.cpu_count() or 1)
    if not ray.is_initialized():
        ray.init(log_to_driver=False, logging_level=logging.WARNING)
    return with_ray(ray, job, units, workers)


def main() -> int:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--job", type=Path, default=here, help="folder of the job (default: that of this file)")
    parser.add_argument("--out", help="folder or s3:// address of the shards (default: shards/ of the job)")
    parser.add_argument("--workers", type=int, help="processes that look (default: one for each processor)")
    parser.add_argument("--engine", choices=("ray", "processes"), help="default: Ray where it is installed")
    parser.add_argument("--only", default="", help="only photos whose key begins so, to share the work: 0 to f")
    asked = parser.parse_args()

    settings = json.loads((asked.job / "job.json").read_text())
    if settings["version"] != VERSION:
        print(f"This is a job of version {settings['version']}; this file knows {VERSION}.", file=sys.stderr)
        return 2
    network = (asked.job / "backbone.onnx").read_bytes()
    if hashlib.sha256(network).hexdigest() != settings["backbone"]["sha256"]:
        print("backbone.onnx is not the network of this job. Export it again.", file=sys.stderr)
        return 2
    job = Job(settings, network, asked.out or str((asked.job / "shards").resolve()))
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # Of the workers: there are as many as processors.
    units = list(units_of(asked.job / "manifest.parquet", settings["prefixDigits"], asked.only))
    total = [0, 0, 0]
    for at, outcome in enumerate(outcomes_of(job, units, asked.workers, asked.engine or ""), start=1):
        total = [sum(pair) for pair in zip(total, outcome[1:], strict=True)]
        print(f"{at} of {len(units)} parts: {total[0]} photos looked at, {total[1]} with an error.", flush=True)
    print(json.dumps({"done": total[0], "failed": total[1], "before": total[2]}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
