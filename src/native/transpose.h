/* Classification for processors that can transpose bits, with GFNI and AVX-512's permutations of bytes. */
#ifndef BUCKETSIEVE_TRANSPOSE_H
#define BUCKETSIEVE_TRANSPOSE_H

#include "classify.h"
#include "processor.h"

#ifdef AVX512
/* Fill so many words of the bitmaps that are not made of others. */
void classify_words_transposed(const uint8_t *bytes, Bitmaps *bitmaps, size_t words);
#endif

#endif
