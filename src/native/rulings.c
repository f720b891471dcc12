#include "rulings.h"

#include <string.h>

#include "checksums.h"
#include "credentials.h"
#include "jsontoken.h"
#include "letters.h"
#include "match.h"
#include "normal.h"
#include "passwords.h"
#include "pem.h"
#include "randomness.h"
#include "text.h"
#include "webtoken.h"
#include "zone.h"

/* See CHECK_ONE_REPEATED. */
enum { REPEATED_AMONG = 10 };

/* ISO/IEC 7812-1, annex B. */
static bool luhn_holds(const uint8_t *digits, size_t size) {
    static const uint8_t doubled[] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    unsigned sum = 0;
    for (size_t place = 0; place < size; place++) {
        if (!is_digit(digits[place]))
            return false;
        unsigned digit = digits[place] - '0';
        sum += (size - place) % 2 ? digit : doubled[digit];
    }
    return sum % 10 == 0;
}

/* ISO 13616: the first four characters behind the others, letters as the numbers from 10, a number of remainder 1. */
static bool mod97_holds(const uint8_t *value, size_t size) {
    unsigned remainder = 0;
    for (size_t place = 0; place < size; place++) {
        uint8_t byte = value[(place + 4) % size];
        if (is_digit(byte))
            remainder = (remainder * 10 + byte - '0') % 97;
        else if (is_upper(byte))
            remainder = (remainder * 100 + byte - 'A' + 10) % 97;
        else
            return false;
    }
    return size > 4 && remainder == 1;
}

/* The argument: how many different characters there have to be, and of how many characters in front not. */
static bool has_few_kinds(const uint8_t *value, size_t size, uint32_t argument) {
    size_t apart = argument >> 16 < size ? argument >> 16 : size;
    return fewer_kinds(value + apart, size - apart, argument & 0xFFFF);
}

/* What several rulings ask of a value; less than 0, or unmeasured: none has. */
typedef struct {
    double entropy;
    int web_token; /* what `web_token` says */
    Strength strength;
} Measured;

static const Measured NOTHING = {-1, -1, UNMEASURED};

static int entropy(const uint8_t *bytes, size_t size, uint32_t thousandths, Measured *measured) {
    if (measured->entropy < 0)
        measured->entropy = entropy_of(bytes, size);
    return has_entropy(measured->entropy, thousandths);
}

static bool is_web_token(const uint8_t *bytes, size_t size, uint32_t argument, Measured *measured) {
    if (measured->web_token < 0)
        measured->web_token = (int)web_token(bytes, size);
    return measured->web_token == (int)argument;
}

static Strength strength(const uint8_t *bytes, size_t size, Measured *measured) {
    if (measured->strength == UNMEASURED)
        measured->strength = strength_of(bytes, size);
    return measured->strength;
}

static bool are_credentials(const uint8_t *bytes, size_t size, uint32_t argument) {
    uint8_t password[LONGEST_VALUE];
    return credentials_in(bytes, size, password, &size) == argument;
}

static bool is_json_token(const uint8_t *bytes, size_t size, uint32_t argument) {
    uint32_t member = argument / JSON_TOKENS;
    return member < MEMBERS && json_token(bytes, size, member) == argument % JSON_TOKENS;
}

static bool holds(const Ruling *ruling, const uint8_t *bytes, size_t size, Measured *measured) {
    switch (ruling->check) {
    case CHECK_NONE:
        return true;
    case CHECK_LITTLE_ENTROPY:
        return entropy(bytes, size, ruling->argument, measured) < 0;
    case CHECK_CLOSE_ENTROPY:
        return entropy(bytes, size, ruling->argument, measured) == 0;
    case CHECK_NOT_RANDOM:
        return entropy(bytes, size, ruling->argument, measured) < 0 || counts(bytes, size) || has_words(bytes, size);
    case CHECK_PEM:
        return pem_holds(bytes, size);
    case CHECK_BASE64_PEM:
        return base64_pem_holds(bytes, size);
    case CHECK_WEB_TOKEN:
        return is_web_token(bytes, size, ruling->argument, measured);
    case CHECK_CREDENTIALS:
        return are_credentials(bytes, size, ruling->argument);
    case CHECK_WEAK_PASSWORD:
        return is_weak(strength(bytes, size, measured), bytes, size, ruling->argument);
    case CHECK_CLOSE_PASSWORD:
        return may_be_weak(strength(bytes, size, measured), bytes, size, ruling->argument);
    case CHECK_JSON_TOKEN:
        return is_json_token(bytes, size, ruling->argument);
    }
    uint8_t room[LONGEST_VALUE];
    const uint8_t *value = bytes;
    if (ruling->normalise != NORMAL_NONE) {
        size = normalised(bytes, size, ruling->normalise, room);
        value = room;
    }
    switch (ruling->check) {
    case CHECK_LUHN:
        return luhn_holds(value, size);
    case CHECK_MOD97:
        return mod97_holds(value, size);
    case CHECK_FEW_KINDS:
        return has_few_kinds(value, size, ruling->argument);
    case CHECK_STAND_IN:
        return stands_in(value, size, ruling->argument);
    case CHECK_CRC32_BASE62:
        return crc32_base62_holds(value, size);
    case CHECK_GITLAB:
        return gitlab_holds(value, size);
    case CHECK_GRAFANA:
        return grafana_holds(value, size);
    case CHECK_BECH32:
        return bech32_holds(value, size, ruling->argument);
    case CHECK_BASE58CHECK:
        return base58check_holds(value, size);
    case CHECK_ZONE:
        return zone_holds(value, size);
    default:
        return one_repeated(value, size < REPEATED_AMONG ? size : REPEATED_AMONG);
    }
}

