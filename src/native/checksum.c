#include "checksum.h"

#include <string.h>

static const uint64_t PRIME_1 = 0x9E3779B185EBCA87, PRIME_2 = 0xC2B2AE3D27D4EB4F, PRIME_3 = 0x165667B19E3779F9,
                      PRIME_4 = 0x85EBCA77C2B2AE63, PRIME_5 = 0x27D4EB2F165667C5;

enum { LANES = 4, LANE_BYTES = 8, STRIPE_BYTES = LANES * LANE_BYTES };

static uint64_t turned(uint64_t value, unsigned bits) { return value << bits | value >> (64 - bits); }

static uint64_t number_at(const uint8_t *bytes, size_t size) {
    uint64_t number = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&number, bytes, size);
#else
    for (size_t place = 0; place < size; place++)
        number |= (uint64_t)bytes[place] << 8 * place;
#endif
    return number;
}

static uint64_t mixed(uint64_t sum, uint64_t lane) { return turned(sum + lane * PRIME_2, 31) * PRIME_1; }

uint64_t xxh64(const uint8_t *bytes, size_t size) {
    uint64_t sum = PRIME_5;
    size_t place = 0;
    if (size >= STRIPE_BYTES) {
        static const unsigned turns[LANES] = {1, 7, 12, 18};
        uint64_t sums[LANES] = {PRIME_1 + PRIME_2, PRIME_2, 0, 0 - PRIME_1};
        for (; place + STRIPE_BYTES <= size; place += STRIPE_BYTES)
            for (size_t lane = 0; lane < LANES; lane++)
                sums[lane] = mixed(sums[lane], number_at(bytes + place + lane * LANE_BYTES, LANE_BYTES));
        sum = 0;
        for (size_t lane = 0; lane < LANES; lane++)
            sum += turned(sums[lane], turns[lane]);
        for (size_t lane = 0; lane < LANES; lane++)
            sum = (sum ^ mixed(0, sums[lane])) * PRIME_1 + PRIME_4;
    }
    sum += size;
    for (; place + 8 <= size; place += 8)
        sum = turned(sum ^ mixed(0, number_at(bytes + place, 8)), 27) * PRIME_1 + PRIME_4;
    for (; place + 4 <= size; place += 4)
        sum = turned(sum ^ number_at(bytes + place, 4) * PRIME_1, 23) * PRIME_2 + PRIME_3;
    for (; place < size; place++)
        sum = turned(sum ^ bytes[place] * PRIME_5, 11) * PRIME_1;
    sum = (sum ^ sum >> 33) * PRIME_2;
    sum = (sum ^ sum >> 29) * PRIME_3;
    return sum ^ sum >> 32;
}
