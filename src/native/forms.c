#include "forms.h"

#include <stdlib.h>

/* As long as a line of most processors' caches. */
enum { CACHE_LINE = 64 };

static bool is_wide(const uint8_t *alphabet) {
    for (int byte = 0x80; byte < 0x100; byte++)
        if (alphabet[byte])
            return true;
    return false;
}

Form *forms_of(const Plan *plan) {
    uint32_t count = plan->header->shape_count;
    size_t size = ((count + 1) * sizeof(Form) + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    Form *forms = aligned_alloc(CACHE_LINE, size);
    for (uint32_t number = 0; forms != NULL && number < count; number++) {
        const Shape *shape = &plan->shapes[number];
        const Reader *reader = &plan->readers[shape->reader];
        forms[number] = (Form){
            .table = (const uint16_t *)(plan->bytes + reader->table),
            .classes = plan->bytes + reader->classes,
            .before = plan->bytes + shape->before,
            .told = (const Told *)(plan->bytes + reader->told),
            .rulings = shape->panel_count ? plan->rulings + plan->panels[shape->panels].rulings : NULL,
            .start = reader->start,
            .dead = reader->dead,
            .max_width = shape->max_width,
            .detector = shape->detector,
            .priority = shape->priority,
            .end = (uint8_t)reader->end,
            .normalise = (uint8_t)shape->normalise,
            .exact = shape->exact != 0,
            .context = (uint8_t)shape->context,
            .rules = shape->rules != 0,
            .wide = is_wide(plan->bytes + shape->alphabet),
        };
    }
    return forms;
}
