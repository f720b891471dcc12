/* Words begin where no letter stands before, or where small letters change to a capital. Of these places, filters of four
 * and of three bytes let few pass; from there the words' tree is walked. Nothing branches on the text before that, for a
 * processor would often guess it wrong. */
#include "words.h"

#include <string.h>

#include "heads.h"
#include "match.h"

/* Room for the places of a stretch, and for what is written or read ahead of the last. */
enum { AHEAD = 8, AT_ONCE = 4, ROOM = STRETCH * 64 + AHEAD };

typedef struct {
    const Plan *plan;
    const Text *text;
    const uint32_t *heads, *short_words; /* rows of the filters */
    size_t high;
    const Begun *begun;
} Look;

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

static inline uint32_t next_node(const Plan *plan, uint32_t node, uint8_t byte) {
    const Node *here = &plan->nodes[node];
    if (here->row)
        return ((const uint32_t *)(plan->bytes + here->row))[byte];
    for (uint32_t edge = here[0].first_edge; edge < here[1].first_edge; edge++)
        if (plan->edges[edge].byte == byte)
            return plan->edges[edge].node;
    return 0;
}

/* Add the words that begin at `start`, of which `depth` bytes were read: they lead to `node`. */
static bool walk(const Look *look, size_t start, uint32_t node, uint32_t depth) {
    const Plan *plan = look->plan;
    const Text *text = look->text;
    for (size_t place = start + depth;; place++) {
        const Node *here = &plan->nodes[node];
        if (here[0].first_word != here[1].first_word && ends_alone(text, place))
            for (uint32_t each = here[0].first_word; each < here[1].first_word; each++)
                if (!add_word(look->begun->words, (WordHit){(uint32_t)start, (uint32_t)place, plan->ends[each], 0}))
                    return false;
        if (place == look->high)
            return true;
        node = next_node(plan, node, fold(text->bytes[place]));
        if (node == 0)
            return true;
    }
}

/* Whether a word of two or three letters may end: another one, an s and a change of case say so, too. */
static inline uint32_t may_end(const uint8_t *bytes) {
    uint32_t second = !is_letter(bytes[2]) || (is_lower(bytes[1]) && is_upper(bytes[2]));
    uint32_t third = !is_letter(bytes[3]) || (is_lower(bytes[2]) && is_upper(bytes[3])) || (bytes[3] | 0x20) == 's';
    return second | third;
}

/* Set bit i of `passed` if a word may begin at `places[i]`: no such word is missed. */
static void filter(const Look *look, const uint32_t *places, size_t count, uint64_t *passed) {
    for (size_t from = 0; from < count; from += 64) {
        uint64_t found = 0;
        for (size_t number = from; number < count && number < from + 64; number++) {
            const uint8_t *bytes = look->text->bytes + places[number];
            uint32_t head = head_at(bytes);
            uint64_t may = is_in(look->heads, hash_of(head), HEAD_BITS) |
                           (may_end(bytes) & is_in(look->short_words, hash_of(head & 0xffffff), SHORT_BITS));
            found |= may << (number - from);
        }
        passed[from / 64] = found;
    }
}

/* The places of the bits in order; the answer is their number. */
static size_t list_places(const uint64_t *words, size_t count, size_t base, uint32_t *places) {
    size_t found = 0;
    for (size_t word = 0; word < count; word++, base += 64)
        for (uint64_t bits = words[word]; bits; bits &= bits - 1)
            places[found++] = (uint32_t)(base + (size_t)__builtin_ctzll(bits));
    return found;
}

#if defined(__x86_64__) && !defined(PORTABLE)
/* The same, eight places at a time. */
/* 0xff for the bytes from `first` on, 26 of them. */
WIDE static inline __m256i are_letters(__m256i bytes, char first) {
    __m256i from = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(from, _mm256_set1_epi8(25)), from);
}

