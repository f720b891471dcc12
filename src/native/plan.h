/* What to search for, as `bucketsieve.detect.native.pack` has packed it: one block of bytes, read where it lies.
 * All numbers are little-endian 32-bit and aligned; offsets count from the start of the block. */
#ifndef BUCKETSIEVE_PLAN_H
#define BUCKETSIEVE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A deterministic automaton over bytes. States are named by where their rows begin in the table, so that a step is one
 * load behind another and nothing else. State 0 is dead. From state `accepting` on a match may end, from `undecided` on
 * whatever follows is one. */
typedef struct {
    uint32_t classes; /* offset of uint8[256]: the class of each byte, which is its column */
    uint32_t table;   /* offset of uint16[rows * width]: the next state */
    uint32_t width;
    uint32_t rows;
    uint32_t start;
    uint32_t accepting, undecided;
} Automaton;

/* A deterministic automaton that reads a match and the byte behind it, and so tells from one state where the match
 * ended, and what of its value is to be said. States are named by where their rows begin, in fours of numbers. State
 * `dead` is, and those behind it tell something. */
typedef struct {
    uint32_t classes; /* offset of uint8[256]: the class of each byte, which is its column */
    uint32_t table;   /* offset of uint16[rows * width]: the next state */
    uint32_t width;   /* a multiple of 4 */
    uint32_t rows;
    uint32_t start;
    uint32_t dead;
    uint32_t end;  /* the column for the end of the text */
    uint32_t told; /* offset of Told[], by state, from `dead` on */
    uint32_t rulings; /* of so many it may tell that they apply */
} Reader;

/* A match may end in front of the byte that was read last, and of the first panel these rulings apply. `also`: if it is
 * the only end, so does a match of another form that begins where this one does, and of its first panel these apply. */
typedef struct {
    uint32_t how;
    uint32_t applying;
    uint32_t also;
} Told;

/* Whether checks have to look farther than that byte, whether no longer match follows, whether there is one that ends
 * nobody knows where, and whether the match ends one byte farther back. */
enum { TOLD_IF_CHECKED = 1, TOLD_LAST = 2, TOLD_SOMEWHERE = 4, TOLD_BACK = 8 };

/* What a place must fulfil beside the match itself: the automaton must not match there, or has to within the width. */
enum { NOT_BEFORE, NOT_AFTER, NOT_AHEAD, ONLY_AHEAD };

/* What a byte beside a match means: no check fails, one does, or the checks have to look farther. */
enum { BESIDE_FINE, BESIDE_DENIED, BESIDE_OPEN };

typedef struct {
    uint32_t kind;
    uint32_t width; /* of a look-behind, or of what is ahead, in bytes */
    uint32_t automaton;
} Check;

/* A form of a detector. */
typedef struct {
    uint32_t reader;
    uint32_t rules; /* whether the reader tells what rulings of the first panel apply */
    uint32_t first; /* offset of uint8[256]: 1 for the bytes a match may begin with */
    uint32_t before; /* offset of uint8[256]: what the byte in front of a match means for checks */
    uint32_t checks, check_count; /* offset of Check[] */
    uint32_t max_width;
    uint32_t distance; /* to a context word in front, at most */
    uint32_t exact;    /* the automata match what the expression matches, and that is the value */
    uint32_t whole;    /* a match is the value, not only around it */
    uint32_t unknown;  /* the automata say nothing: Python looks around each of its words */
    uint32_t context;  /* whether it needs a context word */
    uint32_t detector;
    uint32_t priority;
    uint32_t normalise; /* the normal form of its values */
    uint32_t mask;      /* what of its values may be shown */
    uint32_t panels, panel_count; /* the first of its panels, and how many; their rulings count in that order */
    uint32_t anchor;   /* automaton of what stands in every match, for a form that is found by that */
    uint32_t lead;     /* a match starts at most so far in front of it */
    uint32_t alphabet; /* offset of uint8[256]: 1 for the bytes that occur in matches */
    uint32_t apart;    /* none of those may stand in front of a match */
    uint32_t program, program_size; /* offset of Instruction[], see expressions.h */
    uint32_t opening, behind; /* automaton of what is in front of the value, dead behind the value's first byte and
                               * nowhere before, or NO_OPENING; and how many bytes of a match follow the value */
    uint32_t team, place; /* where it is one of a team, or NO_TEAM */
    uint32_t begins;      /* what its matches begin with, BEGINS_... */
    uint32_t also;        /* the form of its detector that its reader tells of as well, or NO_FORM */
} Shape;

