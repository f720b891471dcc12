/* Classification, 64 bytes at a time: a comparison of 16 bytes is one instruction, and so is taking its signs. */
#include "classify.h"

#include <string.h>

#include "kinds.h"
#include "processor.h"
#include "signs.h"
#include "transpose.h"

/* The loop writes nothing that it reads later. */
#if defined(__GNUC__) && !defined(__clang__)
#define INDEPENDENT _Pragma("GCC ivdep")
#else
#define INDEPENDENT
#endif

/* The bytes from `first` on, `count` of them: 0xff where a byte is one. */
static inline Bytes within(Bytes bytes, uint8_t first, uint8_t count) {
    return (Bytes)((bytes - first) < (uint8_t)count);
}

static void classify_word(const uint8_t *bytes, Bitmaps *bitmaps, size_t word) {
    uint64_t digit[4], upper[4], lower[4], lead[4], mark[4], at[4], sign[4], joint[4], assign[4], rare[4], run[4],
        point[4];
    for (int part = 0; part < 4; part++) {
        Bytes each;
        memcpy(&each, bytes + 16 * part, sizeof each);
        digit[part] = signs(within(each, '0', 10));
        upper[part] = signs(within(each, 'A', 26));
        lower[part] = signs(within(each, 'a', 26));
        lead[part] = signs(within(each, 0xC0, 64));
        mark[part] = signs(within(each, '(', 8) | (Bytes)(each == ' ')); /* ( ) * + , - . / */
        at[part] = signs((Bytes)(each == '@'));
        sign[part] = signs((Bytes)(each == '+') | (Bytes)(each == '%') | (Bytes)(each == ';'));
        joint[part] = signs((Bytes)(each == ' ') | (Bytes)(each == '-'));
        assign[part] = signs((Bytes)(each == ':') | (Bytes)(each == '=') | (Bytes)(each == '>'));
        run[part] = signs((Bytes)(each == '+') | (Bytes)(each == '-') | (Bytes)(each == '/') | (Bytes)(each == '_') |
                          (Bytes)(each == '[') | (Bytes)(each == ']'));
        point[part] = signs((Bytes)(each == '.') | (Bytes)(each == '-'));
        rare[part] = signs((Bytes)(each == '$') | (Bytes)(each == '~'));
    }
    bitmaps->map[MAP_DIGIT][word] = join(digit);
    bitmaps->map[MAP_UPPER][word] = join(upper);
    bitmaps->map[MAP_LOWER][word] = join(lower);
    bitmaps->map[MAP_LEAD][word] = join(lead);
    bitmaps->map[MAP_MARK][word] = join(mark);
    bitmaps->map[MAP_AT][word] = join(at);
    bitmaps->map[MAP_SIGN][word] = join(sign);
    bitmaps->map[MAP_JOINT][word] = join(joint);
    bitmaps->map[MAP_ASSIGN][word] = join(assign);
    bitmaps->map[MAP_RARE][word] = join(rare);
    bitmaps->map[MAP_RUN][word] = join(run);
    bitmaps->map[MAP_POINT][word] = join(point);
}

#ifdef X86
/* The same, 32 bytes at a time, for processors that have instructions for it. */

/* Bit 7 - `shift` of each byte. */
#define BITS(bytes, shift) ((uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(bytes, shift)))

/* Half of a word of a bitmap, on a processor that keeps the low half first. */
static inline void put(uint64_t *word, int half, uint32_t bits) {
    memcpy((uint8_t *)word + 4 * half, &bits, sizeof bits);
}

/* Likewise the kinds of which 64 bytes mostly hold none. */
__attribute__((target("avx2"))) static inline void classify_rare(const __m256i each[2], const __m256i kinds[2],
                                                                 const __m256i more[2], uint64_t *const map[MAPS],
                                                                 size_t word) {
    const __m256i first = _mm256_set1_epi8(IS_AT), second = _mm256_set1_epi8(IS_TILDE | IS_DOLLAR);
    const __m256i beyond = _mm256_set1_epi8((char)0x80);
    __m256i all_kinds = _mm256_or_si256(kinds[0], kinds[1]);
    __m256i all_more = _mm256_or_si256(more[0], more[1]);
    __m256i all = _mm256_or_si256(each[0], each[1]);
    __m256i any = _mm256_or_si256(_mm256_and_si256(all_kinds, first), _mm256_and_si256(all_more, second));
    any = _mm256_or_si256(any, _mm256_and_si256(all, beyond));
    if (_mm256_testz_si256(any, any)) {
        map[MAP_AT][word] = map[MAP_RARE][word] = map[MAP_LEAD][word] = 0;
        return;
    }
    for (int part = 0; part < 2; part++) {
        put(map[MAP_AT] + word, part, BITS(kinds[part], 2));
        put(map[MAP_RARE] + word, part, BITS(_mm256_or_si256(more[part], _mm256_slli_epi16(more[part], 1)), 6));
        put(map[MAP_LEAD] + word, part, BITS(each[part], 0) & BITS(each[part], 1));
    }
}

