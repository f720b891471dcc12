#include "marks.h"

#include <string.h>

#include "signs.h"
#include "text.h"

WIDER static uint64_t marks_of(const uint8_t *bytes, const uint8_t wanted[3]) {
    uint64_t quarters[4];
    for (int part = 0; part < 4; part++) {
        Bytes each;
        memcpy(&each, bytes + 16 * part, sizeof each);
        quarters[part] = signs((Bytes)(each == wanted[0]) | (Bytes)(each == wanted[1]) | (Bytes)(each == wanted[2]));
    }
    return join(quarters);
}

void mark_bytes(const uint8_t *bytes, size_t size, const uint8_t wanted[3], uint64_t *marks) {
    size_t words = size / 64, rest = size % 64;
    for (size_t word = 0; word < words; word++)
        marks[word] = marks_of(bytes + 64 * word, wanted);
    if (rest) {
        uint8_t last[64] = {0};
        memcpy(last, bytes + 64 * words, rest);
        marks[words] = marks_of(last, wanted) & ~(~0ULL << rest);
    }
}

WIDER static size_t count_wide(const uint8_t *bytes, size_t size, uint8_t byte) {
    typedef uint8_t Lanes __attribute__((vector_size(32)));
    enum { STEP = 2 * sizeof(Lanes) };
    size_t count = 0, place = 0;
    while (size - place >= STEP) {
        /* Up to 255 comparisons, of which each adds 0 or 1 to its lane. */
        size_t rounds = (size - place) / STEP < 255 ? (size - place) / STEP : 255;
        Lanes even = {0}, odd = {0};
        for (; rounds > 0; rounds--, place += STEP) {
            Lanes one, next;
            memcpy(&one, bytes + place, sizeof one);
            memcpy(&next, bytes + place + sizeof one, sizeof next);
            even -= (Lanes)(one == byte);
            odd -= (Lanes)(next == byte);
        }
        for (size_t lane = 0; lane < sizeof(Lanes); lane++)
            count += (size_t)even[lane] + odd[lane];
    }
    for (; place < size; place++)
        count += bytes[place] == byte;
    return count;
}

size_t count_byte(const uint8_t *bytes, size_t size, uint8_t byte) { return count_wide(bytes, size, byte); }
