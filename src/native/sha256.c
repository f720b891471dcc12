#include "sha256.h"

#include <string.h>

#include "text.h"

enum { BLOCK = 64, ROUNDS = 64, LENGTH = 8 };

static uint32_t turned(uint32_t word, unsigned bits) { return word >> bits | word << (32 - bits); }

void sha256(const uint8_t *bytes, size_t size, uint8_t digest[SHA256_SIZE]) {
    /* The first bits of the fractions of cube roots, and of square roots, of the first primes. */
    static const uint32_t constants[ROUNDS] = {
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    };
    static const uint32_t begin[] = {
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
    };
    uint8_t block[BLOCK] = {0};
    uint32_t words[ROUNDS], state[8];
    memcpy(block, bytes, size);
    block[size] = 0x80;
    for (unsigned byte = 0; byte < 4; byte++)
        block[BLOCK - 1 - byte] = (uint8_t)(size * 8 >> 8 * byte);
    for (unsigned place = 0; place < 16; place++)
        words[place] = (uint32_t)block[4 * place] << 24 | (uint32_t)block[4 * place + 1] << 16 |
                       (uint32_t)block[4 * place + 2] << 8 | block[4 * place + 3];
    for (unsigned place = 16; place < ROUNDS; place++) {
        uint32_t early = words[place - 15], late = words[place - 2];
        words[place] = words[place - 16] + words[place - 7] + (turned(early, 7) ^ turned(early, 18) ^ early >> 3) +
                       (turned(late, 17) ^ turned(late, 19) ^ late >> 10);
    }
    memcpy(state, begin, sizeof state);
    /* The eight words move on by one each round; here their names do, so that none is copied. */
    UNROLLED_16
    for (unsigned place = 0; place < ROUNDS; place++) {
        uint32_t *a = &state[-place % 8], *b = &state[(1 - place) % 8], *c = &state[(2 - place) % 8];
        uint32_t *e = &state[(4 - place) % 8], *f = &state[(5 - place) % 8], *g = &state[(6 - place) % 8];
        uint32_t *d = &state[(3 - place) % 8], *h = &state[(7 - place) % 8];
        uint32_t chosen = (*e & *f) ^ (~*e & *g), most = (*a & *b) ^ (*a & *c) ^ (*b & *c);
        uint32_t one = *h + (turned(*e, 6) ^ turned(*e, 11) ^ turned(*e, 25)) + chosen + constants[place] + words[place];
        *d += one;
        *h = one + (turned(*a, 2) ^ turned(*a, 13) ^ turned(*a, 22)) + most;
    }
    for (unsigned place = 0; place < SHA256_SIZE; place++)
        digest[place] = (uint8_t)((state[place / 4] + begin[place / 4]) >> (24 - 8 * (place % 4)));
}
