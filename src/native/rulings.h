/* What the plan knows of validators: for a value of a form, whether it is one, or that Python has to say. */
#ifndef BUCKETSIEVE_RULINGS_H
#define BUCKETSIEVE_RULINGS_H

#include "forms.h"

/* As long as a value of the catalogue may be. */
enum { LONGEST_VALUE = 4096 };

/* The first ruling of the form that speaks of the value; NULL if none does, or if it says that Python has to. If it was
 * `told`, of the first panel those rulings apply that are `applying`. */
const Ruling *first_ruling(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size, bool told,
                           uint32_t applying);

/* The same for a match, NULL also if it says that Python has to look at words. */
static inline const Ruling *rule(const Plan *plan, uint32_t number, const uint8_t *bytes, size_t size,
                                 uint32_t applying) {
    const Form *form = &plan->forms[number];
    const Ruling *ruling = NULL;
    if (form->rules && applying && size <= LONGEST_VALUE)
        ruling = &form->rulings[__builtin_ctz(applying)];
    /* Mostly that is all. */
    if (ruling == NULL || ruling->check != CHECK_NONE)
        ruling = first_ruling(plan, &plan->shapes[number], bytes, size, form->rules, applying);
    return ruling != NULL && ruling->verdict < VERDICT_ASK ? ruling : NULL;
}

/* The first ruling for a value by itself, of which the words are left to whoever asks. */
const Ruling *rule_alone(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size);

#endif
