"""Writers of the formats found in buckets: background records, and each sample as a named value in one of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from local.demo.background import Background
from local.demo.document import Document, Sample

#: The samples of one record: values that belong together, such as both halves of an access key.
Group = tuple[Sample, ...]
Writer = Callable[[Background, Document, Sequence[Group], int], None]


def access_log(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write requests in the combined log format; a sample is a field at the end of its line."""
    for group in _spread(background, groups, records):
        moment = background.moment()
        status = background.random.choice((200, 200, 200, 204, 304, 404))
        document.write(f"{background.address()} - - [{moment:%d/%b/%Y:%H:%M:%S +0000}] ")
        document.write(f'"GET /{background.name()}/{background.word()}.html HTTP/1.1" {status} {background.number()} ')
        document.write('"-" "Mozilla/5.0 (X11; Linux x86_64)"')
        for sample in group:
            document.write(f' {sample.name}="').put(sample).write('"')
        document.write("\n")


def app_log(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write log lines, the samples among their fields."""
    for group in _spread(background, groups, records):
        level = background.random.choice(("INFO ", "INFO ", "DEBUG", "WARN "))
        document.write(f"{background.moment():%Y-%m-%dT%H:%M:%SZ} {level} {background.service()} ")
        document.write(background.words(5))
        for sample in group:
            document.write(f" {sample.name}=").put(sample)
        document.write(f" took={background.number()}ms\n")


def csv_table(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write a table with one column for each name of a sample; most cells are empty."""
    names = list(dict.fromkeys(sample.name for group in groups for sample in group))
    document.write(",".join(["id", "day", "title", *names, "note"]) + "\n")
    for number, group in enumerate(_spread(background, groups, records), start=1):
        document.write(f"{number},{background.moment():%Y-%m-%d},{background.name()}")
        for name in names:
            document.write(",")
            for sample in group:
                if sample.name == name:
                    document.put(sample)
        document.write(f',"{background.sentence()}"\n')


def json_document(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write one JSON document, indented, of an array of records."""
    document.write('{\n  "source": "' + background.name() + '",\n  "records": [')
    for number, group in enumerate(_spread(background, groups, records)):
        document.write(",\n" if number else "\n")
        document.write(f'    {{\n      "title": "{background.words(3)}",\n      "amount": {background.number()}')
        for sample in group:
            document.write(f',\n      "{sample.name}": "').put(sample).write('"')
        document.write("\n    }")
    document.write("\n  ]\n}\n")


def json_lines(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write one compact JSON object a line."""
    for group in _spread(background, groups, records):
        document.write(f'{{"at":"{background.moment().isoformat()}","service":"{background.service()}"')
        for sample in group:
            document.write(f',"{sample.name}":"').put(sample).write('"')
        document.write(f',"message":"{background.sentence()}"}}\n')


def xml_document(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write an XML document, the samples as elements."""
    document.write('<?xml version="1.0"?>\n<records>\n')
    for group in _spread(background, groups, records):
        document.write(f'  <record day="{background.moment():%Y-%m-%d}"><title>{background.words(3)}</title>')
        for sample in group:
            document.write(f"<{sample.name}>").put(sample).write(f"</{sample.name}>")
        document.write("</record>\n")
    document.write("</records>\n")


def yaml_config(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write a YAML file of small sections."""
    for group in _spread(background, groups, records):
        document.write(f"{background.name('_')}:\n  workers: {background.number()}\n  region: {background.word()}\n")
        for sample in group:
            document.write(f'  {sample.name}: "').put(sample).write('"\n')


def ini_config(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write a file as the AWS command line keeps it: sections with ``name = value``."""
    for group in _spread(background, groups, records):
        document.write(f"# {background.sentence()}\n{background.name('_')} = {background.number()}\n")
        for sample in group:
            document.write(f"{sample.name} = ").put(sample).write("\n")


def prose(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write paragraphs, a sample in the middle of a sentence."""
    for group in _spread(background, groups, records):
        document.write(f"{background.sentence()} {background.sentence()}")
        for sample in group:
            document.write(f" The {sample.name.replace('_', ' ')} is ").put(sample).write(f", {background.sentence()}")
        document.write(f" {background.sentence()}\n\n")


def source_code(background: Background, document: Document, groups: Sequence[Group], records: int) -> None:
    """Write Python functions, the samples as constants someone forgot."""
    for group in _spread(background, groups, records):
        document.write(f'def {background.name("_")}(size: int) -> int:\n    """{background.sentence()}"""\n')
        for sample in group:
            document.write(f'    {sample.name} = "').put(sample).write('"\n')
        document.write(f"    return size * {background.number()}\n\n\n")


#: Every format with its file ending.
FORMATS: Final[tuple[tuple[str, Writer], ...]] = (
    ("access.log", access_log),
    ("app.log", app_log),
    ("csv", csv_table),
    ("json", json_document),
    ("jsonl", json_lines),
    ("xml", xml_document),
    ("yaml", yaml_config),
    ("ini", ini_config),
    ("txt", prose),
    ("py", source_code),
)


def _spread(background: Background, groups: Sequence[Group], records: int) -> Iterator[Group]:
    """Yield the samples of each of at least ``records`` records, most of them none; the groups keep their order."""
    count = max(records, len(groups))
    places = sorted(background.random.sample(range(count), len(groups)))
    by_place = dict(zip(places, groups, strict=True))
    for place in range(count):
        yield by_place.get(place, ())
