"""Keeps what takes seconds to compile for the next process.

What is read from here is run nearly like code: a compiled automaton is trusted by the library that loads it. So it is
taken only from a folder that nobody else can write to, and only with the checksum it was written with.
"""

import fcntl
import hashlib
import os
import re
import stat
import time
from collections.abc import Buffer, Callable, Iterable
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path
from typing import Final, NamedTuple

#: A file is the checksum of its name and its content, then the content.
_CHECKSUM_BYTES: Final = hashlib.sha256().digest_size
_PIECE_BYTES: Final = 1024 * 1024
#: Of a value; `bytes` is the value itself.
Digest = Callable[[Buffer], bytes]
#: Of memory for large values: the system takes longer to hand out small pages than to read the value.
_LARGE_PAGE: Final = 2 * 1024 * 1024
_DAY_SECONDS: Final = 24 * 60 * 60
#: A value that nobody has asked for so long was made by another version, or for detectors that are no longer wanted.
_KEPT_SECONDS: Final = 30 * _DAY_SECONDS
#: The name of a value, or of one that is being written.
_NAME: Final = re.compile(r"[0-9a-f]{64}(\.[0-9a-f]{16})?")
_SAFELY: Final = os.O_CLOEXEC | os.O_NOFOLLOW


def _nothing() -> None:
    """By a name, so that a cache can be handed to another process."""


class Cache(NamedTuple):
    """Values by key, in a folder that is made when it is first needed. A cache that cannot be used is none.

    Serves many threads and processes. The folder, and what is in it, must belong to this user or to root, and be
    writable by no group and by nobody else. Who writes to it removes what nobody asked for in 30 days.
    """

    folder: Path
    #: Called before a value is made or waited for, which may take half a minute.
    announce: Callable[[], object] = _nothing

    def get(self, key: bytes | str, make: Callable[[], bytes]) -> bytes:
        """What ``make`` has once returned for ``key``, which names all that the value depends on, and its format.

        Of several processes that ask for a new key at once, one makes the value, and the others wait for it.
        """
        return bytes(self.get_large(key, make, bytes))

    def get_large(self, key: bytes | str, make: Callable[[], bytes], digest: Digest) -> Buffer:
        """As `get`, read-only. The checksum is that of a ``digest`` which is faster and tells of damage as well."""
        name = hashlib.sha256(key.encode() if isinstance(key, str) else key).hexdigest()
        with ExitStack() as stack:
            folder = self._open(stack)
            if folder is None:
                self.announce()
                return make()
            value = _read(folder, name, digest)
            if value is None:
                self.announce()
                if _lock(stack, folder, name):
                    value = _read(folder, name, digest)
            if value is None:
                value = make()
                _write(folder, name, digest, value)
                _forget_old(folder)
            return value

    def is_safe(self) -> bool:
        """Whether the folder is there and fit to be used."""
        with suppress(OSError):
            return _is_safe(self.folder.stat())
        return False

    def _open(self, stack: ExitStack) -> int | None:
        """A descriptor of the folder; what was checked stays what is used, even if the path comes to name another."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(OSError):
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, folder)
            if _is_safe(os.fstat(folder)):
                return folder
        return None


def sources_digest(*paths: Path) -> str:
    """A digest of Python files, and of those directly in folders, for the keys of what they make."""
    files: list[str] = []
    for path in paths:
        files += (
            (entry.path for entry in os.scandir(path) if entry.name.endswith(".py")) if path.is_dir() else [str(path)]
        )
    return files_digest(sorted(files))


def files_digest(files: Iterable[Path | str]) -> str:
    """A digest of what is in the files, one after the other."""
    digest = hashlib.sha256()
    # Without files' objects: these take longer than to read, and every start digests a hundred sources.
    for file in files:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            while piece := os.read(descriptor, _PIECE_BYTES):
                digest.update(piece)
        finally:
            os.close(descriptor)
    return digest.hexdigest()


def _is_safe(status: os.stat_result) -> bool:
    return status.st_uid in (os.geteuid(), 0) and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _checksum(name: str, digest: Digest, value: Buffer) -> bytes:
    both = hashlib.sha256(name.encode())
    both.update(digest(value))
    return both.digest()


def _read(folder: int, name: str, digest: Digest) -> Buffer | None:
    """The value, or None if there is none that can be trusted."""
    try:
        # With a buffer, all that is read is copied once more.
        with os.fdopen(os.open(name, os.O_RDONLY | _SAFELY, dir_fd=folder), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or not _is_safe(status):
                return None
            checksum = file.read(_CHECKSUM_BYTES)
            large = status.st_size >= 2 * _LARGE_PAGE
            value = _read_large(file, status.st_size - _CHECKSUM_BYTES) if large else file.readall()
            _mark_asked_for(file.fileno(), status)
    except OSError:
        return None
    return value if checksum == _checksum(name, digest, value) else None


def _read_large(file: FileIO, size: int) -> Buffer:
    """The next ``size`` bytes, or fewer."""
    import mmap  # noqa: PLC0415  (where there is little to be read, it takes longer to load)

    # Only a whole number of large pages is put in such.
    memory = mmap.mmap(-1, -(-size // _LARGE_PAGE) * _LARGE_PAGE, mmap.MAP_PRIVATE)
    with suppress(AttributeError, OSError):  # where there are none
        memory.madvise(mmap.MADV_HUGEPAGE)
    value = memoryview(memory)[:size].toreadonly()
    return value[: file.readinto(memory)]


def _lock(stack: ExitStack, folder: int, name: str) -> bool:
    """Wait until no other process makes the value; False if that cannot be known, as on a read-only file system."""
    try:
        lock = os.open(f"{name}.lock", os.O_WRONLY | os.O_CREAT | _SAFELY, 0o600, dir_fd=folder)
        stack.callback(os.close, lock)
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError:
        return False
    return True


def _write(folder: int, name: str, digest: Digest, value: bytes) -> None:
    """Keep the value, whole or not at all."""
    new = f"{name}.{os.urandom(8).hex()}"
    with suppress(OSError):
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY, 0o600, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines((_checksum(name, digest, value), value))
            os.replace(new, name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError:
            os.unlink(new, dir_fd=folder)


def _mark_asked_for(file: int, status: os.stat_result) -> None:
    """The time of its last change tells when a value was last asked for, to a day: most reads write nothing."""
    if status.st_mtime < time.time() - _DAY_SECONDS:
        with suppress(OSError):
            os.utime(file)


def _forget_old(folder: int) -> None:
    """Locks stay, for who holds one cannot be seen from its age; they are empty."""
    with suppress(OSError), os.scandir(folder) as entries:
        old = time.time() - _KEPT_SECONDS
        for entry in entries:
            if _NAME.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_mtime < old:
                os.unlink(entry.name, dir_fd=folder)