/* One kind after the other, and not more at a time than there are registers for. */
__attribute__((target("avx2"))) static void classify_words_avx2(const uint8_t *bytes, Bitmaps *bitmaps, size_t words) {
    const __m256i by_low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)BY_LOW_HALF));
    const __m256i by_high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)BY_HIGH_HALF));
    const __m256i more_low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)MORE_BY_LOW_HALF));
    const __m256i more_high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)MORE_BY_HIGH_HALF));
    uint64_t *map[MAPS]; /* of its own, so that the compiler knows that no store changes it */
    memcpy(map, bitmaps->map, sizeof map);
    for (size_t word = 0; word < words; word++) {
        __m256i each[2], kinds[2], pairs[2], more[2];
        for (int part = 0; part < 2; part++) {
            each[part] = _mm256_loadu_si256((const __m256i *)(bytes + 64 * word + 32 * part));
            __m256i high = _mm256_and_si256(_mm256_srli_epi16(each[part], 4), _mm256_set1_epi8(15));
            kinds[part] = _mm256_and_si256(_mm256_shuffle_epi8(by_low, each[part]), _mm256_shuffle_epi8(by_high, high));
            more[part] =
                _mm256_and_si256(_mm256_shuffle_epi8(more_low, each[part]), _mm256_shuffle_epi8(more_high, high));
            pairs[part] = _mm256_or_si256(kinds[part], _mm256_slli_epi16(kinds[part], 1)); /* bits 2 and 7 */
        }
        for (int part = 0; part < 2; part++)
            put(map[MAP_DIGIT] + word, part, BITS(kinds[part], 7));
        for (int part = 0; part < 2; part++)
            put(map[MAP_MARK] + word, part, BITS(kinds[part], 4));
        for (int part = 0; part < 2; part++)
            put(map[MAP_JOINT] + word, part, BITS(kinds[part], 3));
        for (int part = 0; part < 2; part++)
            put(map[MAP_SIGN] + word, part, BITS(pairs[part], 0));
        for (int part = 0; part < 2; part++)
            put(map[MAP_ASSIGN] + word, part, BITS(more[part], 0));
        for (int part = 0; part < 2; part++)
            put(map[MAP_RUN] + word, part, BITS(more[part], 1));
        for (int part = 0; part < 2; part++)
            put(map[MAP_POINT] + word, part, BITS(more[part], 2));
        for (int part = 0; part < 2; part++) {
            uint32_t letter = BITS(pairs[part], 5), small = BITS(each[part], 2);
            put(map[MAP_UPPER] + word, part, letter ^ (letter & small));
            put(map[MAP_LOWER] + word, part, letter & small);
        }
        classify_rare(each, kinds, more, map, word);
    }
}
#endif

static void classify_words(const uint8_t *bytes, Bitmaps *bitmaps, size_t words) {
#ifdef AVX512
    if (transposes()) {
        classify_words_transposed(bytes, bitmaps, words);
        return;
    }
#endif
#ifdef X86
    if (has_avx2()) {
        classify_words_avx2(bytes, bitmaps, words);
        return;
    }
#endif
    for (size_t word = 0; word < words; word++)
        classify_word(bytes + 64 * word, bitmaps, word);
}

/* The bitmaps that are made of others. */
WIDER static void combine(uint64_t *const map[MAPS], size_t words) {
    const uint64_t *restrict digits = map[MAP_DIGIT], *restrict uppers = map[MAP_UPPER];
    const uint64_t *restrict lowers = map[MAP_LOWER], *restrict leads = map[MAP_LEAD];
    const uint64_t *restrict marks = map[MAP_MARK], *restrict points = map[MAP_POINT];
    uint64_t *restrict letters = map[MAP_LETTER], *restrict free = map[MAP_FREE];
    uint64_t *restrict no_digits = map[MAP_NO_DIGIT], *restrict numbers = map[MAP_NUMBER];
    uint64_t *restrict begins = map[MAP_WORD], *restrict runs = map[MAP_RUN], *restrict alones = map[MAP_ALONE];
    const uint64_t *digits_before = digits - 1, *uppers_before = uppers - 1, *lowers_before = lowers - 1;
    const uint64_t *points_before = points - 1;
    INDEPENDENT
    for (size_t word = 0; word < words; word++) {
        uint64_t letter = uppers[word] | lowers[word], letter_before = uppers_before[word] | lowers_before[word];
        letters[word] = letter;
        runs[word] |= letter | digits[word];
        numbers[word] = digits[word] | marks[word];
        no_digits[word] = ~digits[word];
        free[word] = ~((letter | digits[word]) << 1 | (letter_before | digits_before[word]) >> 63);
        alones[word] = free[word] & ~((points[word] << 1 | points_before[word] >> 63) &
                                      (digits[word] << 2 | digits_before[word] >> 62));
        begins[word] = ((letter | leads[word]) & ~(letter << 1 | letter_before >> 63)) |
                       ((lowers[word] << 1 | lowers_before[word] >> 63) & uppers[word]);
    }
}

