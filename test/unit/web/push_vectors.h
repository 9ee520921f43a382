/* test/unit/web/push_vectors.h -- the example of RFC 8291, appendix A: keys and
 * message of a sender (as) and a browser (ua), in base64url as printed there.
 */
#ifndef WEB_PUSH_VECTORS_H
#define WEB_PUSH_VECTORS_H

#include "check.h"
#include "text/base64url.h"

#define RFC_PLAIN      "When I grow up, I want to be a watermelon"
#define RFC_AS_PRIVATE "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
#define RFC_AS_PUBLIC                                                          \
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w" \
    "EqKK6PBru3jl7A8"
#define RFC_UA_PRIVATE "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
#define RFC_UA_PUBLIC                                                          \
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZ" \
    "GH6SRpkNtoIAiw4"
#define RFC_SHARED "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"
#define RFC_SALT   "DGv6ra1nlYgDCS1FRnbzlw"
#define RFC_AUTH   "BTBZMqHH6r4Tts7J_aSIgg"
#define RFC_BODY                                                               \
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg" \
    "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB" \
    "St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"

static inline Str from_base64url(Arena *arena, const char *text)
{
    Str bytes = {0};

    assert_int_equal(base64url_read(arena, str_from(text), &bytes), ERR_OK);
    return bytes;
}

#endif
