/* SHA-256 (FIPS 180-4), for fingerprints and for addresses that hold it as a checksum. Of short texts a library takes
 * longer to begin than to hash. */
#ifndef BUCKETSIEVE_SHA256_H
#define BUCKETSIEVE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BLOCK = 64, SHA256_WORDS = 8, SHA256_SIZE = 4 * SHA256_WORDS };

/* A hash under way: so many bytes, of which the last ones do not fill a block yet. */
typedef struct {
    uint32_t state[SHA256_WORDS];
    uint64_t size;
    uint8_t rest[SHA256_BLOCK];
} Hash;

/* The state of a hash of nothing. */
extern const uint32_t sha256_begin[SHA256_WORDS];

/* The state behind one more block. */
void sha256_block(uint32_t state[SHA256_WORDS], const uint8_t block[SHA256_BLOCK]);

void sha256_add(Hash *hash, const uint8_t *bytes, size_t size);

/* Write the digest; the hash is of no use any more. */
void sha256_finish(Hash *hash, uint8_t digest[SHA256_SIZE]);

/* The digest of a text, which may be written where that stands. */
void sha256(const uint8_t *bytes, size_t size, uint8_t digest[SHA256_SIZE]);

#endif
