/* Values beyond the cap: they are counted, and nothing else is done about them. */
#ifndef BUCKETSIEVE_BEYOND_H
#define BUCKETSIEVE_BEYOND_H

#include "record.h"

/* Count winners from number `number` on, up to the first about which there may be more to do; the answer is its number,
 * or how many there are. */
size_t count_beyond(Sieve *sieve, const Excerpt *excerpt, size_t number);

#endif
