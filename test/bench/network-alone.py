# network-alone.py NETWORK PHOTOS: what ONNX Runtime makes of a network by itself, on all processors and with nothing to
# decode: the fastest of a few batch sizes, as JSON. Needs numpy and onnxruntime.
import json, sys, time
import numpy, onnxruntime

path, photos = sys.argv[1], int(sys.argv[2])
session = onnxruntime.InferenceSession(path)
taken = session.get_inputs()[0]
kind = numpy.uint8 if taken.type == 'tensor(uint8)' else numpy.float32
best = None
for batch in (1, 4, 16):
    pixels = numpy.full([batch] + [side if isinstance(side, int) else 224 for side in taken.shape[1:]], 7, kind)
    session.run(None, {taken.name: pixels})
    rounds = max(1, photos // (3 * batch))
    clock, processor = time.perf_counter(), time.process_time()
    for _ in range(rounds):
        session.run(None, {taken.name: pixels})
    seconds, cpu = time.perf_counter() - clock, time.process_time() - processor
    result = {'photosPerSecond': rounds * batch / seconds, 'cpuMs': 1000 * cpu / (rounds * batch), 'batch': batch}
    if best is None or result['photosPerSecond'] > best['photosPerSecond']:
        best = result
print(json.dumps({**best, 'version': onnxruntime.__version__}))
