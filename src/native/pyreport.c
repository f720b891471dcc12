/* `Sieve`, the Python side of values.h and fingerprint.h: counts and findings. */
#include "module.h"

#include <stdlib.h>
#include <string.h>

#include "kept.h"

const char counts_doc[] =
"counts() -> (counts, over_limit)\n\n"
"How often each detector was met, by its number, and whether there were values that are not kept. Raises\n"
"MemoryError.";

PyObject *sieve_counts(PyObject *object, PyObject *unused) {
    (void)unused;
    const Values *values = &sieve_of(object)->values;
    PyObject *counts = PyDict_New();
    for (uint32_t detector = 0; counts != NULL && detector < values->detectors; detector++) {
        if (values->counts[detector] == 0)
            continue;
        PyObject *number = PyLong_FromUnsignedLong(detector);
        PyObject *count = PyLong_FromUnsignedLongLong(values->counts[detector]);
        if (number == NULL || count == NULL || PyDict_SetItem(counts, number, count) < 0)
            Py_CLEAR(counts);
        Py_XDECREF(number);
        Py_XDECREF(count);
    }
    return counts == NULL ? NULL : Py_BuildValue("(NN)", counts, PyBool_FromLong(values->over_limit));
}

/* What is kept of the values, in the making. */
typedef struct {
    const Values *values;
    Kept *kept;
    Spot *spots;
    char *texts;
    size_t text_size;
    PyObject *beginnings, *begun, *begin;
    uint32_t *last; /* by detector: 1 + the number of the value that was made last */
    Key key;
} Making;

static bool are_judged_alike(const Value *one, const Value *other) {
    return one->form == other->form && one->ruling == other->ruling && one->detail == other->detail &&
           one->is_test == other->is_test;
}

/* What a value's finding begins with: the detector's id, severity, confidence, reason. */
static PyObject *beginning_of(const Making *making, const Value *value) {
    bool python = value->ruling == FROM_PYTHON; /* which has numbers for this object alone */
    PyObject *key = Py_BuildValue("(IOILI)", value->detector, value->is_test ? Py_True : Py_False, value->form,
                                  python ? -1LL : (long long)value->ruling, value->detail);
    PyObject *begun = key != NULL && !python ? PyDict_GetItemWithError(making->begun, key) : NULL;
    Py_XINCREF(begun);
    if (begun == NULL && key != NULL && PyErr_Occurred() == NULL) {
        begun = PyObject_CallObject(making->begin, key);
        if (begun != NULL && !(PyTuple_Check(begun) && PyTuple_Size(begun) == BEGINNING_FIELDS)) {
            PyErr_SetString(PyExc_ValueError, "a finding begins with four fields");
            Py_CLEAR(begun);
        }
        if (begun != NULL && !python && PyDict_SetItem(making->begun, key, begun) < 0)
            Py_CLEAR(begun);
    }
    Py_XDECREF(key);
    return begun;
}

/* The number of that among the beginnings; -1: an exception is set. */
static Py_ssize_t number_of_beginning(const Making *making, size_t number) {
    const Value *value = &making->values->items[number];
    uint32_t last = making->last[value->detector];
    making->last[value->detector] = (uint32_t)number + 1;
    if (last != 0 && are_judged_alike(&making->values->items[last - 1], value))
        return (Py_ssize_t)making->kept[last - 1].beginning;
    PyObject *begun = beginning_of(making, value);
    bool ok = begun != NULL && PyList_Append(making->beginnings, begun) == 0;
    Py_XDECREF(begun);
    return ok ? PyList_Size(making->beginnings) - 1 : -1;
}

