#include "jsontoken.h"

#include <string.h>

#include "base64.h"
#include "json.h"
#include "rulings.h"

static const char *const names[MEMBERS] = {"signInAddress", "k", "org"};

typedef struct {
    const char *name;
    bool has_it, has_any, unsure;
} Members;

static void read_member(void *who, const Piece *name, const Piece *value) {
    Members *members = who;
    (void)value;
    members->has_any = true;
    members->unsure |= name->escaped;
    members->has_it |= is_string(name, members->name);
}

/* What the base64 of a document says; `has_document`: another reading of it need not be tried. */
static JsonToken told_by(const uint8_t *text, size_t size, const char *name, bool *has_document) {
    uint8_t bytes[LONGEST_VALUE];
    Members members = {.name = name};
    size_t count = base64_decoded(text, size, bytes);
    Json json = count == 0 || count == NO_BASE64 ? NO_OBJECT : json_object(bytes, count, read_member, &members);
    *has_document = json == AN_OBJECT && members.has_any;
    if (json == NO_OBJECT)
        return NO_JSON_TOKEN;
    if (json == PERHAPS || (members.unsure && !members.has_it))
        return PERHAPS_JSON_TOKEN;
    return members.has_it ? A_JSON_TOKEN : NO_JSON_TOKEN;
}

static bool separates(uint8_t byte) { return byte == '_' || byte == '.'; }

/* Where the next part begins, behind a separator; `end` if there is none. */
static const uint8_t *next_part(const uint8_t *at, const uint8_t *end) {
    for (; end - at > 3; at++)
        if (separates(*at) && memcmp(at + 1, "eyJ", 3) == 0)
            return at + 1;
    return end;
}

/* A part is a document up to its first separator; or as a whole, for the separator may be one of base64. */
static JsonToken told_by_part(const uint8_t *part, size_t size, const char *name) {
    bool has_document;
    size_t first = 0;
    while (first < size && !separates(part[first]))
        first++;
    JsonToken told = told_by(part, first, name, &has_document);
    return told != NO_JSON_TOKEN || has_document ? told : told_by(part, size, name, &has_document);
}

JsonToken json_token(const uint8_t *value, size_t size, uint32_t member) {
    const uint8_t *end = value + size, *part = next_part(value, end);
    JsonToken told = NO_JSON_TOKEN;
    while (part < end && told == NO_JSON_TOKEN) {
        const uint8_t *next = next_part(part, end);
        told = told_by_part(part, (size_t)((next < end ? next - 1 : end) - part), names[member]);
        part = next;
    }
    return told;
}