/* As `may_end`, for eight times four bytes; not 0 if so. */
WIDE static inline __m256i may_end_8(__m256i four, __m256i head) {
    __m256i upper = are_letters(four, 'A'), lower = are_letters(four, 'a');
    __m256i turns = _mm256_and_si256(_mm256_slli_epi32(lower, 8), upper);
    __m256i plural = _mm256_and_si256(_mm256_cmpeq_epi8(head, _mm256_set1_epi8('s')), _mm256_set1_epi32((int)0xff000000));
    __m256i inner = _mm256_andnot_si256(_mm256_or_si256(turns, plural), _mm256_or_si256(upper, lower));
    return _mm256_andnot_si256(inner, _mm256_set1_epi32((int)0xffff0000));
}

WIDE static void filter_wide(const Look *look, const uint32_t *places, size_t count, uint64_t *passed) {
    const __m256i factor = _mm256_set1_epi32((int)hash_of(1)), zero = _mm256_setzero_si256();
    for (size_t from = 0; from < count; from += 64) {
        uint64_t found = 0;
        for (size_t number = from; number < count && number < from + 64; number += 8) {
            __m256i at = _mm256_loadu_si256((const __m256i *)(places + number));
            __m256i four = _mm256_i32gather_epi32((const int *)look->text->bytes, at, 1);
            __m256i head = _mm256_or_si256(four, _mm256_set1_epi8(0x20));
            __m256i three = _mm256_and_si256(head, _mm256_set1_epi32(0xffffff));
            __m256i goes_on = is_in_8(look->heads, _mm256_mullo_epi32(head, factor), HEAD_BITS);
            __m256i is_short = is_in_8(look->short_words, _mm256_mullo_epi32(three, factor), SHORT_BITS);
            __m256i inside = _mm256_cmpeq_epi32(may_end_8(four, head), zero);
            __m256i may = _mm256_or_si256(goes_on, _mm256_andnot_si256(inside, is_short));
            uint64_t signs = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_slli_epi32(may, 31)));
            found |= signs << (number - from);
        }
        passed[from / 64] = found;
    }
    if (count % 64)
        passed[count / 64] &= (1ULL << count % 64) - 1;
}

WIDE static size_t list_places_wide(const uint64_t *words, size_t count, size_t base, uint32_t *places) {
    size_t found = 0;
    for (size_t word = 0; word < count; word++, base += 64) {
        uint64_t bits = words[word];
        uint32_t *next = places + found;
        found += (size_t)__builtin_popcountll(bits);
        do {
            /* What is written behind the last place is overwritten, or forgotten. */
            for (int each = 0; each < AT_ONCE; each++, bits = _blsr_u64(bits))
                next[each] = (uint32_t)(base + _tzcnt_u64(bits));
            next += AT_ONCE;
        } while (bits);
    }
    return found;
}
#endif

/* Where the walk begins for words with this head, or NULL. */
static const Slot *find_slot(const Plan *plan, uint32_t head) {
    const Slot *slots = plan->slots;
    uint32_t mask = (1u << plan->header->slot_bits) - 1, at = hash_of(head) >> (32 - plan->header->slot_bits);
    for (uint32_t left = mask; left && slots[at].depth != NO_SLOT; left--, at = (at + 1) & mask)
        if (slots[at].head == head)
            return &slots[at];
    return NULL;
}

/* Whether the byte behind a head at `place` is one of `next`. */
static inline bool goes_on(const Text *text, size_t place, size_t high, uint32_t next) {
    return place + 4 >= high || (next >> text->bytes[place + 4] % 32 & 1);
}

/* Add the matches that begin at `place`, and the anchors there. */
static bool add_hooks(const Look *look, const Slot *slot, size_t place) {
    const Plan *plan = look->plan;
    const Text *text = look->text;
    for (uint32_t number = slot->first_hook; number < slot->first_hook + slot->hook_count; number++) {
        const Hook *hook = &plan->hooks[number];
        Match match;
        if (!goes_on(text, place, text->size, hook->next))
            continue;
        if (hook->tail == NO_TAIL) {
            if (text->begin <= place && place < text->end &&
                match_at(plan, hook->form, text, place, &match) && !add_match(look->begun->matches, match))
                return false;
        } else if (matches_beginning(plan, hook->tail, text->bytes + place, text->size - place) &&
                   !add_numbers(look->begun->anchors, (uint32_t[]){hook->form, (uint32_t)place + 1}, 2))
            return false;
    }
    return true;
}

