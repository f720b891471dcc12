/* The Python side: `Plan`, which is made of packed tables, and the module. */
#include "module.h"

#include <stdlib.h>

#include "digest.h"
#include "expressions.h"
#include "forms.h"
#include "hits.h"
#include "marks.h"
#include "match.h"
#include "rulings.h"
#include "search.h"

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
    plan.forms = forms_of(&plan);
    PlanObject *self = plan.forms != NULL ? (PlanObject *)allocate(type, 0) : (PlanObject *)PyErr_NoMemory();
    if (self == NULL) {
        free((void *)plan.forms);
        PyBuffer_Release(&block);
        return NULL;
    }
    self->plan = plan;
    self->block = block;
    return (PyObject *)self;
}

static void plan_free(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    free((void *)((PlanObject *)object)->plan.forms);
    PyBuffer_Release(&((PlanObject *)object)->block);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

PyObject *bytes_of(const void *items, size_t size) {
    return PyBytes_FromStringAndSize(items, (Py_ssize_t)size);
}

/* Add the matches inside of others that were left untried. False: no memory. */
static bool add_untried(const Plan *plan, const Text *text, Matches *matches) {
    for (size_t number = 0, found = matches->count; number < found; number++) {
        const Match outer = matches->items[number];
        Match match;
        for (size_t place = outer.start; outer.holds_untried && next_inside(plan, text, &outer, &place, &match);) {
            if (matches->count == matches->room && !more_matches(matches))
                return false;
            matches->items[matches->count++] = match;
        }
    }
    return true;
}

static PyObject *plan_search(PyObject *object, PyObject *arguments) {
    Py_buffer data;
    Py_ssize_t begin, end, low, high;
    if (!PyArg_ParseTuple(arguments, "y*nnnn:search", &data, &begin, &end, &low, &high))
        return NULL;
    PyObject *answer = NULL;
    if (!(0 <= low && low <= begin && begin <= end && end <= high && high <= data.len && data.len <= INT32_MAX)) {
        PyErr_SetString(PyExc_ValueError, "0 <= low <= begin <= end <= high <= len(data) < 2**31 does not hold");
    } else {
        Text text = {data.buf, (size_t)data.len, (size_t)begin, (size_t)end};
        Reach reach = {.low = (size_t)low, .high = (size_t)high};
        Found found = {0};
        bool ok;
        Py_BEGIN_ALLOW_THREADS
        ok = search(&((PlanObject *)object)->plan, &text, &reach, &found) &&
             add_untried(&((PlanObject *)object)->plan, &text, &found.matches);
        Py_END_ALLOW_THREADS
        Numbers rows = {0};
        for (size_t number = 0; ok && number < found.matches.count; number++) {
            const Match *each = &found.matches.items[number];
            ok = add_numbers(&rows, (uint32_t[]){each->form, each->start, each->end, each->applying}, 4);
        }
        if (ok)
            answer = Py_BuildValue("(NN)", bytes_of(rows.items, rows.count * sizeof *rows.items),
                                   bytes_of(found.words.items, found.words.count * sizeof *found.words.items));
        else
            PyErr_NoMemory();
        free(rows.items);
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
    for (uint32_t number = 0; number < plan->header->hook_count && ok; number++)
        ok = add_numbers(&forms, &plan->hooks[number].form, 1);
    for (uint32_t number = 0; number < plan->header->name_count && ok; number++)
        ok = add_numbers(&forms, (const uint32_t *)(plan->bytes + plan->names[number].forms),
                         plan->names[number].form_count);
    PyObject *answer = ok ? bytes_of(forms.items, forms.count * sizeof *forms.items) : PyErr_NoMemory();
    free(forms.items);
    return answer;
}

static PyObject *plan_ruled(PyObject *object, PyObject *arguments) {
    const Plan *plan = &((PlanObject *)object)->plan;
    unsigned form;
    Py_buffer value;
    if (!PyArg_ParseTuple(arguments, "Iy*:ruled", &form, &value))
        return NULL;
    const Ruling *ruling = NULL;
    bool known = form < plan->header->shape_count;
    if (known)
        ruling = rule_alone(plan, &plan->shapes[form], value.buf, (size_t)value.len);
    PyBuffer_Release(&value);
    if (!known) {
        PyErr_SetString(PyExc_ValueError, "there is no such form");
        return NULL;
    }
    return PyLong_FromLong(ruling != NULL ? (long)(ruling - plan->rulings) : -1);
}

static PyObject *plan_extent(PyObject *object, PyObject *arguments) {
    const Plan *plan = &((PlanObject *)object)->plan;
    unsigned form;
    Py_buffer data;
    Py_ssize_t start;
    if (!PyArg_ParseTuple(arguments, "Iy*n:extent", &form, &data, &start))
        return NULL;
    bool known = form < plan->header->shape_count && 0 <= start && start <= data.len && data.len <= INT32_MAX;
    int found = NO_VALUE;
    Extent extent = {0};
    if (known) {
        Text text = {data.buf, (size_t)data.len, 0, (size_t)data.len};
        found = value_at(plan, &plan->shapes[form], &text, (uint32_t)start, &extent);
    }
    PyBuffer_Release(&data);
    if (!known) {
        PyErr_SetString(PyExc_ValueError, "there is no such form or place");
        return NULL;
    }
    return found == A_VALUE ? Py_BuildValue("(III)", extent.start, extent.end, extent.match_end)
                            : Py_BuildValue("s", found == UNSURE ? "unsure" : NULL);
}

PyDoc_STRVAR(extent_doc,
"extent(form, data, start) -> (int, int, int) | str | None\n\n"
"Where the value is that a form matches at `start`, and where the match ends; \"unsure\": only Python can tell.\n"
"Raises ValueError.");

PyDoc_STRVAR(ruled_doc,
"ruled(form, value) -> int\n\n"
"The number of the ruling on a value of the form, whatever words stand near; -1: there is none. Raises\n"
"ValueError.");

PyDoc_STRVAR(forms_doc,
"forms() -> bytes\n\n"
"The forms that the plan's searches, hooks and names lead to: native 32-bit numbers, perhaps repeated.");

PyDoc_STRVAR(search_doc,
"search(data, begin, end, low, high) -> (matches, words)\n\n"
"Where forms match in data[begin:end], in front of any decision, and the context words in data[low:high].\n"
"Arrays of native 32-bit numbers: (form, start, end, rulings that apply) fours, in any order, perhaps repeated,\n"
"the end 2**32 - 1 if only the regular expression can tell it; (start, end, word, reach) fours. Raises\n"
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

static PyObject *digest(PyObject *module, PyObject *object) {
    (void)module;
    Py_buffer data;
    if (PyObject_GetBuffer(object, &data, PyBUF_SIMPLE) < 0)
        return NULL;
    uint64_t told = digest_of(data.buf, (size_t)data.len);
    PyBuffer_Release(&data);
    return bytes_of(&told, sizeof told);
}

PyDoc_STRVAR(digest_doc, "digest(data) -> bytes\n\nEight bytes that tell of damage to data, as this machine writes them.");

static PyMethodDef functions[] = {
    {"count_newlines", count_newlines, METH_VARARGS, count_newlines_doc},
    {"digest", digest, METH_O, digest_doc},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef plan_methods[] = {
    {"extent", plan_extent, METH_VARARGS, extent_doc},
    {"forms", plan_forms, METH_NOARGS, forms_doc},
    {"ruled", plan_ruled, METH_VARARGS, ruled_doc},
    {"search", plan_search, METH_VARARGS, search_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(plan_doc,
"Plan(block)\n\n"
"The tables of a catalogue as `bucketsieve.detect.native.plan` packs them; ValueError if they are not sound.");

static PyType_Slot plan_slots[] = {
    {Py_tp_doc, (void *)plan_doc},
    {Py_tp_new, plan_new},
    {Py_tp_dealloc, plan_free},
    {Py_tp_methods, plan_methods},
    {0, NULL},
};

PyType_Spec plan_spec = {
    .name = "bucketsieve.detect.native._core.Plan",
    .basicsize = sizeof(PlanObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = plan_slots,
};

/* Add the type to the module. NULL: an exception is set. */
static PyTypeObject *add_type(PyObject *module, PyType_Spec *spec) {
    PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    if (type != NULL && PyModule_AddType(module, type) < 0)
        Py_CLEAR(type);
    return type;
}

static int prepare(PyObject *module) {
    ModuleState *state = PyModule_GetState(module);
    state->plan_type = add_type(module, &plan_spec);
    state->findings_type = state->plan_type != NULL ? add_type(module, &findings_spec) : NULL;
    PyTypeObject *sieve_type = state->findings_type != NULL ? add_type(module, &sieve_spec) : NULL;
    Py_XDECREF((PyObject *)sieve_type);
    return sieve_type != NULL ? 0 : -1;
}

static int visit(PyObject *module, visitproc visit, void *arg) {
    const ModuleState *state = PyModule_GetState(module);
    Py_VISIT(state->plan_type);
    Py_VISIT(state->findings_type);
    return 0;
}

static int clear(PyObject *module) {
    ModuleState *state = PyModule_GetState(module);
    Py_CLEAR(state->plan_type);
    Py_CLEAR(state->findings_type);
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, prepare},
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_core",
    .m_doc = "The native lane's inner loops. See `bucketsieve.detect.native`.",
    .m_size = sizeof(ModuleState),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = visit,
    .m_clear = clear,
};

PyMODINIT_FUNC PyInit__core(void) { return PyModuleDef_Init(&definition); }
