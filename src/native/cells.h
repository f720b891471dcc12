/* Tables: the cells below those names of columns that speak of forms. */
#ifndef BUCKETSIEVE_CELLS_H
#define BUCKETSIEVE_CELLS_H

#include "hits.h"
#include "plan.h"
#include "text.h"

/* The header says that column `column` holds what `form` finds, by a context word. */
typedef struct {
    uint32_t column, form, word;
} Named;

/* Forms of a team that a column is named for. */
typedef struct {
    uint32_t column, team;
    uint32_t wanted, begins; /* as of a word, see plan.h */
} ColumnTeam;

typedef struct {
    uint8_t delimiter;
    uint32_t columns; /* as many as rows are looked at for */
    Named *named;     /* by form, then by column */
    uint32_t named_count;
    uint32_t *first_named; /* by form: the first of its entries; one more at the end */
    ColumnTeam *teams;     /* by column */
    size_t team_count, team_room;
} Table;

/* The columns that a header names; `named` is by form, then by column. False: no memory; free the table in any case. */
bool table_make(Table *table, const Plan *plan, uint8_t delimiter, uint32_t columns, const Named *named,
                uint32_t count);
void table_free(Table *table);

/* Rows of the table, as (start, end) of each of its columns. */
typedef struct {
    Numbers spans;
    size_t rows;
    uint32_t columns;
} Cells;

/* Read the rows that begin from `first`, where a line begins, up to `end`; `limit` is the end of what may be looked at.
 * As `Table.grants` in `bucketsieve.detect.structure`. False: no memory. */
bool read_cells(const Table *table, const Text *text, size_t first, size_t end, size_t limit, Cells *cells);

/* The cell of row `row`, column `column`. */
static inline const uint32_t *cell(const Cells *cells, size_t row, uint32_t column) {
    return cells->spans.items + (row * cells->columns + column) * 2;
}

/* 1 + the word that names the only column of the form, or 0 if it has none or several. */
static inline uint32_t granted_once(const Table *table, uint32_t form) {
    const Named *named = &table->named[table->first_named[form]];
    return table->first_named[form + 1] - table->first_named[form] == 1 ? named->word + 1 : 0;
}

/* 1 + the word that names the cell of the form in which `place` lies, or 0. `row` is where to look for the row first, 0
 * to begin with; that of places in their order is soon found. */
uint32_t granted(const Table *table, const Cells *cells, uint32_t form, size_t place, size_t *row);

#endif
