#include "web/push_vapid.h"

#include "text/base64url.h"
#include "text/jsonout.h"
#include "text/url.h"

#define CLAIMS_MAX (URL_MAX + 6 * PUSH_SUBJECT_MAX + 256)
#define HEADER_MAX (CLAIMS_MAX * 2)

Err push_vapid_audience(Arena *arena, Str endpoint, Str *out)
{
    Str normal;
    Url url;
    Err err = url_normal(arena, endpoint, &normal);

    if (!err) err = url_parse(normal, &url);
    if (err) return err;
    if (url.user.len) return ERR_INVALID;
    *out = str_format(arena, "%.*s://%.*s%s%.*s", STR_ARG(url.scheme),
                      STR_ARG(url.host), url.port.len ? ":" : "",
                      STR_ARG(url.port));
    return ERR_OK;
}

bool push_vapid_subject_fits(Str subject)
{
    if (!str_starts(subject, S("mailto:")) && !str_starts(subject, S("https:")))
        return false;
    for (size_t i = 0; i < subject.len; i++)
        if (subject.ptr[i] <= ' ' || subject.ptr[i] >= 0x7F) return false;
    return subject.len <= PUSH_SUBJECT_MAX && url_is_safe_link(subject);
}

static Err check_claims(Arena *arena, const PushClaims *claims, Fault *fault)
{
    Str origin;

    if (push_vapid_audience(arena, claims->audience, &origin) ||
        !str_eq(origin, claims->audience)) {
        fault_where(fault, "audience");
        return fault_set(fault, ERR_INVALID,
                         "\"%.*s\" is not the origin of an address, as "
                         "https://push.example.org",
                         STR_ARG(str_slice(claims->audience, 0, 100)));
    }
    if (!push_vapid_subject_fits(claims->subject)) {
        fault_where(fault, "subject");
        return fault_set(fault, ERR_INVALID,
                         "\"%.*s\" is no address that begins with mailto: or "
                         "https:, of at most %d bytes",
                         STR_ARG(str_slice(claims->subject, 0, 100)),
                         PUSH_SUBJECT_MAX);
    }
    if (claims->expires < claims->now + TIME_SECOND ||
        claims->expires > claims->now + PUSH_VAPID_MAX) {
        fault_where(fault, "expires");
        return fault_set(fault, ERR_INVALID,
                         "expected one from 1 second to %d hours after now",
                         (int)(PUSH_VAPID_MAX / TIME_HOUR));
    }
    return ERR_OK;
}

static Str claims_json(Arena *arena, const PushClaims *claims)
{
    Buf buf = buf_open(arena, CLAIMS_MAX);
    JsonOut json = json_out(&buf);

    json_put_object(&json);
    json_pair_str(&json, "aud", claims->audience);
    json_pair_int(&json, "exp", claims->expires / TIME_SECOND);
    json_pair_str(&json, "sub", claims->subject);
    json_put_end(&json);
    return buf_str(&buf);
}

Err push_vapid_header(Arena *arena, const PushKey *key,
                      const PushClaims *claims, Str *out, Fault *fault)
{
    static const Str head = S_INIT("{\"typ\":\"JWT\",\"alg\":\"ES256\"}");
    uint8_t signature[PUSH_SIGNATURE_SIZE];
    Buf buf = buf_open(arena, HEADER_MAX);
    size_t from;
    Err err = check_claims(arena, claims, fault);

    if (err) return err;
    buf_puts(&buf, S("vapid t="));
    from = buf.len;
    buf_puts(&buf, base64url_write(arena, head));
    buf_putc(&buf, '.');
    buf_puts(&buf, base64url_write(arena, claims_json(arena, claims)));
    err = push_key_sign(key, str_skip(buf_str(&buf), from), signature);
    if (err) return fault_set(fault, err, "libcrypto does not sign");
    buf_putc(&buf, '.');
    buf_puts(&buf, base64url_write(arena, (Str){(const char *)signature,
                                                PUSH_SIGNATURE_SIZE}));
    buf_puts(&buf, S(",k="));
    buf_puts(&buf, push_point_write(arena, &key->point));
    return buf_end(&buf, out);
}
