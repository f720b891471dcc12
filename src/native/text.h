/* The text that is searched. */
#ifndef BUCKETSIEVE_TEXT_H
#define BUCKETSIEVE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "processor.h"

/* For loops that vectors of 32 bytes shorten, or shifts that take their count from any register: compiled for
 * processors that have them as well, and chosen there. These count bits in one instruction, too: COUNTS_BITS. */
#if defined(X86) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#if __GNUC__ >= 12
#define WIDER __attribute__((target_clones("arch=x86-64-v3", "default")))
#define COUNTS_BITS
#else
#define WIDER __attribute__((target_clones("avx2", "default")))
#endif
#else
#define WIDER
#endif

/* For what is seldom called: those who do not call it need no registers for it. */
#define SELDOM __attribute__((noinline))

/* For short loops: four rounds at a time, or sixteen. */
#if defined(__GNUC__) && !defined(__clang__)
#define UNROLLED _Pragma("GCC unroll 4")
#define UNROLLED_16 _Pragma("GCC unroll 16")
#else
#define UNROLLED
#define UNROLLED_16
#endif

/* `bytes[0]` to `bytes[size - 1]`. Look-around sees all of it; only what starts in `begin` to `end` is reported. */
typedef struct {
    const uint8_t *bytes;
    size_t size;
    size_t begin;
    size_t end;
} Text;

static inline bool is_letter(uint8_t byte) { return (uint8_t)((byte | 0x20) - 'a') < 26; }
static inline bool is_upper(uint8_t byte) { return (uint8_t)(byte - 'A') < 26; }
static inline bool is_lower(uint8_t byte) { return (uint8_t)(byte - 'a') < 26; }
static inline bool is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

#endif
