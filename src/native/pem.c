#include "pem.h"

#include <string.h>

#include "base64.h"
#include "rulings.h"
#include "text.h"

/* Characters of a body at least, and different bytes that they decode to. */
enum { LEAST_BODY = 16, LEAST_KINDS = 8 };

/* Of the words of a name in front of PRIVATE KEY: how many, and how long. */
enum { MOST_WORDS = 2, SHORTEST_WORD = 2, LONGEST_WORD = 9 };

typedef struct {
    const uint8_t *at, *end;
} Span;

static const uint8_t *find(Span span, const char *text) {
    size_t size = strlen(text);
    for (; (size_t)(span.end - span.at) >= size; span.at++)
        if (memcmp(span.at, text, size) == 0)
            return span.at;
    return NULL;
}

static bool begins_with(Span span, const char *text) {
    return (size_t)(span.end - span.at) >= strlen(text) && memcmp(span.at, text, strlen(text)) == 0;
}

static bool is_space(uint8_t byte) { return byte == ' ' || (uint8_t)(byte - '\t') < 5 || (uint8_t)(byte - 0x1C) < 4; }

/* With line ends in place of their escapes. */
static size_t unescaped(const uint8_t *value, size_t size, uint8_t *text) {
    size_t count = 0;
    for (size_t place = 0; place < size; place++, count++) {
        bool escape = value[place] == '\\' && place + 1 < size && (value[place + 1] == 'n' || value[place + 1] == 'r');
        text[count] = escape ? '\n' : value[place];
        place += escape;
    }
    return count;
}

/* Of a header: a name, a colon and a space. */
static bool is_header(Span line) {
    while (line.at < line.end && is_space(*line.at))
        line.at++;
    if (line.at == line.end || !is_letter(*line.at))
        return false;
    while (line.at < line.end && (is_letter(*line.at) || *line.at == '-'))
        line.at++;
    return begins_with(line, ": ");
}

static bool is_base64(uint8_t byte) { return is_letter(byte) || is_digit(byte) || byte == '+' || byte == '/'; }

/* The base64 that the lines begin with, apart from headers and what surrounds strings in code. */
static size_t body_of(Span text, uint8_t *body) {
    size_t count = 0;
    while (text.at < text.end) {
        const uint8_t *end = memchr(text.at, '\n', (size_t)(text.end - text.at));
        Span line = {text.at, end != NULL ? end : text.end};
        text.at = end != NULL ? end + 1 : text.end;
        if (is_header(line))
            continue;
        for (; line.at < line.end; line.at++) {
            if (is_base64(*line.at))
                body[count++] = *line.at;
            else if (!is_space(*line.at) && *line.at != '"' && *line.at != '\'' && *line.at != ',' && *line.at != '\\')
                return count;
        }
    }
    return count;
}

static bool has_few_kinds(const uint8_t *bytes, size_t size) {
    bool seen[UINT8_MAX + 1] = {false};
    unsigned count = 0;
    for (size_t place = 0; place < size && count < LEAST_KINDS; place++) {
        count += !seen[bytes[place]];
        seen[bytes[place]] = true;
    }
    return count < LEAST_KINDS;
}

/* Whether the decoded body begins as the first line promises. */
static bool begins_as_key(Span first, const uint8_t *bytes, size_t size) {
    static const char openssh[] = "openssh-key-v1";
    if (find(first, "OPENSSH") != NULL)
        return size >= sizeof openssh && memcmp(bytes, openssh, sizeof openssh) == 0;
    if (find(first, "PGP") != NULL)
        return (bytes[0] >= 0x94 && bytes[0] <= 0x97) || bytes[0] == 0xC5;
    return bytes[0] == 0x30;
}

bool pem_holds(const uint8_t *value, size_t size) {
    uint8_t plain[LONGEST_VALUE], body[LONGEST_VALUE];
    Span text = {plain, plain + unescaped(value, size, plain)};
    const uint8_t *key = find(text, "KEY");
    const uint8_t *hyphens = key != NULL ? find((Span){key + 3, text.end}, "-----") : NULL;
    if (hyphens == NULL)
        return false;
    size_t count = body_of((Span){hyphens + 5, text.end}, body);
    if (count < LEAST_BODY)
        return false;
    count = base64_decoded(body, count - count % 4, body);
    return !has_few_kinds(body, count) &&
           (find(text, "Proc-Type") != NULL || begins_as_key((Span){text.at, key}, body, count));
}

bool base64_pem_holds(const uint8_t *value, size_t size) {
    uint8_t text[LONGEST_VALUE];
    size_t count = base64_decoded(value, size - size % 4, text);
    if (count == NO_BASE64)
        return false;
    Span rest = {text, text + count};
    if (!begins_with(rest, "-----BEGIN "))
        return false;
    rest.at += strlen("-----BEGIN ");
    for (size_t words = 0; !begins_with(rest, "PRIVATE KEY"); words++) {
        const uint8_t *word = rest.at;
        while (rest.at < rest.end && (is_upper(*rest.at) || is_digit(*rest.at)))
            rest.at++;
        size_t length = (size_t)(rest.at - word);
        if (words == MOST_WORDS || length < SHORTEST_WORD || length > LONGEST_WORD || !begins_with(rest, " "))
            return false;
        rest.at++;
    }
    return true;
}