/* Add what begins at `place`, which passed the filters. */
static bool look_from(const Look *look, size_t place) {
    uint32_t head = head_at(look->text->bytes + place);
    const Slot *slot = find_slot(look->plan, head);
    if (slot != NULL && slot->hook_count != 0 && !add_hooks(look, slot, place))
        return false;
    if (is_in(look->short_words, hash_of(head & 0xffffff), SHORT_BITS)) {
        const Slot *shorter = find_slot(look->plan, head & 0xffffff);
        if (shorter != NULL && shorter->depth != NO_WAY) /* a short word's way leads to the longer ones as well */
            return walk(look, place, shorter->node, shorter->depth);
    }
    if (slot == NULL || slot->depth == NO_WAY || !goes_on(look->text, place, look->high, slot->next))
        return true;
    return walk(look, place, slot->node, slot->depth);
}

/* Add what begins at `place`, behind which less than four bytes were classified. */
static bool look_at_last(const Look *look, size_t place) {
    if (place + 4 <= look->text->size) {
        const Slot *slot = find_slot(look->plan, head_at(look->text->bytes + place));
        if (slot != NULL && !add_hooks(look, slot, place))
            return false;
    }
    return walk(look, place, 0, 0);
}

/* Add what begins at the bits of `words`. */
static bool look_at(const Look *look, const uint64_t *words, size_t count, size_t base) {
    uint32_t places[ROOM];
    uint64_t passed[STRETCH + 1];
    size_t found;
#if defined(__x86_64__) && !defined(PORTABLE)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) {
        found = list_places_wide(words, count, base, places);
        memset(places + found, 0, AHEAD * sizeof *places);
        filter_wide(look, places, found, passed);
    } else
#endif
    {
        found = list_places(words, count, base, places);
        filter(look, places, found, passed);
    }
    for (size_t from = 0; from < found; from += 64)
        for (uint64_t bits = passed[from / 64]; bits; bits &= bits - 1)
            if (!look_from(look, places[from + (size_t)__builtin_ctzll(bits)]))
                return false;
    return true;
}

/* Whether a digit stands in the word of a bitmap, or near it: DIGIT_BEFORE and DIGIT_BEHIND in `plan.h`. */
static inline bool any_digit_near(const uint64_t *digits, size_t word) {
    return (digits[(ptrdiff_t)word - 1] | digits[word] | digits[word + 1] | digits[word + 2]) != 0;
}

bool find_words(const Plan *plan, const Text *text, const Bitmaps *bitmaps, size_t low, size_t high, const Begun *begun) {
    const Header *header = plan->header;
    const uint64_t *digits = bitmaps->map[MAP_DIGIT];
    size_t safe = high - low > 3 ? high - low - 3 : 0; /* four bytes may be read from these places */
    for (size_t from = 0; from < bitmaps->words;) {
        /* Words that speak of numbers alone are looked for near digits. */
        size_t to = from;
        bool near = any_digit_near(digits, from);
        while (to < bitmaps->words && to < from + STRETCH && any_digit_near(digits, to) == near)
            to++;
        Look look = {plan, text, (const uint32_t *)(plan->bytes + (near ? header->heads : header->heads_without_digit)),
                     (const uint32_t *)(plan->bytes + (near ? header->short_words : header->short_words_without_digit)),
                     high, begun};
        uint64_t starts[STRETCH];
        memcpy(starts, bitmaps->map[MAP_WORD] + from, (to - from) * sizeof *starts);
        for (size_t word = from; word < to; word++)
            if (64 * word + 64 > safe)
                starts[word - from] &= safe > 64 * word ? (1ULL << (safe - 64 * word)) - 1 : 0;
        if (!look_at(&look, starts, to - from, low + 64 * from))
            return false;
        from = to;
    }
    for (size_t place = low + safe; place < high; place++)
        if (bitmaps->map[MAP_WORD][(place - low) / 64] >> (place - low) % 64 & 1 &&
            !look_at_last(&(Look){.plan = plan, .text = text, .high = high, .begun = begun}, place))
            return false;
    return true;
}
