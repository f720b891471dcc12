/* Kinds of bytes, for processors that look bytes up in tables. A byte's halves are looked up in a table each; what both
 * say, one bit a kind, is the byte's kinds. */
#ifndef BUCKETSIEVE_KINDS_H
#define BUCKETSIEVE_KINDS_H

#include <stdint.h>

enum { IS_DIGIT = 1, IS_A_TO_O = 2, IS_P_TO_Z = 4, IS_MARK = 8 };
enum { IS_JOINT = 16, IS_AT = 32, IS_PLUS = 64, IS_PERCENT = 128 };

/* In the low half of digits but 0, and of letters in both parts of the alphabet. */
#define IN_ALL (IS_DIGIT | IS_A_TO_O | IS_P_TO_Z)
static const uint8_t BY_LOW_HALF[16] = {
    IS_DIGIT | IS_P_TO_Z | IS_MARK | IS_JOINT | IS_AT, IN_ALL, IN_ALL, IN_ALL,
    IN_ALL, IN_ALL | IS_PERCENT, IN_ALL, IN_ALL,
    IN_ALL | IS_MARK, IN_ALL | IS_MARK, IS_A_TO_O | IS_P_TO_Z | IS_MARK, IS_A_TO_O | IS_MARK | IS_PLUS,
    IS_A_TO_O | IS_MARK, IS_A_TO_O | IS_MARK | IS_JOINT, IS_A_TO_O | IS_MARK, IS_A_TO_O | IS_MARK,
};
static const uint8_t BY_HIGH_HALF[16] = {
    [2] = IS_MARK | IS_JOINT | IS_PLUS | IS_PERCENT, [3] = IS_DIGIT | IS_PLUS, /* a semicolon is of the same kind */
    [4] = IS_A_TO_O | IS_AT, [5] = IS_P_TO_Z, [6] = IS_A_TO_O, [7] = IS_P_TO_Z,
};

/* Kinds that have found no room beside these. */
enum { IS_TILDE = 1, IS_DOLLAR = 2, IS_POINT = 32, IS_BASE_64 = 64, IS_ASSIGN = 128 };
static const uint8_t MORE_BY_LOW_HALF[16] = {
    [0x4] = IS_DOLLAR, [0xA] = IS_ASSIGN, [0xB] = IS_BASE_64, [0xD] = IS_ASSIGN | IS_BASE_64 | IS_POINT,
    [0xE] = IS_ASSIGN | IS_TILDE | IS_POINT, [0xF] = IS_BASE_64,
};
static const uint8_t MORE_BY_HIGH_HALF[16] = {
    [2] = IS_DOLLAR | IS_BASE_64 | IS_POINT, [3] = IS_ASSIGN, [5] = IS_BASE_64, [7] = IS_TILDE,
};

#endif
