/* What a processor may have that others of its architecture lack, and whether this one has it. PORTABLE leaves all of
 * it out, and WITHOUT_AVX512 the widest vectors, so that tests can try every way on one processor that has it all. */
#ifndef BUCKETSIEVE_PROCESSOR_H
#define BUCKETSIEVE_PROCESSOR_H

#include <stdbool.h>

#if defined(__x86_64__) && !defined(PORTABLE)
#define X86
#include <immintrin.h>

/* Vectors of 32 bytes. */
static inline bool has_avx2(void) { return __builtin_cpu_supports("avx2"); }

/* Picks bits out of a number in one fast instruction; AMD's Zen and Zen 2 take a dozen steps. */
static inline bool picks_bits(void) { return __builtin_cpu_supports("bmi2") && !__builtin_cpu_is("amdfam17h"); }

#ifndef WITHOUT_AVX512
#define AVX512
/* Picks bytes out of vectors of 64, and shifts pairs of their words. */
static inline bool has_vbmi2(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2");
}

/* Transposes bits, in such vectors. */
static inline bool transposes(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("gfni");
}
#endif
#endif

#endif
