/* Names of what is assigned: forms that are found by them. */
#ifndef BUCKETSIEVE_NAMES_H
#define BUCKETSIEVE_NAMES_H

#include "classify.h"
#include "hits.h"
#include "plan.h"

/* Add pairs (form, place) for the names in what was classified, in the order of the places: a match starts in front of
 * the place. False: no memory. */
bool find_names(const Plan *plan, const Text *text, const Bitmaps *bitmaps, Numbers *anchors);

#endif
