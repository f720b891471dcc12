#include "line.h"

#include <string.h>

#include "normal.h"

static size_t put_plain(uint8_t *shown, size_t count, const uint8_t *bytes, size_t size) {
    for (size_t place = 0; place < size; place++)
        shown[count + place] = printable(bytes[place]);
    return count + size;
}

/* Write text without control characters, and wherever the value stands in it, its mask. */
static size_t mask_others(const uint8_t *bytes, size_t size, Span value, Span mask, uint8_t *shown) {
    uint8_t plain[CONTEXT_BYTES];
    put_plain(plain, 0, bytes, size);
    size_t count = 0;
    for (size_t place = 0; place < size;) {
        if (value.size > 0 && size - place >= value.size && memcmp(plain + place, value.bytes, value.size) == 0) {
            count = put(shown, count, mask.bytes, mask.size);
            place += value.size;
        } else
            shown[count++] = plain[place++];
    }
    return count;
}

/* As `str.strip` has it. */
static bool is_space(uint8_t byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r') || (byte >= 0x1C && byte <= 0x1F);
}

static size_t stripped(uint8_t *shown, size_t count) {
    size_t first = 0;
    while (count > first && is_space(shown[count - 1]))
        count--;
    while (first < count && is_space(shown[first]))
        first++;
    memmove(shown, shown + first, count - first);
    return count - first;
}

Line line_around(const Text *text, size_t limit, size_t start, size_t end) {
    const uint8_t *bytes = text->bytes;
    Line line = {start, end};
    while (line.low > 0 && start - line.low < CONTEXT_BYTES && bytes[line.low - 1] != '\n')
        line.low--;
    while (line.high < limit && line.high - end < CONTEXT_BYTES && bytes[line.high] != '\n')
        line.high++;
    return line;
}

size_t mask_line(const Text *text, Line line, size_t start, size_t end, Span mask, uint8_t *shown) {
    const uint8_t *bytes = text->bytes;
    if (!is_plain(bytes + line.low, start - line.low) || !is_plain(bytes + end, line.high - end))
        return NOT_SHOWN;
    /* What is not plain does not stand in what is. */
    Span value = {bytes + start, is_plain(bytes + start, end - start) ? end - start : 0};
    size_t count = mask_others(bytes + line.low, start - line.low, value, mask, shown);
    count = put(shown, count, mask.bytes, mask.size);
    count += mask_others(bytes + end, line.high - end, value, mask, shown + count);
    return stripped(shown, count);
}

static bool holds(Span piece, const uint8_t *value, size_t size) {
    while (piece.size >= size) {
        const uint8_t *found = memchr(piece.bytes, value[0], piece.size - size + 1);
        if (found == NULL)
            return false;
        if (memcmp(found, value, size) == 0)
            return true;
        piece = (Span){found + 1, piece.size - (size_t)(found + 1 - piece.bytes)};
    }
    return false;
}

/* Whether one of the values stands in one of the pieces once more, in a place that made it no candidate. */
static bool stand_once_more(const Touching *touching, const Span *pieces, size_t count) {
    for (const Span *value = touching->values; value < touching->values + touching->value_count; value++)
        for (const Span *piece = pieces; piece < pieces + count; piece++)
            if (holds(*piece, value->bytes, value->size))
                return true;
    return false;
}

size_t mask_full_line(const Text *text, Line line, const Touching *touching, uint8_t *shown) {
    static const char sign[] = {'*', '*', '*'};
    const uint8_t *bytes = text->bytes;
    Span pieces[MOST_HIDDEN + 1]; /* of what is shown, those between values */
    size_t place = line.low, written = 0, count = touching->hidden_count;
    for (size_t number = 0; number < count; number++) {
        const Hidden *each = &touching->hidden[number];
        if (!can_mask(bytes + each->start, each->end - each->start, each->mask))
            return NOT_SHOWN;
        size_t plain = each->start > place ? each->start - place : 0;
        if (!is_plain(bytes + place, plain))
            return NOT_SHOWN;
        pieces[number] = (Span){shown + written, plain};
        written = put_plain(shown, written, bytes + place, plain);
        if (each->mask == SEVERAL || each->start < line.low || each->end > line.high)
            written = put(shown, written, sign, sizeof sign);
        else
            written += mask_value(bytes + each->start, each->end - each->start, each->mask, shown + written);
        place = each->end;
    }
    size_t plain = line.high > place ? line.high - place : 0;
    if (!is_plain(bytes + place, plain))
        return NOT_SHOWN;
    pieces[count] = (Span){shown + written, plain};
    written = put_plain(shown, written, bytes + place, plain);
    return stand_once_more(touching, pieces, count + 1) ? NOT_SHOWN : stripped(shown, written);
}
