/* Bit-parallel searches for the forms without context words. */
#ifndef BUCKETSIEVE_PROGRAMS_H
#define BUCKETSIEVE_PROGRAMS_H

#include "classify.h"
#include "hits.h"
#include "plan.h"

/* Add a match for every place between the text's `begin` and `end` where a form of the plan's programs matches, and a
 * pair (form, place) to `anchors` for every place that was classified, or is one of the two behind that, in front of
 * which the anchor of one shows that it may match. False if there is no memory. */
bool run_programs(const Plan *plan, const Text *text, const Bitmaps *bitmaps, Matches *matches, Numbers *anchors);

#endif
