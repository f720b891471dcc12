/* What the plan knows of validators: for a value of a form, whether it is one, or that Python has to say. */
#ifndef BUCKETSIEVE_RULINGS_H
#define BUCKETSIEVE_RULINGS_H

#include "plan.h"

/* As long as a value of the catalogue may be. */
enum { LONGEST_VALUE = 4096 };

/* The first ruling of the form that speaks of the value, behind which its first panel is in `state`; NULL if none does, or
 * if it says that Python has to. */
const Ruling *first_ruling(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size, uint32_t state);

/* The same, NULL also if it says that Python has to look at words. */
static inline const Ruling *rule(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size, uint32_t state) {
    const Ruling *ruling = NULL;
    if (shape->panel_count && state && size <= LONGEST_VALUE) {
        const Panel *panel = &plan->panels[shape->panels];
        uint32_t applying = ((const uint32_t *)(plan->bytes + panel->masks))[row_of(panel, state)];
        if (applying)
            ruling = &plan->rulings[panel->rulings + (uint32_t)__builtin_ctz(applying)];
    }
    /* Mostly that is all. */
    if (ruling == NULL || ruling->check != CHECK_NONE)
        ruling = first_ruling(plan, shape, bytes, size, state);
    return ruling != NULL && ruling->verdict < VERDICT_ASK ? ruling : NULL;
}

/* The first ruling for a value by itself, of which the words are left to whoever asks. */
const Ruling *rule_alone(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size);

#endif
