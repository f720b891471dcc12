#include "record.h"

#include <string.h>

#include "normal.h"
#include "rulings.h"

Span span_of(const Excerpt *excerpt, const Candidate *candidate) {
    const Text *text = &excerpt->text;
    int64_t start = candidate->start - excerpt->base, end = candidate->end - excerpt->base;
    int64_t size = (int64_t)text->size;
    start = start < 0 ? 0 : start > size ? size : start;
    end = end > size ? size : end;
    return (Span){text->bytes + start, end > start ? (size_t)(end - start) : 0};
}

/* Whether no candidate touches the line around the winner but those for the very same bytes. */
static bool stands_alone(const Candidates *candidates, const Excerpt *excerpt, const Candidate *winner) {
    int64_t low = winner->start - CONTEXT_BYTES, high = winner->end + CONTEXT_BYTES;
    for (size_t number = candidate_from(candidates, low - excerpt->ahead); number < candidates->count; number++) {
        const Candidate *each = &candidates->items[number];
        if (each->start >= high)
            break;
        if (each->end > low && (each->start != winner->start || each->end != winner->end))
            return false;
    }
    return true;
}

/* Keep a value that is new, and if it is all ASCII, its mask and the line around it. */
static Recording keep(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, const Spelling *spelling, Span key,
                      uint64_t hash, uint32_t drawn) {
    Values *values = &sieve->values;
    Span bytes = span_of(excerpt, winner);
    size_t most = spelling != NULL ? spelling->mask.size : 2 * (bytes.size + MASK_MORE) + CONTEXT_MORE;
    uint8_t *texts = room_for_text(values, key.size + most);
    if (texts == NULL)
        return NO_MEMORY;
    Value value = {.hash = hash,
                   .sketch = drawn,
                   .text = values->text_size,
                   .key_size = (uint32_t)key.size,
                   .detector = winner->detector,
                   .form = winner->form,
                   .ruling = winner->ruling,
                   .detail = winner->detail,
                   .rank = rank_of(winner),
                   .is_test = is_test(winner)};
    memcpy(texts, key.bytes, key.size);
    uint8_t *mask = texts + key.size;
    size_t line = NOT_SHOWN;
    if (spelling != NULL) {
        value.mask_size = (uint32_t)spelling->mask.size;
        memcpy(mask, spelling->mask.bytes, spelling->mask.size);
    } else {
        value.mask_size = (uint32_t)mask_value(bytes.bytes, bytes.size, sieve->plan->shapes[winner->form].mask, mask);
        size_t start = (size_t)(bytes.bytes - excerpt->text.bytes);
        if (stands_alone(&sieve->candidates, excerpt, winner))
            line = mask_line(&excerpt->text, excerpt->limit, start, start + bytes.size, (Span){mask, value.mask_size},
                             mask + value.mask_size);
        value.line_size = line == NOT_SHOWN ? 0 : (uint32_t)line;
    }
    if (add_value(values, &value) == NULL)
        return NO_MEMORY;
    values->kept[winner->detector]++;
    values->text_size += value.key_size + value.mask_size + value.line_size;
    return line == NOT_SHOWN ? ASK_LINE : RECORDED;
}

static bool keep_place(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, size_t number) {
    Cursor *cursor = &sieve->cursor;
    cursor_move(cursor, &excerpt->text, excerpt->base, winner->start);
    Span bytes = span_of(excerpt, winner);
    int64_t width = width_in_object(&cursor->written, bytes.bytes, bytes.size);
    return add_place(&sieve->values, &(Place){cursor->offset, cursor->offset + width, cursor->line, cursor->column, number});
}

Recording record(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, const Spelling *spelling) {
    Values *values = &sieve->values;
    uint32_t detector = winner->detector, how = sieve->plan->shapes[winner->form].normalise;
    Span bytes = spelling != NULL ? spelling->key : span_of(excerpt, winner);
    /* What a ruling speaks of is ASCII. */
    if (spelling == NULL && winner->ruling == FROM_PYTHON &&
        (bytes.size > LONGEST_VALUE || !is_ascii(bytes.bytes, bytes.size)))
        return ASK_SPELLING;
    values->counts[detector]++;
    uint32_t drawn = sketch(bytes.bytes, bytes.size, how);
    bool known = may_know(values, drawn), full = values->kept[detector] >= values->most_values;
    if (full && !known) {
        values->over_limit = true;
        return RECORDED;
    }
    uint8_t normal[LONGEST_VALUE];
    Span key = spelling != NULL ? bytes : (Span){normal, normalised(bytes.bytes, bytes.size, how, normal)};
    uint64_t hash = hash_of(values, detector, key.bytes, key.size);
    Value *value = known ? find_value(values, hash, detector, key.bytes, key.size) : NULL;
    Recording recording = RECORDED;
    if (value == NULL) {
        if (full) {
            values->over_limit = true;
            return RECORDED;
        }
        recording = keep(sieve, excerpt, winner, spelling, key, hash, drawn);
        if (recording == NO_MEMORY)
            return NO_MEMORY;
        value = &values->items[values->count - 1];
    } else if (rank_of(winner) > value->rank) {
        value->form = winner->form;
        value->ruling = winner->ruling;
        value->detail = winner->detail;
        value->rank = rank_of(winner);
    }
    value->count++;
    if (value->place_count >= values->most_places)
        return recording;
    value->place_count++;
    return keep_place(sieve, excerpt, winner, (size_t)(value - values->items)) ? recording : NO_MEMORY;
}

bool set_line(Values *values, Span line) {
    uint8_t *texts = room_for_text(values, line.size);
    if (texts == NULL || values->count == 0 || line.size > UINT32_MAX)
        return false;
    memcpy(texts, line.bytes, line.size);
    values->items[values->count - 1].line_size = (uint32_t)line.size;
    values->text_size += line.size;
    return true;
}
