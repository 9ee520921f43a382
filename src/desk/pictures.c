#include "desk/pictures.h"

#include "base/utf8.h"

static Err check_role(const Actor *actor, Role least, const char *what,
                      Fault *fault)
{
    if (actor->role >= least) return ERR_OK;
    return fault_set(fault, ERR_FORBIDDEN, "this role may not %s", what);
}

/* One line of it: lists and logs print it as it is. */
static Err take_text(Arena *arena, const char *field, size_t max, Str *text,
                     Fault *fault)
{
    if (utf8_bad(*text) >= 0)
        return fault_set(fault, ERR_INVALID, "%s: it is not UTF-8", field);
    *text = item_line(arena, *text);
    if (utf8_count(*text) > max)
        return fault_set(fault, ERR_TOO_BIG,
                         "%s: %zu characters, at most %zu are taken", field,
                         utf8_count(*text), max);
    return ERR_OK;
}

static Err take_said(Arena *arena, PictureSaid *said, Fault *fault)
{
    Err err = take_text(arena, "alt", PICTURE_TEXT, &said->alt, fault);

    if (!err)
        err = take_text(arena, "caption", PICTURE_TEXT, &said->caption, fault);
    if (!err) err = take_text(arena, "credit", FIELD_MAX, &said->credit, fault);
    if (!err)
        err = take_text(arena, "rights", PICTURE_TEXT, &said->rights, fault);
    return err;
}

static Err check_focus(int32_t x, int32_t y, Fault *fault)
{
    if (x >= 0 && x <= 1000 && y >= 0 && y <= 1000) return ERR_OK;
    return fault_set(fault, ERR_INVALID,
                     "focus: expected thousandths of width and height, 0 to "
                     "1000 each");
}

static Err check_picture(const Picture *picture, Fault *fault)
{
    bool fits = picture->type < PICTURE_TYPE_COUNT && picture->bytes > 0 &&
                picture->bytes <= (int64_t)PICTURE_BYTES &&
                picture->width > 0 && picture->height > 0 &&
                (int64_t)picture->width * picture->height <= PICTURE_PIXELS &&
                picture->color >= 0 && picture->color <= 0xffffff;

    if (!picture_is_mark(picture->mark))
        return fault_set(fault, ERR_INVALID,
                         "mark: \"%.*s\" is none; expected %d letters of "
                         "base64url",
                         STR_ARG(str_slice(picture->mark, 0, 40)),
                         PICTURE_MARK);
    if (!fits)
        return fault_set(fault, ERR_INVALID,
                         "type, bytes, width, height, color: one of them is "
                         "none of a picture");
    return check_focus(picture->focus_x, picture->focus_y, fault);
}

Err desk_picture_add(Store *store, Arena *arena, const Actor *actor,
                     Picture *picture, Time now, bool *known, Fault *fault)
{
    Picture there;
    Err err = check_role(actor, ROLE_REPORTER, "bring in pictures", fault);

    if (!err) err = check_picture(picture, fault);
    if (!err) err = take_said(arena, &picture->said, fault);
    if (err) return err;
    err = pictures_find(store, arena, picture->mark, &there);
    *known = !err;
    if (*known) {
        *picture = there;
        return ERR_OK;
    }
    return err == ERR_NOT_FOUND ? pictures_add(store, picture, now) : err;
}

static bool same(const Picture *a, const Picture *b)
{
    return str_eq(a->said.alt, b->said.alt) &&
           str_eq(a->said.caption, b->said.caption) &&
           str_eq(a->said.credit, b->said.credit) &&
           str_eq(a->said.rights, b->said.rights) &&
           a->said.until == b->said.until && a->focus_x == b->focus_x &&
           a->focus_y == b->focus_y;
}

Err desk_picture_change(Store *store, Arena *arena, const Actor *actor,
                        const PictureChange *asked, Time now, Picture *out,
                        int64_t *change, Fault *fault)
{
    Picture before, after;
    Err err =
        check_role(actor, ROLE_EDITOR, "say anything of a picture", fault);

    if (err) return err;
    err = pictures_find(store, arena, asked->mark, &before);
    if (err == ERR_NOT_FOUND)
        return fault_set(fault, err, "there is no picture with the mark %.*s",
                         STR_ARG(str_slice(asked->mark, 0, 40)));
    if (err) return err;
    after = before;
    if (asked->alt) after.said.alt = *asked->alt;
    if (asked->caption) after.said.caption = *asked->caption;
    if (asked->credit) after.said.credit = *asked->credit;
    if (asked->rights) after.said.rights = *asked->rights;
    if (asked->until) after.said.until = *asked->until;
    if (asked->focus_x >= 0) after.focus_x = asked->focus_x;
    if (asked->focus_y >= 0) after.focus_y = asked->focus_y;
    err = take_said(arena, &after.said, fault);
    if (!err) err = check_focus(after.focus_x, after.focus_y, fault);
    *change = 0;
    if (!err && !same(&before, &after))
        err = pictures_save(store, arena, &after, now, change);
    if (!err) *out = after;
    return err;
}
