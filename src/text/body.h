/* text/body.h -- writes the body of a story: blocks, inlines and text go in
 * as they come, canonical markup comes out.  Private to text/; the promises of
 * sanitize.h are kept here.
 *
 * Nothing is written before there is text to show: opening a block or an
 * inline only notes it, white space and line breaks are held back.  So empty
 * elements never appear, and space stands outside of inlines.  An inline that
 * is open when a block begins or ends is closed there and opened anew inside
 * the next, so inlines never hold blocks.
 *
 * Threads: as its Buf.
 */
#ifndef TEXT_BODY_H
#define TEXT_BODY_H

#include "base/buf.h"

#define BODY_BLOCKS  32 /* blocks, one in another, the root counted */
#define BODY_INLINES 16

typedef enum BlockKind {
    BLOCK_FLOW,  /* blocks; text in <p>: the root, blockquote, figure */
    BLOCK_TIGHT, /* as flow, but text first in it stands bare: li, dd, cells */
    BLOCK_LINE,  /* text and inlines only: headings, dt, captions */
    BLOCK_PRE,   /* the same, white space kept */
    BLOCK_LIST,  /* ul, ol: li */
    BLOCK_DEFS,  /* dl: dt, dd */
    BLOCK_TABLE, /* caption, thead, tbody */
    BLOCK_ROWS,  /* thead, tbody: tr */
    BLOCK_ROW,   /* td, th */
} BlockKind;

typedef struct BodyBlock {
    Str name;
    Str attrs; /* written, with a space before each */
    BlockKind kind;
    bool implied; /* an li or dd nobody asked for */
    bool used;    /* something is in it already */
} BodyBlock;

typedef struct BodyInline {
    Str name;
    Str attrs;
} BodyInline;

typedef struct BodyOut {
    Buf *buf;
    BodyBlock blocks[BODY_BLOCKS]; /* the root first */
    int block_count, blocks_written;
    BodyInline inlines[BODY_INLINES];
    int inline_count, inlines_written;
    bool in_p;       /* a <p> is written and open */
    bool wants_p;    /* the source has a paragraph here */
    Str p_attrs;     /* for it */
    bool run;        /* there is text in the block since its last break */
    bool space;      /* held back */
    size_t breaks;   /* held back */
    char indent[64]; /* space before the first text of a pre, held back */
    size_t indent_len;
} BodyOut;

void body_begin(BodyOut *out, Buf *buf);

/* Ends what is open. */
void body_end(BodyOut *out);

/* Whether name may stand here (an implied li or dd that is in the way will be
 * ended). If not, the caller treats it as a mere break. */
bool body_may_open(const BodyOut *out, Str name, BlockKind kind);
/* Opens a block; gives what body_close wants: the place it has. */
int body_open(BodyOut *out, Str name, BlockKind kind, Str attrs);
void body_close(BodyOut *out, int place);
/* Writes the open blocks now, text or not: table cells. */
void body_force(BodyOut *out);

/* The end of a line of thought: text before and after do not run together. */
void body_break(BodyOut *out);
void body_br(BodyOut *out);
void body_hr(BodyOut *out);

/* False when it cannot be opened (too many, or one in itself): then it is not
 * closed either. */
bool body_open_inline(BodyOut *out, Str name, Str attrs);
void body_close_inline(BodyOut *out);

/* text is UTF-8. */
void body_text(BodyOut *out, Str text);

/* Escaped, without what XML forbids, as a double-quoted attribute's value. */
void body_put_attr(Buf *buf, Str name, Str value);

/* Has text something to see: more than spaces and characters without width. */
bool body_is_visible(Str text);

#endif
