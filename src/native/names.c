/* A name ends with a letter behind which there is none, and a sign of assignment stands near. Of these places, a filter of
 * four bytes lets few pass. */
#include "names.h"

#include "heads.h"
#include "match.h"

/* Places that are filtered at a time. */
enum { EIGHT = 8 };

/* Bits `far` places on. */
static inline uint64_t ahead(const uint64_t *words, int far) { return words[0] >> far | words[1] << (64 - far); }

/* The last letters of words behind which a sign stands at most NEAR_NAME bytes on; and, near them, no letter before it. */
WIDER static void find_ends(const uint64_t *restrict letters, const uint64_t *restrict signs, uint64_t *restrict ends) {
    for (size_t word = 0; word < STRETCH; word++) {
        const uint64_t *next = letters + word;
        uint64_t near = ahead(signs + word, 1) | ahead(signs + word, 2), far = 0;
        for (int place = 3; place <= NEAR_NAME; place++)
            far |= ahead(signs + word, place);
        near |= far & ~(ahead(next, 2) | ahead(next, 3));
        ends[word] = near & next[0] & ~ahead(next, 1);
    }
}

/* Add the forms of which a name ends with `last`. */
static bool add_names(const Plan *plan, const Text *text, size_t last, Numbers *anchors) {
    for (uint32_t number = 0; number < plan->header->name_count; number++) {
        const Name *name = &plan->names[number];
        if (matches_back(plan, name->back, text->bytes, last + 1) &&
            matches_beginning(plan, name->tail, text->bytes + last + 1, text->size - last - 1) &&
            !add_numbers(anchors, (uint32_t[]){name->form, (uint32_t)last + 1}, 2))
            return false;
    }
    return true;
}

/* Keep those of `places` that the filter lets pass, three bytes standing in front of each; the answer is how many. */
static size_t filter(const uint32_t *rows, const uint8_t *bytes, uint32_t *places, size_t count) {
    size_t kept = 0;
    for (size_t number = 0; number < count; number++) {
        places[kept] = places[number];
        kept += is_in(rows, hash_of(head_at(bytes + places[number] - 3)), NAME_BITS);
    }
    return kept;
}

#if defined(__x86_64__) && !defined(PORTABLE)
WIDE static size_t filter_wide(const uint32_t *rows, const uint8_t *bytes, uint32_t *places, size_t count) {
    const __m256i factor = _mm256_set1_epi32((int)hash_of(1));
    size_t kept = 0;
    for (size_t number = 0; number < count; number += EIGHT) {
        uint32_t these[EIGHT];
        __m256i at = _mm256_loadu_si256((const __m256i *)(places + number));
        __m256i four = _mm256_i32gather_epi32((const int *)(bytes - 3), at, 1);
        __m256i head = _mm256_or_si256(four, _mm256_set1_epi8(0x20));
        __m256i may = is_in_8(rows, _mm256_mullo_epi32(head, factor), NAME_BITS);
        unsigned signs = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_slli_epi32(may, 31)));
        _mm256_storeu_si256((__m256i *)these, at);
        if (count - number < EIGHT)
            signs &= (1u << (count - number)) - 1;
        for (; signs; signs &= signs - 1)
            places[kept++] = these[__builtin_ctz(signs)];
    }
    return kept;
}
#endif

bool find_names(const Plan *plan, const Text *text, const Bitmaps *bitmaps, Numbers *anchors) {
    const uint32_t *rows = (const uint32_t *)(plan->bytes + plan->header->name_ends);
    if (plan->header->name_count == 0)
        return true;
    for (size_t from = 0; from < bitmaps->words; from += STRETCH) {
        uint64_t ends[STRETCH];
        uint32_t places[STRETCH * 64 + EIGHT];
        size_t count = 0, base = bitmaps->base + 64 * from;
        find_ends(bitmaps->map[MAP_LETTER] + from, bitmaps->map[MAP_ASSIGN] + from, ends);
        for (; base < 3 && ends[0] & 7; ends[0] &= ends[0] - 1) /* too near the beginning for the filter */
            if (!add_names(plan, text, base + (size_t)__builtin_ctzll(ends[0]), anchors))
                return false;
        for (size_t word = 0; word < STRETCH; word++)
            for (uint64_t bits = ends[word]; bits; bits &= bits - 1)
                places[count++] = (uint32_t)(base + 64 * word + (size_t)__builtin_ctzll(bits));
#if defined(__x86_64__) && !defined(PORTABLE)
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) {
            for (size_t each = count; count > 0 && each < count + EIGHT; each++)
                places[each] = places[0];
            count = filter_wide(rows, text->bytes, places, count);
        } else
#endif
            count = filter(rows, text->bytes, places, count);
        for (size_t number = 0; number < count; number++)
            if (!add_names(plan, text, places[number], anchors))
                return false;
    }
    return true;
}
