/* Bitmaps: a bit for each byte of a stretch of text that says what kind of byte it is. */
#ifndef BUCKETSIEVE_CLASSIFY_H
#define BUCKETSIEVE_CLASSIFY_H

#include "text.h"

/* MAP_LEAD is what a letter beyond ASCII begins with, in UTF-8 and Latin-1; MAP_MARK what stands in numbers and beside
 * them, MAP_JOINT a space or a hyphen, MAP_SIGN one of + % ;, MAP_NUMBER a digit or a mark; MAP_DIGITS_2 and so on: so
 * many digits; MAP_FREE: no letter or digit stands before the byte; MAP_WORD: a word may begin with it; MAP_ASSIGN one
 * of : = >; MAP_RARE a dollar or a tilde; MAP_RUN: 32 letters, digits or one of + / - _ [ ]; MAP_POINT a full stop or a
 * hyphen; MAP_ALONE: as MAP_FREE, and no digit with one of these stands before the byte.
 * `bucketsieve.detect.native.bitmaps` has the same numbers. */
enum { MAP_DIGIT, MAP_UPPER, MAP_LOWER, MAP_LETTER, MAP_LEAD, MAP_MARK, MAP_FREE, MAP_NO_DIGIT, MAP_WORD, MAP_AT,
       MAP_SIGN, MAP_JOINT, MAP_NUMBER, MAP_DIGITS_2, MAP_DIGITS_4, MAP_DIGITS_8, MAP_ASSIGN, MAP_RARE,
       MAP_RUN, MAP_POINT, MAP_ALONE, MAPS };

/* Words of a bitmap that are combined at a time, few enough that often no place is left; and those that are made at a
 * time, a tile, few enough that all bitmaps stay in a processor's caches. */
enum { STRETCH = 192, TILE = STRETCH };

/* Words behind a tile that are made as well, for what is shifted into it; those that a bitmap takes from the first on;
 * and all of them: as long as some lines of most processors' caches, the first of which has the word in front. */
enum { BEYOND = 4, OWN_WORDS = TILE + BEYOND + 2, LINE_WORDS = 8,
       TILE_WORDS = LINE_WORDS + (OWN_WORDS + LINE_WORDS - 1) / LINE_WORDS * LINE_WORDS };

/* Bit i % 64 of `map[kind][i / 64]` is for byte `base + i` of the text. There are `words` words, a tile's or all that
 * are left, and behind them so many more that STRETCH words and two may be read from each STRETCH; behind the text they
 * are zeros. Before the first stands the last word of the tile before. */
typedef struct {
    uint64_t *map[MAPS];
    size_t base;
    size_t words;
} Bitmaps;

/* Fill the bitmaps for the tile that begins at `text->bytes[low]`, of a text that ends at `high`; each map must have
 * OWN_WORDS words, and in front of them the last word of the tile before, or 0. */
void classify(const Text *text, size_t low, size_t high, Bitmaps *bitmaps);

/* The first byte from `low` to `high`, and the last one, for which `map` has a bit; `high` if there is none. Both are
 * inside of what was classified. */
size_t first_bit(const Bitmaps *bitmaps, int map, size_t low, size_t high);
size_t last_bit(const Bitmaps *bitmaps, int map, size_t low, size_t high);

#endif
