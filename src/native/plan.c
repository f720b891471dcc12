/* Reads a plan, and refuses one that would make the search read elsewhere. */
#include "plan.h"
#include "classify.h"
#include "expressions.h"

/* From a word to the matches it speaks of, at most. */
enum { FARTHEST = 1 << 18 };

static bool inside(const Header *header, uint32_t offset, uint64_t count, size_t size) {
    return offset % 4 == 0 && offset <= header->size && count * size <= header->size - offset;
}

/* Whether `count` states are below `size` and multiples of `width`. A catalogue has millions, so there is no division
 * (n is a multiple of d if n * ceil(2^32 / d) mod 2^32 is below that factor, for numbers of 16 bits) and no branch. */
WIDER static bool states_ok(const uint16_t *table, uint32_t count, uint32_t size, uint32_t width) {
    uint32_t factor = UINT32_MAX / width + 1, wrong = 0;
    for (uint32_t place = 0; place < count; place++) {
        uint32_t state = table[place];
        wrong |= (uint32_t)(state >= size) | (uint32_t)(state * factor > factor - 1);
    }
    return wrong == 0;
}

static bool classes_ok(const uint8_t *classes, uint32_t width) {
    for (int byte = 0; byte < 256; byte++)
        if (classes[byte] >= width)
            return false;
    return true;
}

static bool automaton_ok(const Plan *plan, const Automaton *each) {
    const Header *header = plan->header;
    uint64_t size = (uint64_t)each->rows * each->width;
    if (each->rows < 2 || each->width == 0 || size > UINT16_MAX + 1 || each->start == 0 || each->start >= size ||
        each->start % each->width || each->accepting == 0 || !inside(header, each->classes, 256, 1) ||
        !inside(header, each->table, size, sizeof(uint16_t)))
        return false;
    return classes_ok(plan->bytes + each->classes, each->width) &&
           states_ok((const uint16_t *)(plan->bytes + each->table), (uint32_t)size, (uint32_t)size, each->width);
}

/* In its first state a reader has read no byte in front of which a match could have ended. */
static bool start_ok(const Plan *plan, const Reader *each) {
    const Told *told = (const Told *)(plan->bytes + each->told);
    return each->start <= each->dead || told[each->start - each->dead].how & TOLD_SOMEWHERE;
}

static bool told_ok(const Told *told, uint32_t count, uint32_t rulings) {
    uint64_t applying = 0;
    for (uint32_t place = 0; place < count; place++)
        applying |= told[place].applying;
    return rulings <= MOST_RULINGS && applying >> rulings == 0;
}

static bool reader_ok(const Plan *plan, const Reader *each) {
    const Header *header = plan->header;
    uint64_t states = (uint64_t)each->rows * (each->width / 4), size = 4 * states;
    return each->rows >= 2 && each->width > 0 && each->width % 4 == 0 && states <= UINT16_MAX + 1 &&
           each->start < states && each->start % (each->width / 4) == 0 && each->dead < states &&
           each->dead % (each->width / 4) == 0 && each->end < each->width && each->end <= UINT8_MAX &&
           inside(header, each->classes, 256, 1) &&
           inside(header, each->table, size, sizeof(uint16_t)) &&
           inside(header, each->told, states - each->dead, sizeof(Told)) &&
           classes_ok(plan->bytes + each->classes, each->width) && start_ok(plan, each) &&
           told_ok((const Told *)(plan->bytes + each->told), (uint32_t)states - each->dead, each->rulings) &&
           states_ok((const uint16_t *)(plan->bytes + each->table), (uint32_t)size, (uint32_t)states, each->width / 4);
}

/* Whether what the form's reader tells of another one is of that one's rulings. */
static bool also_ok(const Plan *plan, const Shape *each) {
    if (each->also == NO_FORM)
        return true;
    if (each->also >= plan->header->shape_count || plan->shapes[each->also].reader >= plan->header->reader_count)
        return false;
    const Reader *reader = &plan->readers[each->reader];
    const Told *told = (const Told *)(plan->bytes + reader->told);
    uint64_t also = 0;
    for (uint32_t place = 0; place < reader->rows * (reader->width / 4) - reader->dead; place++)
        also |= told[place].also;
    return also >> plan->readers[plan->shapes[each->also].reader].rulings == 0;
}

