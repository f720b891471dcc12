#include "normal.h"

#include <string.h>

#include "plan.h"
#include "text.h"

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
            uint8_t byte = bytes[place];
            normal[count] = is_lower(byte) ? byte & 0xDF : byte;
            count += is_digit(byte) || is_letter(byte);
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

/* 2 to the power of 64, divided by the golden ratio. */
static const uint64_t GOLDEN = 0x9E3779B97F4A7C15u;

static uint32_t mixed(uint64_t sum) { return (uint32_t)(sum * GOLDEN >> 32); }

static uint32_t sketch_of_digits(const uint8_t *bytes, size_t size) {
    uint64_t sum = 0;
    for (size_t place = 0; place < size; place++)
        sum = is_digit(bytes[place]) ? sum * 11 + bytes[place] : sum;
    return mixed(sum);
}

static uint32_t sketch_of_alnum(const uint8_t *bytes, size_t size) {
    uint64_t sum = 0;
    for (size_t place = 0; place < size; place++)
        if (is_digit(bytes[place]) || is_letter(bytes[place]))
            sum = sum * 67 + (bytes[place] | 0x20);
    return mixed(sum);
}

/* `same` has the bits in which bytes may differ that the normal form makes alike. */
static uint32_t sketch_of_all(const uint8_t *bytes, size_t size, uint64_t same) {
    uint64_t sum = size, eight = 0;
    if (size < sizeof eight) {
        for (size_t place = 0; place < size; place++)
            eight = eight << 8 | bytes[place];
    } else {
        for (size_t place = 0; place < size - sizeof eight; place += sizeof eight) {
            memcpy(&eight, bytes + place, sizeof eight);
            sum = (sum ^ (eight | same)) * GOLDEN;
        }
        memcpy(&eight, bytes + size - sizeof eight, sizeof eight);
    }
    return mixed(sum ^ (eight | same));
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
