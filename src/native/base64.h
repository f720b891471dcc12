/* Base64, in either alphabet. */
#ifndef BUCKETSIEVE_BASE64_H
#define BUCKETSIEVE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#define NO_BASE64 SIZE_MAX

/* As `decode_base64` in validators/token_structure.py: how many bytes it is, which go to `bytes`, three for four
 * characters at most; NO_BASE64 if it is none. */
size_t base64_decoded(const uint8_t *text, size_t size, uint8_t *bytes);

#endif
