"""Writes docs/detectors: a page a family, with what each detector finds, how it is checked, examples and source."""

from itertools import groupby
from pathlib import Path

from bucketsieve.detect.catalogue import Catalogue, Context, Detector, load_catalogue

FOLDER = Path("docs/detectors")
_NOTE = "Generated from the catalogue by `python -m benchmarks.detect.pages`; do not edit. All examples are synthetic."


def family_page(family: str, detectors: list[Detector]) -> str:
    """The page of one family."""
    title = family.replace("_", " ")
    parts = [f"# Detectors: {title}", "", _NOTE, ""]
    for detector in detectors:
        parts += detector_section(detector)
    return "\n".join(parts)


def detector_section(detector: Detector) -> list[str]:
    """One detector: what it finds, how it is checked, what is found and what is not."""
    facts = [f"severity {detector.severity}", detector.category]
    if detector.region:
        facts.append(f"region {detector.region}")
    if detector.macie:
        facts.append("Amazon Macie: " + ", ".join(f"`{name}`" for name in detector.macie))
    lines = [f"## `{detector.id}`", "", f"**{detector.name}** ({'; '.join(facts)})", "", detector.description, ""]
    for form in detector.forms:
        lines.append(f"* Pattern `` {form.source} ``, {form.confidence} by itself.")
        if form.validators:
            lines.append("  Checked by " + ", ".join(f"`{name}`" for name in form.validators) + ".")
        if form.context is not Context.NONE:
            verb = "Needs" if form.context is Context.REQUIRED else "Surer with"
            words = ", ".join(f"`{word}`" for word in form.keywords)
            lines.append(f"  {verb} one of these words at most {form.distance} bytes away: {words}.")
    lines += ["", "Found (the value is between « and »):", "", "```text", *detector.examples, "```", ""]
    lines += ["Not found:", "", "```text", *detector.counter_examples, "```", "", f"Source: {detector.source}", ""]
    return lines


def index(catalogue: Catalogue) -> str:
    """The list of all detectors, by family."""
    lines = [
        "# Detectors",
        "",
        _NOTE,
        "",
        f"{len(catalogue.detectors)} detectors, version {catalogue.version}.",
        "`bucketsieve detectors explain ID` tells why a text is reported or not.",
        "",
        "| detector | finds | severity | region |",
        "|---|---|---|---|",
    ]
    for each in catalogue.detectors:
        link = f"[`{each.id}`]({each.family}.md#{each.id})"
        lines.append(f"| {link} | {each.name.replace('|', '/')} | {each.severity} | {each.region} |")
    return "\n".join([*lines, ""])


def pages(catalogue: Catalogue) -> dict[str, str]:
    """File name -> text of all pages."""
    by_family = sorted(catalogue.detectors, key=lambda each: (each.family, each.id))
    written = {f"{name}.md": family_page(name, list(group)) for name, group in groupby(by_family, lambda x: x.family)}
    return {"README.md": index(catalogue), **written}


def main() -> int:
    """Write the pages, and remove those of families that are gone."""
    wanted = pages(load_catalogue())
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, "utf-8")
    print(f"{len(wanted)} pages")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
