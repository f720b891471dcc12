/* Four and eight bytes of text at any place, as one number: the first byte is the lowest. */
#ifndef BUCKETSIEVE_LOADS_H
#define BUCKETSIEVE_LOADS_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LITTLE_ENDIAN_32(number) __builtin_bswap32(number)
#define LITTLE_ENDIAN_64(number) __builtin_bswap64(number)
#else
#define LITTLE_ENDIAN_32(number) (number)
#define LITTLE_ENDIAN_64(number) (number)
#endif

static inline uint32_t four_at(const uint8_t *bytes) {
    uint32_t four;
    memcpy(&four, bytes, sizeof four);
    return LITTLE_ENDIAN_32(four);
}

static inline uint64_t eight_at(const uint8_t *bytes) {
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return LITTLE_ENDIAN_64(eight);
}

#endif
