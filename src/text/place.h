/* text/place.h -- where in the markup a template has come to.
 *
 * A small reading of HTML's tokenizer, enough to say of each tag of a template
 * whether a value may stand there.  Where it knows less than a browser it
 * refuses.  See text/template.h for the rules.
 *
 * Threads: pure.
 */
#ifndef TEXT_PLACE_H
#define TEXT_PLACE_H

#include "base/str.h"

#define PLACE_NAME_MAX  15 /* longer names are cut: none that matter is */
#define PLACE_VALUE_MAX 23

typedef enum PlaceState {
    PLACE_TEXT,
    PLACE_OPEN,     /* behind "<" */
    PLACE_TAG_NAME, /* in the name of a tag */
    PLACE_TAG,      /* between the attributes of a tag */
    PLACE_TAG_CUT,  /* the same; a name may not go on here */
    PLACE_ATTR,     /* in the name of an attribute */
    PLACE_EQUALS,   /* behind its "=" */
    PLACE_DOUBLE,   /* in a value in double quotes */
    PLACE_SINGLE,
    PLACE_BARE,    /* in a value without quotes */
    PLACE_BANG,    /* behind "<!" */
    PLACE_DECL,    /* in "<!doctype" and the like */
    PLACE_COMMENT, /* in "<!--" */
    PLACE_RAW,     /* in an element whose content is not markup */
    PLACE_BAD
} PlaceState;

typedef struct Place {
    PlaceState state;
    char tag[PLACE_NAME_MAX + 1];    /* lower case */
    char attr[PLACE_NAME_MAX + 1];   /* lower case */
    char value[PLACE_VALUE_MAX + 1]; /* of the attribute, as far as fixed */
    bool closing;                    /* the tag is an end tag */
    bool typed;                      /* it has an attribute "type" */
    bool json;  /* a script's type is application/ld+json */
    int pre;    /* <pre> elements around */
    size_t run; /* dashes, or letters of a raw element's end, just seen */
} Place;

/* The beginning of a document, or text inside an element, is {0}. */

/* Goes over one byte of fixed markup. PLACE_BAD, which stays, when a name of
 * a tag or attribute would be put together from pieces. */
void place_step(Place *place, char c);

/* Whether a text (escaped), markup, or a section's tag may stand here. */
bool place_takes_text(const Place *place);
bool place_takes_markup(const Place *place);
bool place_takes_section(const Place *place);

/* Whether white space shows here as it is written. */
bool place_keeps_space(const Place *place);

/* A value, or a section's tag, stands here. */
void place_value(Place *place);
void place_section(Place *place);

/* Whether fixed markup goes on alike behind both; if so *place is made the
 * stricter of the two. */
bool place_join(Place *place, const Place *other);

/* For faults: "a comment", "an attribute without quotes". */
const char *place_name(const Place *place);

#endif
