/* A name ends with a letter behind which there is none, and a sign of assignment stands near. Of these places, a filter
 * of four bytes lets few pass. */
#include "names.h"

#include <string.h>

#include "match.h"
#include "places.h"

/* Bytes in front of a name's last that the filter sees. */
enum { NAME_HEAD = 3 };

/* Bits `far` places on. */
static inline uint64_t ahead(const uint64_t *words, int far) { return words[0] >> far | words[1] << (64 - far); }

/* Whether a sign stands in a stretch, or behind it. */
WIDER static bool any_sign(const uint64_t *signs) {
    uint64_t any = signs[STRETCH];
    for (size_t word = 0; word < STRETCH; word++)
        any |= signs[word];
    return any != 0;
}

/* Places behind which a sign stands from 3 to NEAR_NAME bytes on. */
_Static_assert(NEAR_NAME == 9, "seven places, by three shifts");
static inline uint64_t far_from(const uint64_t *signs) {
    uint64_t own = signs[0] >> 3, next = signs[1] << (64 - NEAR_NAME);
    own |= own >> 1;
    next |= next << 1;
    own |= own >> 2;
    next |= next << 2;
    return own | own >> 3 | next | next << 3;
}

/* The last letters of words behind which a sign stands at most NEAR_NAME bytes on; and, near them, no letter before
 * it. */
WIDER static void find_ends(const uint64_t *restrict letters, const uint64_t *restrict signs, uint64_t *restrict ends) {
    for (size_t word = 0; word < STRETCH; word++) {
        const uint64_t *next = letters + word;
        uint64_t near = ahead(signs + word, 1) | ahead(signs + word, 2);
        near |= far_from(signs + word) & ~(ahead(next, 2) | ahead(next, 3));
        ends[word] = near & next[0] & ~ahead(next, 1);
    }
}

/* The places of the bits of `ends`. In most words there is one, or none: nothing branches on that. */
static size_t list_ends(const uint64_t *ends, uint16_t places[STRETCH_PLACES]) {
    size_t count = 0;
    for (size_t word = 0; word < STRETCH; word++) {
        uint64_t bits = ends[word];
        places[count] = (uint16_t)(64 * word + (size_t)__builtin_ctzll(bits | 1ULL << 63));
        count += bits != 0;
        for (bits &= bits - 1; bits; bits &= bits - 1)
            places[count++] = (uint16_t)(64 * word + (size_t)__builtin_ctzll(bits));
    }
    return count;
}

/* Add the forms of which a name ends with `last`. */
static bool add_names(const Plan *plan, const Text *text, size_t last, Numbers *anchors) {
    const uint8_t *bytes = text->bytes;
    for (const Names *names = plan->names; names < plan->names + plan->header->name_count; names++) {
        const uint32_t *forms = (const uint32_t *)(plan->bytes + names->forms);
        uint32_t found = several_back(plan, &names->backs, bytes, last + 1);
        if (found)
            found &= several_beginning(plan, &names->tails, bytes + last + 1, text->size - last - 1);
        for (; found; found &= found - 1)
            if (!add_numbers(anchors, (uint32_t[]){forms[__builtin_ctz(found)], (uint32_t)last + 1}, 2))
                return false;
    }
    return true;
}

bool find_names(const Plan *plan, const Text *text, const Bitmaps *bitmaps, Numbers *anchors) {
    const uint32_t *rows = (const uint32_t *)(plan->bytes + plan->header->name_ends);
    if (plan->header->name_count == 0)
        return true;
    for (size_t from = 0; from < bitmaps->words; from += STRETCH) {
        uint64_t ends[STRETCH];
        uint16_t places[STRETCH_PLACES];
        const uint64_t *signs = bitmaps->map[MAP_ASSIGN] + from;
        size_t base = bitmaps->base + 64 * from;
        if (!any_sign(signs))
            continue;
        find_ends(bitmaps->map[MAP_LETTER] + from, signs, ends);
        if (bitmaps->words - from < STRETCH) /* what is behind the tile is another's */
            memset(ends + (bitmaps->words - from), 0, (STRETCH - (bitmaps->words - from)) * sizeof *ends);
        for (; base < NAME_HEAD && ends[0] & 7; ends[0] &= ends[0] - 1) /* too near the beginning for the filter */
            if (!add_names(plan, text, base + (size_t)__builtin_ctzll(ends[0]), anchors))
                return false;
        size_t count = keep_heads(rows, text->bytes + base - NAME_HEAD, places, list_ends(ends, places));
        for (size_t number = 0; number < count; number++)
            if (!add_names(plan, text, base + places[number], anchors))
                return false;
    }
    return true;
}
