/* format/robots.h -- robots.txt (RFC 9309) and ads.txt (IAB 1.1).
 *
 * Line breaks, "#" and control characters inside a value are left out: no
 * value can begin a line of its own.
 *
 * Threads: any.
 */
#ifndef FORMAT_ROBOTS_H
#define FORMAT_ROBOTS_H

#include "base/buf.h"

#define ROBOTS_TYPE "text/plain; charset=utf-8"
#define ADS_TYPE    "text/plain; charset=utf-8"

typedef struct Robots {
    StrList disallow; /* path prefixes, as in "/desk/"; '*' allowed inside */
    StrList sitemaps; /* absolute addresses */
} Robots;

void robots_write(Buf *buf, const Robots *robots);

/* Who may sell the site's advertising. */
typedef struct AdSeller {
    Str domain;  /* of the advertising system */
    Str account; /* the agency's there */
    bool reseller;
    Str certificate; /* the system's, optional */
} AdSeller;

typedef struct AdsTxt {
    Str owner;   /* OWNERDOMAIN, optional */
    Str contact; /* optional */
    const AdSeller *sellers;
    size_t count; /* 0: nobody may, which the format has a record for */
} AdsTxt;

void ads_write(Buf *buf, const AdsTxt *ads);

#define ADS_TXT_MAX ((size_t)1024 * 1024)

/* Whether a file is one: each line a seller ("domain, account, DIRECT or
 * RESELLER", and perhaps the system's certificate), a variable ("OWNERDOMAIN=
 * news.example"), a comment or empty. ERR_INVALID; the fault has the line. */
MUST_USE Err ads_txt_check(Str text, Fault *fault);

#endif
