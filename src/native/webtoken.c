#include "webtoken.h"

#include <string.h>

#include "base64.h"
#include "json.h"
#include "rulings.h"

typedef struct {
    bool names_algorithm, unsure;
} TokenHeader;

/* Of several members of one name, Python takes the last. */
typedef struct {
    bool of_debugger, of_manual, more, unsure;
} Payload;

static void read_header(void *who, const Piece *name, const Piece *value) {
    TokenHeader *header = who;
    header->unsure |= name->escaped;
    if (is_string(name, "alg"))
        header->names_algorithm = value->text[0] == '"';
}

static void read_payload(void *who, const Piece *name, const Piece *value) {
    Payload *payload = who;
    bool is_name = is_string(name, "name"), is_some = is_string(name, "some");
    payload->unsure |= name->escaped || ((is_name || is_some) && value->escaped);
    if (is_name)
        payload->of_debugger = is_string(value, "John Doe");
    if (is_some)
        payload->of_manual = is_string(value, "payload");
    payload->more |= !is_some;
}

static Json decoded_object(const uint8_t *text, size_t size, Visit visit, void *who) {
    uint8_t bytes[LONGEST_VALUE];
    size_t count = base64_decoded(text, size, bytes);
    return count == 0 || count == NO_BASE64 ? NO_OBJECT : json_object(bytes, count, visit, who);
}

WebToken web_token(const uint8_t *value, size_t size) {
    const uint8_t *end = value + size, *dot = memchr(value, '.', size);
    if (dot == NULL)
        return PERHAPS_TOKEN;
    const uint8_t *second = memchr(dot + 1, '.', (size_t)(end - dot - 1));
    TokenHeader header = {0};
    Payload payload = {0};
    Json first = decoded_object(value, (size_t)(dot - value), read_header, &header);
    if (first == NO_OBJECT || (first == AN_OBJECT && !header.unsure && !header.names_algorithm))
        return NO_TOKEN;
    Json other = decoded_object(dot + 1, (size_t)((second != NULL ? second : end) - dot - 1), read_payload, &payload);
    if (other == NO_OBJECT)
        return NO_TOKEN;
    if (first == PERHAPS || other == PERHAPS || header.unsure || payload.unsure)
        return PERHAPS_TOKEN;
    return payload.of_debugger || (payload.of_manual && !payload.more) ? MANUAL_TOKEN : A_TOKEN;
}
