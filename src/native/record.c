#include "record.h"

#include <string.h>

#include "forms.h"
#include "normal.h"
#include "rulings.h"
#include "sketch.h"
#include "wide.h"

Span span_of(const Excerpt *excerpt, const Candidate *candidate) {
    const Text *text = &excerpt->text;
    int64_t start = candidate->start - excerpt->base, end = candidate->end - excerpt->base;
    int64_t size = (int64_t)text->size;
    start = start < 0 ? 0 : start > size ? size : start;
    end = end > size ? size : end;
    return (Span){text->bytes + start, end > start ? (size_t)(end - start) : 0};
}

/* Whether all could be told of a value that touches the line. As `_spans` in `bucketsieve.detect.context`. */
static bool add_touching(Touching *touching, Hidden next, const uint8_t *bytes) {
    Hidden *last = touching->hidden_count > 0 ? &touching->hidden[touching->hidden_count - 1] : NULL;
    const Span *value = touching->value_count > 0 ? &touching->values[touching->value_count - 1] : NULL;
    Span added = {bytes + next.start, next.end - next.start};
    if (value == NULL || value->bytes != added.bytes || value->size != added.size) {
        if (touching->value_count == MOST_HIDDEN)
            return false;
        touching->values[touching->value_count++] = added;
    }
    if (last == NULL || next.start >= last->end)
        touching->hidden[touching->hidden_count++] = next; /* there is room: they are no more than the values */
    else if (next.end > last->end)
        *last = (Hidden){last->start, next.end, next.start == last->start ? next.mask : SEVERAL};
    return true;
}

/* Collect what is to be masked in a line, of all candidates that touch it. False: C knows not all. */
static bool find_touching(const Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, Line line,
                          Touching *touching) {
    const Candidates *candidates = &sieve->candidates;
    int64_t base = excerpt->base, low = base + (int64_t)line.low, high = base + (int64_t)line.high;
    touching->hidden_count = touching->value_count = 0;
    for (size_t number = candidate_from(candidates, low - excerpt->ahead); number < candidates->count; number++) {
        const Candidate *each = &candidates->items[number];
        if (each->start >= high)
            break;
        if (each->end <= low)
            continue;
        if (each->start < base || each->end - base > (int64_t)excerpt->text.size)
            return false;
        /* Of several detectors for one value, the winner says how it is shown. */
        bool same = each->start == winner->start && each->end == winner->end;
        uint32_t mask = sieve->plan->shapes[same ? winner->form : each->form].mask;
        Hidden next = {(size_t)(each->start - base), (size_t)(each->end - base), mask};
        if (!add_touching(touching, next, excerpt->text.bytes))
            return false;
    }
    return touching->hidden_count > 0;
}

/* Write the line around a winner, of which `mask` is shown, and say how long that is; or NOT_SHOWN. */
static size_t show_line(const Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, Span mask,
                        uint8_t *shown) {
    const Text *text = &excerpt->text;
    Span bytes = span_of(excerpt, winner);
    size_t start = (size_t)(bytes.bytes - text->bytes), end = start + bytes.size;
    if (end > excerpt->limit)
        return NOT_SHOWN;
    Touching touching;
    Line line = line_around(text, excerpt->limit, start, end);
    if (!find_touching(sieve, excerpt, winner, line, &touching))
        return NOT_SHOWN;
    if (touching.value_count == 1 && touching.values[0].bytes == bytes.bytes && touching.values[0].size == bytes.size)
        return mask_line(text, line, start, end, mask, shown);
    return mask_full_line(text, line, &touching, shown);
}

/* Keep a value that is new, and if C knows how it is spelt, its mask and the line around it. */
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
        line = show_line(sieve, excerpt, winner, (Span){mask, value.mask_size}, mask + value.mask_size);
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
    return add_place(&sieve->values,
                     &(Place){cursor->offset, cursor->offset + width, cursor->line, cursor->column, number});
}

/* A value that is kept was met once more. */
static Recording met(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, Value *value) {
    value->count++;
    if (value->place_count >= sieve->values.most_places)
        return RECORDED;
    value->place_count++;
    return keep_place(sieve, excerpt, winner, (size_t)(value - sieve->values.items)) ? RECORDED : NO_MEMORY;
}

