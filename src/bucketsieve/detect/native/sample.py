"""A sample of ordinary text, by which `arrange` tells how rare kinds of bytes are beside each other.

It decides how fast text is searched, never what is found. Its lines are of the kinds that most objects hold; none of
their values is real.
"""

from functools import cache
from typing import Final

from bucketsieve.detect.native import bitmaps

_TEXT: Final = b"""\
192.0.2.17 - - [12/Mar/2024:08:15:02 +0000] "GET /assets/app.3f9c21.js?v=20240311 HTTP/1.1" 200 48213 "-" "Mozilla/5.0 \
(X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36" 0.014
198.51.100.204 - alice [12/Mar/2024:08:15:02 +0000] "POST /api/v2/items/88213/labels HTTP/1.1" 201 318 \
"https://shop.example/items" "okhttp/4.12.0" rt=0.233 uct="0.000"
203.0.113.9 - - [12/Mar/2024:08:15:04 +0100] "GET /feed?page=7&ts=1710231304112&sid=5be1c7f0-2a44-4d0b-9a55-0f3c1d2e7\
b61 HTTP/2.0" 304 0 "-" "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) Version/17.3 Mobile/15E148 Safari/604.1"
2024-03-12T08:15:05.218Z INFO [main] c.e.orders.Consumer - batch 4471 of 96 rows took 31 ms (queue=12, lag=0)
2024-03-12 08:15:05,377 WARN  worker-3 retrying GET http://10.4.7.21:8080/health after HTTP 503, attempt 2/5
Mar 12 08:15:06 web-02 kernel: [81234.551021] eth0: link up, 1000 Mbps, full duplex, CPU#3 IRQ 47
Mar 12 08:15:07 web-02 sshd[20713]: Accepted publickey for deploy from 10.4.7.3 port 51844 ssh2: ED25519
{"ts":1710231307,"level":"info","msg":"request served","path":"/cart","status":200,"ms":12.481,\
"trace":"9f1c6be2d07a4b31"}
{"id": 55120, "user": {"name": "Mia", "age": 34}, "tags": ["new", "eu-west-1"], "score": 0.7310559, "active": true}
{"time": "2024-03-12T08:15:08+00:00", "count": 18, "items": [411, 92, 7780], "note": "left at the door, rang twice"}
order_id,created,customer,amount,currency,status
100482,2024-03-11,Lena,59.90,EUR,paid
100483,2024-03-11,Tom,1204.00,USD,open
100484,2024-03-12,Aya,7.25,GBP,paid
8812;0,51;17.02.2024;Nord;-3,7;true
7130\t2024-02-18 11:40:09\t41.3851\t2.1734\tOK\tline 4
The house stood at the end of the road, and nobody had lived there for years. When the rain stopped, she opened the
window and looked out over the fields; it was still early, and the first birds had begun to sing. "You will see," said
he, "that in 1984 all of this belonged to one family." They walked on without a word. Nothing else happened that day.
def average(values: list[float], *, digits: int = 2) -> float:
    total = sum(value for value in values if value is not None)
    return round(total / max(len(values), 1), digits)  # an empty list is 0
public static final int MAX_RETRIES = 5; private final Map<String, List<Long>> byName = new HashMap<>();
if (node->left == NULL && depth < 0x10) { memcpy(buffer + offset, node->bytes, sizeof(node->bytes)); }
const items = await fetch(`${BASE}/items?limit=${limit}`).then((r) => r.json()); // see README.md
SELECT o.id, SUM(l.price * l.qty) FROM orders o JOIN lines l ON l.order_id = o.id WHERE o.day >= '2024-01-01'\
 GROUP BY 1;
[server]
listen = 0.0.0.0:8443
max_connections = 2048
log.level=INFO
cache.dir: /var/lib/app/cache
  replicas: 3
  image: registry.example/app:1.14.2
<tr><td class="n">1,204</td><td><a href="/docs/index.html#top">Overview</a></td><td>12%</td></tr>
iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAYAAACqaXHeAAAH0klEQVR42u2beXBUVRbGf+d1d5JOupN0QhYIYSfsKkRAQHEbHcdtXEbL
Zf4Yq2bGGqdGp8ZlHEfHGbXUKneFgUFFRRQVZRFlEQg7JIR9CSEJSSdk6yzd6e7kvXfnj/c66SQdEhYLa8pb1dXv3Xfved/5zrnnnHvu
kU9fXn7v1GjQyqZtB54e0hzCp0wqR3SmP2Zq1uQ3mZb5+0c9mJyV3C45RqkQ9eYbq6kPtn3ABYvJwqkXK1T5mAVYb0B2Uo4eG3GdWzSY
3d 0f 8a 11 c4 5e 00 00 00 17 f2 9b 61 2c 48 89  d6e4b9a2c07f135e8a21b6f4093d7c5e2f1a8b90
"""


@cache
def sample() -> tuple[int, dict[int, int]]:
    """(its length, a multiple of 64; by bitmap, the places that have a bit, as a number)."""
    size = len(_TEXT) // 64 * 64
    found = {bitmap: _places(_TEXT[:size], held) for bitmap, held in bitmaps.HELD.items()}
    digits, letters = found[bitmaps.DIGIT], found[bitmaps.UPPER] | found[bitmaps.LOWER]
    every = (1 << size) - 1
    free = every & ~((digits | letters) << 1)
    twos = _doubled(digits, 1)
    fours = _doubled(twos, 2)
    found |= {
        bitmaps.LETTER: letters,
        bitmaps.FREE: free,
        bitmaps.NO_DIGIT: every & ~digits,
        bitmaps.NUMBER: digits | found[bitmaps.MARK],
        bitmaps.DIGITS_2: twos,
        bitmaps.DIGITS_4: fours,
        bitmaps.DIGITS_8: _doubled(fours, 4),
        bitmaps.RUN: _long(found[bitmaps.RUN] | digits | letters),
        bitmaps.ALONE: free & ~(found[bitmaps.POINT] << 1 & digits << 2),
    }
    return size, found


def _places(text: bytes, held: frozenset[int]) -> int:
    return sum(1 << place for place, byte in enumerate(text) if byte in held)


def _doubled(run: int, length: int) -> int:
    return run & run >> length


def _long(run: int) -> int:
    for length in (1, 2, 4, 8, 16):
        run = _doubled(run, length)
    return run
