# Unpacks a wheel's shared libraries and headers that Whisker needs: unpack-wheel.py WHEEL TARGET PREFIX...
# With --metadata as the only other argument, prints the wheel's METADATA instead. Node has no zip reader of its own.
import os
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as wheel:
    if sys.argv[2] == '--metadata':
        name = next(n for n in wheel.namelist() if n.endswith('.dist-info/METADATA'))
        sys.stdout.buffer.write(wheel.read(name))
    else:
        prefixes = tuple(sys.argv[3:])
        for name in wheel.namelist():
            if name.startswith(prefixes):
                path = wheel.extract(name, sys.argv[2])
                if '/bin/' in name:
                    os.chmod(path, 0o755)  # zipfile forgets the mode, and TensorFlow runs ptxas
