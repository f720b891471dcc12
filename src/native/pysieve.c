/* `Sieve`, the Python side of sieve.h. */
#include "module.h"

#include <stdlib.h>

typedef struct {
    PyObject_HEAD
    PyObject *plan;
    Sieve sieve;
} SieveObject;

Sieve *sieve_of(PyObject *object) { return &((SieveObject *)object)->sieve; }

static PyObject *sieve_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
    static char *names[] = {"plan", "drop_tests", "most_values", "most_places", "seed", NULL};
    PyObject *plan;
    int drop_tests;
    Limits limits;
    unsigned long long seed;
    const ModuleState *state = PyType_GetModuleState(type);
    if (state == NULL || state->plan_type == NULL ||
        !PyArg_ParseTupleAndKeywords(arguments, keywords, "O!pIIK:Sieve", names, state->plan_type, &plan, &drop_tests,
                                     &limits.values, &limits.places, &seed))
        return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    SieveObject *self = (SieveObject *)allocate(type, 0);
    if (self == NULL)
        return NULL;
    Py_INCREF(plan);
    self->plan = plan;
    if (!sieve_make(&self->sieve, &((PlanObject *)plan)->plan, drop_tests, limits, seed)) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

static void sieve_dealloc(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    sieve_free(sieve_of(object));
    Py_XDECREF(((SieveObject *)object)->plan);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

PyDoc_STRVAR(set_table_doc,
"set_table(delimiter, columns, named)\n\n"
"The text is a table: of its first columns, those in `named` hold what a form finds. An array of native 32-bit\n"
"numbers: (column, form, number of the context word) by form, then by column. Raises ValueError, MemoryError.");

static PyObject *set_table(PyObject *object, PyObject *arguments) {
    Sieve *sieve = sieve_of(object);
    int delimiter;
    unsigned columns;
    Py_buffer named;
    if (!PyArg_ParseTuple(arguments, "iIy*:set_table", &delimiter, &columns, &named))
        return NULL;
    const Named *items = named.buf;
    uint32_t count = (uint32_t)((size_t)named.len / sizeof *items);
    bool sound = delimiter >= 0 && delimiter < 256 && (size_t)named.len % sizeof *items == 0 &&
                 (uintptr_t)items % sizeof(uint32_t) == 0;
    for (uint32_t number = 0; sound && number < count; number++)
        sound = items[number].column < columns && items[number].form < sieve->plan->header->shape_count &&
                items[number].word < sieve->plan->header->word_count &&
                (number == 0 || items[number].form > items[number - 1].form ||
                 (items[number].form == items[number - 1].form && items[number].column > items[number - 1].column));
    bool ok = sound && sieve_set_table(sieve, (uint8_t)delimiter, columns, items, count);
    PyBuffer_Release(&named);
    if (!sound)
        PyErr_SetString(PyExc_ValueError, "no such column, form or word, or not in order");
    else if (!ok)
        PyErr_NoMemory();
    if (!ok)
        return NULL;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(search_doc,
"search(data, base, begin, end, low, high, header_end, first_row, limit, anchors) -> (asked, words)\n\n"
"Look for matches that start in data[begin:end]; data begins at offset `base` of the text. Context words are\n"
"looked for in data[low:high] and count if they end behind header_end, rows of the table from first_row on in\n"
"data[:limit]. `anchors`, an array of native 32-bit numbers, has (form, place) pairs by place: a match may\n"
"start in front of it. What can be decided becomes candidates. The answer is what cannot, as arrays of native\n"
"32-bit numbers: (form, place, word) threes, the word 1 + its number or 0 if none is known yet; and (form,\n"
"word, start, end) fours, the words near the places that have none yet. Raises ValueError, MemoryError.");

enum { PAIR = 2 * sizeof(uint32_t) };

static bool anchors_ok(const Plan *plan, const Py_buffer *anchors, size_t size) {
    const uint32_t *numbers = anchors->buf;
    size_t count = (size_t)anchors->len / PAIR;
    bool ok = (size_t)anchors->len % PAIR == 0 && (uintptr_t)numbers % sizeof *numbers == 0;
    for (size_t number = 0; ok && number < count; number++)
        ok = numbers[2 * number] < plan->header->shape_count && numbers[2 * number + 1] <= size;
    return ok;
}

static PyObject *sieve_search_method(PyObject *object, PyObject *arguments) {
    Py_buffer data, anchors;
    long long base;
    Py_ssize_t begin, end, low, high, header_end, first_row, limit;
    if (!PyArg_ParseTuple(arguments, "y*Lnnnnnnny*:search", &data, &base, &begin, &end, &low, &high, &header_end,
                          &first_row, &limit, &anchors))
        return NULL;
    PyObject *answer = NULL;
    if (!(0 <= low && low <= begin && begin <= end && end <= high && high <= data.len && data.len <= INT32_MAX &&
          0 <= header_end && 0 <= first_row && first_row <= data.len && end <= limit && limit <= data.len)) {
        PyErr_SetString(PyExc_ValueError, "0 <= low <= begin <= end <= high, limit <= len(data) < 2**31 does not hold");
    } else if (!anchors_ok(sieve_of(object)->plan, &anchors, (size_t)data.len)) {
        PyErr_SetString(PyExc_ValueError, "no such form or place");
    } else {
        Text text = {data.buf, (size_t)data.len, (size_t)begin, (size_t)end};
        Reach reach = {(size_t)low, (size_t)high, (size_t)header_end, anchors.buf, (size_t)anchors.len / PAIR,
                       NULL, (size_t)first_row, (size_t)limit};
        Asked asked = {0};
        bool ok;
        Py_BEGIN_ALLOW_THREADS
        ok = sieve_search(sieve_of(object), &text, base, &reach, &asked);
        Py_END_ALLOW_THREADS
        answer = ok ? Py_BuildValue("(NN)", bytes_of(asked.starts.items, asked.starts.count * sizeof(uint32_t)),
                                    bytes_of(asked.words.items, asked.words.count * sizeof(uint32_t)))
                    : PyErr_NoMemory();
        free(asked.starts.items);
        free(asked.words.items);
    }
    PyBuffer_Release(&anchors);
    PyBuffer_Release(&data);
    return answer;
}

PyDoc_STRVAR(add_doc,
"add(start, end, detector, form, number, priority, keyword, surety, rank)\n\n"
"Add a candidate on which Python has decided, and that it knows by a number. `keyword` is the length of the\n"
"context word. Raises ValueError, MemoryError.");

static PyObject *sieve_add(PyObject *object, PyObject *arguments) {
    Sieve *sieve = sieve_of(object);
    long long start, end;
    unsigned detector, form, number, keyword;
    int priority;
    unsigned char surety, rank;
    if (!PyArg_ParseTuple(arguments, "LLIIIiIbb:add", &start, &end, &detector, &form, &number, &priority, &keyword,
                          &surety, &rank))
        return NULL;
    if (form >= sieve->plan->header->shape_count || detector >= sieve->values.detectors || start >= end) {
        PyErr_SetString(PyExc_ValueError, "no such form or detector, or no bytes");
        return NULL;
    }
    uint64_t worth = worth_of(surety, priority, (uint16_t)keyword, rank);
    Candidate candidate = {start, end, detector, form, FROM_PYTHON, number, worth};
    if (!add_candidate(&sieve->candidates, &candidate))
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

PyDoc_STRVAR(resume_doc,
"resume(form, place)\n\n"
"Matches of the form that start in front of `place` are decided on, by Python. Raises ValueError.");

static PyObject *sieve_resume(PyObject *object, PyObject *arguments) {
    Sieve *sieve = sieve_of(object);
    unsigned form;
    long long place;
    if (!PyArg_ParseTuple(arguments, "IL:resume", &form, &place))
        return NULL;
    if (form >= sieve->plan->header->shape_count) {
        PyErr_SetString(PyExc_ValueError, "no such form");
        return NULL;
    }
    if (sieve->resume[form] < place)
        sieve->resume[form] = place;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(settle_doc,
"settle(closed, too_old, final)\n\n"
"Settle the groups of candidates that end in front of `closed` or begin in front of `too_old`, or all. The\n"
"winners wait for `winners` or `record`. Raises MemoryError.");

static PyObject *sieve_settle_method(PyObject *object, PyObject *arguments) {
    Settling settling;
    long long closed, too_old;
    int final;
    if (!PyArg_ParseTuple(arguments, "LLp:settle", &closed, &too_old, &final))
        return NULL;
    settling = (Settling){closed, too_old, final};
    bool ok;
    Py_BEGIN_ALLOW_THREADS
    ok = sieve_settle(sieve_of(object), &settling);
    Py_END_ALLOW_THREADS
    if (!ok)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

PyDoc_STRVAR(winners_doc,
"winners() -> bytes\n\n"
"The winners that wait, which then do so no more: native 64-bit numbers, (start, end, form, ruling, 0 or 1 +\n"
"the number of the context word), or, for those that were added, (start, end, form, -1, number). Raises\n"
"MemoryError.");

static PyObject *sieve_winners_method(PyObject *object, PyObject *unused) {
    (void)unused;
    Sieve *sieve = sieve_of(object);
    Numbers *won = &sieve->won;
    enum { FIELDS = 5 };
    PyObject *rows = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(won->count * FIELDS * sizeof(int64_t)));
    if (rows == NULL)
        return NULL;
    int64_t *row = (int64_t *)PyBytes_AsString(rows);
    for (size_t number = 0; number < won->count; number++, row += FIELDS) {
        const Candidate *each = &sieve->candidates.items[won->items[number]];
        row[0] = each->start;
        row[1] = each->end;
        row[2] = each->form;
        row[3] = each->ruling == FROM_PYTHON ? -1 : (int64_t)each->ruling;
        row[4] = each->detail;
    }
    won->count = 0;
    return rows;
}

PyDoc_STRVAR(near_doc,
"near(from, low, high) -> bytes\n\n"
"Of the candidates that start in `from` or later, those that touch `low` to `high`, by place: native 64-bit\n"
"numbers, (start, end, detector) threes. Raises MemoryError.");

static PyObject *sieve_near(PyObject *object, PyObject *arguments) {
    const Candidates *candidates = &sieve_of(object)->candidates;
    long long from, low, high;
    if (!PyArg_ParseTuple(arguments, "LLL:near", &from, &low, &high))
        return NULL;
    enum { FIELDS = 3 };
    Numbers touching = {0};
    bool ok = true;
    for (size_t number = candidate_from(candidates, from); ok && number < candidates->count; number++) {
        const Candidate *each = &candidates->items[number];
        if (each->start >= high)
            break;
        if (each->end > low)
            ok = add_numbers(&touching, (uint32_t[]){(uint32_t)(number - candidates->first)}, 1);
    }
    PyObject *rows =
        ok ? PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(touching.count * FIELDS * sizeof(int64_t))) : NULL;
    int64_t *row = rows != NULL ? (int64_t *)PyBytes_AsString(rows) : NULL;
    for (size_t number = 0; rows != NULL && number < touching.count; number++, row += FIELDS) {
        const Candidate *each = &candidates->items[candidates->first + touching.items[number]];
        row[0] = each->start;
        row[1] = each->end;
        row[2] = each->detector;
    }
    free(touching.items);
    return ok ? rows : PyErr_NoMemory();
}

PyDoc_STRVAR(forget_doc, "forget(oldest)\n\nKeep no settled candidates that start in front of `oldest`,\n"
"unless winners wait.");

static PyObject *sieve_forget(PyObject *object, PyObject *arguments) {
    long long oldest;
    if (!PyArg_ParseTuple(arguments, "L:forget", &oldest))
        return NULL;
    if (sieve_of(object)->won.count == 0)
        forget_candidates(&sieve_of(object)->candidates, oldest);
    Py_RETURN_NONE;
}

static PyMethodDef sieve_methods[] = {
    {"set_table", set_table, METH_VARARGS, set_table_doc},
    {"search", sieve_search_method, METH_VARARGS, search_doc},
    {"add", sieve_add, METH_VARARGS, add_doc},
    {"resume", sieve_resume, METH_VARARGS, resume_doc},
    {"settle", sieve_settle_method, METH_VARARGS, settle_doc},
    {"winners", sieve_winners_method, METH_NOARGS, winners_doc},
    {"near", sieve_near, METH_VARARGS, near_doc},
    {"forget", sieve_forget, METH_VARARGS, forget_doc},
    {"write", sieve_write, METH_VARARGS, write_doc},
    {"advance", sieve_advance, METH_VARARGS, advance_doc},
    {"record", sieve_record, METH_VARARGS, record_doc},
    {"counts", sieve_counts, METH_NOARGS, counts_doc},
    {"findings", sieve_findings, METH_VARARGS, findings_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(sieve_doc,
"Sieve(plan, drop_tests, most_values, most_places, seed)\n\n"
"One object's candidates: where a plan finds them, which of them overlap, and what is kept of those that win:\n"
"at most so many values of a detector, and places of a value. `drop_tests`: published test values are no\n"
"findings; `seed` is secret. For one thread at a time.");

static PyType_Slot sieve_slots[] = {
    {Py_tp_doc, (void *)sieve_doc},
    {Py_tp_new, sieve_new},
    {Py_tp_dealloc, sieve_dealloc},
    {Py_tp_methods, sieve_methods},
    {0, NULL},
};

PyType_Spec sieve_spec = {
    .name = "bucketsieve.detect.native._core.Sieve",
    .basicsize = sizeof(SieveObject),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = sieve_slots,
};
