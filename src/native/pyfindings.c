/* `Findings`, a sequence of what is reported of an object. A finding is made when it is asked for: most are only
 * written, as lines of JSON, or sent to another process. */
#include "pyfindings.h"

static bool within(uint64_t from, uint64_t count, size_t limit) { return from <= limit && count <= limit - from; }

static bool are_beginnings(PyObject *beginnings) {
    for (Py_ssize_t number = 0; number < PyTuple_Size(beginnings); number++) {
        PyObject *beginning = PyTuple_GetItem(beginnings, number);
        if (!PyTuple_Check(beginning) || PyTuple_Size(beginning) != BEGINNING_FIELDS)
            return false;
    }
    return true;
}

/* Whether everything is where the numbers say. */
static bool is_sound(const FindingsObject *self, size_t kept_size, size_t spots_size, size_t texts_size) {
    if (kept_size % sizeof(Kept) != 0 || spots_size % sizeof(Spot) != 0 || !are_beginnings(self->beginnings))
        return false;
    for (Py_ssize_t number = 0; number < self->count; number++) {
        const Kept *kept = &self->kept[number];
        if (!within(kept->text, (uint64_t)kept->mask_size + kept->line_size, texts_size) ||
            !within(kept->place, kept->place_count, spots_size / sizeof(Spot)) ||
            kept->beginning >= (size_t)PyTuple_Size(self->beginnings))
            return false;
    }
    return true;
}

