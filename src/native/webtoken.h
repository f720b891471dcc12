/* JSON Web Tokens: validators/token_structure.py. */
#ifndef BUCKETSIEVE_WEBTOKEN_H
#define BUCKETSIEVE_WEBTOKEN_H

#include <stddef.h>
#include <stdint.h>

/* What a value is: no token, one, one of a manual, or that Python has to say. */
typedef enum { NO_TOKEN, A_TOKEN, MANUAL_TOKEN, PERHAPS_TOKEN } WebToken;

/* As the validator `jwt`, of a value that is no longer than LONGEST_VALUE. */
WebToken web_token(const uint8_t *value, size_t size);

#endif
