/* The Python type `Findings`. */
#ifndef BUCKETSIEVE_PYFINDINGS_H
#define BUCKETSIEVE_PYFINDINGS_H

#include "module.h"

#include "kept.h"

typedef struct {
    PyObject_HEAD
    PyObject *parts; /* what it was made of, which keeps all of the following */
    PyTypeObject *finding, *location;
    PyObject *beginnings;
    const Kept *kept;
    const Spot *spots;
    const char *texts;
    Py_ssize_t count;
} FindingsObject;

PyObject *findings_json_lines(PyObject *findings, PyObject *arguments);
extern const char json_lines_doc[];

#endif
