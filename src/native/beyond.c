/* In a text full of values, nearly all of them pass through here. */
#include "beyond.h"

#include "forms.h"
#include "normal.h"
#include "sketch.h"

size_t count_beyond(Sieve *sieve, const Excerpt *excerpt, size_t number) {
    Values *values = &sieve->values;
    const Form *forms = sieve->plan->forms;
    const Candidate *candidates = sieve->candidates.items;
    const uint32_t *won = sieve->won.items;
    const uint8_t *bytes = excerpt->text.bytes;
    int64_t base = excerpt->base, end = base + (int64_t)excerpt->text.size;
    size_t from = number, count = sieve->won.count;
    for (; number < count; number++) {
        const Candidate *winner = &candidates[won[number]];
        if (winner->ruling == FROM_PYTHON || winner->start < base || winner->end > end ||
            !is_full(values, winner->detector))
            break;
        size_t size = (size_t)(winner->end - winner->start);
        const uint8_t *value = bytes + (winner->start - base);
        const Form *form = &forms[winner->form];
        if ((form->wide && !is_ascii(value, size)) || may_know(values, sketch(value, size, form->normalise)))
            break;
        values->counts[winner->detector]++;
    }
    values->over_limit |= number > from;
    return number;
}
