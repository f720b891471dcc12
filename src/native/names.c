/* A name ends with a letter behind which there is none, and a sign of assignment stands near. Of these places, a filter of
 * four bytes lets few pass. */
#include "names.h"

#include "heads.h"
#include "match.h"

#if defined(__x86_64__) && !defined(PORTABLE) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define WIDER __attribute__((target_clones("avx2", "default")))
#else
#define WIDER
#endif

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

bool find_names(const Plan *plan, const Text *text, const Bitmaps *bitmaps, Numbers *anchors) {
    const uint32_t *rows = (const uint32_t *)(plan->bytes + plan->header->name_ends);
    if (plan->header->name_count == 0)
        return true;
    for (size_t from = 0; from < bitmaps->words; from += STRETCH) {
        uint64_t ends[STRETCH];
        find_ends(bitmaps->map[MAP_LETTER] + from, bitmaps->map[MAP_ASSIGN] + from, ends);
        for (size_t word = 0; word < STRETCH; word++)
            for (uint64_t bits = ends[word]; bits; bits &= bits - 1) {
                size_t last = bitmaps->base + 64 * (from + word) + (size_t)__builtin_ctzll(bits);
                if ((last < 3 || is_in(rows, hash_of(head_at(text->bytes + last - 3)), NAME_BITS)) &&
                    !add_names(plan, text, last, anchors))
                    return false;
            }
    }
    return true;
}
