/* Fingerprints: HMAC-SHA-256 (RFC 2104), as `bucketsieve.detect.fingerprint`. */
#ifndef BUCKETSIEVE_FINGERPRINT_H
#define BUCKETSIEVE_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

enum { KEY_BYTES = 64, HEX_DIGITS = 64 };

/* What is left of a key: the states of both hashes, behind the block that it fills. */
typedef struct {
    uint32_t inner[8], outer[8];
} Key;

/* The key, padded with zeros to KEY_BYTES. */
Key key_of(const uint8_t key[KEY_BYTES]);

/* Write the fingerprint of a value of a detector, that is of the detector's id, a NUL and the value's normal form. */
void fingerprint(const Key *key, const uint8_t *id, size_t id_size, const uint8_t *normal, size_t normal_size,
                 char hex[HEX_DIGITS]);

#endif
