/* User names and passwords in base64: validators/token_structure.py. */
#ifndef BUCKETSIEVE_CREDENTIALS_H
#define BUCKETSIEVE_CREDENTIALS_H

#include <stddef.h>
#include <stdint.h>

/* What a value is, apart from what its password looks like: none, some, or that Python has to say. */
typedef enum { NO_CREDENTIALS, SOME_CREDENTIALS, PERHAPS_CREDENTIALS } Credentials;

/* As the validator `basic_auth`, of a value that is no longer than LONGEST_VALUE; the password goes to `password`,
 * which has room for so many bytes, and its size to `password_size`: 0 if there are none. */
Credentials credentials_in(const uint8_t *value, size_t size, uint8_t *password, size_t *password_size);

#endif
