/* 64 places take one shift and one "and" a term. Programs that begin alike follow each other, and the later one goes on
 * where the terms they share have led; where these left no place, it is skipped. */
#include "programs.h"

#include "match.h"

/* The places of `from` for which the term has a bit as well; the answer is 0 if there is none. */
WIDER static uint64_t narrow(uint64_t *restrict to, const uint64_t *restrict from, const uint64_t *restrict map, int shift) {
    uint64_t any = 0;
    map += shift < 0 ? -1 : shift / 64;
    shift &= 63;
    if (shift == 0)
        for (size_t word = 0; word < STRETCH; word++)
            any |= to[word] = from[word] & map[word];
    else
        for (size_t word = 0; word < STRETCH; word++)
            any |= to[word] = from[word] & (map[word] >> shift | map[word + 1] << (64 - shift));
    return any;
}

/* A bit for each map that has one in the stretch, or in what is shifted into it; and for those that mostly have. */
WIDER static uint32_t look_for_bits(const Bitmaps *bitmaps, size_t from) {
    static const uint8_t maps[] = {MAP_DIGIT, MAP_UPPER, MAP_LEAD, MAP_AT, MAP_SIGN, MAP_DIGITS_4, MAP_DIGITS_8, MAP_RARE,
                                   MAP_RUN};
    uint32_t present = ~0u;
    for (size_t each = 0; each < sizeof maps; each++) {
        const uint64_t *words = bitmaps->map[maps[each]] + from;
        uint64_t found = words[-1] | words[STRETCH] | words[STRETCH + 1];
        for (size_t word = 0; word < STRETCH; word++)
            found |= words[word];
        if (found == 0)
            present &= ~(1u << maps[each]);
    }
    return present;
}

static bool look_at(const Plan *plan, const Program *program, const Text *text, size_t place, Matches *matches,
                    Numbers *anchors) {
    const uint32_t *by_byte = (const uint32_t *)(plan->bytes + program->by_byte) + text->bytes[place];
    const uint32_t *forms = (const uint32_t *)(plan->bytes + program->forms);
    for (uint32_t each = by_byte[0]; each < by_byte[1]; each++) {
        uint32_t form = forms[each];
        const Shape *shape = &plan->shapes[form];
        if (program->anchors) {
            if (matches_beginning(plan, shape->anchor, text->bytes + place, text->size - place) &&
                /* The first byte of an anchor may stand in front of the match. */
                !add_numbers(anchors, (uint32_t[]){form, (uint32_t)place + 2}, 2))
                return false;
        } else if (!add_match_at(plan, form, text, place, matches))
            return false;
    }
    return true;
}

static bool look_at_all(const Plan *plan, const Program *program, const Text *text, size_t base, const uint64_t *kept,
                        Matches *matches, Numbers *anchors) {
    size_t begin = program->anchors ? 0 : text->begin, end = program->anchors ? text->size : text->end;
    for (size_t word = 0; word < STRETCH; word++)
        for (uint64_t bits = kept[word]; bits; bits &= bits - 1) {
            size_t at = base + 64 * word + (size_t)__builtin_ctzll(bits), place = at - program->origin;
            if (at >= program->origin && place >= begin && place < end &&
                !look_at(plan, program, text, place, matches, anchors))
                return false;
        }
    return true;
}

bool run_programs(const Plan *plan, const Text *text, const Bitmaps *bitmaps, Matches *matches, Numbers *anchors) {
    /* What is left after so many terms of the current program. */
    static const uint64_t all[STRETCH] = {[0 ... STRETCH - 1] = ~0ULL};
    uint64_t left[MOST_TERMS][STRETCH];
    for (size_t from = 0; from < bitmaps->words; from += STRETCH) {
        uint32_t present = look_for_bits(bitmaps, from);
        uint32_t known = 0; /* what is left is known after so many terms of the program before, */
        uint32_t dead = MOST_TERMS + 1; /* and nothing is after so many */
        for (uint32_t number = 0; number < plan->header->program_count; number++) {
            const Program *program = &plan->programs[number];
            if (known > program->shared)
                known = program->shared;
            if (dead <= program->shared)
                continue;
            dead = MOST_TERMS + 1;
            if (program->needed & ~present)
                continue;
            const Term *terms = (const Term *)(plan->bytes + program->terms);
            while (known < program->term_count && dead > known) {
                if (!narrow(left[known], known ? left[known - 1] : all, bitmaps->map[terms[known].map] + from,
                            terms[known].shift))
                    dead = known + 1;
                known++;
            }
            if (dead > program->term_count &&
                !look_at_all(plan, program, text, bitmaps->base + 64 * from, left[program->term_count - 1],
                             matches, anchors))
                return false;
        }
    }
    return true;
}
