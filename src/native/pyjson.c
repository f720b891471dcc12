/* Findings as lines of JSON: as `bucketsieve.cli.output` writes them. */
#include "module.h"

#include <stdlib.h>
#include <string.h>

#include "hits.h"

/* A line in the making. */
typedef struct {
    char *bytes;
    size_t count, room;
} Output;

/* A character is escaped by at most so many bytes; a 64-bit number has at most so many, its sign included. */
enum { ESCAPE = 6, DIGITS = 20 };

static bool room_in(Output *line, size_t size) {
    void *bytes = line->bytes;
    bool ok = make_room(&bytes, &line->room, line->count + size, 1);
    line->bytes = bytes;
    return ok;
}

/* Each of these is false if an exception is set. */
static bool add_plain(Output *line, const char *bytes, size_t size) {
    if (!room_in(line, size)) {
        PyErr_NoMemory();
        return false;
    }
    memcpy(line->bytes + line->count, bytes, size);
    line->count += size;
    return true;
}

static bool add_text(Output *line, PyObject *text) {
    Py_ssize_t size = 0;
    const char *bytes = text != NULL ? PyUnicode_AsUTF8AndSize(text, &size) : NULL;
    return bytes != NULL && add_plain(line, bytes, (size_t)size);
}

/* With what JSON has instead of quotes, backslashes and control characters; other characters are left as they are. */
static bool add_escaped(Output *line, PyObject *text) {
    static const char letters[] = "btn?fr", digits[] = "0123456789abcdef";
    Py_ssize_t size = 0;
    const char *bytes = text != NULL ? PyUnicode_AsUTF8AndSize(text, &size) : NULL;
    if (bytes == NULL)
        return false;
    if (!room_in(line, ESCAPE * (size_t)size)) {
        PyErr_NoMemory();
        return false;
    }
    char *next = line->bytes + line->count;
    for (Py_ssize_t place = 0; place < size; place++) {
        unsigned char byte = (unsigned char)bytes[place];
        if (byte >= ' ' && byte != '"' && byte != '\\') {
            *next++ = (char)byte;
            continue;
        }
        *next++ = '\\';
        if (byte >= ' ') {
            *next++ = (char)byte;
        } else if (byte >= '\b' && byte <= '\r' && byte != '\v') {
            *next++ = letters[byte - '\b'];
        } else {
            memcpy(next, "u00", 3);
            next[3] = digits[byte >> 4];
            next[4] = digits[byte & 0xF];
            next += 5;
        }
    }
    line->count = (size_t)(next - line->bytes);
    return true;
}

static bool add_number(Output *line, PyObject *number) {
    long long left = number != NULL ? PyLong_AsLongLong(number) : -1;
    if (left == -1 && PyErr_Occurred() != NULL)
        return false;
    char digits[DIGITS], *first = digits + DIGITS;
    unsigned long long rest = left < 0 ? 0ULL - (unsigned long long)left : (unsigned long long)left;
    do
        *--first = (char)('0' + rest % 10);
    while (rest /= 10);
    if (left < 0)
        *--first = '-';
    return add_plain(line, first, (size_t)(digits + DIGITS - first));
}

#define ADD(line, text) add_plain(line, text, sizeof text - 1)

/* What follows the place of a value, up to the end of the line. */
static bool add_rest(Output *line, PyObject *finding) {
    return ADD(line, ", \"masked\": \"") && add_escaped(line, PyTuple_GetItem(finding, 4)) &&
           ADD(line, "\", \"context\": \"") && add_escaped(line, PyTuple_GetItem(finding, 5)) &&
           ADD(line, "\", \"confidence\": \"") && add_text(line, PyTuple_GetItem(finding, 2)) &&
           ADD(line, "\", \"severity\": \"") && add_text(line, PyTuple_GetItem(finding, 1)) &&
           ADD(line, "\", \"fingerprint\": \"") && add_text(line, PyTuple_GetItem(finding, 6)) && ADD(line, "\"}\n");
}

static bool add_location(Output *line, PyObject *place) {
    return ADD(line, "\", \"start\": ") && add_number(line, PyTuple_GetItem(place, 0)) && ADD(line, ", \"end\": ") &&
           add_number(line, PyTuple_GetItem(place, 1)) && ADD(line, ", \"line\": ") &&
           add_number(line, PyTuple_GetItem(place, 2)) && ADD(line, ", \"column\": ") &&
           add_number(line, PyTuple_GetItem(place, 3));
}

/* Add the lines of a finding to the list: one for each of its places. */
static bool add_lines(PyObject *lines, PyObject *beginning, PyObject *finding, Output *line, Output *rest) {
    PyObject *places = PyTuple_GetItem(finding, 8);
    rest->count = 0;
    bool ok = places != NULL && add_rest(rest, finding);
    for (Py_ssize_t number = 0; ok && number < PyTuple_Size(places); number++) {
        line->count = 0;
        ok = add_text(line, beginning) && add_text(line, PyTuple_GetItem(finding, 0)) &&
             add_location(line, PyTuple_GetItem(places, number)) && add_plain(line, rest->bytes, rest->count);
        PyObject *text = ok ? PyUnicode_FromStringAndSize(line->bytes, (Py_ssize_t)line->count) : NULL;
        ok = text != NULL && PyList_Append(lines, text) == 0;
        Py_XDECREF(text);
    }
    return ok && PyErr_Occurred() == NULL;
}

const char json_lines_doc[] =
"json_lines(beginning, findings) -> list\n\n"
"The lines of JSON for a tuple of `Finding`s: one for each location. They begin with `beginning` and the\n"
"detector's id. Raises UnicodeEncodeError for texts that have no UTF-8, MemoryError.";

PyObject *json_lines(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *beginning, *findings;
    if (!PyArg_ParseTuple(arguments, "UO!:json_lines", &beginning, &PyTuple_Type, &findings))
        return NULL;
    PyObject *lines = PyList_New(0);
    Output line = {0}, rest = {0};
    bool ok = lines != NULL;
    for (Py_ssize_t number = 0; ok && number < PyTuple_Size(findings); number++)
        ok = add_lines(lines, beginning, PyTuple_GetItem(findings, number), &line, &rest);
    free(line.bytes);
    free(rest.bytes);
    if (!ok)
        Py_CLEAR(lines);
    return lines;
}
