/* Tokens that hold an object of JSON in base64: validators/token_structure.py. */
#ifndef BUCKETSIEVE_JSONTOKEN_H
#define BUCKETSIEVE_JSONTOKEN_H

#include <stddef.h>
#include <stdint.h>

/* The members by which tokens are told, numbered as in `bucketsieve.detect.native.tokens`. */
enum { MEMBER_SIGN_IN_ADDRESS, MEMBER_K, MEMBER_ORG, MEMBERS };

/* What a value is: no token, one, or that Python has to say. */
typedef enum { NO_JSON_TOKEN, A_JSON_TOKEN, PERHAPS_JSON_TOKEN, JSON_TOKENS } JsonToken;

/* As the validator `json_token`, of a value that is no longer than LONGEST_VALUE. */
JsonToken json_token(const uint8_t *value, size_t size, uint32_t member);

#endif