/* Likewise, and perhaps this judgement is surer. */
static Recording met_again(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, Value *value) {
    if (rank_of(winner) > value->rank) {
        value->form = winner->form;
        value->ruling = winner->ruling;
        value->detail = winner->detail;
        value->rank = rank_of(winner);
    }
    return met(sieve, excerpt, winner, value);
}

/* Whether the value is written as the last one of its detector was; then it is the same. */
static inline bool is_repeated(const Repeated *last, Span bytes, uint32_t how) {
    return last->value && last->size == bytes.size && last->normalise == how &&
           memcmp(last->bytes, bytes.bytes, bytes.size) == 0;
}

static void remember(Repeated *last, Span bytes, uint32_t how, size_t number) {
    if (bytes.size > LONGEST_REPEATED)
        return;
    *last = (Repeated){.value = (uint32_t)number + 1, .normalise = (uint8_t)how, .size = (uint8_t)bytes.size};
    memcpy(last->bytes, bytes.bytes, bytes.size);
}

/* Record a winner of which the value may be kept, or is to be, by its normal form and the sketch of it. */
static Recording record_kept(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, const Spelling *spelling,
                             Span key, uint32_t drawn) {
    Values *values = &sieve->values;
    uint32_t detector = winner->detector;
    uint64_t hash = hash_of(values, detector, key.bytes, key.size);
    Value *value = may_know(values, drawn) ? find_value(values, hash, detector, key.bytes, key.size) : NULL;
    if (value != NULL) {
        if (spelling == NULL && !is_full(values, detector))
            remember(&values->last[detector], span_of(excerpt, winner), sieve->plan->shapes[winner->form].normalise,
                     (size_t)(value - values->items));
        return met_again(sieve, excerpt, winner, value);
    }
    if (is_full(values, detector)) {
        values->over_limit = true;
        return RECORDED;
    }
    Recording recording = keep(sieve, excerpt, winner, spelling, key, hash, drawn);
    if (recording == NO_MEMORY || met(sieve, excerpt, winner, &values->items[values->count - 1]) == NO_MEMORY)
        return NO_MEMORY;
    return recording;
}

/* Record a winner of which the value is not ASCII, or is longer than any of the catalogue. */
SELDOM static Recording record_wide(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, Span bytes) {
    const Shape *shape = &sieve->plan->shapes[winner->form];
    uint8_t normal[LONGEST_VALUE];
    if (bytes.size > sizeof normal / WIDEST || !can_mask(bytes.bytes, bytes.size, shape->mask))
        return ASK_SPELLING;
    Span key = {normal, wide_normalised(bytes.bytes, bytes.size, shape->normalise, normal)};
    if (key.size == NOT_KNOWN)
        return ASK_SPELLING;
    sieve->values.counts[winner->detector]++;
    return record_kept(sieve, excerpt, winner, NULL, key, sketch(key.bytes, key.size, shape->normalise));
}

Recording record(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, const Spelling *spelling) {
    Values *values = &sieve->values;
    const Form *form = &sieve->plan->forms[winner->form];
    Span bytes = spelling != NULL ? spelling->key : span_of(excerpt, winner);
    const Repeated *last = &values->last[winner->detector];
    uint32_t how = form->normalise;
    /* Of a detector with so many values, few are kept, and most of the others were not even asked about here. */
    if (!is_full(values, winner->detector) && spelling == NULL && is_repeated(last, bytes, how)) {
        values->counts[winner->detector]++;
        return met_again(sieve, excerpt, winner, &values->items[last->value - 1]);
    }
    if (spelling == NULL && (form->wide || winner->ruling == FROM_PYTHON) &&
        (bytes.size > LONGEST_VALUE || !is_ascii(bytes.bytes, bytes.size)))
        return record_wide(sieve, excerpt, winner, bytes);
    values->counts[winner->detector]++;
    if (spelling != NULL)
        return record_kept(sieve, excerpt, winner, spelling, bytes, sketch(bytes.bytes, bytes.size, how));
    uint8_t normal[LONGEST_VALUE];
    Span key = {normal, normalised(bytes.bytes, bytes.size, how, normal)};
    return record_kept(sieve, excerpt, winner, NULL, key, sketch(bytes.bytes, bytes.size, how));
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