/* Twice as many of the same beside each other. */
WIDER static void double_run(uint64_t *restrict to, const uint64_t *restrict from, unsigned length, size_t words) {
    for (size_t word = 0; word < words; word++)
        to[word] = from[word] & (from[word] >> length | from[word + 1] << (64 - length));
}

/* The same in place: what is read of the next word was not written yet. */
WIDER static void double_own_run(uint64_t *map, unsigned length, size_t words) {
    for (size_t word = 0; word < words; word++)
        map[word] &= map[word] >> length | map[word + 1] << (64 - length);
}

/* Clear all but so many words of each bitmap. If there is no end of the text, that takes one store each. */
static void clear_behind(uint64_t *const map[MAPS], size_t words) {
    const size_t most = TILE + BEYOND;
    for (int each = 0; each < MAPS; each++) {
        memset(map[each] + most, 0, (OWN_WORDS - most) * sizeof(uint64_t));
        if (words < most)
            memset(map[each] + words, 0, (most - words) * sizeof(uint64_t));
    }
}

void classify(const Text *text, size_t low, size_t high, Bitmaps *bitmaps) {
    uint64_t **map = bitmaps->map;
    size_t size = high - low, all = (size + 63) / 64;
    size_t whole = size / 64 < TILE + BEYOND ? size / 64 : TILE + BEYOND, word = whole;
    classify_words(text->bytes + low, bitmaps, whole);
    if (word < TILE + BEYOND && word < all) {
        uint8_t rest[64] = {0};
        memcpy(rest, text->bytes + low + 64 * word, size - 64 * word);
        classify_word(rest, bitmaps, word++);
    }
    clear_behind(map, word);
    uint8_t before = low > 0 ? text->bytes[low - 1] : 0;
    map[MAP_DIGIT][-1] |= (uint64_t)is_digit(before) << 63;
    map[MAP_UPPER][-1] |= (uint64_t)is_upper(before) << 63;
    map[MAP_LOWER][-1] |= (uint64_t)is_lower(before) << 63;
    combine(map, word);
    double_run(map[MAP_DIGITS_2], map[MAP_DIGIT], 1, word);
    double_run(map[MAP_DIGITS_4], map[MAP_DIGITS_2], 2, word);
    double_run(map[MAP_DIGITS_8], map[MAP_DIGITS_4], 4, word);
    for (unsigned length = 1; length < 32; length *= 2)
        double_own_run(map[MAP_RUN], length, word);
    bitmaps->base = low;
    bitmaps->words = all < TILE ? all : TILE;
}

size_t first_bit(const Bitmaps *bitmaps, int map, size_t low, size_t high) {
    if (low >= high)
        return high;
    size_t from = low - bitmaps->base, to = high - bitmaps->base, word = from / 64;
    uint64_t bits = bitmaps->map[map][word] & ~0ULL << from % 64;
    while (bits == 0) {
        if (64 * ++word >= to)
            return high;
        bits = bitmaps->map[map][word];
    }
    size_t found = bitmaps->base + 64 * word + (size_t)__builtin_ctzll(bits);
    return found < high ? found : high;
}

size_t last_bit(const Bitmaps *bitmaps, int map, size_t low, size_t high) {
    if (low >= high)
        return high;
    size_t from = low - bitmaps->base, last = high - 1 - bitmaps->base, word = last / 64;
    uint64_t bits = bitmaps->map[map][word] & ~0ULL >> (63 - last % 64);
    while (bits == 0) {
        if (64 * word <= from)
            return high;
        bits = bitmaps->map[map][--word];
    }
    size_t found = bitmaps->base + 64 * word + 63 - (size_t)__builtin_clzll(bits);
    return found >= low ? found : high;
}
