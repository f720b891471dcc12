/* Private keys in PEM: validators/token_structure.py. */
#ifndef BUCKETSIEVE_PEM_H
#define BUCKETSIEVE_PEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As the validator `pem`, of a value in ASCII that is no longer than LONGEST_VALUE. */
bool pem_holds(const uint8_t *value, size_t size);

/* As `base64_pem`, of one as well: PEM in base64 once more. */
bool base64_pem_holds(const uint8_t *value, size_t size);

#endif
