/* Words begin where no letter stands before, or where small letters change to a capital. Of these places, hashes of three
 * and of four bytes let few pass; from there the words' tree is walked. */
#include "words.h"

#include <string.h>

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define little_endian(number) __builtin_bswap32(number)
#else
#define little_endian(number) (number)
#endif

/* Letters in one case; all that may stand between the parts of a word as one byte. */
static inline uint8_t fold(uint8_t byte) {
    if (is_upper(byte))
        return byte | 0x20;
    return byte == ' ' || byte == '_' || byte == '.' ? '-' : byte;
}

/* Whether a word that ends at `end` is not a part of a longer one: as `keywords.stands_alone`. */
static bool ends_alone(const Text *text, size_t end) {
    const uint8_t *bytes = text->bytes;
    if (end >= text->size || !is_letter(bytes[end]))
        return true;
    if ((bytes[end] | 0x20) == 's' && (end + 1 >= text->size || !is_letter(bytes[end + 1])))
        return true;
    return is_lower(bytes[end - 1]) && is_upper(bytes[end]);
}

/* Whether a word may begin at `place`: no such word is missed, and few other places pass. */
static inline bool begins_word(const uint8_t *heads, const uint8_t *longer_heads, const Text *text, size_t place) {
    if (place + 4 > text->size)
        return true;
    uint32_t four;
    memcpy(&four, text->bytes + place, sizeof four);
    four = little_endian(four) | 0x20202020; /* small letters; the plan knows what becomes of the rest */
    uint32_t head = (four & 31) | (four >> 3 & 31 << 5) | (four >> 6 & 31 << 10);
    uint8_t kind = heads[head >> 2] >> (head & 3) * 2;
    if (kind & HEAD_GOES_ON) {
        uint32_t hash = (four * 0x9E3779B1u) >> 16;
        if (longer_heads[hash >> 3] >> (hash & 7) & 1)
            return true;
    }
    return kind & HEAD_ENDS && (ends_alone(text, place + 3) || ends_alone(text, place + 2));
}

static inline uint32_t next_node(const Plan *plan, uint32_t node, uint8_t byte) {
    const Node *here = &plan->nodes[node];
    if (here->row)
        return ((const uint32_t *)(plan->bytes + here->row))[byte];
    for (uint32_t edge = here[0].first_edge; edge < here[1].first_edge; edge++)
        if (plan->edges[edge].byte == byte)
            return plan->edges[edge].node;
    return 0;
}

/* Add the words that begin at `start`. */
static bool walk(const Plan *plan, const Text *text, size_t start, size_t high, WordHits *hits) {
    uint32_t node = 0;
    for (size_t place = start; place < high; place++) {
        node = next_node(plan, node, fold(text->bytes[place]));
        if (node == 0)
            return true;
        const Node *here = &plan->nodes[node];
        if (here[0].first_word == here[1].first_word || !ends_alone(text, place + 1))
            continue;
        for (uint32_t each = here[0].first_word; each < here[1].first_word; each++)
            if (!add_word(hits, (WordHit){(uint32_t)start, (uint32_t)place + 1, plan->ends[each]}))
                return false;
    }
    return true;
}

bool find_words(const Plan *plan, const Text *text, const Bitmaps *bitmaps, size_t low, size_t high, WordHits *hits) {
    const uint8_t *heads = plan->bytes + plan->header->heads, *longer = plan->bytes + plan->header->longer_heads;
    const uint64_t *letters = bitmaps->map[MAP_LETTER], *lowers = bitmaps->map[MAP_LOWER];
    const uint64_t *leads = bitmaps->map[MAP_LEAD], *uppers = bitmaps->map[MAP_UPPER];
    uint64_t before_letter = low > 0 && is_letter(text->bytes[low - 1]);
    uint64_t before_lower = low > 0 && is_lower(text->bytes[low - 1]);
    for (size_t word = 0; word < bitmaps->words; word++) {
        uint64_t letter = letters[word], lower = lowers[word];
        uint64_t after_letter = letter << 1 | before_letter, after_lower = lower << 1 | before_lower;
        uint64_t starts = ((letter | leads[word]) & ~after_letter) | (after_lower & uppers[word]);
        before_letter = letter >> 63;
        before_lower = lower >> 63;
        for (; starts; starts &= starts - 1) {
            size_t place = low + 64 * word + (size_t)__builtin_ctzll(starts);
            if (begins_word(heads, longer, text, place) && !walk(plan, text, place, high, hits))
                return false;
        }
    }
    return true;
}
