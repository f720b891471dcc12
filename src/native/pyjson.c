/* Findings as lines of JSON: as `bucketsieve.cli.output` writes them. */
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "pyfindings.h"

/* Lines in the making, or a part of one. */
typedef struct {
    char *bytes;
    size_t count, room;
} Output;

/* A character is escaped by at most so many bytes; a 64-bit number has at most so many, its sign included. */
enum { ESCAPE = 6, DIGITS = 20 };

/* Bytes of lines that are made one text, or little more. */
enum { TEXT_BYTES = 1 << 16 };

/* Each of these is false if an exception is set. */
static bool room_in(Output *output, size_t size) {
    void *bytes = output->bytes;
    bool ok = make_room(&bytes, &output->room, output->count + size, 1);
    output->bytes = bytes;
    if (!ok)
        PyErr_NoMemory();
    return ok;
}

static bool add_plain(Output *output, const char *bytes, size_t size) {
    if (!room_in(output, size))
        return false;
    memcpy(output->bytes + output->count, bytes, size);
    output->count += size;
    return true;
}

static bool add_text(Output *output, PyObject *text) {
    Py_ssize_t size = 0;
    const char *bytes = text != NULL ? PyUnicode_AsUTF8AndSize(text, &size) : NULL;
    return bytes != NULL && add_plain(output, bytes, (size_t)size);
}

/* With what JSON has instead of quotes, backslashes and control characters; other characters are left as they are. */
static bool add_escaped(Output *output, const char *bytes, size_t size) {
    static const char letters[] = "btn?fr", digits[] = "0123456789abcdef";
    if (!room_in(output, ESCAPE * size))
        return false;
    char *next = output->bytes + output->count;
    for (size_t place = 0; place < size; place++) {
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
    output->count = (size_t)(next - output->bytes);
    return true;
}

static bool add_number(Output *output, int64_t number) {
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char digits[DIGITS], *first = digits + DIGITS;
    do
        *--first = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        *--first = '-';
    return add_plain(output, first, (size_t)(digits + DIGITS - first));
}

#define ADD(output, text) add_plain(output, text, sizeof text - 1)

/* What follows the place of a value, up to the end of the line. */
static bool add_rest(Output *output, const Kept *kept, const char *mask, PyObject *beginning) {
    return ADD(output, ", \"masked\": \"") && add_escaped(output, mask, kept->mask_size) &&
           ADD(output, "\", \"context\": \"") && add_escaped(output, mask + kept->mask_size, kept->line_size) &&
           ADD(output, "\", \"confidence\": \"") && add_text(output, PyTuple_GetItem(beginning, 2)) &&
           ADD(output, "\", \"severity\": \"") && add_text(output, PyTuple_GetItem(beginning, 1)) &&
           ADD(output, "\", \"fingerprint\": \"") && add_plain(output, kept->fingerprint, sizeof kept->fingerprint) &&
           ADD(output, "\"}\n");
}

static bool add_spot(Output *output, const Spot *spot) {
    return ADD(output, "\", \"start\": ") && add_number(output, spot->start) && ADD(output, ", \"end\": ") &&
           add_number(output, spot->end) && ADD(output, ", \"line\": ") && add_number(output, spot->line) &&
           ADD(output, ", \"column\": ") && add_number(output, spot->column);
}

/* Add the text to the list, and begin the next one. */
static bool end_text(PyObject *texts, Output *lines) {
    if (lines->count == 0)
        return true;
    PyObject *text = PyUnicode_FromStringAndSize(lines->bytes, (Py_ssize_t)lines->count);
    lines->count = 0;
    bool ok = text != NULL && PyList_Append(texts, text) == 0;
    Py_XDECREF(text);
    return ok;
}

static bool is_ascii_text(const Output *output) {
    unsigned char all = 0;
    for (size_t place = 0; place < output->count; place++)
        all |= (unsigned char)output->bytes[place];
    return all < 0x80;
}

/* The parts of a finding's lines: in front of the place, and behind it. */
typedef struct {
    Output front, rest;
} Parts;

/* Add the lines of a finding: one for each of its places. */
static bool add_lines(PyObject *texts, Output *lines, const FindingsObject *findings, Py_ssize_t number,
                      PyObject *start, Parts *parts) {
    const Kept *kept = &findings->kept[number];
    PyObject *beginning = PyTuple_GetItem(findings->beginnings, (Py_ssize_t)kept->beginning);
    parts->front.count = parts->rest.count = 0;
    bool ok = add_text(&parts->front, start) && add_text(&parts->front, PyTuple_GetItem(beginning, 0)) &&
              add_rest(&parts->rest, kept, findings->texts + kept->text, beginning);
    bool alone = !is_ascii_text(&parts->front) || !is_ascii_text(&parts->rest);
    ok = ok && (!alone || end_text(texts, lines));
    for (uint32_t place = 0; ok && place < kept->place_count; place++) {
        const Spot *spot = &findings->spots[kept->place + place];
        ok = add_plain(lines, parts->front.bytes, parts->front.count) && add_spot(lines, spot) &&
             add_plain(lines, parts->rest.bytes, parts->rest.count) &&
             ((!alone && lines->count < TEXT_BYTES) || end_text(texts, lines));
    }
    return ok;
}

const char json_lines_doc[] =
"json_lines(start, first, last) -> list\n\n"
"The lines of JSON for findings[first:last], one for each location, in a few texts. They begin with `start` and\n"
"the detector's id. Lines with characters beyond ASCII are texts of their own: a single one makes a text slow to\n"
"encode. Raises UnicodeEncodeError for a start that has no UTF-8, IndexError, MemoryError.";

PyObject *findings_json_lines(PyObject *object, PyObject *arguments) {
    const FindingsObject *findings = (FindingsObject *)object;
    PyObject *start;
    Py_ssize_t first, last;
    if (!PyArg_ParseTuple(arguments, "Unn:json_lines", &start, &first, &last))
        return NULL;
    if (!(0 <= first && first <= last && last <= findings->count)) {
        PyErr_SetString(PyExc_IndexError, "0 <= first <= last <= len(findings) does not hold");
        return NULL;
    }
    PyObject *texts = PyList_New(0);
    Output lines = {0};
    Parts parts = {0};
    bool ok = texts != NULL;
    for (Py_ssize_t number = first; ok && number < last; number++)
        ok = add_lines(texts, &lines, findings, number, start, &parts);
    ok = ok && end_text(texts, &lines);
    free(lines.bytes);
    free(parts.front.bytes);
    free(parts.rest.bytes);
    if (!ok)
        Py_CLEAR(texts);
    return texts;
}
