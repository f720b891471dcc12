/* 64 places take one shift and one "and" a term. Once few words of a stretch have a place left, the next terms are
 * tested in those alone. Programs that begin alike follow each other, and the later one goes on where the terms they
 * share have led; where these left no place, it is skipped. */
#include "programs.h"

#include <string.h>

#include "match.h"
#include "processor.h"

/* Words of a stretch, at most, that are tested one by one: more of them are tested in less time together with all
 * others. */
enum { FEW = 24, PARTS = STRETCH / 64, PIECE = 16 };

/* What is left of a stretch after some terms: its words, and a bit for each of them that is not 0. If these are few,
 * the others were not written. */
typedef struct {
    const uint64_t *words;
    uint64_t some[PARTS];
    bool few;
    _Alignas(64) uint64_t own[STRETCH];
} Left;

static inline bool is_empty(const Left *left) {
    uint64_t some = 0;
    for (size_t part = 0; part < PARTS; part++)
        some |= left->some[part];
    return some == 0;
}

static inline uint64_t shifted(const uint64_t *map, unsigned shift) {
    return map[0] >> shift | map[1] << 1 << (63 - shift);
}

/* The places of `from` for which the map has a bit as well, `shift` further on. */
static void narrow(Left *restrict to, const uint64_t *restrict from, const uint64_t *restrict map, unsigned shift) {
    size_t count = 0;
    for (size_t part = 0; part < PARTS; part++) {
        uint64_t some = 0;
        for (size_t bit = 0; bit < 64; bit++) {
            size_t word = 64 * part + bit;
            to->own[word] = from[word] & shifted(map + word, shift);
            some |= (uint64_t)(to->own[word] != 0) << bit;
            count += to->own[word] != 0;
        }
        to->some[part] = some;
    }
    to->few = count <= FEW;
}

#ifdef X86
/* The same for processors with vectors of 32 bytes. */
__attribute__((target("avx2,popcnt"))) static void narrow_avx2(Left *restrict to, const uint64_t *restrict from,
                                                              const uint64_t *restrict map, unsigned shift) {
    const __m128i down = _mm_cvtsi32_si128((int)shift), up = _mm_cvtsi32_si128(64 - (int)shift);
    const __m256i zero = _mm256_setzero_si256();
    int count = 0;
    for (size_t part = 0; part < PARTS; part++) {
        uint64_t none = 0;
        UNROLLED_16
        for (size_t bit = 0; bit < 64; bit += 4) {
            size_t word = 64 * part + bit;
            __m256i low = _mm256_srl_epi64(_mm256_loadu_si256((const __m256i *)(map + word)), down);
            __m256i high = _mm256_sll_epi64(_mm256_loadu_si256((const __m256i *)(map + word + 1)), up);
            __m256i each =
                _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(from + word)), _mm256_or_si256(low, high));
            _mm256_storeu_si256((__m256i *)(to->own + word), each);
            none |= (uint64_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(each, zero))) << bit;
        }
        to->some[part] = ~none;
        count += __builtin_popcountll(~none);
    }
    to->few = count <= FEW;
}
#endif

#ifdef AVX512
/* The same for processors that shift two words as one. Of what is behind the stretch one word is read, as above. */
__attribute__((target("avx512f,avx512vbmi2,popcnt"))) static void narrow_avx512(Left *restrict to,
                                                                               const uint64_t *restrict from,
                                                                               const uint64_t *restrict map,
                                                                               unsigned shift) {
    const __m512i by = _mm512_set1_epi64((long long)shift);
    __m512i next = _mm512_loadu_si512(map);
    int count = 0;
    for (size_t part = 0; part < PARTS; part++) {
        uint64_t some = 0;
        UNROLLED_16
        for (size_t bit = 0; bit < 64; bit += 8) {
            size_t word = 64 * part + bit;
            __m512i low = next;
            next = _mm512_maskz_loadu_epi64(word + 8 < STRETCH ? 0xff : 1, map + word + 8);
            __m512i high = _mm512_alignr_epi64(next, low, 1);
            __m512i each = _mm512_and_si512(_mm512_loadu_si512(from + word), _mm512_shrdv_epi64(low, high, by));
            _mm512_storeu_si512(to->own + word, each);
            some |= (uint64_t)_mm512_test_epi64_mask(each, each) << bit;
        }
        to->some[part] = some;
        count += __builtin_popcountll(some);
    }
    to->few = count <= FEW;
}
#endif

WIDER static void narrow_few(Left *restrict to, const Left *restrict from, const uint64_t *restrict map,
                             unsigned shift) {
    for (size_t part = 0; part < PARTS; part++) {
        uint64_t some = 0;
        for (uint64_t left = from->some[part]; left; left &= left - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(left);
            size_t word = 64 * part + bit;
            to->own[word] = from->words[word] & shifted(map + word, shift);
            some |= (uint64_t)(to->own[word] != 0) << bit;
        }
        to->some[part] = some;
    }
    to->few = true;
}