#define NO_TEAM UINT32_MAX
#define NO_FORM UINT32_MAX
#define NO_OPENING UINT32_MAX

/* Sets of bytes that matches may begin with: bits for digits, capitals, small letters, MAP_MARK, and the others; and
 * whether a letter or a digit may stand in front. */
enum { BEGINS_DIGIT = 1, BEGINS_UPPER = 2, BEGINS_LOWER = 4, BEGINS_MARK = 8, BEGINS_OTHER = 16, BEGINS_INSIDE = 32 };

/* Forms of a team, a bit for each; and how many bytes of a match are looked at for all of them at once. */
enum { MOST_OF_TEAM = 32, LOOKED = 16 };

/* Forms that wait for context words. The first mask of a byte's row says which matches may stand behind it, the others
 * which may have it at their first places, or behind them if they are that short. */
typedef struct {
    uint32_t forms;      /* offset of uint32[MOST_OF_TEAM], the first one in place of those there are not */
    uint32_t rows;       /* offset of uint16[256]: where among the masks each byte's row begins */
    uint32_t masks, mask_count; /* offset of uint32[], 1 + LOOKED to a row */
    uint32_t with_digit; /* forms of which every match has a digit */
} Team;

/* What context words are to a form, as `Context` in the catalogue: only for the last is one needed. */
enum { CONTEXT_NONE, CONTEXT_RAISES, CONTEXT_REQUIRED };

enum { MOST_DETECTORS = 1 << 20, MOST_FORMS = 1 << 16 };

/* Normal forms of values, as in `bucketsieve.detect.fingerprint`. */
enum { NORMAL_NONE, NORMAL_DIGITS, NORMAL_ALNUM, NORMAL_LOWER, NORMALISATIONS };

/* What of values may be shown, as in `bucketsieve.detect.mask`. */
enum { MASK_ALL, MASK_LAST4, MASK_FIRST4, MASK_EMAIL, MASK_FIXED, MASKS };

enum {
    CHECK_NONE, CHECK_LUHN, CHECK_MOD97, CHECK_FEW_KINDS, CHECK_LITTLE_ENTROPY, CHECK_CLOSE_ENTROPY, CHECK_NOT_RANDOM,
    CHECK_ONE_REPEATED, CHECK_STAND_IN, CHECK_WEAK_PASSWORD, CHECK_CRC32_BASE62, CHECK_GITLAB, CHECK_GRAFANA,
    CHECK_BECH32, CHECK_BASE58CHECK, CHECK_ZONE, CHECK_PEM, CHECK_BASE64_PEM, CHECK_WEB_TOKEN, CHECK_CREDENTIALS,
    CHECK_JSON_TOKEN, CHECK_CLOSE_PASSWORD, CHECKS
};

/* What becomes of a value: it is none, it is one, Python has to say, or it is one and Python has to look at the words
 * near. */
enum { VERDICT_REJECT, VERDICT_ACCEPT, VERDICT_ASK, VERDICT_LOOK, VERDICTS };

/* What rulings are of: the value as it stands, the password that it holds in base64 behind a user and a colon, or what
 * is behind its escapes of URLs. */
enum { READ_PLAIN, READ_PASSWORD, READ_UNQUOTED, READINGS };

/* Some rulings of a form. The automaton reads a value as it stands; at the end of it, bit i of the mask for the state's
 * row says that ruling i applies if its check holds. It is dead behind a byte that is not ASCII, unless the first of its
 * rulings applies to all values, without a check. Its column `letter` is that of letters beyond ASCII where all rulings
 * know of these, and that of other bytes where they do not; `numero` likewise that of U+2116. */
