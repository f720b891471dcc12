/* `Sieve`, the Python side of record.h. */
#include "module.h"

#include "beyond.h"

const char write_doc[] =
"write(unit, multi_byte, offset)\n\n"
"How the object is written: in code units of so many bytes, of a text whose characters may have several, and\n"
"behind so many bytes that are no text.";

PyObject *sieve_write(PyObject *object, PyObject *arguments) {
    Cursor *cursor = &sieve_of(object)->cursor;
    unsigned unit;
    int multi_byte;
    long long offset;
    if (!PyArg_ParseTuple(arguments, "IpL:write", &unit, &multi_byte, &offset))
        return NULL;
    cursor->written = (Written){unit, multi_byte};
    cursor->offset = offset;
    Py_RETURN_NONE;
}

const char advance_doc[] =
"advance(data, base, place)\n\n"
"Count the lines up to `place` of the text, which is not asked about any more; data begins at offset `base` of\n"
"it.";

PyObject *sieve_advance(PyObject *object, PyObject *arguments) {
    Py_buffer data;
    long long base, place;
    if (!PyArg_ParseTuple(arguments, "y*LL:advance", &data, &base, &place))
        return NULL;
    Text text = {data.buf, (size_t)data.len, 0, (size_t)data.len};
    Py_BEGIN_ALLOW_THREADS
    cursor_move(&sieve_of(object)->cursor, &text, base, place);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&data);
    Py_RETURN_NONE;
}

/* Let Python say how a value is spelt, and record it. */
static Recording record_spelt(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, PyObject *spell) {
    Span bytes = span_of(excerpt, winner);
    PyObject *answer = PyObject_CallFunction(spell, "Iy#", winner->detector, bytes.bytes, (Py_ssize_t)bytes.size);
    const char *key, *mask;
    Py_ssize_t key_size, mask_size;
    Recording recording = NO_MEMORY;
    if (answer != NULL && PyArg_ParseTuple(answer, "s#s#", &key, &key_size, &mask, &mask_size)) {
        Spelling spelling = {{(const uint8_t *)key, (size_t)key_size}, {(const uint8_t *)mask, (size_t)mask_size}};
        recording = record(sieve, excerpt, winner, &spelling);
    }
    Py_XDECREF(answer);
    return recording;
}

/* Let Python say what the line around a winner looks like. */
static bool describe(Sieve *sieve, const Excerpt *excerpt, const Candidate *winner, PyObject *data, PyObject *line) {
    long long base = excerpt->base, end = base + (long long)excerpt->limit, start = winner->start, stop = winner->end;
    PyObject *answer = PyObject_CallFunction(line, "OLLLLI", data, base, end, start, stop, winner->detector);
    Py_ssize_t size = 0;
    const char *shown = answer != NULL ? PyUnicode_AsUTF8AndSize(answer, &size) : NULL;
    bool ok = shown != NULL && set_line(&sieve->values, (Span){(const uint8_t *)shown, (size_t)size});
    Py_XDECREF(answer);
    return ok;
}

const char record_doc[] =
"record(data, base, limit, ahead, spell, line)\n\n"
"Count the winners that wait, and keep what is to be reported of them. Data begins at offset `base` of the text\n"
"and is shown up to `limit`; the candidates near a line start at most `ahead` bytes in front of it. Of what C\n"
"cannot spell, spell(detector, bytes) -> (normal form, mask), and line(data, base, base + limit, start, end,\n"
"detector) is what is shown of the line. Raises ValueError, MemoryError, and what these two raise.";

PyObject *sieve_record(PyObject *object, PyObject *arguments) {
    Sieve *sieve = sieve_of(object);
    Py_buffer data;
    long long base, ahead;
    Py_ssize_t limit;
    PyObject *shown, *spell, *line;
    if (!PyArg_ParseTuple(arguments, "OLnLOO:record", &shown, &base, &limit, &ahead, &spell, &line) ||
        PyObject_GetBuffer(shown, &data, PyBUF_SIMPLE) < 0)
        return NULL;
    const Numbers *won = &sieve->won;
    const Candidate *candidates = sieve->candidates.items;
    const Excerpt excerpt = {{data.buf, (size_t)data.len, 0, (size_t)data.len}, base, (size_t)limit, ahead};
    bool ok = 0 <= limit && limit <= data.len;
    if (!ok)
        PyErr_SetString(PyExc_ValueError, "0 <= limit <= len(data) does not hold");
    for (size_t number = 0; ok && number < won->count; number++) {
        Recording recording = RECORDED;
        Py_BEGIN_ALLOW_THREADS
        while ((number = count_beyond(sieve, &excerpt, number)) < won->count &&
               (recording = record(sieve, &excerpt, &candidates[won->items[number]], NULL)) == RECORDED)
            number++;
        Py_END_ALLOW_THREADS
        if (recording == ASK_SPELLING)
            recording = record_spelt(sieve, &excerpt, &candidates[won->items[number]], spell);
        ok = recording == RECORDED ||
             (recording == ASK_LINE && describe(sieve, &excerpt, &candidates[won->items[number]], shown, line));
    }
    sieve->won.count = 0;
    PyBuffer_Release(&data);
    if (!ok && PyErr_Occurred() == NULL)
        PyErr_NoMemory();
    if (!ok)
        return NULL;
    Py_RETURN_NONE;
}