static uint8_t hex_digit(uint8_t byte) { return is_digit(byte) ? byte - '0' : (byte | 0x20) - 'a' + 10; }

static bool is_hex(uint8_t byte) { return is_digit(byte) || (uint8_t)((byte | 0x20) - 'a') < 6; }

/* As `unquote` of `urllib.parse`, to bytes. */
static size_t unquoted(const uint8_t *value, size_t size, uint8_t *bytes) {
    size_t count = 0;
    for (size_t place = 0; place < size; place++, count++) {
        bytes[count] = value[place];
        if (value[place] == '%' && size - place > 2 && is_hex(value[place + 1]) && is_hex(value[place + 2])) {
            bytes[count] = (uint8_t)(hex_digit(value[place + 1]) << 4 | hex_digit(value[place + 2]));
            place += 2;
        }
    }
    return count;
}

/* What rulings are of; in `room`, if it does not stand in the text. */
static const uint8_t *read_as(uint32_t reading, const uint8_t *value, size_t *size, uint8_t *room) {
    if (reading == READ_PASSWORD)
        credentials_in(value, *size, room, size);
    else if (reading == READ_UNQUOTED && memchr(value, '%', *size) != NULL)
        *size = unquoted(value, *size, room);
    else
        return value;
    return room;
}

static bool may_accept(const Plan *plan, const Panel *panel) {
    const Ruling *rulings = &plan->rulings[panel->rulings];
    for (uint32_t number = 0; number < panel->ruling_count; number++)
        if (rulings[number].verdict != VERDICT_REJECT)
            return true;
    return false;
}

/* Read a value by a panel's automaton, and at once by the next panel's, if that is of the same and surely asked of all
 * that is accepted; it is returned then. */
static const Panel *read_panels(const Plan *plan, const Panel *panel, bool is_last, const uint8_t *bytes, size_t size,
                                uint32_t states[2]) {
    const Automaton *automaton = &plan->automata[panel->automaton];
    if (is_last || panel[1].reading != panel->reading || may_accept(plan, panel)) {
        states[0] = state_after(plan, automaton, bytes, size);
        return NULL;
    }
    states_after(plan, automaton, &plan->automata[panel[1].automaton], bytes, size, states);
    return panel + 1;
}

const Ruling *first_ruling(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size, bool told,
                           uint32_t applying) {
    const uint8_t *value = bytes;
    size_t whole = size;
    uint8_t room[LONGEST_VALUE];
    Measured measured = NOTHING;
    uint32_t reading = READ_PLAIN, states[2] = {0};
    const Panel *known = NULL; /* its state is the second */
    if (size > LONGEST_VALUE)
        return NULL;
    for (uint32_t number = 0; number < shape->panel_count; number++) {
        const Panel *panel = &plan->panels[shape->panels + number];
        if (panel->reading != reading) {
            size = whole;
            bytes = read_as(panel->reading, value, &size, room);
            measured = NOTHING;
            reading = panel->reading;
        }
        if (number > 0 || !told) {
            uint32_t state = states[1];
            if (panel != known) {
                known = read_panels(plan, panel, number + 1 == shape->panel_count, bytes, size, states);
                state = states[0];
            }
            if (state == 0)
                return rule_letters(plan, shape, value, whole);
            applying = ((const uint32_t *)(plan->bytes + panel->masks))[row_of(panel, state)];
        }
        for (; applying; applying &= applying - 1) {
            const Ruling *ruling = &plan->rulings[panel->rulings + (uint32_t)__builtin_ctz(applying)];
            if (holds(ruling, bytes, size, &measured))
                return ruling->verdict == VERDICT_ASK ? NULL : ruling;
        }
    }
    return NULL;
}

const Ruling *rule_alone(const Plan *plan, const Shape *shape, const uint8_t *bytes, size_t size) {
    return first_ruling(plan, shape, bytes, size, false, 0);
}
