/* What a processor may have that others of its architecture lack, and whether this one has it. PORTABLE leaves all of
 * it out, and WITHOUT_AVX512 the widest vectors, so that tests can try every way on one processor that has it all. */
#ifndef BUCKETSIEVE_PROCESSOR_H
#define BUCKETSIEVE_PROCESSOR_H

#include <stdbool.h>

#if defined(__x86_64__) && !defined(PORTABLE)
#define X86
#include <cpuid.h>
#include <immintrin.h>

/* Vectors of 32 bytes. */
static inline bool has_avx2(void) { return __builtin_cpu_supports("avx2"); }

/* Picks bits out of a number in one fast instruction; AMD's Zen and Zen 2 take a dozen steps. */
static inline bool picks_bits(void) { return __builtin_cpu_supports("bmi2") && !__builtin_cpu_is("amdfam17h"); }

/* Computes rounds of SHA-256. Compilers learnt late to tell; to ask the processor each time would take long. */
static inline bool hashes(void) {
    enum { EXTENDED_FEATURES = 7, SHA = 1 << 29, YES = 1, NO };
    static _Atomic int known;
    int answer = known;
    if (answer == 0) {
        unsigned a, features = 0, c, d;
        bool told = __get_cpuid_count(EXTENDED_FEATURES, 0, &a, &features, &c, &d) != 0;
        known = answer = told && features & SHA && __builtin_cpu_supports("sse4.1") ? YES : NO;
    }
    return answer == YES;
}

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
