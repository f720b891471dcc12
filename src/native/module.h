/* What the Python types share. */
#ifndef BUCKETSIEVE_MODULE_H
#define BUCKETSIEVE_MODULE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "plan.h"

typedef struct {
    PyObject_HEAD
    Plan plan;
    Py_buffer block;
} PlanObject;

typedef struct {
    PyTypeObject *plan_type;
} ModuleState;

/* `size` bytes of an array; without an array, none. NULL: an exception is set. */
PyObject *bytes_of(const void *items, size_t size);

extern PyType_Spec plan_spec, sieve_spec;

#endif
