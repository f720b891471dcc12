/* Forms as the inner loops ask for them: addresses in place of offsets, each in one line of a processor's cache. */
#ifndef BUCKETSIEVE_FORMS_H
#define BUCKETSIEVE_FORMS_H

#include "plan.h"

/* What is asked at each place, and of each match; `Shape` and `Reader` tell of the fields. */
struct Form {
    const uint16_t *table;
    const uint8_t *classes, *before;
    const Told *told;
    const Ruling *rulings; /* those of the first panel, if there is one */
    uint32_t start, dead;
    uint32_t max_width, detector, priority;
    uint8_t end, context, normalise;
    bool exact : 1, rules : 1, wide : 1; /* wide: its values may be other than ASCII */
};

/* NULL: no memory. To be freed. */
Form *forms_of(const Plan *plan);

#endif
