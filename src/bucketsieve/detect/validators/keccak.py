"""Keccak-256 as Ethereum uses it: the submission, with other padding than SHA3-256, which the standard library has.

Source: https://keccak.team/keccak_specs_summary.html
"""

_MASK = (1 << 64) - 1
#: Bytes absorbed before each permutation.
_RATE = 136
_ROUNDS = 24


def _constants() -> tuple[list[int], list[list[int]]]:
    """The round constants (a linear feedback shift register) and the rotations of each lane."""
    constants, register = [], 1
    for _ in range(_ROUNDS):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << ((1 << power) - 1)
            register = (register << 1) ^ ((register >> 7) * 0x171)
        constants.append(constant)
    rotations = [[0] * 5 for _ in range(5)]
    x, y = 1, 0
    for step in range(_ROUNDS):
        rotations[x][y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return constants, rotations


_CONSTANTS, _ROTATIONS = _constants()


def _rotate(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK


def _permute(state: list[list[int]]) -> list[list[int]]:
    for constant in _CONSTANTS:
        parity = [state[x][0] ^ state[x][1] ^ state[x][2] ^ state[x][3] ^ state[x][4] for x in range(5)]
        mixed = [parity[(x + 4) % 5] ^ _rotate(parity[(x + 1) % 5], 1) for x in range(5)]
        moved = [[0] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                moved[y][(2 * x + 3 * y) % 5] = _rotate(state[x][y] ^ mixed[x], _ROTATIONS[x][y])
        state = [
            [moved[x][y] ^ (~moved[(x + 1) % 5][y] & moved[(x + 2) % 5][y] & _MASK) for y in range(5)] for x in range(5)
        ]
        state[0][0] ^= constant
    return state


def keccak_256(data: bytes) -> bytes:
    """The 32 bytes of the hash."""
    padded = bytearray(data + b"\x01" + b"\x00" * (-len(data) - 1 % _RATE))
    padded.extend(b"\x00" * (-len(padded) % _RATE))
    padded[-1] |= 0x80
    state = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), _RATE):
        for number in range(_RATE // 8):
            lane = int.from_bytes(padded[start + 8 * number : start + 8 * number + 8], "little")
            state[number % 5][number // 5] ^= lane
        state = _permute(state)
    return b"".join(state[number % 5][number // 5].to_bytes(8, "little") for number in range(4))
