#include "passwords.h"

#include "randomness.h"
#include "text.h"

/* As LEAST_LENGTH there. */
enum { LEAST_LENGTH = 12 };

bool stands_in(const uint8_t *value, size_t size, uint32_t least) {
    for (; size > 0 && is_quote(value[0]); size--)
        value++;
    while (size > 0 && is_quote(value[size - 1]))
        size--;
    return kinds(value, size) < least || counts(value, size);
}

bool is_weak(const uint8_t *value, size_t size, uint32_t thousandths) {
    bool lower = false, upper = false, digit = false, other = false, hyphen = false;
    for (size_t place = 0; place < size && lower + upper + digit + other < 3; place++) {
        uint8_t byte = value[place];
        bool small = is_lower(byte), capital = is_upper(byte), number = is_digit(byte);
        /* What separates words does not count. */
        bool separates = byte == '_' || byte == '-' || byte == '.' || byte == ' ';
        lower |= small;
        upper |= capital;
        digit |= number;
        hyphen |= byte == '-';
        other |= !small && !capital && !number && !separates;
    }
    int classes = lower + upper + digit + other;
    if (classes != 2)
        return classes < 2;
    return size < LEAST_LENGTH || hyphen || has_entropy(entropy_of(value, size), thousandths) < 0;
}
