#include "digest.h"

#include <string.h>

#include "loads.h"

/* As many as a processor multiplies at a time, and of eight bytes each. */
enum { LANES = 8, WORD = 8, STRIPE = LANES * WORD };

/* One to one, so that no damage to a single word goes unseen. */
static inline uint64_t mixed(uint64_t lane, uint64_t word) {
    lane = (lane ^ word) * 0x9E3779B97F4A7C15u;
    return lane ^ lane >> 32;
}

static void add_stripe(uint64_t lanes[LANES], const uint8_t *bytes) {
    for (size_t lane = 0; lane < LANES; lane++)
        lanes[lane] = mixed(lanes[lane], eight_at(bytes + lane * WORD));
}

uint64_t digest_of(const uint8_t *bytes, size_t size) {
    uint64_t lanes[LANES], digest = size;
    uint8_t last[STRIPE] = {0};
    for (size_t lane = 0; lane < LANES; lane++)
        lanes[lane] = lane + 1;
    size_t whole = size - size % STRIPE;
    for (size_t place = 0; place < whole; place += STRIPE)
        add_stripe(lanes, bytes + place);
    memcpy(last, bytes + whole, size - whole);
    add_stripe(lanes, last);
    for (size_t lane = 0; lane < LANES; lane++)
        digest = mixed(digest, lanes[lane]);
    return digest;
}