static bool shape_ok(const Plan *plan, const Shape *each) {
    const Header *header = plan->header;
    if (each->reader >= header->reader_count || each->anchor >= header->automaton_count ||
        !inside(header, each->first, 256, 1) ||
        !inside(header, each->checks, each->check_count, sizeof(Check)) || each->max_width > 65536 ||
        each->distance > 65536 || each->lead > 65536 || !inside(header, each->alphabet, 256, 1) ||
        !inside(header, each->before, 256, 1) || each->context > CONTEXT_REQUIRED ||
        each->normalise >= NORMALISATIONS || each->mask >= MASKS || each->detector >= MOST_DETECTORS ||
        each->priority > INT32_MAX || each->panels > header->panel_count ||
        each->panel_count > header->panel_count - each->panels ||
        (each->rules && (each->panel_count == 0 ||
                         plan->readers[each->reader].rulings > plan->panels[each->panels].ruling_count)) ||
        (each->team != NO_TEAM && (each->team >= header->team_count || each->place >= MOST_OF_TEAM)))
        return false;
    const Check *checks = (const Check *)(plan->bytes + each->checks);
    uint32_t loose = 0;
    for (uint32_t place = 0; place < each->check_count; place++) {
        if (checks[place].kind > ONLY_AHEAD || checks[place].automaton >= header->automaton_count)
            return false;
        loose += checks[place].kind == ONLY_AHEAD;
    }
    /* States of one are kept by form. */
    return loose <= 1 && (each->opening == NO_OPENING || each->opening < header->automaton_count) &&
           also_ok(plan, each) && expression_ok(header, plan->bytes, each);
}

static bool ruling_ok(const Ruling *each) {
    return each->normalise < NORMALISATIONS && each->check < CHECKS && each->verdict < VERDICTS &&
           each->surety <= UINT8_MAX && each->rank <= UINT8_MAX;
}

/* Whether the masks for the rows of an automaton have bits up to `count` alone. */
static bool masks_ok(const Plan *plan, uint32_t automaton, uint32_t offset, uint32_t count) {
    if (automaton >= plan->header->automaton_count || !inside(plan->header, offset, plan->automata[automaton].rows, 4))
        return false;
    const uint32_t *masks = (const uint32_t *)(plan->bytes + offset);
    for (uint32_t row = 0; row < plan->automata[automaton].rows; row++)
        if ((uint64_t)masks[row] >> count)
            return false;
    return true;
}

static bool panel_ok(const Plan *plan, const Panel *each) {
    const Header *header = plan->header;
    return each->reading < READINGS && each->ruling_count <= MOST_RULINGS && each->rulings <= header->ruling_count &&
           each->ruling_count <= header->ruling_count - each->rulings &&
           masks_ok(plan, each->automaton, each->masks, each->ruling_count) &&
           each->letter < plan->automata[each->automaton].width &&
           each->numero < plan->automata[each->automaton].width &&
           each->by_width == (1ULL << 32) / plan->automata[each->automaton].width + 1;
}

static bool team_ok(const Plan *plan, const Team *each) {
    const Header *header = plan->header;
    if (each->mask_count < 1 + LOOKED || !inside(header, each->forms, MOST_OF_TEAM, 4) ||
        !inside(header, each->rows, 256, sizeof(uint16_t)) || !inside(header, each->masks, each->mask_count, 4))
        return false;
    const uint32_t *forms = (const uint32_t *)(plan->bytes + each->forms);
    for (uint32_t place = 0; place < MOST_OF_TEAM; place++)
        if (forms[place] >= header->shape_count)
            return false;
    const uint16_t *rows = (const uint16_t *)(plan->bytes + each->rows);
    for (int byte = 0; byte < 256; byte++)
        if (rows[byte] > each->mask_count - (1 + LOOKED))
            return false;
    return true;
}