typedef struct {
    uint32_t automaton;
    uint32_t masks; /* offset of uint32[rows] */
    uint32_t rulings, ruling_count; /* the first, and how many */
    uint32_t by_width;              /* to divide by the automaton's width, see `row_of` */
    uint32_t reading;
    uint32_t letter, numero;
    uint32_t alike; /* the number of a panel: the rulings of forms of which it is the same are, one by one, of the same
                     * values, whatever they mean for the form */
} Panel;

/* The row of one of the panel's states, which are below 2**16: multiplied by the next number above 2**32 / width. */
static inline uint32_t row_of(const Panel *panel, uint32_t state) {
    return (uint32_t)((uint64_t)state * panel->by_width >> 32);
}

/* Rulings of a panel, at most. */
enum { MOST_RULINGS = 32 };

/* Of the rulings that apply, the first counts. */
typedef struct {
    uint32_t normalise; /* the normal form in which the check is made */
    uint32_t check;
    uint32_t verdict;
    uint32_t surety, rank; /* of the candidate: see candidates.h */
    uint32_t argument;     /* of the check */
} Ruling;

/* A bit-parallel search: a place is a candidate if, for every term, bitmap `map` has a bit `shift` bytes further on. */
typedef struct {
    uint32_t map;
    int32_t shift;
} Term;

typedef struct {
    uint32_t terms, term_count; /* offset of Term[] */
    uint32_t origin;            /* what is found begins so many bytes in front of the place */
    uint32_t shared;            /* terms at the beginning that are those of the program before it */
    uint32_t needed;            /* a bit for each map in its terms */
    uint32_t anchors;           /* it finds anchors, which may stand outside of what is searched for matches */
    uint32_t by_byte; /* offset of uint32[257]: for a first byte b, forms[by_byte[b]] up to [by_byte[b + 1]] */
    uint32_t forms;             /* offset of uint32[] */
} Program;

/* Of one program. */
enum { MOST_TERMS = 40, FARTHEST_BACK = 63, FARTHEST_SHIFT = 127 };

/* A context word and the forms that wait for it. */
typedef struct {
    uint32_t teams, team_count;     /* offset of WordTeam[] */
    uint32_t unknown, unknown_count; /* offset of uint32[]: forms of which only Python knows the expression */
    uint32_t length; /* in characters */
} Word;

/* Forms of a team: the `wanted` wait for a word, and for some it counts as the name of what is assigned, and nowhere
 * else. Their matches start at most `before` bytes in front of its start, and in front of the place `behind` bytes from
 * its end. */
typedef struct {
    uint32_t team, wanted, names_only;
    uint32_t before, behind;
    uint32_t begins; /* what matches begin with, BEGINS_... */
} WordTeam;

/* A node of the words' tree: edges[first_edge] up to the next node's; likewise the words that end here. A node with
 * many edges has them as a row as well, and most have but one. */
typedef struct {
    uint32_t first_edge;
    uint32_t first_word;
    uint32_t row;  /* 0, or offset of uint32[256]: the node behind each byte, 0 for none */
    uint32_t only; /* 0, or of its only edge: the byte, and the node as ONLY_NODE bits further up */
} Node;

enum { ONLY_NODE = 8, ONLY_BYTE = 0xff };

typedef struct {
    uint32_t byte; /* folded, see words.c */
    uint32_t node;
} Edge;

/* Where the walk through the tree begins for words with the same head: their first four bytes, bit 5 of each set, or
 * three if that is all of a word; and the hooks with that head. Slots are filled by the heads' hashes, the next free
 * one if one is taken. */
typedef struct {
    uint32_t head;
    uint32_t node;
    uint32_t depth; /* bytes that lead to the node; NO_WAY: no word has this head; NO_SLOT */
    uint32_t next;  /* a bit for the last five of each byte that may follow a head of four */
    uint32_t first_hook, hook_count;
} Slot;

enum { NO_SLOT = 5, NO_WAY };

