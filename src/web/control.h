/* web/control.h -- acts on stories, for commands on the same machine.
 *
 * Requests are JSON or a story's file, answers are JSON.  The same function
 * does the work whether a server runs (it came over the control socket and is
 * done by the writer's thread) or not (the command holds the store itself).
 *
 *   put   body: one story as ninjs or markdown (told by its first character);
 *         saved for the desk: what is public stays as it is
 *   act   body: {"act": "correct", "story": 12, "note": "...",
 *                "at": "2026-11-23T10:00:00Z", "embargo": "..."}
 *   pin   body: {"story": 12, "until": "..."} or {"story": 12, "unpin": true}
 *   picture
 *         body: {"act": "look", "mark": "..."},
 *         {"act": "add", "mark": "...", "type": "JPEG", "bytes": ...,
 *         "width": ..., "alt": "...", ...} or
 *         {"act": "set", "mark": "...", "alt": "...", "until": "...",
 *         "focus_x": 500, "focus_y": 300}; answer: the picture
 *   campaign
 *         body: {"act": "put", "file": "...", "pictures": ["MARK", ...]}, the
 *         file as format/campaign_file.h has it, or
 *         {"act": "stop", "name": "..."};
 *         answer {"number": 3, "name": "...", "shows": 2}
 *   entry body: {"act": "put", "story": 12, "entry": 3, "text": "..."}
 *   answer {"story": 12, "version": 2, "state": "corrected", "change": 77,
 *           "address": "/en/facts/12-slug"} or {"error": "...", "where": ...}
 *
 * Threads: control_run uses only what it is given.
 */
#ifndef WEB_CONTROL_H
#define WEB_CONTROL_H

#include "audience/ads.h"
#include "audience/audience.h"
#include "base/buf.h"
#include "net/server.h"
#include "store/writer.h"
#include "story/campaign.h"
#include "story/site.h"
#include "web/reads_page.h"

#define CONTROL_BODY_MAX  ((size_t)8 * 1024 * 1024)
/* Of a campaign, whose HTML may be six times as long as JSON. */
#define CAMPAIGN_BODY_MAX (CREATIVE_HTML * 6 + (size_t)512 * 1024)

/* What is asked for: kind, address. */
#define CONTROLS(X)                                                            \
    X(ACT, "/control/act")                                                     \
    X(PUT, "/control/put")                                                     \
    X(PIN, "/control/pin")                                                     \
    X(ENTRY, "/control/entry")                                                 \
    X(PICTURE, "/control/picture")                                             \
    X(CAMPAIGN, "/control/campaign")

typedef enum ControlKind {
#define X(kind, address) CONTROL_##kind,
    CONTROLS(X)
#undef X
} ControlKind;

const char *control_address(ControlKind kind);

typedef struct ControlRequest {
    ControlKind kind;
    Str body;
    Str picture; /* put: the mark of the picture that the story names by a
                    file's name; "?picture=" of the address */
} ControlRequest;

typedef struct ControlSettings {
    const Site *site;
    Str section; /* of stories that name none */
} ControlSettings;

/* Does it inside the caller's transaction. *answer is JSON in arena, also when
 * it failed; *status the HTTP status. */
MUST_USE Err control_run(Store *store, Arena *arena,
                         const ControlSettings *settings,
                         const ControlRequest *request, Time now, Str *answer,
                         int *status);

/* What to tell of an act that was done and whose commit failed with err.
 * broken: of the store; then nobody knows what lies on the disk. why: in the
 * database's words, or empty. */
void control_uncommitted(Err err, bool broken, const char *why, Fault *fault);

/* What the operator's listeners need; constant while they run. */
typedef struct Control {
    ControlSettings settings;
    Writer *writer;
    Watch *watch;         /* NULL: the store is a file */
    Watch *replica_watch; /* NULL: there is none */
    Str head;             /* header lines of every answer */
    Time started_at;
    /* Sums of all serving threads, as Prometheus text. */
    void (*metrics)(void *ctx, Buf *buf);
    /* Number of the last change that all of them show. */
    int64_t (*shown)(void *ctx);
    void *ctx;
    Audience *audience;
    Ads *ads; /* NULL: there are none */
    ReadsPage *reads;
    Str reads_head; /* header lines of that page */
    bool may_write; /* the control socket; not the operator's TCP address */
} Control;

/* HttpHandlers; state is what the serving threads have, ignored here. */
void control_handle(const Control *control, const HttpRequest *request,
                    Arena *arena, HttpReply *reply);
size_t control_body_max(void *state, const HttpRequest *request);

#endif
