#include "json.h"

#include <string.h>

#include "normal.h"
#include "text.h"

/* Values in values, at most. */
enum { DEEPEST = 64 };

typedef struct {
    const uint8_t *at, *end;
    bool too_deep;
    Visit visit;
    void *who;
} Reader;

static bool any_value(Reader *reader, unsigned depth, Piece *piece);

static void skip_space(Reader *reader) {
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t' || *reader->at == '\r'))
        reader->at++;
}

static bool next_is(Reader *reader, uint8_t byte) {
    bool is = reader->at < reader->end && *reader->at == byte;
    reader->at += is;
    return is;
}

static bool next_are(Reader *reader, const char *text) {
    size_t size = strlen(text);
    bool are = (size_t)(reader->end - reader->at) >= size && memcmp(reader->at, text, size) == 0;
    reader->at += are ? size : 0;
    return are;
}

static bool string(Reader *reader, Piece *piece) {
    const uint8_t *begin = reader->at;
    piece->escaped = false;
    if (!next_is(reader, '"'))
        return false;
    while (reader->at < reader->end && *reader->at != '"') {
        uint8_t byte = *reader->at++;
        if (byte < ' ')
            return false;
        if (byte != '\\')
            continue;
        piece->escaped = true;
        if (next_is(reader, 'u')) {
            for (size_t digit = 0; digit < 4; digit++, reader->at++)
                if (reader->at == reader->end ||
                    (!is_digit(*reader->at) && (uint8_t)((*reader->at | 0x20) - 'a') >= 6))
                    return false;
        } else if (reader->at == reader->end || *reader->at == '\0' || strchr("\"\\/bfnrt", *reader->at++) == NULL) {
            return false;
        }
    }
    piece->text = begin;
    piece->size = (size_t)(reader->at - begin) + 1;
    return next_is(reader, '"');
}

static bool some_digits(Reader *reader) {
    const uint8_t *begin = reader->at;
    while (reader->at < reader->end && is_digit(*reader->at))
        reader->at++;
    return reader->at > begin;
}

static bool number(Reader *reader) {
    next_is(reader, '-');
    if (!next_is(reader, '0') && !some_digits(reader))
        return false;
    if (next_is(reader, '.') && !some_digits(reader))
        return false;
    if (next_is(reader, 'e') || next_is(reader, 'E')) {
        if (!next_is(reader, '-'))
            next_is(reader, '+');
        return some_digits(reader);
    }
    return true;
}

/* The members of an object behind its brace; those of the document are told. */
static bool members(Reader *reader, unsigned depth) {
    skip_space(reader);
    if (next_is(reader, '}'))
        return true;
    do {
        Piece name, value;
        skip_space(reader);
        if (!string(reader, &name))
            return false;
        skip_space(reader);
        if (!next_is(reader, ':') || !any_value(reader, depth, &value))
            return false;
        if (depth == 1)
            reader->visit(reader->who, &name, &value);
        skip_space(reader);
    } while (next_is(reader, ','));
    return next_is(reader, '}');
}

static bool elements(Reader *reader, unsigned depth) {
    Piece value;
    skip_space(reader);
    if (next_is(reader, ']'))
        return true;
    do {
        if (!any_value(reader, depth, &value))
            return false;
        skip_space(reader);
    } while (next_is(reader, ','));
    return next_is(reader, ']');
}

static bool any_value(Reader *reader, unsigned depth, Piece *piece) {
    skip_space(reader);
    const uint8_t *begin = reader->at;
    bool ok;
    if (begin < reader->end && *begin == '"')
        return string(reader, piece);
    if (depth == DEEPEST) {
        reader->too_deep = true;
        return false;
    }
    if (next_is(reader, '{'))
        ok = members(reader, depth + 1);
    else if (next_is(reader, '['))
        ok = elements(reader, depth + 1);
    else
        ok = next_are(reader, "true") || next_are(reader, "false") || next_are(reader, "null") ||
             next_are(reader, "NaN") || next_are(reader, "Infinity") || next_are(reader, "-Infinity") || number(reader);
    *piece = (Piece){begin, (size_t)(reader->at - begin), false};
    return ok;
}

Json json_object(const uint8_t *bytes, size_t size, Visit visit, void *who) {
    Reader reader = {bytes, bytes + size, false, visit, who};
    /* Python takes the encoding from the first bytes. */
    if (size < 2 || bytes[0] != '{' || bytes[1] == 0)
        return PERHAPS;
    reader.at++;
    bool ok = members(&reader, 1);
    skip_space(&reader);
    if (reader.too_deep)
        return PERHAPS;
    if (!ok || reader.at < reader.end)
        return NO_OBJECT;
    return is_plain(bytes, size) ? AN_OBJECT : PERHAPS;
}

bool is_string(const Piece *piece, const char *text) {
    size_t size = strlen(text);
    return piece->size == size + 2 && piece->text[0] == '"' && memcmp(piece->text + 1, text, size) == 0;
}
