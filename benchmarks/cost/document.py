"""docs/cost.md, every figure of which the model computes."""

from collections.abc import Iterable, Sequence
from typing import Final

from benchmarks.cost import model
from benchmarks.cost.model import Bill, Deployment, Throughput
from benchmarks.cost.prices import PriceMissingError, Prices

DEPLOYMENTS: Final = {
    "as deployed by default": Deployment(),
    "the smallest": Deployment(database="db.t4g.micro", multi_az=False, proxy=False, zones=1, keys=0),
    "for 500 million objects": Deployment(database="db.r7g.xlarge", storage_gb=500),
    "in your network, with your database": Deployment(database=None, endpoints=0, secrets=5),
}

#: Megabytes and small objects that one vCPU may examine in a second: what a deployment has measured goes between them.
THROUGHPUTS: Final = tuple(Throughput(megabytes, objects) for megabytes, objects in ((10, 20), (50, 100), (200, 400)))

_TERABYTE: Final = 1_000.0
_MILLION: Final = 1_000_000.0

_HEAD: Final = """\
# What it costs

Computed by `make cost` from the prices in `benchmarks/cost/prices.toml`, each of which has its source
and date; this file is not edited by hand. US dollars in {region}, before taxes, free tiers and discounts. Several
prices were read second-hand: check them against the pricing pages before you rely on a figure.

## While nothing is scanned, a month

"""

_IDLE_NOTES: Final = """
Scanners run only while there is work (`ScannerMinTasks=0`). The smallest is `make deploy ENV=small-footprint`: one
small server without standby and proxy, endpoints in one zone, and AWS's own keys. Up to {alarms} alarms are counted.
The refresh is assumed to take {refresh} s; it has not been measured on AWS.

"""

_SCAN: Final = """\
## A scan

It has a part for each object and a part for each byte. Requests are known beforehand:

"""

_COMPUTE: Final = """
A round of the listing is assumed to take {round} s. An object under a KMS key costs ${kms} more, unless its bucket has
a Bucket Key.

Scanners are paid by the second, so the rest depends on what a processor gets through, in your data and on Fargate:
look at the metrics of a first scan. On other machines, `make bench-detect` measures detection alone. On demand, on
arm64:

"""

_MACIE: Final = """
Three of four scanners run on spare capacity by default (`ScannerSpotWeight`), at a discount that changes with demand;
the table is without it. {spot}

## Beside Amazon Macie

Macie charges ${gigabyte:.2f} for each uncompressed gigabyte that a job analyses, in the first tier of a month, and
${bucket:.2f} for each bucket a month. A terabyte is ${terabyte:,.0f}; here it is ${low:,.2f} to ${high:,.2f} of
scanners, by the table above, and what a deployment costs while it waits. The default deployment pays for itself from
about {even:,.0f} GB a month, the smallest from about {even_small:,.0f} GB.

## What is not in it

Logs of functions, scanners, database and network flows; traces; metrics and Container Insights; requests to the API,
and to KMS by other services; images in ECR; backups beyond the size of the database; more storage than the database
begins with; data that leaves the Region; retrieval of objects in infrequent-access classes.

## Prices

"""


def render(prices: Prices) -> str:
    """Return the document.

    Raises:
        PriceMissingError: a price that the document cannot do without is not known.
    """
    bills = {name: model.idle(prices, deployment) for name, deployment in DEPLOYMENTS.items()}
    totals = {name: sum(bill.values()) for name, bill in bills.items()}
    requests = model.objects(prices, _MILLION, THROUGHPUTS[0])
    del requests["scanners"]
    terabytes = [_total(model.content(prices, _TERABYTE, throughput)) for throughput in THROUGHPUTS]
    gigabyte = model.macie(prices, 1)["analysis"]
    default, smallest = (totals[name] for name in list(totals)[:2])
    middle = terabytes[1] / _TERABYTE
    return "".join(
        (
            _HEAD.format(region=prices.region),
            _bills(bills),
            _IDLE_NOTES.format(alarms=Deployment().alarms, refresh=model.REFRESH_SECONDS),
            _SCAN,
            _table(("per million objects", "US$"), [(name, _usd(usd)) for name, usd in requests.items()]),
            _COMPUTE.format(round=model.ROUND_SECONDS, kms=f"{prices.usd('kms_request'):.6f}"),
            _table(
                ("small objects/s and vCPU", "per million objects", "MB/s and vCPU", "per TB", "vCPU-hours per TB"),
                [
                    (
                        f"{throughput.objects:g}",
                        _usd(model.objects(prices, _MILLION, throughput)["scanners"]),
                        f"{throughput.megabytes:g}",
                        _usd(terabyte),
                        f"{_TERABYTE * 1_000 / throughput.megabytes / 3_600:,.1f}",
                    )
                    for throughput, terabyte in zip(THROUGHPUTS, terabytes, strict=True)
                ],
            ),
            _MACIE.format(
                spot=_spot(prices),
                gigabyte=gigabyte,
                bucket=prices.usd("macie_bucket_month"),
                terabyte=gigabyte * _TERABYTE,
                low=min(terabytes),
                high=max(terabytes),
                even=default / (gigabyte - middle),
                even_small=smallest / (gigabyte - middle),
            ),
            _prices(prices),
        )
    )


def _total(bill: Bill) -> float:
    return sum(bill.values())


def _usd(amount: float) -> str:
    return f"{amount:,.2f}" if amount >= 0.01 else f"{amount:.4f}"


def _bills(bills: dict[str, Bill]) -> str:
    lines = list(dict.fromkeys(line for bill in bills.values() for line in bill))
    rows = [(line, *(_usd(bill[line]) if bill.get(line) else "" for bill in bills.values())) for line in lines]
    rows.append(("**together**", *(f"**{_usd(_total(bill))}**" for bill in bills.values())))
    return _table(("", *bills), rows)


def _spot(prices: Prices) -> str:
    try:
        model.content(prices, 1, THROUGHPUTS[0], spot=True)
    except PriceMissingError:
        return "Its price is not among those below."
    return (
        f"A terabyte then costs ${_total(model.content(prices, _TERABYTE, THROUGHPUTS[1], spot=True)):,.2f} at 50 MB/s."
    )


def _prices(prices: Prices) -> str:
    rows = [
        (f"`{name}`", f"{price.usd:.10f}".rstrip("0").rstrip("."), price.date, price.source)
        for name, price in prices.known.items()
    ]
    rows += [(f"`{name}`", "not known", "", where) for name, where in prices.missing.items()]
    return _table(("price", "US$", "read", "source"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
