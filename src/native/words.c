/* Words begin where no letter stands before, or where small letters change to a capital. Of these places, filters of
 * four bytes and of five let few pass; from there the words' tree is walked. Nothing branches on the text before that,
 * for a processor would often guess it wrong. */
#include "words.h"

#include <string.h>

#include "bytes.h"
#include "heads.h"
#include "match.h"
#include "places.h"

/* The bytes of a head; those that are compared behind the head of a hook; what is read where a word may begin; and the
 * first three as a number. */
enum { HEAD = 4, REST = 4, READ = HEAD + REST, THREE_BYTES = 0xffffff };

typedef struct {
    const Plan *plan;
    const Text *text;
    const uint32_t *heads, *ways, *short_words; /* rows of the filters */
    size_t high;
    const Begun *begun;
    bool *open; /* set where something begins, or may, by what follows the READ bytes */
} Look;

/* Letters in one case; all that may stand between the parts of a word as one byte. */
#define IS_CAPITAL(byte) ((byte) >= 'A' && (byte) <= 'Z')
#define IS_BETWEEN(byte) ((byte) == ' ' || (byte) == '_' || (byte) == '.')
#define FOLDED(byte) (IS_CAPITAL(byte) ? (byte) | 0x20 : IS_BETWEEN(byte) ? '-' : (byte))
static const uint8_t folded[256] = {EACH_BYTE(FOLDED)};

/* Whether a word that ends at `end` is not a part of a longer one: as `keywords.stands_alone`. */
static bool ends_alone(const Text *text, size_t end) {
    const uint8_t *bytes = text->bytes;
    if (end >= text->size || !is_letter(bytes[end]))
        return true;
    if ((bytes[end] | 0x20) == 's' && (end + 1 >= text->size || !is_letter(bytes[end + 1])))
        return true;
    return is_lower(bytes[end - 1]) && is_upper(bytes[end]);
}

/* The node behind one with several edges; 0: there is none. */
static uint32_t next_node(const Plan *plan, const Node *here, uint8_t byte) {
    if (here->row)
        return ((const uint32_t *)(plan->bytes + here->row))[byte];
    for (uint32_t edge = here[0].first_edge; edge < here[1].first_edge; edge++)
        if (plan->edges[edge].byte == byte)
            return plan->edges[edge].node;
    return 0;
}

/* Add the words that end at a node. */
static bool add_words(const Look *look, const Node *here, size_t start, size_t end) {
    if (!ends_alone(look->text, end))
        return true;
    for (uint32_t each = here[0].first_word; each < here[1].first_word; each++)
        if (!add_word(look->begun->words, start, end, look->plan->ends[each]))
            return false;
    return true;
}

/* Add the words that begin at `start`, of which `depth` bytes were read: they lead to `node`. */
static bool walk(const Look *look, size_t start, uint32_t node, uint32_t depth) {
    const Node *nodes = look->plan->nodes;
    const uint8_t *bytes = look->text->bytes;
    size_t place = start + depth, high = look->high;
    for (;; place++) {
        const Node *here = &nodes[node];
        if (here[0].first_word != here[1].first_word) {
            *look->open = true;
            if (!add_words(look, here, start, place))
                return false;
        }
        if (place == high)
            break;
        uint8_t byte = folded[bytes[place]];
        if (here->only) {
            if ((here->only & ONLY_BYTE) != byte)
                break;
            node = here->only >> ONLY_NODE;
        } else if ((node = next_node(look->plan, here, byte)) == 0) {
            break;
        }
    }
    if (place >= start + READ)
        *look->open = true;
    return true;
}

/* Of `count` places at which heads begin keep those where one goes on as it does, or a short word begins. */
WIDER static size_t keep_ways(const uint32_t *restrict ways, const uint32_t *restrict short_words, const uint8_t *bytes,
                              uint16_t *places, size_t count) {
    size_t kept = 0;
    UNROLLED
    for (size_t number = 0; number < count; number++) {
        uint16_t place = places[number];
        places[kept] = place;
        uint32_t head = head_at(bytes + place), way = ways[hash_of(head) >> (32 - WAY_BITS)];
        kept += (way >> bytes[place + HEAD] % 32 & 1) | is_in(short_words, hash_of_three(head), SHORT_BITS);
    }
    return kept;
}

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
    return place + HEAD >= high || (next >> text->bytes[place + HEAD] % 32 & 1);
}

/* Whether the hook may be what begins at `place`. */
static inline bool may_be(const Hook *hook, const Text *text, size_t place) {
    return place + HEAD + REST > text->size || (four_at(text->bytes + place + HEAD) & hook->known) == hook->wanted;
}

