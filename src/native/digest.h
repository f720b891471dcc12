/* A digest that tells of damage, as a file may suffer; not of what somebody made to have the same one. */
#ifndef BUCKETSIEVE_DIGEST_H
#define BUCKETSIEVE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

uint64_t digest_of(const uint8_t *bytes, size_t size);

#endif
