"""S3 keys as PostgreSQL can hold them: any text but U+0000, which is escaped, as is the escape character itself."""


def encode_key(key: str) -> str:
    r"""Return the stored form: ``\`` becomes ``\\`` and U+0000 becomes ``\0``; other keys are unchanged."""
    return key.replace("\\", "\\\\").replace("\0", "\\0")


def decode_key(stored: str) -> str:
    """Return the key that ``encode_key`` was given."""
    if "\\" not in stored:
        return stored
    return "\\".join(part.replace("\\0", "\0") for part in stored.split("\\\\"))
