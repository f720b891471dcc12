/* The Python side: `Plan`, which is made of packed tables and searches. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdlib.h>

#include "classify.h"
#include "plan.h"
#include "search.h"

typedef struct {
    PyObject_HEAD
    Plan plan;
    Py_buffer block;
} PlanObject;

static PyObject *plan_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"block", NULL};
    Py_buffer block;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "y*:Plan", names, &block))
        return NULL;
    Plan plan;
    /* What was checked must stay as it is. */
    const char *fault = block.readonly ? plan_read(&plan, block.buf, (size_t)block.len) : "a plan must be read-only";
    if (fault != NULL) {
        PyBuffer_Release(&block);
        PyErr_SetString(PyExc_ValueError, fault);
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    PlanObject *self = (PlanObject *)allocate(type, 0);
    if (self == NULL) {
        PyBuffer_Release(&block);
        return NULL;
    }
    self->plan = plan;
    self->block = block;
    return (PyObject *)self;
}

static void plan_free(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    PyBuffer_Release(&((PlanObject *)object)->block);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

static PyObject *numbers(const Numbers *found) {
    return PyBytes_FromStringAndSize((const char *)found->items, (Py_ssize_t)(found->count * sizeof *found->items));
}

static PyObject *plan_search(PyObject *object, PyObject *arguments) {
    Py_buffer data;
    Py_ssize_t begin, end, low, high, header_end;
    if (!PyArg_ParseTuple(arguments, "y*nnnnn:search", &data, &begin, &end, &low, &high, &header_end))
        return NULL;
    PyObject *answer = NULL;
    if (!(0 <= low && low <= begin && begin <= end && end <= high && high <= data.len && data.len < UINT32_MAX)) {
        PyErr_SetString(PyExc_ValueError, "0 <= low <= begin <= end <= high <= len(data) < 2**32 does not hold");
    } else {
        Text text = {data.buf, (size_t)data.len, (size_t)begin, (size_t)end};
        Found found = {0};
        bool ok;
        Py_BEGIN_ALLOW_THREADS
        ok = search(&((PlanObject *)object)->plan, &text, (size_t)low, (size_t)high,
                    header_end > 0 ? (size_t)header_end : 0, &found);
        Py_END_ALLOW_THREADS
        if (ok)
            answer = Py_BuildValue("(NNN)", numbers(&found.starts), numbers(&found.anchors), numbers(&found.words));
        else
            PyErr_NoMemory();
        found_free(&found);
    }
    PyBuffer_Release(&data);
    return answer;
}

static PyObject *plan_forms(PyObject *object, PyObject *unused) {
    (void)unused;
    const Plan *plan = &((PlanObject *)object)->plan;
    Numbers forms = {0};
    bool ok = true;
    for (uint32_t number = 0; number < plan->header->program_count && ok; number++) {
        const Program *program = &plan->programs[number];
        const uint32_t *by_byte = (const uint32_t *)(plan->bytes + program->by_byte);
        ok = add_numbers(&forms, (const uint32_t *)(plan->bytes + program->forms), by_byte[256]);
    }
    PyObject *answer = ok ? numbers(&forms) : PyErr_NoMemory();
    free(forms.items);
    return answer;
}

PyDoc_STRVAR(forms_doc,
"forms() -> bytes\n\nThe forms that the plan's bit-parallel searches lead to: native 32-bit numbers, perhaps repeated.");

PyDoc_STRVAR(search_doc,
"search(data, begin, end, low, high, header_end) -> (starts, anchors, words)\n\n"
"Where forms may start in data[begin:end], where anchors of others do in data[low:high], and the context words near the\n"
"starts, which are looked for in data[low:high] and count if they end behind header_end. All are arrays of native 32-bit\n"
"numbers: (form, place) pairs and (form, word, its start, its end) fours, in any order, perhaps repeated. Raises\n"
"ValueError, MemoryError.");

static PyObject *count_newlines(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer data;
    Py_ssize_t low, high;
    if (!PyArg_ParseTuple(arguments, "y*nn:count_newlines", &data, &low, &high))
        return NULL;
    size_t count = 0;
    if (0 <= low && low <= high && high <= data.len)
        count = count_byte((const uint8_t *)data.buf + low, (size_t)(high - low), '\n');
    PyBuffer_Release(&data);
    return PyLong_FromSize_t(count);
}

PyDoc_STRVAR(count_newlines_doc,
"count_newlines(data, low, high) -> int\n\nLine ends in data[low:high], several times faster than bytes.count.");

static PyMethodDef functions[] = {
    {"count_newlines", count_newlines, METH_VARARGS, count_newlines_doc},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef plan_methods[] = {
    {"forms", plan_forms, METH_NOARGS, forms_doc},
    {"search", plan_search, METH_VARARGS, search_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(plan_doc,
"Plan(block)\n\nThe tables of a catalogue as `bucketsieve.detect.native.plan` packs them; ValueError if they are not sound.");

static PyType_Slot plan_slots[] = {
    {Py_tp_doc, (void *)plan_doc},
    {Py_tp_new, plan_new},
    {Py_tp_dealloc, plan_free},
    {Py_tp_methods, plan_methods},
    {0, NULL},
};

static PyType_Spec plan_spec = {
    .name = "bucketsieve.detect.native._core.Plan",
    .basicsize = sizeof(PlanObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = plan_slots,
};

static int prepare(PyObject *module) {
    PyObject *type = PyType_FromModuleAndSpec(module, &plan_spec, NULL);
    if (type == NULL)
        return -1;
    int failed = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return failed;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, prepare},
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_core",
    .m_doc = "The native lane's inner loops. See `bucketsieve.detect.native`.",
    .m_size = 0,
    .m_methods = functions,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&definition); }
