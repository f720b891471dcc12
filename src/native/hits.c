#include "hits.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

static bool make_room(void **items, size_t *room, size_t wanted, size_t size) {
    if (wanted <= *room)
        return true;
    size_t grown = *room ? *room * 2 : FIRST_ROOM;
    while (grown < wanted)
        grown *= 2;
    void *larger = realloc(*items, grown * size);
    if (larger == NULL)
        return false;
    *items = larger;
    *room = grown;
    return true;
}

bool add_word(WordHits *hits, WordHit hit) {
    void *items = hits->items;
    if (!make_room(&items, &hits->room, hits->count + 1, sizeof hit))
        return false;
    hits->items = items;
    hits->items[hits->count++] = hit;
    return true;
}

bool add_numbers(Numbers *numbers, const uint32_t *items, size_t count) {
    void *grown = numbers->items;
    if (!make_room(&grown, &numbers->room, numbers->count + count, sizeof *items))
        return false;
    numbers->items = grown;
    memcpy(numbers->items + numbers->count, items, count * sizeof *items);
    numbers->count += count;
    return true;
}
