#!/bin/sh
# The memory of the scanner holds content of objects: no core dump, not even of Python before it can say so itself.
ulimit -c 0
exec python -m bucketsieve.scanning
