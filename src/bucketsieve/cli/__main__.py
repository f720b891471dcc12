"""``python -m bucketsieve.cli``."""

import sys

from bucketsieve.cli.main import main

sys.exit(main())
