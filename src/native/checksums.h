/* Checksums that issuers put into tokens and addresses: validators/token_checksums.py and financial.py. */
#ifndef BUCKETSIEVE_CHECKSUMS_H
#define BUCKETSIEVE_CHECKSUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As `crc32_base62`: behind the last `_`, the last six characters are the CRC-32 of the others in base 62. */
bool crc32_base62_holds(const uint8_t *value, size_t size);

/* As `gitlab_checksum`: the last seven are that of all others in base 36, and the two before them the payload's
 * length. */
bool gitlab_holds(const uint8_t *value, size_t size);

/* As `grafana_checksum`: the eight behind the last `_` are that of what is in front, in hex, its low byte first. */
bool grafana_holds(const uint8_t *value, size_t size);

/* As `bech32_ok`, the checksum leaving `rest`. */
bool bech32_holds(const uint8_t *value, size_t size, uint32_t rest);

/* Base58check, as of a Bitcoin address: 25 bytes, of which the last four are the beginning of a doubled SHA-256. */
bool base58check_holds(const uint8_t *value, size_t size);

#endif
