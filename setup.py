"""The C extension; everything else about the package is in pyproject.toml."""

import os
from pathlib import Path

from setuptools import Extension, setup

#: Neither -march=native nor -flto: one wheel runs on every processor of its architecture, and sanitizers see all of it.
FLAGS = ["-O3", "-std=c11", "-Wall", "-Wextra", "-fvisibility=hidden"]

NATIVE = Path("src/native")

setup(
    ext_modules=[
        Extension(
            "bucketsieve.detect.native._core",
            sources=sorted(map(str, NATIVE.glob("*.c"))),
            depends=sorted(map(str, NATIVE.glob("*.h"))),
            include_dirs=[str(NATIVE)],
            define_macros=[("Py_LIMITED_API", "0x030B0000")],
            extra_compile_args=FLAGS,
            libraries=["m"],
            py_limited_api=True,
            # Without a compiler the package works, on the reference lane; who ships it wants to know.
            optional=os.environ.get("BUCKETSIEVE_NATIVE") != "required",
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
