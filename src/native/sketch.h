/* Sketches of values: what tells most of those that are not kept from those that are. */
#ifndef BUCKETSIEVE_SKETCH_H
#define BUCKETSIEVE_SKETCH_H

#include "loads.h"
#include "plan.h"
#include "text.h"

/* Odd, and without any pattern: 2 to the power of 64 divided by the golden ratio, and others. */
#define GOLDEN 0x9E3779B97F4A7C15u
#define SILVER 0xC2B2AE3D27D4EB4Fu
#define BRONZE 0x165667B19E3779F9u

/* The highest bits of a product depend on all bits of what is multiplied; here they become the lowest. */
static inline uint32_t spread(uint64_t sum) { return (uint32_t)__builtin_bswap64(sum * GOLDEN); }

/* The last six digits, in the bytes where they stand in "12-3456" at the end of eight. */
static inline uint64_t last_digits(const uint8_t *bytes, size_t size) {
    static const uint8_t shifts[] = {56, 48, 40, 32, 16, 8};
    uint64_t digits = 0;
    size_t count = 0;
    for (size_t place = size; place > 0 && count < sizeof shifts; place--)
        if (is_digit(bytes[place - 1]))
            digits |= (uint64_t)(bytes[place - 1] & 0xF) << shifts[count++];
    return digits;
}

static inline uint32_t sketch_of_digits(const uint8_t *bytes, size_t size) {
    if (size < 8)
        return spread(last_digits(bytes, size));
    /* The high bit of each byte that is a digit; all are ASCII, or a bit of the next one is wrong. */
    uint64_t end = eight_at(bytes + size - 8);
    uint64_t digits = (end + 0x5050505050505050u) & ~(end + 0x4646464646464646u) & ~end & 0x8080808080808080u;
    if (digits >> 8 == 0x80808080008080u)
        return spread(end & 0x0F0F0F0F000F0F00u);
    if (digits >> 16 == 0x808080808080u)
        return spread((end & 0x0F0F0F0F00000000u) | (end >> 8 & 0x0F0F00u));
    return spread(last_digits(bytes, size));
}

static inline uint32_t sketch_of_alnum(const uint8_t *bytes, size_t size) {
    uint64_t sum = 0;
    for (size_t place = 0; place < size; place++) {
        bool small = is_lower(bytes[place]);
        if (small || is_upper(bytes[place]) || is_digit(bytes[place]))
            sum = sum * 67 + bytes[place] - (small ? 0x20 : 0);
    }
    return spread(sum);
}

/* Of four times eight bytes, as far apart; `same` has the bits in which bytes may differ that the normal form makes
 * alike. */
static inline uint32_t sketch_of_all(const uint8_t *bytes, size_t size, uint64_t same) {
    uint64_t sum = size;
    if (size < 8) {
        for (size_t place = 0; place < size; place++)
            sum = sum << 8 | bytes[place];
        return spread(sum | same);
    }
    size_t last = size - 8;
    sum += (eight_at(bytes) | same) * GOLDEN + (eight_at(bytes + last / 3) | same) * SILVER;
    sum ^= (eight_at(bytes + (last - last / 3)) | same) * BRONZE + (eight_at(bytes + last) | same);
    return spread(sum ^ sum >> 32);
}

/* A number that values with the same normal form share, and most others do not: made in less time than the normal form.
 * Those who choose values may choose ones that share it. */
static inline uint32_t sketch(const uint8_t *bytes, size_t size, uint32_t how) {
    switch (how) {
    case NORMAL_DIGITS:
        return sketch_of_digits(bytes, size);
    case NORMAL_ALNUM:
        return sketch_of_alnum(bytes, size);
    case NORMAL_LOWER:
        return sketch_of_all(bytes, size, 0x2020202020202020u);
    default:
        return sketch_of_all(bytes, size, 0);
    }
}

#endif
