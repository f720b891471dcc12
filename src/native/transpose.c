/* A byte's kinds are a byte, a bit for each. Those of 64 bytes are a matrix of 64 rows and 8 columns of bits, and
 * turned they are eight words, one of each bitmap. Eight times that are turned once more, so that each bitmap's words
 * stand beside each other. */
#include "transpose.h"

#ifdef AVX512
#include <string.h>

#include "kinds.h"

#define TURNING __attribute__((target("avx512f,avx512bw,avx512vbmi,gfni")))

/* The numbers of the bits; and in three that are free in the second table, those of the byte itself from bit 5 on:
 * small letters have the first, and what letters beyond ASCII begin with has the others. */
enum { DIGIT, A_TO_O, P_TO_Z, MARK, JOINT, AT, PLUS, PERCENT };
enum { TILDE, DOLLAR, BIT_5, BIT_6, BIT_7, POINT, BASE_64, ASSIGN };
_Static_assert(IS_DIGIT == 1 << DIGIT && IS_A_TO_O == 1 << A_TO_O && IS_P_TO_Z == 1 << P_TO_Z && IS_MARK == 1 << MARK &&
                   IS_JOINT == 1 << JOINT && IS_AT == 1 << AT && IS_PLUS == 1 << PLUS && IS_PERCENT == 1 << PERCENT,
               "as in the first table");
_Static_assert(IS_TILDE == 1 << TILDE && IS_DOLLAR == 1 << DOLLAR && IS_POINT == 1 << POINT &&
                   IS_BASE_64 == 1 << BASE_64 && IS_ASSIGN == 1 << ASSIGN,
               "as in the second table");

/* Words that are turned at a time. */
enum { ROWS = 8 };

/* For bytes whose eights are in reverse order, as the instruction wants them: word i is of bits i. */
TURNING static inline __m512i by_bit(__m512i bytes) {
    static const uint8_t columns[64] = {
        0, 8, 16, 24, 32, 40, 48, 56, 1, 9, 17, 25, 33, 41, 49, 57,
        2, 10, 18, 26, 34, 42, 50, 58, 3, 11, 19, 27, 35, 43, 51, 59,
        4, 12, 20, 28, 36, 44, 52, 60, 5, 13, 21, 29, 37, 45, 53, 61,
        6, 14, 22, 30, 38, 46, 54, 62, 7, 15, 23, 31, 39, 47, 55, 63,
    };
    const __m512i identity = _mm512_set1_epi64((long long)0x8040201008040201);
    return _mm512_permutexvar_epi8(_mm512_loadu_si512(columns), _mm512_gf2p8affine_epi64_epi8(identity, bytes, 0));
}

/* Let word j of row i be word i of row j. */
TURNING static inline void turn(__m512i rows[ROWS]) {
    __m512i pairs[ROWS];       /* of two rows, the even words or the odd ones: a lane has one of each */
    __m512i first[2], last[2]; /* of four rows, and of the other four, the first two lanes, and the last two */
    for (int row = 0; row < ROWS; row += 2) {
        pairs[row] = _mm512_unpacklo_epi64(rows[row], rows[row + 1]);
        pairs[row + 1] = _mm512_unpackhi_epi64(rows[row], rows[row + 1]);
    }
    for (int odd = 0; odd < 2; odd++) {
        for (int half = 0; half < 2; half++) {
            first[half] = _mm512_shuffle_i64x2(pairs[4 * half + odd], pairs[4 * half + odd + 2], 0x44);
            last[half] = _mm512_shuffle_i64x2(pairs[4 * half + odd], pairs[4 * half + odd + 2], 0xEE);
        }
        rows[odd] = _mm512_shuffle_i64x2(first[0], first[1], 0x88);
        rows[odd + 2] = _mm512_shuffle_i64x2(first[0], first[1], 0xDD);
        rows[odd + 4] = _mm512_shuffle_i64x2(last[0], last[1], 0x88);
        rows[odd + 6] = _mm512_shuffle_i64x2(last[0], last[1], 0xDD);
    }
}

/* The kinds of 64 bytes. */
typedef struct {
    __m512i first, second;
} Kinds;

TURNING static inline Kinds kinds_of(__m512i each) {
#define TABLE(rows) _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(rows)))
    __m512i high = _mm512_and_si512(_mm512_srli_epi16(each, 4), _mm512_set1_epi8(15));
    __m512i own = _mm512_and_si512(_mm512_srli_epi16(each, 3), _mm512_set1_epi8(1 << BIT_5 | 1 << BIT_6 | 1 << BIT_7));
    Kinds kinds = {
        _mm512_and_si512(_mm512_shuffle_epi8(TABLE(BY_LOW_HALF), each), _mm512_shuffle_epi8(TABLE(BY_HIGH_HALF), high)),
        _mm512_and_si512(_mm512_shuffle_epi8(TABLE(MORE_BY_LOW_HALF), each),
                         _mm512_shuffle_epi8(TABLE(MORE_BY_HIGH_HALF), high)),
    };
    kinds.second = _mm512_or_si512(kinds.second, own);
    return kinds;
}

TURNING void classify_words_transposed(const uint8_t *bytes, Bitmaps *bitmaps, size_t words) {
    const __m512i reverse = _mm512_broadcast_i32x4(_mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    uint64_t *map[MAPS]; /* of its own, so that the compiler knows that no store changes it */
    memcpy(map, bitmaps->map, sizeof map);
    for (size_t word = 0; word < words; word += ROWS) {
        const __mmask8 there = (__mmask8)(words - word < ROWS ? (1 << (words - word)) - 1 : -1);
        __m512i kinds[ROWS], more[ROWS];
        for (size_t row = 0; row < ROWS; row++) {
            __mmask64 all = there >> row & 1 ? ~0ULL : 0;
            __m512i each = _mm512_shuffle_epi8(_mm512_maskz_loadu_epi8(all, bytes + 64 * (word + row)), reverse);
            Kinds found = kinds_of(each);
            kinds[row] = by_bit(found.first);
            more[row] = by_bit(found.second);
        }
        turn(kinds);
        turn(more);
#define PUT(kind, bits) _mm512_mask_storeu_epi64(map[kind] + word, there, bits)
        __m512i letters = _mm512_or_si512(kinds[A_TO_O], kinds[P_TO_Z]);
        PUT(MAP_DIGIT, kinds[DIGIT]);
        PUT(MAP_UPPER, _mm512_andnot_si512(more[BIT_5], letters));
        PUT(MAP_LOWER, _mm512_and_si512(more[BIT_5], letters));
        PUT(MAP_LEAD, _mm512_and_si512(more[BIT_6], more[BIT_7]));
        PUT(MAP_MARK, kinds[MARK]);
        PUT(MAP_AT, kinds[AT]);
        PUT(MAP_SIGN, _mm512_or_si512(kinds[PLUS], kinds[PERCENT]));
        PUT(MAP_JOINT, kinds[JOINT]);
        PUT(MAP_ASSIGN, more[ASSIGN]);
        PUT(MAP_RARE, _mm512_or_si512(more[TILDE], more[DOLLAR]));
        PUT(MAP_RUN, more[BASE_64]);
        PUT(MAP_POINT, more[POINT]);
    }
}
#endif
