"""The native lane: a C extension, there where a compiler or a wheel was."""