static bool program_ok(const Plan *plan, const Program *each) {
    const Header *header = plan->header;
    if (each->term_count == 0 || each->term_count > MOST_TERMS || each->shared > each->term_count ||
        each->origin > FARTHEST_BACK || !inside(header, each->terms, each->term_count, sizeof(Term)) ||
        !inside(header, each->by_byte, 257, 4))
        return false;
    const Term *terms = (const Term *)(plan->bytes + each->terms);
    for (uint32_t place = 0; place < each->term_count; place++)
        if (terms[place].map >= MAPS || terms[place].shift < -FARTHEST_BACK || terms[place].shift > FARTHEST_SHIFT)
            return false;
    const uint32_t *by_byte = (const uint32_t *)(plan->bytes + each->by_byte);
    for (int byte = 0; byte < 256; byte++)
        if (by_byte[byte] > by_byte[byte + 1])
            return false;
    if (!inside(header, each->forms, by_byte[256], 4))
        return false;
    const uint32_t *forms = (const uint32_t *)(plan->bytes + each->forms);
    for (uint32_t place = 0; place < by_byte[256]; place++)
        if (forms[place] >= header->shape_count)
            return false;
    return true;
}

static bool words_ok(const Plan *plan) {
    const Header *header = plan->header;
    for (uint32_t number = 0; number < header->word_count; number++) {
        const Word *word = &plan->words[number];
        if (!inside(header, word->unknown, word->unknown_count, 4) || word->length > UINT16_MAX ||
            !inside(header, word->teams, word->team_count, sizeof(WordTeam)))
            return false;
        const uint32_t *unknown = (const uint32_t *)(plan->bytes + word->unknown);
        for (uint32_t place = 0; place < word->unknown_count; place++)
            if (unknown[place] >= header->shape_count)
                return false;
        const WordTeam *teams = (const WordTeam *)(plan->bytes + word->teams);
        for (uint32_t place = 0; place < word->team_count; place++)
            if (teams[place].team >= header->team_count || teams[place].before > FARTHEST ||
                teams[place].behind > FARTHEST)
                return false;
    }
    /* No word is empty. */
    if (plan->nodes[0].first_word != plan->nodes[1].first_word)
        return false;
    for (uint32_t number = 0; number < header->node_count; number++) {
        const Node *node = &plan->nodes[number];
        if (node[0].first_edge > node[1].first_edge || node[0].first_word > node[1].first_word ||
            node->only >> ONLY_NODE >= header->node_count || !inside(header, node->row, 256, 4))
            return false;
        const uint32_t *row = (const uint32_t *)(plan->bytes + node->row);
        for (int byte = 0; byte < 256 && node->row; byte++)
            if (row[byte] >= header->node_count)
                return false;
    }
    if (plan->nodes[header->node_count].first_edge > header->edge_count ||
        plan->nodes[header->node_count].first_word > header->end_count)
        return false;
    for (uint32_t place = 0; place < 1u << header->slot_bits; place++) {
        const Slot *slot = &plan->slots[place];
        if (slot->depth > NO_WAY || slot->node >= header->node_count || (slot->depth == 0 && slot->node != 0) ||
            slot->first_hook > header->hook_count || slot->hook_count > header->hook_count - slot->first_hook)
            return false;
    }
    for (uint32_t place = 0; place < header->hook_count; place++)
        if (plan->hooks[place].form >= header->shape_count ||
            (plan->hooks[place].tail != NO_TAIL && plan->hooks[place].tail >= header->automaton_count))
            return false;
    for (uint32_t place = 0; place < header->name_count; place++) {
        const Names *names = &plan->names[place];
        if (names->form_count > MOST_OF_SEVERAL || !inside(header, names->forms, names->form_count, 4) ||
            !masks_ok(plan, names->backs.automaton, names->backs.masks, names->form_count) ||
            !masks_ok(plan, names->tails.automaton, names->tails.masks, names->form_count))
            return false;
        const uint32_t *forms = (const uint32_t *)(plan->bytes + names->forms);
        for (uint32_t number = 0; number < names->form_count; number++)
            if (forms[number] >= header->shape_count)
                return false;
    }
    for (uint32_t place = 0; place < header->edge_count; place++)
        if (plan->edges[place].node >= header->node_count)
            return false;
    for (uint32_t place = 0; place < header->end_count; place++)
        if (plan->ends[place] >= header->word_count)
            return false;
    return true;
}

