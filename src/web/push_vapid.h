/* web/push_vapid.h -- says to a push service who sends (VAPID, RFC 8292): a
 * token (JWT, RFC 7519) signed with the key that the browsers were given, as
 * the value of the header Authorization:
 *
 *     vapid t=HEAD.CLAIMS.SIGNATURE,k=PUBLIC-KEY
 *
 * HEAD is {"typ":"JWT","alg":"ES256"}, CLAIMS {"aud":...,"exp":...,"sub":...}.
 * One value serves all messages to one audience until it expires, so that it
 * can be made seldom and kept.
 *
 * Lifetime: results live in the arena.  Threads: any.
 */
#ifndef WEB_PUSH_VAPID_H
#define WEB_PUSH_VAPID_H

#include "base/time.h"
#include "web/push_key.h"

#define PUSH_VAPID_MAX   TIME_DAY /* the longest that a token may live */
#define PUSH_SUBJECT_MAX 255      /* bytes */

typedef struct PushClaims {
    Str audience; /* as push_vapid_audience gives it */
    Str subject;  /* where the service finds the sender */
    Time now;
    Time expires; /* counted in whole seconds, rounded down */
} PushClaims;

/* The origin of an endpoint: "https://push.example.org", with a port that is
 * not the scheme's own.
 *   ERR_INVALID      no absolute address, or one with a user in it
 *   ERR_UNSUPPORTED  neither http nor https */
MUST_USE Err push_vapid_audience(Arena *arena, Str endpoint, Str *out);

/* May be a subject: an address that begins with mailto: or https:, of at most
 * PUSH_SUBJECT_MAX bytes of visible ASCII. */
bool push_vapid_subject_fits(Str subject);

/* The header's value.
 *   ERR_INVALID      an audience or subject that is none, or an expiry that is
 *                    not from one second to PUSH_VAPID_MAX after now; the fault
 *                    names which
 *   ERR_UNSUPPORTED  as in web/push_key.h */
MUST_USE Err push_vapid_header(Arena *arena, const PushKey *key,
                               const PushClaims *claims, Str *out,
                               Fault *fault);

#endif
