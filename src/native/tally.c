#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "hits.h"

enum { FIRST_SLOTS = 64 };

static uint64_t mixed(uint64_t one, uint64_t other) {
    one = (one ^ other) * 0x9E3779B97F4A7C15u;
    return one ^ one >> 32;
}

static uint64_t hash_of(const Tally *tally, uint32_t detector, const uint8_t *key, size_t size) {
    uint64_t hash = mixed(tally->seed, (uint64_t)detector << 32 | size);
    for (; size >= 8; key += 8, size -= 8) {
        uint64_t part;
        memcpy(&part, key, sizeof part);
        hash = mixed(hash, part);
    }
    uint64_t rest = 0;
    memcpy(&rest, key, size);
    return mixed(mixed(hash, rest), tally->seed);
}

static size_t filter_words(size_t slots) { return slots * FILTER_BITS / 64; }

/* The bit of a hash in the filter: other bits of it say where its slot is. */
static size_t filter_bit(const Tally *tally, uint64_t hash) { return (hash >> 32) & (tally->slot_count * FILTER_BITS - 1); }

static void set_bit(Tally *tally, uint64_t hash) {
    size_t bit = filter_bit(tally, hash);
    tally->filter[bit / 64] |= 1ULL << bit % 64;
}

static bool may_know(const Tally *tally, uint64_t hash) {
    size_t bit = filter_bit(tally, hash);
    return tally->filter[bit / 64] >> bit % 64 & 1;
}

bool tally_make(Tally *tally, uint32_t detectors, uint64_t seed) {
    *tally = (Tally){.detectors = detectors, .seed = seed, .slot_count = FIRST_SLOTS};
    tally->counts = calloc(detectors + 1, sizeof *tally->counts);
    tally->closed = calloc(detectors + 1, sizeof *tally->closed);
    tally->slots = calloc(FIRST_SLOTS, sizeof *tally->slots);
    tally->filter = calloc(filter_words(FIRST_SLOTS), sizeof *tally->filter);
    return tally->counts != NULL && tally->closed != NULL && tally->slots != NULL && tally->filter != NULL;
}

void tally_free(Tally *tally) {
    free(tally->values);
    free(tally->slots);
    free(tally->filter);
    free(tally->keys);
    free(tally->counts);
    free(tally->closed);
}

/* The slot that holds the value, or the empty one where it belongs. */
static uint32_t *slot_of(const Tally *tally, uint64_t hash, uint32_t detector, const uint8_t *key, size_t size) {
    for (size_t place = hash;; place++) {
        uint32_t *slot = &tally->slots[place & (tally->slot_count - 1)];
        if (*slot == 0)
            return slot;
        const Known *known = &tally->values[*slot - 1];
        if (known->hash == hash && known->detector == detector && known->size == size &&
            memcmp(tally->keys + known->key, key, size) == 0)
            return slot;
    }
}

static bool more_slots(Tally *tally) {
    size_t count = tally->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    uint64_t *filter = calloc(filter_words(count), sizeof *filter);
    if (slots == NULL || filter == NULL) {
        free(slots);
        free(filter);
        return false;
    }
    free(tally->slots);
    free(tally->filter);
    tally->slots = slots;
    tally->filter = filter;
    tally->slot_count = count;
    for (size_t number = 0; number < tally->count; number++) {
        size_t place = tally->values[number].hash;
        while (slots[place & (count - 1)])
            place++;
        slots[place & (count - 1)] = (uint32_t)number + 1;
        set_bit(tally, tally->values[number].hash);
    }
    return true;
}

size_t tally_know(Tally *tally, uint32_t detector, const uint8_t *key, size_t size, uint32_t rank, bool wanted) {
    if (tally->count * 2 >= tally->slot_count && !more_slots(tally))
        return SIZE_MAX;
    uint64_t hash = hash_of(tally, detector, key, size);
    uint32_t *slot = slot_of(tally, hash, detector, key, size);
    if (*slot) {
        Known *known = &tally->values[*slot - 1];
        known->rank = rank;
        known->wanted = wanted;
        return *slot - 1;
    }
    void *values = tally->values, *keys = tally->keys;
    if (!make_room(&values, &tally->room, tally->count + 1, sizeof(Known)))
        return SIZE_MAX;
    tally->values = values;
    if (!make_room(&keys, &tally->key_room, tally->key_size + size + 1, 1))
        return SIZE_MAX;
    tally->keys = keys;
    memcpy(tally->keys + tally->key_size, key, size);
    tally->values[tally->count] = (Known){hash, 0, tally->key_size, (uint32_t)size, detector, rank, wanted};
    tally->key_size += size;
    *slot = (uint32_t)++tally->count;
    set_bit(tally, hash);
    return tally->count - 1;
}

bool tally_count(Tally *tally, uint32_t detector, const uint8_t *key, size_t size, uint32_t rank) {
    uint64_t hash = hash_of(tally, detector, key, size);
    uint32_t slot = may_know(tally, hash) ? *slot_of(tally, hash, detector, key, size) : 0;
    if (slot) {
        Known *known = &tally->values[slot - 1];
        if (known->wanted || rank > known->rank)
            return false;
        known->count++;
    } else if (!tally->closed[detector])
        return false;
    tally->counts[detector]++;
    return true;
}