/* Add the matches that begin at `place`, and the anchors there. */
static bool add_hooks(const Look *look, const Slot *slot, size_t place) {
    const Plan *plan = look->plan;
    const Text *text = look->text;
    for (uint32_t number = slot->first_hook; number < slot->first_hook + slot->hook_count; number++) {
        const Hook *hook = &plan->hooks[number];
        if (!may_be(hook, text, place))
            continue;
        *look->open = true;
        if (hook->tail == NO_TAIL) {
            if (text->begin <= place && place < text->end &&
                !add_match_at(look->begun->matches, hook->form, place))
                return false;
        } else if (matches_beginning(plan, hook->tail, text->bytes + place, text->size - place) &&
                   !add_pair(look->begun->anchors, hook->form, (uint32_t)place + 1))
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
    if (is_in(look->short_words, hash_of_three(head), SHORT_BITS)) {
        const Slot *shorter = find_slot(look->plan, head & THREE_BYTES);
        if (shorter != NULL && shorter->depth != NO_WAY) /* a short word's way leads to the longer ones as well */
            return walk(look, place, shorter->node, shorter->depth);
    }
    if (slot == NULL || slot->depth == NO_WAY || !goes_on(look->text, place, look->high, slot->next))
        return true;
    return walk(look, place, slot->node, slot->depth);
}

/* Add what begins at `place`, behind which less than READ bytes were classified. */
static bool look_at_last(const Look *look, size_t place) {
    if (place + HEAD <= look->text->size) {
        const Slot *slot = find_slot(look->plan, head_at(look->text->bytes + place));
        if (slot != NULL && !add_hooks(look, slot, place))
            return false;
    }
    return walk(look, place, 0, 0);
}

/* Of `count` places keep those at which perhaps something begins. */
static size_t keep_unknown(const Nothing *nothing, const uint8_t *bytes, uint16_t *places, size_t count) {
    size_t kept = 0;
    UNROLLED
    for (size_t number = 0; number < count; number++) {
        uint16_t place = places[number];
        places[kept] = place;
        uint64_t read = eight_at(bytes + place);
        kept += nothing->bytes[hash_of_eight(read) >> (64 - NOTHING_BITS)] != read;
    }
    return kept;
}

/* Add what begins at the bits of `words`. */
static bool look_at(const Look *look, const uint64_t *words, size_t count, size_t base) {
    uint16_t places[STRETCH_PLACES];
    const uint8_t *bytes = look->text->bytes + base;
    size_t found = list_places(words, count, places);
    found = keep_heads(look->heads, bytes, places, found);
    found = keep_ways(look->ways, look->short_words, bytes, places, found);
    found = keep_unknown(look->begun->nothing, bytes, places, found);
    for (size_t number = 0; number < found; number++) {
        *look->open = false;
        if (!look_from(look, base + places[number]))
            return false;
        if (!*look->open) {
            uint64_t read = eight_at(bytes + places[number]);
            look->begun->nothing->bytes[hash_of_eight(read) >> (64 - NOTHING_BITS)] = read;
        }
    }
    return true;
}

/* Whether a digit stands in the word of a bitmap, or near it. */
_Static_assert(DIGIT_BEFORE <= 64 && DIGIT_BEHIND <= 128, "one word before and two behind are looked at");
static inline bool any_digit_near(const uint64_t *digits, size_t word) {
    return (digits[(ptrdiff_t)word - 1] | digits[word] | digits[word + 1] | digits[word + 2]) != 0;
}

bool find_words(const Plan *plan, const Text *text, const Bitmaps *bitmaps, size_t high, const Begun *begun) {
    const Header *header = plan->header;
    const uint64_t *digits = bitmaps->map[MAP_DIGIT], *starts = bitmaps->map[MAP_WORD];
    bool open;
    size_t base = bitmaps->base, end = 64 * bitmaps->words < high - base ? 64 * bitmaps->words : high - base;
    /* In front of it a place and what is read there are inside of the text. */
    size_t safe = high - base < end + READ ? (high - base < READ ? 0 : high - base - READ + 1) : end;
    for (size_t from = 0; from < bitmaps->words;) {
        /* Words that speak of numbers alone are looked for near digits. */
        size_t to = from;
        bool near = any_digit_near(digits, from);
        while (to < bitmaps->words && to < from + STRETCH && any_digit_near(digits, to) == near)
            to++;
        Look look = {plan, text, (const uint32_t *)(plan->bytes + (near ? header->heads : header->heads_without_digit)),
                     (const uint32_t *)(plan->bytes + header->ways),
                     (const uint32_t *)(plan->bytes + header->short_words), high, begun, &open};
        uint64_t own[STRETCH];
        memcpy(own, starts + from, (to - from) * sizeof *own);
        for (size_t word = safe / 64; word < to; word++)
            if (word >= from)
                own[word - from] &= safe > 64 * word ? (1ULL << (safe - 64 * word)) - 1 : 0;
        if (!look_at(&look, own, to - from, base + 64 * from))
            return false;
        from = to;
    }
    for (size_t place = safe; place < end; place++)
        if (starts[place / 64] >> place % 64 & 1 &&
            !look_at_last(&(Look){.plan = plan, .text = text, .high = high, .begun = begun, .open = &open},
                          base + place))
            return false;
    return true;
}
