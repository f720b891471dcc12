/* Bit-parallel searches for the forms without context words. */
#ifndef BUCKETSIEVE_PROGRAMS_H
#define BUCKETSIEVE_PROGRAMS_H

#include "classify.h"
#include "hits.h"
#include "plan.h"

/* Add a pair (form, place) to `starts` for every place between the text's `begin` and `end` where a form of the plan's
 * programs matches, and to `anchors` for every place that was classified where its anchor does. False if there is no
 * memory. */
bool run_programs(const Plan *plan, const Text *text, const Bitmaps *bitmaps, Numbers *starts, Numbers *anchors);

#endif