/* Make the next one. False: an exception is set. */
static bool keep_value(Making *making, size_t number, size_t place) {
    const Value *value = &making->values->items[number];
    Py_ssize_t beginning = number_of_beginning(making, number), id_size;
    if (beginning < 0)
        return false;
    PyObject *detector = PyTuple_GetItem(PyList_GetItem(making->beginnings, beginning), 0);
    const char *id = PyUnicode_AsUTF8AndSize(detector, &id_size);
    if (id == NULL)
        return false;
    const uint8_t *normal = making->values->texts + value->text;
    Kept *kept = &making->kept[number];
    *kept = (Kept){.count = value->count,
                   .text = making->text_size,
                   .place = place,
                   .mask_size = value->mask_size,
                   .line_size = value->line_size,
                   .place_count = value->place_count,
                   .beginning = (uint32_t)beginning};
    fingerprint(&making->key, (const uint8_t *)id, (size_t)id_size, normal, value->key_size, kept->fingerprint);
    size_t shown = (size_t)value->mask_size + value->line_size;
    memcpy(making->texts + making->text_size, normal + value->key_size, shown);
    making->text_size += shown;
    return true;
}

/* The places by value, for each in the order of the text: each value's `place` is then behind its last one. */
static void sort_places(const Making *making) {
    for (size_t number = 0; number < making->values->place_count; number++) {
        const Place *place = &making->values->places[number];
        making->spots[making->kept[place->value].place++] =
            (Spot){place->start, place->end, place->line, place->column};
    }
    for (size_t number = 0; number < making->values->count; number++)
        making->kept[number].place -= making->kept[number].place_count;
}

/* False: an exception is set. */
static bool keep_values(Making *making) {
    size_t place = 0;
    for (size_t number = 0; number < making->values->count; number++) {
        if (!keep_value(making, number, place))
            return false;
        place += making->values->items[number].place_count;
    }
    sort_places(making);
    return true;
}

static size_t shown_size(const Values *values) {
    size_t size = 0;
    for (size_t number = 0; number < values->count; number++)
        size += (size_t)values->items[number].mask_size + values->items[number].line_size;
    return size;
}

const char findings_doc[] =
"findings(finding, location, begun, begin, key) -> Findings\n\n"
"What is kept, in the order of the text: named tuples of the type `finding`, with `location`s. begin(detector,\n"
"whether it is a published value, form, ruling, word or number as in `winners`) -> (id, severity, confidence,\n"
"reason); `begun`, a dictionary, keeps that where nobody has added the value. `key`: of the fingerprints,\n"
"padded to 64 bytes. Raises TypeError, ValueError, MemoryError, and what `begin` raises.";

PyObject *sieve_findings(PyObject *object, PyObject *arguments) {
    const Values *values = &sieve_of(object)->values;
    Making making = {.values = values};
    PyObject *finding, *location;
    const uint8_t *key;
    Py_ssize_t key_size;
    if (!PyArg_ParseTuple(arguments, "OOO!Oy#:findings", &finding, &location, &PyDict_Type, &making.begun,
                          &making.begin, &key, &key_size))
        return NULL;
    if (key_size != KEY_BYTES) {
        PyErr_SetString(PyExc_ValueError, "the key must have 64 bytes");
        return NULL;
    }
    making.key = key_of(key);
    making.last = calloc(values->detectors + 1, sizeof *making.last);
    making.beginnings = PyList_New(0);
    PyObject *kept = bytes_of(NULL, values->count * sizeof(Kept));
    PyObject *spots = bytes_of(NULL, values->place_count * sizeof(Spot)), *texts = bytes_of(NULL, shown_size(values));
    PyObject *beginnings = NULL, *findings = NULL;
    const ModuleState *state = PyType_GetModuleState(Py_TYPE(object));
    if (making.last == NULL) {
        PyErr_NoMemory();
    } else if (making.beginnings != NULL && kept != NULL && spots != NULL && texts != NULL) {
        making.kept = (Kept *)PyBytes_AsString(kept);
        making.spots = (Spot *)PyBytes_AsString(spots);
        making.texts = PyBytes_AsString(texts);
        beginnings = keep_values(&making) ? PyList_AsTuple(making.beginnings) : NULL;
    }
    if (beginnings != NULL && state != NULL)
        findings = PyObject_CallFunction((PyObject *)state->findings_type, "OOOOOO", finding, location, beginnings, kept,
                                         spots, texts);
    Py_XDECREF(beginnings);
    Py_XDECREF(making.beginnings);
    Py_XDECREF(kept);
    Py_XDECREF(spots);
    Py_XDECREF(texts);
    free(making.last);
    return findings;
}
