#include "cells.h"

#include <stdlib.h>
#include <string.h>

#include "marks.h"

/* Characters of a cell, at most; two quotes are one. */
enum { LONGEST_CELL = 8192 };

#define NO_ROW SIZE_MAX

/* The rows that are read. Bit i of the marks is for byte first + i: a delimiter, a line end or a quote; and that of the
 * limit is set. */
typedef struct {
    const Table *table;
    const uint8_t *bytes;
    size_t first, limit;
    uint64_t *marks;
} Rows;

/* The first marked byte from `place` on, or the limit. */
static inline size_t next_mark(const Rows *rows, size_t place) {
    size_t word = (place - rows->first) / 64;
    uint64_t marks = rows->marks[word] & ~0ULL << (place - rows->first) % 64;
    while (marks == 0)
        marks = rows->marks[++word];
    return rows->first + 64 * word + (size_t)__builtin_ctzll(marks);
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
    size_t end = next_mark(rows, place);
    return end - place < LONGEST_CELL ? end : place + LONGEST_CELL;
}

static bool ends_row(const Rows *rows, size_t place) {
    const uint8_t *bytes = rows->bytes;
    size_t limit = rows->limit;
    if (place == limit || bytes[place] == rows->table->delimiter || bytes[place] == '\n')
        return true;
    return bytes[place] == '\r' && (place + 1 == limit || bytes[place + 1] == '\n');
}

/* The first line end from `place` on, or the limit. Where few columns are left, that is one of the next marks. */
static size_t line_end(const Rows *rows, size_t place) {
    bool behind = place < rows->limit && rows->bytes[place] == rows->table->delimiter;
    place = next_mark(rows, place + behind);
    if (place == rows->limit || rows->bytes[place] == '\n')
        return place;
    const uint8_t *found = memchr(rows->bytes + place, '\n', rows->limit - place);
    return found != NULL ? (size_t)(found - rows->bytes) : rows->limit;
}

/* Where the row ends that begins at `place`, of which `spans` then are the cells; or NO_ROW. */
static size_t read_row(const Rows *rows, size_t place, uint32_t *spans) {
    const Table *table = rows->table;
    for (uint32_t column = 0; column < table->columns; column++) {
        if (column > 0 && (place >= rows->limit || rows->bytes[place++] != table->delimiter))
            return NO_ROW;
        spans[2 * column] = (uint32_t)place;
        place = cell_end(rows, place);
        spans[2 * column + 1] = (uint32_t)place;
    }
    return ends_row(rows, place) ? place : NO_ROW;
}

bool read_cells(const Table *table, const Text *text, size_t first, size_t end, size_t limit, Cells *cells) {
    cells->columns = table->columns;
    if (table->named_count == 0 || first >= limit)
        return true;
    Rows rows = {table, text->bytes, first, limit, malloc(((limit - first) / 64 + 1) * sizeof(uint64_t))};
    bool ok = rows.marks != NULL;
    if (ok) {
        uint64_t *last = &rows.marks[(limit - first) / 64];
        *last = 0;
        mark_bytes(text->bytes + first, limit - first, (uint8_t[]){table->delimiter, '\n', '"'}, rows.marks);
        *last |= 1ULL << (limit - first) % 64;
    }
    size_t numbers = 2 * (size_t)table->columns;
    for (size_t line = first; ok && line < end;) {
        if (cells->spans.count + numbers > cells->spans.room)
            ok = room_for(&cells->spans, numbers);
        size_t place = ok ? read_row(&rows, line, cells->spans.items + cells->spans.count) : NO_ROW;
        if (place != NO_ROW) {
            cells->spans.count += numbers;
            cells->rows++;
        }
        line = line_end(&rows, place != NO_ROW ? place : line) + 1;
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

bool table_make(Table *table, const Plan *plan, uint8_t delimiter, uint32_t columns, const Named *named,
                uint32_t count) {
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