/* What is left after one more term. */
static void test(Left *to, const Left *from, const uint64_t *map, int shift) {
    map += shift < 0 ? -1 : shift / 64;
    to->words = to->own;
    if (from->few)
        narrow_few(to, from, map, shift & 63);
#ifdef AVX512
    else if (has_vbmi2())
        narrow_avx512(to, from->words, map, shift & 63);
#endif
#ifdef X86
    else if (has_avx2())
        narrow_avx2(to, from->words, map, shift & 63);
#endif
    else
        narrow(to, from->words, map, shift & 63);
}

/* A bit for each map that has one in the stretch, or in what is shifted into it; and for those that mostly have. A map
 * that has bits mostly has one in the first piece of some words. */
WIDER static uint32_t look_for_bits(const Bitmaps *bitmaps, size_t from) {
    static const uint8_t maps[] = {MAP_DIGIT,    MAP_UPPER,    MAP_LEAD, MAP_AT, MAP_SIGN,
                                   MAP_DIGITS_4, MAP_DIGITS_8, MAP_RARE, MAP_RUN};
    uint32_t present = ~0u;
    for (size_t each = 0; each < sizeof maps; each++) {
        const uint64_t *words = bitmaps->map[maps[each]] + from;
        uint64_t found = words[-1] | words[STRETCH] | words[STRETCH + 1];
        for (size_t piece = 0; piece < STRETCH && found == 0; piece += PIECE)
            for (size_t word = piece; word < piece + PIECE; word++)
                found |= words[word];
        if (found == 0)
            present &= ~(1u << maps[each]);
    }
    return present;
}

/* What a program leads to, with its offsets resolved. */
typedef struct {
    const Plan *plan;
    const Text *text;
    const uint32_t *by_byte, *forms;
    size_t begin, end; /* of the places that are looked at */
    Matches *matches;
    Numbers *anchors; /* NULL unless it finds these */
} Sought;

static inline bool look_at(const Sought *sought, const uint8_t *bytes, size_t place) {
    const uint32_t *by_byte = sought->by_byte + bytes[place], *forms = sought->forms;
    for (const uint32_t *form = forms + by_byte[0], *last = forms + by_byte[1]; form < last; form++) {
        if (sought->anchors == NULL) {
            if (!add_match_at(sought->matches, *form, place))
                return false;
        } else if (matches_beginning(sought->plan, sought->plan->shapes[*form].anchor, bytes + place,
                                     sought->text->size - place) &&
                   /* The first byte of an anchor may stand in front of the match. */
                   !add_pair(sought->anchors, *form, (uint32_t)place + 2))
            return false;
    }
    return true;
}

/* `first`: where what is found begins if it is found in the first place of the stretch; in front of the text it
 * wraps. */
SELDOM static bool look_at_all(const Sought *sought, size_t first, const Left *left) {
    const uint8_t *bytes = sought->text->bytes;
    const size_t begin = sought->begin, width = sought->end - begin;
    for (size_t part = 0; part < PARTS; part++)
        for (uint64_t some = left->some[part]; some; some &= some - 1) {
            size_t word = 64 * part + (size_t)__builtin_ctzll(some);
            for (uint64_t bits = left->words[word]; bits; bits &= bits - 1) {
                size_t place = first + 64 * word + (size_t)__builtin_ctzll(bits);
                if (place - begin < width && !look_at(sought, bytes, place))
                    return false;
            }
        }
    return true;
}

bool run_programs(const Plan *plan, const Text *text, const Bitmaps *bitmaps, Matches *matches, Numbers *anchors) {
    Left left[MOST_TERMS]; /* after so many terms of the current program, and one */
    for (size_t from = 0; from < bitmaps->words; from += STRETCH) {
        uint32_t present = look_for_bits(bitmaps, from);
        uint32_t known = 0; /* what is left is known after so many terms of the program before, */
        uint32_t dead = MOST_TERMS + 1; /* and nothing is after so many */
        for (uint32_t number = 0; number < plan->header->program_count; number++) {
            const Program *program = &plan->programs[number];
            if (known > program->shared)
                known = program->shared;
            if (dead <= program->shared)
                continue;
            dead = MOST_TERMS + 1;
            if (program->needed & ~present)
                continue;
            const Term *terms = (const Term *)(plan->bytes + program->terms);
            if (known == 0) {
                left[0].words = bitmaps->map[terms[0].map] + from; /* its distance is 0 */
                left[0].few = false;
                memset(left[0].some, 0xff, sizeof left[0].some);
                known++;
            }
            for (; known < program->term_count && dead > known; known++) {
                test(&left[known], &left[known - 1], bitmaps->map[terms[known].map] + from, terms[known].shift);
                if (is_empty(&left[known]))
                    dead = known + 1;
            }
            if (dead <= program->term_count)
                continue;
            const uint32_t *by_byte = (const uint32_t *)(plan->bytes + program->by_byte);
            const uint32_t *forms = (const uint32_t *)(plan->bytes + program->forms);
            size_t begin = program->anchors ? 0 : text->begin, end = program->anchors ? text->size : text->end;
            const Sought sought = {plan, text, by_byte, forms, begin, end, matches, program->anchors ? anchors : NULL};
            if (!look_at_all(&sought, bitmaps->base + 64 * from - program->origin, &left[program->term_count - 1]))
                return false;
        }
    }
    return true;
}
