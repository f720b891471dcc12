/* Where bytes stand that are looked for by themselves. */
#ifndef BUCKETSIEVE_MARKS_H
#define BUCKETSIEVE_MARKS_H

#include <stddef.h>
#include <stdint.h>

/* Set bit i % 64 of marks[i / 64] if bytes[i] is one of `wanted`, and clear it if not; there is room for (size + 63) /
 * 64 words. */
void mark_bytes(const uint8_t *bytes, size_t size, const uint8_t wanted[3], uint64_t *marks);

/* How often `byte` stands in `bytes`. */
size_t count_byte(const uint8_t *bytes, size_t size, uint8_t byte);

#endif
