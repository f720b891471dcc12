#include "normal.h"

#include <string.h>

#include "bytes.h"
#include "loads.h"
#include "plan.h"
#include "text.h"

/* What becomes of a byte where letters and digits stay, letters as capitals; 0: it does not. */
#define CAPITAL(byte) ((byte) >= 'a' && (byte) <= 'z' ? (byte) - 0x20 : (byte))
#define STAYS(byte) (((byte) >= '0' && (byte) <= '9') || (CAPITAL(byte) >= 'A' && CAPITAL(byte) <= 'Z'))
#define ALNUM(byte) (STAYS(byte) ? CAPITAL(byte) : 0)
static const uint8_t alnum[256] = {EACH_BYTE(ALNUM)};

bool is_ascii(const uint8_t *bytes, size_t size) {
    uint64_t all = 0, eight;
    if (size < sizeof eight) {
        for (size_t place = 0; place < size; place++)
            all |= bytes[place];
        return all < 0x80;
    }
    for (size_t place = 0; place < size - sizeof eight; place += sizeof eight) {
        memcpy(&eight, bytes + place, sizeof eight);
        all |= eight;
    }
    memcpy(&eight, bytes + size - sizeof eight, sizeof eight);
    return ((all | eight) & 0x8080808080808080u) == 0;
}

size_t normalised(const uint8_t *bytes, size_t size, uint32_t how, uint8_t *normal) {
    size_t count = 0;
    switch (how) {
    case NORMAL_DIGITS:
        for (size_t place = 0; place < size; place++) {
            normal[count] = bytes[place];
            count += is_digit(bytes[place]);
        }
        return count;
    case NORMAL_ALNUM:
        for (size_t place = 0; place < size; place++) {
            normal[count] = alnum[bytes[place]];
            count += alnum[bytes[place]] != 0;
        }
        return count;
    case NORMAL_LOWER:
        for (size_t place = 0; place < size; place++)
            normal[place] = is_upper(bytes[place]) ? bytes[place] | 0x20 : bytes[place];
        return size;
    default:
        memcpy(normal, bytes, size);
        return size;
    }
}

/* Odd, and without any pattern: 2 to the power of 64 divided by the golden ratio, and others. */
static const uint64_t GOLDEN = 0x9E3779B97F4A7C15u, SILVER = 0xC2B2AE3D27D4EB4Fu, BRONZE = 0x165667B19E3779F9u;

/* The highest bits of a product depend on all bits of what is multiplied; here they become the lowest. */
static uint32_t spread(uint64_t sum) { return (uint32_t)__builtin_bswap64(sum * GOLDEN); }

/* The last six digits, in the bytes where they stand in "12-3456" at the end of eight. */
static uint64_t last_digits(const uint8_t *bytes, size_t size) {
    static const uint8_t shifts[] = {56, 48, 40, 32, 16, 8};
    uint64_t digits = 0;
    size_t count = 0;
    for (size_t place = size; place > 0 && count < sizeof shifts; place--)
        if (is_digit(bytes[place - 1]))
            digits |= (uint64_t)(bytes[place - 1] & 0xF) << shifts[count++];
    return digits;
}

static uint32_t sketch_of_digits(const uint8_t *bytes, size_t size) {
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

static uint32_t sketch_of_alnum(const uint8_t *bytes, size_t size) {
    uint64_t sum = 0;
    for (size_t place = 0; place < size; place++)
        if (alnum[bytes[place]])
            sum = sum * 67 + alnum[bytes[place]];
    return spread(sum);
}

/* Of four times eight bytes, as far apart; `same` has the bits in which bytes may differ that the normal form makes
 * alike. */
static uint32_t sketch_of_all(const uint8_t *bytes, size_t size, uint64_t same) {
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

uint32_t sketch(const uint8_t *bytes, size_t size, uint32_t how) {
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
