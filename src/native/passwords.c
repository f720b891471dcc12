#include "passwords.h"

#include "bytes.h"
#include "randomness.h"

/* As LEAST_LENGTH there. */
enum { LEAST_LENGTH = 12 };

/* Kinds of characters, a bit each; what separates words is of none, and a hyphen makes a password of two weak. */
enum { SMALL = 1, CAPITAL = 2, DIGIT = 4, OTHER = 8, HYPHEN = 16, KINDS = 15 };
#define IS_FROM_TO(byte, first, last) ((byte) >= (first) && (byte) <= (last))
#define KIND(byte) \
    (IS_FROM_TO(byte, 'a', 'z')                        ? SMALL \
     : IS_FROM_TO(byte, 'A', 'Z')                      ? CAPITAL \
     : IS_FROM_TO(byte, '0', '9')                      ? DIGIT \
     : (byte) == '-'                                   ? HYPHEN \
     : (byte) == '_' || (byte) == '.' || (byte) == ' ' ? 0 \
                                                       : OTHER)
static const uint8_t kinds[256] = {EACH_BYTE(KIND)};

bool stands_in(const uint8_t *value, size_t size, uint32_t least) {
    for (; size > 0 && is_quote(value[0]); size--)
        value++;
    while (size > 0 && is_quote(value[size - 1]))
        size--;
    return fewer_kinds(value, size, least) || counts(value, size);
}

Strength strength_of(const uint8_t *value, size_t size) {
    unsigned met = 0;
    for (size_t place = 0; place < size; place++)
        met |= kinds[value[place]];
    /* The second and the third of those that there are. */
    unsigned others = (met & KINDS) & ((met & KINDS) - 1);
    if (others & (others - 1))
        return STRONG;
    return others == 0 || size < LEAST_LENGTH || (met & HYPHEN) ? WEAK : STRONG_IF_RANDOM;
}

bool is_weak(Strength strength, const uint8_t *value, size_t size, uint32_t thousandths) {
    return strength == WEAK || (strength == STRONG_IF_RANDOM && has_entropy(entropy_of(value, size), thousandths) < 0);
}

bool may_be_weak(Strength strength, const uint8_t *value, size_t size, uint32_t thousandths) {
    return strength == STRONG_IF_RANDOM && has_entropy(entropy_of(value, size), thousandths) == 0;
}
