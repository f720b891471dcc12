/* Objects in JSON, as Python's `json` reads them. */
#ifndef BUCKETSIEVE_JSON_H
#define BUCKETSIEVE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of a document; `escaped` if it is a string with escapes, which stands there with its quotes. */
typedef struct {
    const uint8_t *text;
    size_t size;
    bool escaped;
} Piece;

/* Told of each member of the object, in their order. */
typedef void (*Visit)(void *who, const Piece *name, const Piece *value);

/* What bytes are: no object, one, or that Python has to say, as of deep ones. */
typedef enum { NO_OBJECT, AN_OBJECT, PERHAPS } Json;

/* What the bytes are; if they are an object, or perhaps one, `visit` was told of the members. */
Json json_object(const uint8_t *bytes, size_t size, Visit visit, void *who);

/* Whether the piece is this string. */
bool is_string(const Piece *piece, const char *text);

#endif
