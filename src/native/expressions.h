/* Python's regular expressions, for what automata do not tell: which of its ends a match takes, and what part of it is
 * the value. They are tried as Python does, the first way that leads to an end. */
#ifndef BUCKETSIEVE_EXPRESSIONS_H
#define BUCKETSIEVE_EXPRESSIONS_H

#include "plan.h"
#include "text.h"

/* Behind each comes the next one of the form, unless it says otherwise. */
enum {
    READ,   /* a byte of the set */
    REPEAT, /* as many of the set as there are, at least `least` and at most `most`, and if that leads nowhere, fewer */
    EITHER, /* the next one, and if that leads nowhere, `other`: of these ways those of the set, or at the end of the text
             * of `least`, may lead anywhere */
    GO,     /* to `other` */
    MARK,   /* the place is the one with number `least` */
    AGAIN,  /* the bytes between the places `least` and `least` + 1 once more */
    LOOK,   /* what the next ones say up to FINISH holds `least` bytes back, or not, as `most` says; go on at `other` */
    BESIDE, /* the byte in front, or behind if `least` is 0, is one of the set; at the edge of the text `most` counts */
    BORDER, /* of the bytes in front and behind just one is of the set */
    FINISH,
    INSTRUCTIONS
};

typedef struct {
    uint32_t what;
    uint32_t set; /* offset of uint8[256]: 1 for its bytes, or ways */
    uint32_t least, most, other;
    uint32_t next; /* 0, or offset of uint8[256]: the next one as a way, from places that a REPEAT goes back to */
} Instruction;

/* Bits for the ways that may lead anywhere in front of a byte, and WAYS further up, behind one more. */
enum { WAY_NEXT = 1, WAY_OTHER = 2, ALL_WAYS = 3, WAYS = 2 };

/* Places that are marked: where the value begins and ends, if it is a part of the match, and what is referred to. */
enum { MOST_MARKS = 8 };

typedef struct {
    uint32_t start, end; /* of the value */
    uint32_t match_end;
} Extent;

enum { NO_VALUE, A_VALUE, UNSURE };

/* Look for a match of the form at `start`. Unsure: only Python can tell, there is no program or it takes too long. */
int value_at(const Plan *plan, const Shape *shape, const Text *text, uint32_t start, Extent *value);

/* Whether the program of a form stays inside of itself and of the plan. */
bool expression_ok(const Header *header, const uint8_t *bytes, const Shape *shape);

#endif
