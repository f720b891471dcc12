/* What the Python types share. */
#ifndef BUCKETSIEVE_MODULE_H
#define BUCKETSIEVE_MODULE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "plan.h"
#include "sieve.h"

typedef struct {
    PyObject_HEAD
    Plan plan;
    Py_buffer block;
} PlanObject;

typedef struct {
    PyTypeObject *plan_type, *findings_type;
} ModuleState;

/* `size` bytes of an array; without an array, none. NULL: an exception is set. */
PyObject *bytes_of(const void *items, size_t size);

Sieve *sieve_of(PyObject *object);

/* Methods of `Sieve`: what is kept of its winners. */
PyObject *sieve_write(PyObject *sieve, PyObject *arguments);
PyObject *sieve_advance(PyObject *sieve, PyObject *arguments);
PyObject *sieve_record(PyObject *sieve, PyObject *arguments);
PyObject *sieve_counts(PyObject *sieve, PyObject *unused);
PyObject *sieve_findings(PyObject *sieve, PyObject *arguments);
extern const char write_doc[], advance_doc[], record_doc[], counts_doc[], findings_doc[];

extern PyType_Spec plan_spec, sieve_spec, findings_spec;

#endif
