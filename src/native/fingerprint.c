#include "fingerprint.h"

#include <string.h>

#include "sha256.h"

_Static_assert((int)KEY_BYTES == (int)SHA256_BLOCK && (int)HEX_DIGITS == 2 * (int)SHA256_SIZE, "a key fills a block");

/* The hash of what began with one block and came to `state`. */
static Hash begun(const uint32_t state[SHA256_WORDS]) {
    Hash hash = {.size = SHA256_BLOCK};
    memcpy(hash.state, state, sizeof hash.state);
    return hash;
}

/* The state behind the key, each of its bytes changed by `pad`. */
static void begin(uint32_t state[SHA256_WORDS], const uint8_t key[KEY_BYTES], uint8_t pad) {
    uint8_t block[SHA256_BLOCK];
    for (int byte = 0; byte < SHA256_BLOCK; byte++)
        block[byte] = key[byte] ^ pad;
    memcpy(state, sha256_begin, sizeof sha256_begin);
    sha256_block(state, block);
}

Key key_of(const uint8_t key[KEY_BYTES]) {
    Key both;
    begin(both.inner, key, 0x36);
    begin(both.outer, key, 0x5C);
    return both;
}

void fingerprint(const Key *key, const uint8_t *id, size_t id_size, const uint8_t *normal, size_t normal_size,
                 char hex[HEX_DIGITS]) {
    uint8_t digest[SHA256_SIZE];
    Hash inner = begun(key->inner), outer = begun(key->outer);
    sha256_add(&inner, id, id_size);
    sha256_add(&inner, (const uint8_t[]){0}, 1);
    sha256_add(&inner, normal, normal_size);
    sha256_finish(&inner, digest);
    sha256_add(&outer, digest, sizeof digest);
    sha256_finish(&outer, digest);
    for (size_t place = 0; place < HEX_DIGITS; place++)
        hex[place] = "0123456789abcdef"[digest[place / 2] >> (place % 2 ? 0 : 4) & 0xF];
}
