# Unpacks a wheel's shared libraries and headers that Whisker needs: unpack-wheel.py WHEEL TARGET PREFIX...
# Node has no zip reader of its own.
import os
import sys
import zipfile

prefixes = tuple(sys.argv[3:])
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in wheel.namelist():
        if name.startswith(prefixes):
            path = wheel.extract(name, sys.argv[2])
            if '/bin/' in name:
                os.chmod(path, 0o755)  # zipfile forgets the mode, and TensorFlow runs ptxas
