#include "values.h"

#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "loads.h"

enum { FIRST_SLOTS = 64 };

/* Two rounds: after one, a difference in high bits comes out as one that the next bytes can undo, whatever the seed. */
static uint64_t mixed(uint64_t one, uint64_t other) {
    one = (one ^ other) * 0x9E3779B97F4A7C15u;
    one = (one ^ one >> 32) * 0xD6E8FEB86659FD93u;
    return one ^ one >> 32;
}

/* All bytes of what is shorter than eight, some perhaps twice. */
static uint64_t few_of(const uint8_t *bytes, size_t size) {
    if (size >= 4)
        return four_at(bytes) | (uint64_t)four_at(bytes + size - 4) << 32;
    return size ? bytes[0] | (uint64_t)bytes[size / 2] << 8 | (uint64_t)bytes[size - 1] << 16 : 0;
}

uint64_t hash_of(const Values *values, uint32_t detector, const uint8_t *key, size_t size) {
    uint64_t hash = mixed(values->seed, (uint64_t)detector << 32 | size), last;
    if (size >= 8) {
        last = eight_at(key + size - 8);
        for (; size > 8; key += 8, size -= 8)
            hash = mixed(hash, eight_at(key));
    } else
        last = few_of(key, size);
    return mixed(mixed(hash, last), values->seed);
}

static size_t filter_words(size_t slots) { return slots * FILTER_BITS / 64; }

static void set_bit(Values *values, uint32_t sketch) {
    size_t bit = sketch & (values->slot_count * FILTER_BITS - 1);
    values->filter[bit / 64] |= 1ULL << bit % 64;
}

bool values_make(Values *values, uint32_t detectors, uint32_t most_values, uint32_t most_places, uint64_t seed) {
    *values = (Values){.detectors = detectors,
                       .most_values = most_values,
                       .most_places = most_places,
                       .seed = seed,
                       .slot_count = FIRST_SLOTS};
    values->counts = calloc(detectors + 1, sizeof *values->counts);
    values->kept = calloc(detectors + 1, sizeof *values->kept);
    values->last = calloc(detectors + 1, sizeof *values->last);
    values->slots = calloc(FIRST_SLOTS, sizeof *values->slots);
    values->filter = calloc(filter_words(FIRST_SLOTS), sizeof *values->filter);
    return values->counts != NULL && values->kept != NULL && values->last != NULL && values->slots != NULL &&
           values->filter != NULL;
}

void values_free(Values *values) {
    free(values->items);
    free(values->places);
    free(values->texts);
    free(values->slots);
    free(values->filter);
    free(values->counts);
    free(values->kept);
    free(values->last);
}

/* The slot that holds the value, or the empty one where it belongs. */
static uint32_t *slot_of(const Values *values, uint64_t hash, uint32_t detector, const uint8_t *key, size_t size) {
    for (size_t place = hash;; place++) {
        uint32_t *slot = &values->slots[place & (values->slot_count - 1)];
        if (*slot == 0)
            return slot;
        const Value *known = &values->items[*slot - 1];
        if (known->hash == hash && known->detector == detector && known->key_size == size &&
            memcmp(values->texts + known->text, key, size) == 0)
            return slot;
    }
}

static bool more_slots(Values *values) {
    size_t count = values->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    uint64_t *filter = calloc(filter_words(count), sizeof *filter);
    if (slots == NULL || filter == NULL) {
        free(slots);
        free(filter);
        return false;
    }
    free(values->slots);
    free(values->filter);
    values->slots = slots;
    values->filter = filter;
    values->slot_count = count;
    for (size_t number = 0; number < values->count; number++) {
        size_t place = values->items[number].hash;
        while (slots[place & (count - 1)])
            place++;
        slots[place & (count - 1)] = (uint32_t)number + 1;
        set_bit(values, values->items[number].sketch);
    }
    return true;
}

Value *find_value(const Values *values, uint64_t hash, uint32_t detector, const uint8_t *key, size_t size) {
    uint32_t slot = *slot_of(values, hash, detector, key, size);
    return slot ? &values->items[slot - 1] : NULL;
}

uint8_t *room_for_text(Values *values, size_t size) {
    void *texts = values->texts;
    if (!make_room(&texts, &values->text_room, values->text_size + size, 1))
        return NULL;
    values->texts = texts;
    return values->texts + values->text_size;
}

Value *add_value(Values *values, const Value *value) {
    if (values->count * 2 >= values->slot_count && !more_slots(values))
        return NULL;
    void *items = values->items;
    if (!make_room(&items, &values->room, values->count + 1, sizeof *value))
        return NULL;
    values->items = items;
    /* It is no other's, so the first empty slot is its own. */
    size_t place = value->hash;
    while (values->slots[place & (values->slot_count - 1)])
        place++;
    values->items[values->count] = *value;
    values->slots[place & (values->slot_count - 1)] = (uint32_t)++values->count;
    set_bit(values, value->sketch);
    return &values->items[values->count - 1];
}

bool add_place(Values *values, const Place *place) {
    void *places = values->places;
    if (!make_room(&places, &values->place_room, values->place_count + 1, sizeof *place))
        return false;
    values->places = places;
    values->places[values->place_count++] = *place;
    return true;
}
