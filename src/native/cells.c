#include "cells.h"

#include <string.h>

/* Characters of a cell, at most; two quotes are one. */
enum { LONGEST_CELL = 8192 };

/* The end of the cell that begins at `place`. */
static size_t cell_end(const Table *table, const uint8_t *bytes, size_t place, size_t limit) {
    if (place < limit && bytes[place] == '"') {
        size_t at = place + 1;
        for (size_t count = 0; at < limit && count < LONGEST_CELL; count++) {
            if (bytes[at] == '"' && at + 1 < limit && bytes[at + 1] == '"')
                at += 2;
            else if (bytes[at] != '"' && bytes[at] != '\n')
                at++;
            else
                break;
        }
        return at < limit && bytes[at] == '"' ? at + 1 : place;
    }
    size_t most = limit - place < LONGEST_CELL ? limit : place + LONGEST_CELL, at = place;
    while (at < most && bytes[at] != table->delimiter && bytes[at] != '\n' && bytes[at] != '"')
        at++;
    return at;
}

static bool ends_row(const Table *table, const uint8_t *bytes, size_t place, size_t limit) {
    if (place == limit || bytes[place] == table->delimiter || bytes[place] == '\n')
        return true;
    return bytes[place] == '\r' && (place + 1 == limit || bytes[place + 1] == '\n');
}

/* Whether the line at `place` is a row; then `spans` are its cells. */
static bool read_row(const Table *table, const uint8_t *bytes, size_t place, size_t limit, uint32_t *spans) {
    for (uint32_t column = 0; column < table->columns; column++) {
        if (column > 0 && (place >= limit || bytes[place++] != table->delimiter))
            return false;
        spans[2 * column] = (uint32_t)place;
        place = cell_end(table, bytes, place, limit);
        spans[2 * column + 1] = (uint32_t)place;
    }
    return ends_row(table, bytes, place, limit);
}

bool read_cells(const Table *table, const Text *text, size_t first, size_t end, size_t limit, Cells *cells) {
    cells->columns = table->columns;
    if (table->named_count == 0)
        return true;
    for (size_t line = first; line < end;) {
        if (!room_for(&cells->spans, 2 * (size_t)table->columns))
            return false;
        if (read_row(table, text->bytes, line, limit, cells->spans.items + cells->spans.count)) {
            cells->spans.count += 2 * (size_t)table->columns;
            cells->rows++;
        }
        const uint8_t *newline = memchr(text->bytes + line, '\n', limit - line);
        if (newline == NULL)
            break;
        line = (size_t)(newline - text->bytes) + 1;
    }
    return true;
}

uint32_t granted(const Table *table, const Cells *cells, uint32_t form, size_t place) {
    uint32_t from = table->first_named[form], to = table->first_named[form + 1];
    if (from == to)
        return 0;
    size_t low = 0, high = cells->rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cell(cells, middle, 0)[0] <= place)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0;
    for (; to > from; to--) {
        const Named *named = &table->named[to - 1];
        const uint32_t *span = cell(cells, low - 1, named->column);
        if (span[0] <= place)
            return place < span[1] ? named->word + 1 : 0;
    }
    return 0;
}
