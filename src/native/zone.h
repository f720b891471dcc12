/* Machine-readable zones of ICAO Doc 9303: validators/travel_documents.py. */
#ifndef BUCKETSIEVE_ZONE_H
#define BUCKETSIEVE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As the validator `mrz`, of capitals, digits, fillers and white space. */
bool zone_holds(const uint8_t *value, size_t size);

#endif