/* A form of which every match has a place where a word may begin, with this head: there `tail` matches, and the match
 * begins at most the shape's `lead` bytes in front of it; or just there, if there is no tail. */
typedef struct {
    uint32_t form;
    uint32_t known, wanted; /* of the four bytes behind the head, the bits that are known are those wanted */
    uint32_t tail;          /* automaton, or NO_TAIL */
} Hook;

#define NO_TAIL UINT32_MAX

/* Several automata as one. Bit i of the mask for a state's row says that automaton i matches; from the undecided states
 * on, or dead, the others do not, whatever follows. */
typedef struct {
    uint32_t automaton;
    uint32_t masks; /* offset of uint32[rows] */
} Several;

enum { MOST_OF_SEVERAL = 32 };

/* Forms of which every match has a name that is assigned something: behind the name their `tails` match, in front of
 * that, read backwards, their `backs` do. A match begins at most the shape's `lead` bytes in front of the name's last
 * letter. */
typedef struct {
    uint32_t forms, form_count; /* offset of uint32[] */
    Several backs, tails;
} Names;

/* How far behind the last letter of a name the sign may stand, in bytes. */
enum { NEAR_NAME = 9 };

/* Filters of what begins as words and hooks do, and ends as names do. Of heads, and of the last four bytes of names: by
 * the last five bits of each byte but the first a row of 32 bits, one for the last five of each first byte. Of ways:
 * by a head's hash a row likewise for the byte behind it. Of short words: rows of which a bit is set for each. */
enum { HEAD_BITS = 15, WAY_BITS = 13, SHORT_BITS = 11 };

/* How far before a word's start, and behind it, a digit makes forms that need one possible. */
enum { DIGIT_BEFORE = 64, DIGIT_BEHIND = 128 };

/* The block begins with it. */
typedef struct {
    uint32_t magic, version, size;
    uint32_t automata, automaton_count;
    uint32_t readers, reader_count;
    uint32_t shapes, shape_count;
    uint32_t programs, program_count;
    uint32_t words, word_count;
    uint32_t rulings, ruling_count;
    uint32_t panels, panel_count;
    uint32_t teams, team_count;
    uint32_t nodes, node_count; /* Node[node_count + 1] */
    uint32_t edges, edge_count;
    uint32_t ends, end_count; /* uint32[]: numbers of words */
    uint32_t heads, heads_without_digit; /* offsets of uint32[1 << HEAD_BITS]; the latter: without words that only
                                          * matter with a digit near */
    uint32_t ways;                       /* uint32[1 << WAY_BITS] */
    uint32_t short_words;                /* uint32[1 << SHORT_BITS] */
    uint32_t slots, slot_bits;                       /* offset of Slot[1 << slot_bits] */
    uint32_t hooks, hook_count;
    uint32_t names, name_count;
    uint32_t name_ends;   /* offset of uint32[1 << HEAD_BITS] */
    uint32_t speaking, assigned; /* automata of what may stand between a word and a value, see context.c */
    uint32_t gap_after;   /* a word after the value stands at most so far from it, in bytes */
    uint32_t longest_word;
    uint32_t notes, notes_size; /* JSON for Python: what the rulings say */
} Header;

enum { PLAN_MAGIC = 0x53564b42, PLAN_VERSION = 43 };

typedef struct Form Form; /* see forms.h */

/* A plan whose offsets were all found to lie inside the block. */
typedef struct Plan {
    const uint8_t *bytes;
    const Header *header;
    const Automaton *automata;
    const Reader *readers;
    const Shape *shapes;
    const Program *programs;
    const Word *words;
    const Ruling *rulings;
    const Panel *panels;
    const Team *teams;
    const Node *nodes;
    const Edge *edges;
    const uint32_t *ends;
    const Slot *slots;
    const Hook *hooks;
    const Names *names;
    bool any_unknown;  /* shape */
    const Form *forms; /* as many as shapes */
} Plan;

/* NULL, or what is wrong with the block. The plan lacks its forms then. */
const char *plan_read(Plan *plan, const uint8_t *bytes, size_t size);

#endif
