/* Comparisons of 16 bytes in one instruction, on any processor, and what came of them as bits. */
#ifndef BUCKETSIEVE_SIGNS_H
#define BUCKETSIEVE_SIGNS_H

#include <stdint.h>

#include "processor.h"

typedef uint8_t Bytes __attribute__((vector_size(16)));

/* Bit i is the sign of bytes[i]. */
#ifdef X86
static inline uint64_t signs(Bytes bytes) { return (uint32_t)_mm_movemask_epi8((__m128i)bytes); }
#elif defined(__aarch64__)
#include <arm_neon.h>
static inline uint64_t signs(Bytes bytes) {
    const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t weighed = vandq_u8(vreinterpretq_u8_s8(vshrq_n_s8((int8x16_t)bytes, 7)), weights);
    return vaddv_u8(vget_low_u8(weighed)) | (uint64_t)vaddv_u8(vget_high_u8(weighed)) << 8;
}
#else
static inline uint64_t signs(Bytes bytes) {
    uint64_t found = 0;
    for (int place = 0; place < 16; place++)
        found |= (uint64_t)(bytes[place] >> 7) << place;
    return found;
}
#endif

/* The signs of 64 bytes from those of 16 each. */
static inline uint64_t join(const uint64_t quarters[4]) {
    return quarters[0] | quarters[1] << 16 | quarters[2] << 32 | quarters[3] << 48;
}

#endif
