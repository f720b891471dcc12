/* Bitmaps are made of a tile of the text at a time, and everything is looked for there while they are in a processor's
 * caches. */
#include "sweep.h"

#include <stdlib.h>

#include "names.h"
#include "order.h"
#include "programs.h"
#include "words.h"

static int by_place(const void *one, const void *other) {
    const uint32_t *left = one, *right = other;
    return (left[1] > right[1]) - (left[1] < right[1]);
}

/* Bring pairs (form, place) into the order of their places. The programs of one form find them one program at a
 * time. */
static bool sort_anchors(Numbers *anchors) {
    return merge_runs(anchors->items, anchors->count / 2, 2 * sizeof *anchors->items, by_place);
}

/* The bitmaps that are kept for all of the text. */
static const int KEPT[] = {MAP_DIGIT, MAP_UPPER, MAP_LOWER, MAP_MARK, MAP_FREE};
enum { KEPT_MAPS = sizeof KEPT / sizeof *KEPT };

_Static_assert(TILE_WORDS % LINE_WORDS == 0 && TILE % LINE_WORDS == 0, "each bitmap begins with a line");

/* Let the bitmaps have their places, in front of the first tile: no bit is set there. */
static void lay_out(uint64_t *memory, size_t words, Bitmaps *bitmaps) {
    for (int map = 0; map < MAPS; map++)
        bitmaps->map[map] = memory + map * TILE_WORDS + LINE_WORDS;
    for (size_t kept = 0; kept < KEPT_MAPS; kept++)
        bitmaps->map[KEPT[kept]] = memory + MAPS * TILE_WORDS + kept * words + LINE_WORDS;
    for (int map = 0; map < MAPS; map++)
        bitmaps->map[map][-1] = 0;
}

/* Go on to the next tile. Of a bitmap that is kept, the last word stands in front of it already. */
static void go_on(uint64_t *memory, Bitmaps *bitmaps) {
    for (int map = 0; map < MAPS; map++)
        memory[map * TILE_WORDS + LINE_WORDS - 1] = memory[map * TILE_WORDS + LINE_WORDS - 1 + TILE];
    for (size_t kept = 0; kept < KEPT_MAPS; kept++)
        bitmaps->map[KEPT[kept]] += TILE;
}

bool sweep(const Plan *plan, const Text *text, size_t low, size_t high, Swept *swept) {
    size_t tiles = (high - low + TILE * 64 - 1) / (TILE * 64), words = tiles * TILE + TILE_WORDS;
    swept->memory = aligned_alloc(LINE_WORDS * sizeof *swept->memory,
                                  (MAPS * TILE_WORDS + KEPT_MAPS * words) * sizeof *swept->memory);
    if (swept->memory == NULL)
        return false;
    Bitmaps bitmaps;
    lay_out(swept->memory, words, &bitmaps);
    swept->bitmaps = bitmaps;
    swept->bitmaps.base = low;
    swept->bitmaps.words = (high - low + 63) / 64;
    Nothing nothing = {0}; /* no word begins with a NUL */
    bool ok = true;
    for (size_t tile = 0; tile < tiles && ok; tile++, go_on(swept->memory, &bitmaps)) {
        classify(text, low + tile * TILE * 64, high, &bitmaps);
        ok = run_programs(plan, text, &bitmaps, swept->matches, &swept->anchors) &&
             find_words(plan, text, &bitmaps, high, &(Begun){swept->words, swept->matches, &swept->hooked, &nothing}) &&
             find_names(plan, text, &bitmaps, &swept->named);
    }
    return ok && sort_anchors(&swept->anchors);
}

void swept_free(Swept *swept) {
    free(swept->anchors.items);
    free(swept->hooked.items);
    free(swept->named.items);
    free(swept->memory);
}