const char *plan_read(Plan *plan, const uint8_t *bytes, size_t size) {
    const Header *header = (const Header *)bytes;
    if (size < sizeof(Header) || (uintptr_t)bytes % 4 || header->magic != PLAN_MAGIC)
        return "this is no plan";
    if (header->version != PLAN_VERSION)
        return "the plan is of another version";
    if (header->size != size)
        return "the plan was cut";
    if (!inside(header, header->automata, header->automaton_count, sizeof(Automaton)) ||
        !inside(header, header->readers, header->reader_count, sizeof(Reader)) ||
        !inside(header, header->shapes, header->shape_count, sizeof(Shape)) || header->shape_count > MOST_FORMS ||
        !inside(header, header->programs, header->program_count, sizeof(Program)) ||
        !inside(header, header->words, header->word_count, sizeof(Word)) ||
        !inside(header, header->rulings, header->ruling_count, sizeof(Ruling)) ||
        !inside(header, header->panels, header->panel_count, sizeof(Panel)) ||
        !inside(header, header->teams, header->team_count, sizeof(Team)) || header->node_count == 0 ||
        !inside(header, header->nodes, (uint64_t)header->node_count + 1, sizeof(Node)) ||
        !inside(header, header->edges, header->edge_count, sizeof(Edge)) ||
        !inside(header, header->ends, header->end_count, 4) || !inside(header, header->heads, 1 << HEAD_BITS, 4) ||
        !inside(header, header->heads_without_digit, 1 << HEAD_BITS, 4) ||
        !inside(header, header->ways, 1 << WAY_BITS, 4) ||
        !inside(header, header->short_words, 1 << SHORT_BITS, 4) ||
        header->slot_bits == 0 || header->slot_bits > 20 ||
        !inside(header, header->slots, 1u << header->slot_bits, sizeof(Slot)) ||
        !inside(header, header->hooks, header->hook_count, sizeof(Hook)) ||
        !inside(header, header->names, header->name_count, sizeof(Names)) ||
        !inside(header, header->name_ends, 1 << HEAD_BITS, 4) ||
        header->speaking >= header->automaton_count || header->assigned >= header->automaton_count ||
        !inside(header, header->notes, header->notes_size, 1))
        return "the plan has an offset that leads out of it";
    *plan = (Plan){
        .bytes = bytes,
        .header = header,
        .automata = (const Automaton *)(bytes + header->automata),
        .readers = (const Reader *)(bytes + header->readers),
        .shapes = (const Shape *)(bytes + header->shapes),
        .programs = (const Program *)(bytes + header->programs),
        .words = (const Word *)(bytes + header->words),
        .rulings = (const Ruling *)(bytes + header->rulings),
        .panels = (const Panel *)(bytes + header->panels),
        .teams = (const Team *)(bytes + header->teams),
        .nodes = (const Node *)(bytes + header->nodes),
        .edges = (const Edge *)(bytes + header->edges),
        .ends = (const uint32_t *)(bytes + header->ends),
        .slots = (const Slot *)(bytes + header->slots),
        .hooks = (const Hook *)(bytes + header->hooks),
        .names = (const Names *)(bytes + header->names),
    };
    for (uint32_t place = 0; place < header->automaton_count; place++)
        if (!automaton_ok(plan, &plan->automata[place]))
            return "the plan has an automaton that leads out of it";
    for (uint32_t place = 0; place < header->reader_count; place++)
        if (!reader_ok(plan, &plan->readers[place]))
            return "the plan has a reader that leads out of it";
    for (uint32_t place = 0; place < header->shape_count; place++)
        if (!shape_ok(plan, &plan->shapes[place]))
            return "the plan has a shape that leads out of it";
        else
            plan->any_unknown |= plan->shapes[place].unknown != 0;
    for (uint32_t place = 0; place < header->ruling_count; place++)
        if (!ruling_ok(&plan->rulings[place]))
            return "the plan has a ruling that leads out of it";
    for (uint32_t place = 0; place < header->panel_count; place++)
        if (!panel_ok(plan, &plan->panels[place]))
            return "the plan has a panel that leads out of it";
    for (uint32_t place = 0; place < header->team_count; place++)
        if (!team_ok(plan, &plan->teams[place]))
            return "the plan has a team that leads out of it";
    for (uint32_t place = 0; place < header->program_count; place++)
        if (!program_ok(plan, &plan->programs[place]) || (place == 0 && plan->programs[0].shared != 0) ||
            (place > 0 && plan->programs[place].shared > plan->programs[place - 1].term_count))
            return "the plan has a program that leads out of it";
    return words_ok(plan) ? NULL : "the plan has a word that leads out of it";
}
