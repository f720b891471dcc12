#include "cells.h"

#include <stdlib.h>
#include <string.h>

#include "classify.h"

/* Characters of a cell, at most; two quotes are one. */
enum { LONGEST_CELL = 8192 };

/* The rows that are read. Bit i of the marks is for byte first + i: a delimiter, a line end or a quote. */
typedef struct {
    const Table *table;
    const uint8_t *bytes;
    size_t first, limit;
    uint64_t *marks;
} Rows;

/* The first marked byte from `place` to `limit`, or `limit`. */
static size_t next_mark(const Rows *rows, size_t place, size_t limit) {
    size_t at = place - rows->first;
    if (place >= limit)
        return limit;
    uint64_t marks = rows->marks[at / 64] & ~0ULL << at % 64;
    for (at -= at % 64; marks == 0; marks = rows->marks[at / 64])
        if ((at += 64) >= limit - rows->first)
            return limit;
    at += rows->first + (size_t)__builtin_ctzll(marks);
    return at < limit ? at : limit;
}

/* The end of the quoted cell that begins at `place`, or `place` if it does not end. */
static size_t quoted_end(const Rows *rows, size_t place) {
    const uint8_t *bytes = rows->bytes;
    size_t limit = rows->limit, at = place + 1;
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

static size_t cell_end(const Rows *rows, size_t place) {
    if (place < rows->limit && rows->bytes[place] == '"')
        return quoted_end(rows, place);
    return next_mark(rows, place, rows->limit - place < LONGEST_CELL ? rows->limit : place + LONGEST_CELL);
}

static bool ends_row(const Rows *rows, size_t place) {
    const uint8_t *bytes = rows->bytes;
    size_t limit = rows->limit;
    if (place == limit || bytes[place] == rows->table->delimiter || bytes[place] == '\n')
        return true;
    return bytes[place] == '\r' && (place + 1 == limit || bytes[place + 1] == '\n');
}

/* Whether the line at `place` is a row; then `spans` are its cells. */
static bool read_row(const Rows *rows, size_t place, uint32_t *spans) {
    const Table *table = rows->table;
    for (uint32_t column = 0; column < table->columns; column++) {
        if (column > 0 && (place >= rows->limit || rows->bytes[place++] != table->delimiter))
            return false;
        spans[2 * column] = (uint32_t)place;
        place = cell_end(rows, place);
        spans[2 * column + 1] = (uint32_t)place;
    }
    return ends_row(rows, place);
}

bool read_cells(const Table *table, const Text *text, size_t first, size_t end, size_t limit, Cells *cells) {
    cells->columns = table->columns;
    if (table->named_count == 0 || first >= limit)
        return true;
    Rows rows = {table, text->bytes, first, limit, malloc((limit - first + 63) / 64 * sizeof(uint64_t))};
    bool ok = rows.marks != NULL;
    if (ok)
        mark_bytes(text->bytes + first, limit - first, (uint8_t[]){table->delimiter, '\n', '"'}, rows.marks);
    for (size_t line = first; ok && line < end;) {
        ok = room_for(&cells->spans, 2 * (size_t)table->columns);
        if (ok && read_row(&rows, line, cells->spans.items + cells->spans.count)) {
            cells->spans.count += 2 * (size_t)table->columns;
            cells->rows++;
        }
        const uint8_t *newline = memchr(text->bytes + line, '\n', limit - line);
        if (newline == NULL)
            break;
        line = (size_t)(newline - text->bytes) + 1;
    }
    free(rows.marks);
    return ok;
}

/* Whether `row` is the last one that begins at `place` or in front of it. */
static bool row_holds(const Cells *cells, size_t row, size_t place) {
    return row < cells->rows && cell(cells, row, 0)[0] <= place &&
           (row + 1 == cells->rows || cell(cells, row + 1, 0)[0] > place);
}

/* The rows that begin at `place` or in front of it. */
static size_t rows_until(const Cells *cells, size_t place) {
    size_t low = 0, high = cells->rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cell(cells, middle, 0)[0] <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t granted(const Table *table, const Cells *cells, uint32_t form, size_t place, size_t *row) {
    uint32_t from = table->first_named[form], to = table->first_named[form + 1];
    if (from == to)
        return 0;
    if (!row_holds(cells, *row, place) && !row_holds(cells, ++*row, place)) {
        size_t until = rows_until(cells, place);
        if (until == 0)
            return 0;
        *row = until - 1;
    }
    for (; to > from; to--) {
        const Named *named = &table->named[to - 1];
        const uint32_t *span = cell(cells, *row, named->column);
        if (span[0] <= place)
            return place < span[1] ? named->word + 1 : 0;
    }
    return 0;
}

static bool add_team(Table *table, const ColumnTeam *team) {
    void *teams = table->teams;
    bool ok = make_room(&teams, &table->team_room, table->team_count + 1, sizeof *team);
    table->teams = teams;
    if (ok)
        table->teams[table->team_count++] = *team;
    return ok;
}

/* The forms of each column by their teams. */
static bool list_teams(Table *table, const Plan *plan) {
    uint32_t count = plan->header->team_count;
    ColumnTeam *teams = calloc(count + 1, sizeof *teams);
    bool ok = teams != NULL;
    for (uint32_t column = 0; column < table->columns && ok; column++) {
        for (uint32_t number = 0; number < count; number++)
            teams[number] = (ColumnTeam){.column = column, .team = number};
        for (uint32_t number = 0; number < table->named_count; number++) {
            const Shape *shape = &plan->shapes[table->named[number].form];
            if (table->named[number].column != column || shape->team == NO_TEAM)
                continue;
            teams[shape->team].wanted |= 1u << shape->place;
            teams[shape->team].begins |= shape->begins;
        }
        for (uint32_t number = 0; number < count && ok; number++)
            ok = teams[number].wanted == 0 || add_team(table, &teams[number]);
    }
    free(teams);
    return ok;
}

bool table_make(Table *table, const Plan *plan, uint8_t delimiter, uint32_t columns, const Named *named, uint32_t count) {
    uint32_t forms = plan->header->shape_count;
    *table = (Table){.delimiter = delimiter, .columns = columns, .named_count = count};
    table->named = malloc((count + 1) * sizeof *named);
    table->first_named = calloc(forms + 1, sizeof *table->first_named);
    if (table->named == NULL || table->first_named == NULL)
        return false;
    for (uint32_t number = 0; number < count; number++) {
        table->named[number] = named[number];
        table->first_named[named[number].form + 1]++;
    }
    for (uint32_t form = 0; form < forms; form++)
        table->first_named[form + 1] += table->first_named[form];
    return list_teams(table, plan);
}

void table_free(Table *table) {
    free(table->named);
    free(table->first_named);
    free(table->teams);
}
