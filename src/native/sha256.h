/* SHA-256 (FIPS 180-4) of what is short, for addresses that hold it as a checksum. */
#ifndef BUCKETSIEVE_SHA256_H
#define BUCKETSIEVE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_MOST = 55 };

/* The digest of at most SHA256_MOST bytes, which may be written where these are. */
void sha256(const uint8_t *bytes, size_t size, uint8_t digest[SHA256_SIZE]);

#endif
