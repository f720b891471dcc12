/* A checksum of large blocks, against damage: XXH64 (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md), seed 0. */
#ifndef BUCKETSIEVE_CHECKSUM_H
#define BUCKETSIEVE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t xxh64(const uint8_t *bytes, size_t size);

#endif
