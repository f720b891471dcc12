"""What a worker says to its supervisor every second, as one byte: that it lives, and whether it may be stopped now."""

from typing import Final

#: Whatever it has in work is over, or given back, in the time that it is given to stop.
IDLE: Final = b"."
#: It would have to drop long work.
IN_LONG_WORK: Final = b"!"
