/* web/subscribe.h -- a browser's reader wants to be told of flashes, or no
 * more.
 *
 *   GET  /push/key          what browsers subscribe with, as text
 *   POST /push/subscribe    a PushSubscription (web/push_subscription.h): 204
 *   POST /push/unsubscribe  {"endpoint": "https://..."}: 204, also when there
 * is none
 *
 * Threads: any serving thread's; the writer does it.
 */
#ifndef WEB_SUBSCRIBE_H
#define WEB_SUBSCRIBE_H

#include "net/server.h"
#include "web/push.h"

#define SUBSCRIBE_BODY_MAX 8192

typedef struct Subscribe {
    Push *push; /* NULL: nobody is told, and nobody may subscribe */
    Writer *writer;
    const Site *site;
    Str head; /* header lines of every answer */
} Subscribe;

typedef enum SubscribeWish { WISH_KEY, WISH_ON, WISH_OFF } SubscribeWish;

/* address: the client's, for the budget. */
void subscribe_answer(const Subscribe *subscribe, SubscribeWish wish,
                      const HttpRequest *request, Str address, Arena *arena,
                      HttpReply *reply);

#endif
