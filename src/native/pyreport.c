/* `Sieve`, the Python side of values.h and fingerprint.h: counts and findings. */
#include "module.h"

#include <stdlib.h>

#include "fingerprint.h"

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

/* What findings are made of and by. `new` is tuple.__new__; `begin` gives, and `begun` keeps, the first fields of those
 * that are of the same detector and were judged alike. */
typedef struct {
    const Values *values;
    size_t *places; /* the numbers of places, by value */
    newfunc new;
    PyTypeObject *finding, *location;
    PyObject *begun, *begin;
    Key key;
} Making;

/* A named tuple of `items`, which become its own; NULL if one of them is NULL, and an exception is set. The collector
 * need not look at it: there is nothing in it that could lead back to it. */
static PyObject *made_of(const Making *making, PyTypeObject *type, PyObject *const *items, Py_ssize_t count) {
    PyObject *fields = PyTuple_New(count);
    bool ok = fields != NULL;
    for (Py_ssize_t number = 0; number < count; number++) {
        ok = ok && items[number] != NULL;
        if (ok)
            PyTuple_SetItem(fields, number, items[number]);
        else
            Py_XDECREF(items[number]);
    }
    PyObject *arguments = ok ? PyTuple_Pack(1, fields) : NULL;
    PyObject *made = arguments != NULL ? making->new(type, arguments, NULL) : NULL;
    Py_XDECREF(arguments);
    Py_XDECREF(fields);
    if (made != NULL)
        PyObject_GC_UnTrack(made);
    return made;
}

static PyObject *location_of(const Making *making, const Place *place) {
    PyObject *const fields[] = {PyLong_FromLongLong(place->start), PyLong_FromLongLong(place->end),
                                PyLong_FromLongLong(place->line), PyLong_FromLongLong(place->column)};
    return made_of(making, making->location, fields, sizeof fields / sizeof *fields);
}

/* The locations of a value, of which the numbers are these. */
static PyObject *locations_of(const Making *making, const size_t *numbers, uint32_t count) {
    PyObject *locations = PyTuple_New(count);
    for (uint32_t number = 0; locations != NULL && number < count; number++) {
        PyObject *location = location_of(making, &making->values->places[numbers[number]]);
        if (location == NULL)
            Py_CLEAR(locations);
        else
            PyTuple_SetItem(locations, number, location);
    }
    return locations;
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
        if (begun != NULL && !(PyTuple_Check(begun) && PyTuple_Size(begun) == 4)) {
            PyErr_SetString(PyExc_ValueError, "a finding begins with four fields");
            Py_CLEAR(begun);
        }
        if (begun != NULL && !python && PyDict_SetItem(making->begun, key, begun) < 0)
            Py_CLEAR(begun);
    }
    Py_XDECREF(key);
    return begun;
}

static PyObject *text_of(const char *bytes, size_t size) {
    return PyUnicode_FromStringAndSize(bytes, (Py_ssize_t)size);
}

static PyObject *finding_of(const Making *making, const Value *value, const size_t *numbers) {
    PyObject *begun = beginning_of(making, value);
    if (begun == NULL)
        return NULL;
    const uint8_t *normal = making->values->texts + value->text;
    const char *mask = (const char *)normal + value->key_size;
    PyObject *detector = PyTuple_GetItem(begun, 0), *finding = NULL;
    Py_ssize_t id_size;
    const char *id = PyUnicode_AsUTF8AndSize(detector, &id_size);
    if (id != NULL) {
        char hex[HEX_DIGITS];
        fingerprint(&making->key, (const uint8_t *)id, (size_t)id_size, normal, value->key_size, hex);
        PyObject *const fields[] = {
            Py_NewRef(detector),
            Py_NewRef(PyTuple_GetItem(begun, 1)),
            Py_NewRef(PyTuple_GetItem(begun, 2)),
            Py_NewRef(PyTuple_GetItem(begun, 3)),
            text_of(mask, value->mask_size),
            text_of(mask + value->mask_size, value->line_size),
            text_of(hex, sizeof hex),
            PyLong_FromUnsignedLongLong(value->count),
            PyErr_Occurred() == NULL ? locations_of(making, numbers, value->place_count) : NULL,
        };
        finding = made_of(making, making->finding, fields, sizeof fields / sizeof *fields);
    }
    Py_DECREF(begun);
    return finding;
}

/* The numbers of the places by value, for each in the order of the text. NULL: no memory. */
static size_t *places_by_value(const Values *values) {
    size_t *next = malloc((values->count + 1) * sizeof *next), before = 0;
    size_t *places = malloc((values->place_count + 1) * sizeof *places);
    if (next != NULL && places != NULL) {
        for (size_t number = 0; number < values->count; before += values->items[number++].place_count)
            next[number] = before;
        for (size_t number = 0; number < values->place_count; number++)
            places[next[values->places[number].value]++] = number;
    } else {
        free(places);
        places = NULL;
    }
    free(next);
    return places;
}

const char findings_doc[] =
"findings(finding, location, begun, begin, key) -> tuple\n\n"
"What is kept, in the order of the text: named tuples of the type `finding`, with `location`s. begin(detector,\n"
"whether it is a published value, form, ruling, word or number as in `winners`) -> (id, severity, confidence,\n"
"reason); `begun`, a dictionary, keeps that where nobody has added the value. `key`: of the fingerprints,\n"
"padded to 64 bytes. Raises ValueError, MemoryError, and what `begin` raises.";

PyObject *sieve_findings(PyObject *object, PyObject *arguments) {
    Making making = {.values = &sieve_of(object)->values, .new = (newfunc)PyType_GetSlot(&PyTuple_Type, Py_tp_new)};
    PyObject *types[2];
    const uint8_t *key;
    Py_ssize_t key_size;
    if (!PyArg_ParseTuple(arguments, "O!O!O!Oy#:findings", &PyType_Type, &types[0], &PyType_Type, &types[1],
                          &PyDict_Type, &making.begun, &making.begin, &key, &key_size))
        return NULL;
    making.finding = (PyTypeObject *)types[0];
    making.location = (PyTypeObject *)types[1];
    if (!PyType_IsSubtype(making.finding, &PyTuple_Type) || !PyType_IsSubtype(making.location, &PyTuple_Type)) {
        PyErr_SetString(PyExc_TypeError, "findings and locations are tuples");
        return NULL;
    }
    if (key_size != KEY_BYTES) {
        PyErr_SetString(PyExc_ValueError, "the key must have 64 bytes");
        return NULL;
    }
    making.key = key_of(key);
    making.places = places_by_value(making.values);
    if (making.places == NULL)
        return PyErr_NoMemory();
    PyObject *findings = PyTuple_New((Py_ssize_t)making.values->count);
    const size_t *numbers = making.places;
    for (size_t number = 0; findings != NULL && number < making.values->count; number++) {
        const Value *value = &making.values->items[number];
        PyObject *finding = finding_of(&making, value, numbers);
        if (finding == NULL)
            Py_CLEAR(findings);
        else
            PyTuple_SetItem(findings, (Py_ssize_t)number, finding);
        numbers += value->place_count;
    }
    free(making.places);
    return findings;
}
