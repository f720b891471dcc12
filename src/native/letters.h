/* Values with letters beyond ASCII, of which the rulings on passwords know, and numbers with a U+2116. */
#ifndef BUCKETSIEVE_LETTERS_H
#define BUCKETSIEVE_LETTERS_H

#include "plan.h"

/* As `rule_alone` in rulings.h, for a value that `rule_alone` knows nothing of. NULL also where there is something else in it than ASCII,
 * Latin or Cyrillic letters and U+2116, and where a panel or a check knows nothing of these. */
const Ruling *rule_letters(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size);

#endif
