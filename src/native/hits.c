#include "hits.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

bool make_room(void **items, size_t *room, size_t wanted, size_t size) {
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

bool more_words(WordHits *hits) {
    void *items = hits->items;
    bool ok = make_room(&items, &hits->room, hits->count + 1, sizeof *hits->items);
    hits->items = items;
    return ok;
}

bool more_matches(Matches *matches) {
    void *items = matches->items;
    bool ok = make_room(&items, &matches->room, matches->count + 1, sizeof *matches->items);
    matches->items = items;
    return ok;
}

bool room_for(Numbers *numbers, size_t count) {
    void *items = numbers->items;
    if (!make_room(&items, &numbers->room, numbers->count + count, sizeof *numbers->items))
        return false;
    numbers->items = items;
    return true;
}

bool add_numbers(Numbers *numbers, const uint32_t *items, size_t count) {
    if (count == 0) /* there may be no room at all, and that is nothing to copy to */
        return true;
    if (!room_for(numbers, count))
        return false;
    memcpy(numbers->items + numbers->count, items, count * sizeof *items);
    numbers->count += count;
    return true;
}
