from pathlib import Path

from benchmarks.detect.pages import FOLDER, pages

from bucketsieve.detect.catalogue import Catalogue

ROOT = Path(__file__).parents[3]


def test_the_pages_are_those_of_the_catalogue(catalogue: Catalogue) -> None:
    written = {file.name: file.read_text("utf-8") for file in (ROOT / FOLDER).glob("*.md")}
    assert written == pages(catalogue), "run: python -m benchmarks.detect.pages"