static PyObject *findings_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"", "", "", "", "", "", NULL};
    PyTypeObject *finding, *location;
    PyObject *beginnings, *kept, *spots, *texts;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O!O!O!SSS:Findings", names, &PyType_Type, &finding,
                                     &PyType_Type, &location, &PyTuple_Type, &beginnings, &kept, &spots, &texts))
        return NULL;
    if (!PyType_IsSubtype(finding, &PyTuple_Type) || !PyType_IsSubtype(location, &PyTuple_Type)) {
        PyErr_SetString(PyExc_TypeError, "findings and locations are tuples");
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    FindingsObject *self = (FindingsObject *)allocate(type, 0);
    if (self == NULL)
        return NULL;
    self->parts = Py_NewRef(arguments);
    self->finding = finding;
    self->location = location;
    self->beginnings = beginnings;
    self->kept = (const Kept *)PyBytes_AsString(kept);
    self->spots = (const Spot *)PyBytes_AsString(spots);
    self->texts = PyBytes_AsString(texts);
    self->count = PyBytes_Size(kept) / (Py_ssize_t)sizeof(Kept);
    if (!is_sound(self, (size_t)PyBytes_Size(kept), (size_t)PyBytes_Size(spots), (size_t)PyBytes_Size(texts))) {
        PyErr_SetString(PyExc_ValueError, "these are no parts of findings");
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void findings_free(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    Py_XDECREF(((FindingsObject *)object)->parts);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

/* A named tuple of `items`, which become its own; NULL if one of them is NULL, and an exception is set. The collector
 * need not look at it: there is nothing in it that could lead back to it. */
static PyObject *made_of(PyTypeObject *type, PyObject *const *items, Py_ssize_t count) {
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
    newfunc new = (newfunc)PyType_GetSlot(&PyTuple_Type, Py_tp_new);
    PyObject *made = arguments != NULL ? new (type, arguments, NULL) : NULL;
    Py_XDECREF(arguments);
    Py_XDECREF(fields);
    if (made != NULL)
        PyObject_GC_UnTrack(made);
    return made;
}

static PyObject *locations_of(const FindingsObject *self, const Kept *kept) {
    PyObject *locations = PyTuple_New((Py_ssize_t)kept->place_count);
    for (uint32_t number = 0; locations != NULL && number < kept->place_count; number++) {
        const Spot *spot = &self->spots[kept->place + number];
        PyObject *const fields[] = {PyLong_FromLongLong(spot->start), PyLong_FromLongLong(spot->end),
                                    PyLong_FromLongLong(spot->line), PyLong_FromLongLong(spot->column)};
        PyObject *location = made_of(self->location, fields, sizeof fields / sizeof *fields);
        if (location == NULL)
            Py_CLEAR(locations);
        else
            PyTuple_SetItem(locations, (Py_ssize_t)number, location);
    }
    return locations;
}

static PyObject *findings_item(PyObject *object, Py_ssize_t number) {
    const FindingsObject *self = (FindingsObject *)object;
    if (number < 0 || number >= self->count) {
        PyErr_SetString(PyExc_IndexError, "there are not so many findings");
        return NULL;
    }
    const Kept *kept = &self->kept[number];
    PyObject *beginning = PyTuple_GetItem(self->beginnings, (Py_ssize_t)kept->beginning);
    const char *mask = self->texts + kept->text;
    PyObject *const fields[] = {
        Py_NewRef(PyTuple_GetItem(beginning, 0)),
        Py_NewRef(PyTuple_GetItem(beginning, 1)),
        Py_NewRef(PyTuple_GetItem(beginning, 2)),
        Py_NewRef(PyTuple_GetItem(beginning, 3)),
        PyUnicode_FromStringAndSize(mask, kept->mask_size),
        PyUnicode_FromStringAndSize(mask + kept->mask_size, kept->line_size),
        PyUnicode_FromStringAndSize(kept->fingerprint, sizeof kept->fingerprint),
        PyLong_FromUnsignedLongLong(kept->count),
        PyErr_Occurred() == NULL ? locations_of(self, kept) : NULL,
    };
    return made_of(self->finding, fields, sizeof fields / sizeof *fields);
}

static Py_ssize_t findings_count(PyObject *object) { return ((FindingsObject *)object)->count; }

static PyObject *findings_compare(PyObject *object, PyObject *other, int how) {
    if ((how != Py_EQ && how != Py_NE) || !(PyTuple_Check(other) || Py_TYPE(other) == Py_TYPE(object)))
        Py_RETURN_NOTIMPLEMENTED;
    PyObject *ours = PySequence_Tuple(object), *theirs = ours != NULL ? PySequence_Tuple(other) : NULL;
    PyObject *answer = theirs != NULL ? PyObject_RichCompare(ours, theirs, how) : NULL;
    Py_XDECREF(ours);
    Py_XDECREF(theirs);
    return answer;
}

static PyObject *findings_shown(PyObject *object) {
    return PyUnicode_FromFormat("Findings(%zd)", ((FindingsObject *)object)->count);
}

static PyObject *findings_parts(PyObject *object, PyObject *unused) {
    (void)unused;
    return PyTuple_Pack(2, (PyObject *)Py_TYPE(object), ((FindingsObject *)object)->parts);
}

PyDoc_STRVAR(parts_doc, "__reduce__() -> (type, arguments)\n\nHow another process gets them.");

static PyMethodDef findings_methods[] = {
    {"__reduce__", findings_parts, METH_NOARGS, parts_doc},
    {"json_lines", findings_json_lines, METH_VARARGS, json_lines_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(type_doc,
"Findings(finding, location, beginnings, kept, spots, texts)\n\n"
"A sequence of what is reported of an object, made of what `kept.h` describes: named tuples of the type\n"
"`finding`, with `location`s, which begin with one of the `beginnings`, (id, severity, confidence, reason). Equal\n"
"to a tuple of the same. Raises TypeError, ValueError.");

static PyType_Slot findings_slots[] = {
    {Py_tp_doc, (void *)type_doc},
    {Py_tp_new, findings_new},
    {Py_tp_dealloc, findings_free},
    {Py_tp_repr, findings_shown},
    {Py_tp_richcompare, findings_compare},
    {Py_sq_length, findings_count},
    {Py_sq_item, findings_item},
    {Py_tp_methods, findings_methods},
    {0, NULL},
};

PyType_Spec findings_spec = {
    .name = "bucketsieve.detect.native._core.Findings",
    .basicsize = sizeof(FindingsObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = findings_slots,
};
