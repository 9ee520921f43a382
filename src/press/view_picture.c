/* press/view_picture.c -- pictures as pages show them. */
#include "press/room.h"
#include "store/pictures.h"

#define SHARED_WIDTH 1280 /* px, at most, of what is shown elsewhere */

Str picture_href(Arena *arena, const PublicPicture *picture, int32_t width,
                 PictureType type)
{
    return str_format(arena, "/media/%.*s",
                      STR_ARG(picture_name(arena, picture->mark, width, type)));
}

Str picture_srcset(Arena *arena, const PublicPicture *picture, PictureType type)
{
    PictureSize sizes[PICTURE_WIDTHS];
    size_t count = picture_sizes(picture->width, picture->height, sizes);
    Buf buf = buf_open(arena, 1024);

    for (size_t i = 0; i < count; i++)
        buf_printf(&buf, "%s%.*s %dw", i ? ", " : "",
                   STR_ARG(picture_href(arena, picture, sizes[i].width, type)),
                   sizes[i].width);
    return buf_str(&buf);
}

/* A letter for each bit of a digit that is set, the highest first. */
static void put_bits(Buf *buf, int32_t digit, char first)
{
    for (int bit = 0; bit < 4; bit++)
        if (digit >> (3 - bit) & 1) buf_printf(buf, "%c ", first + bit);
}

static void put_focus(Buf *buf, int32_t thousandths, char axis, char first)
{
    int32_t tenths = (thousandths + 50) / 100;

    if (tenths == 5) return;
    buf_printf(buf, "%c ", axis);
    put_bits(buf, tenths, first);
}

Str picture_look(Arena *arena, const PublicPicture *picture)
{
    Buf buf = buf_open(arena, 64);

    put_bits(&buf, picture->color >> 20 & 15, 'a');
    put_bits(&buf, picture->color >> 12 & 15, 'e');
    put_bits(&buf, picture->color >> 4 & 15, 'i');
    put_focus(&buf, picture->focus_x, 'x', 'm');
    put_focus(&buf, picture->focus_y, 'y', 'q');
    return str_trim(buf_str(&buf));
}

static Str number(Making *making, int32_t value)
{
    return str_format(making->arena, "%d", value);
}

ThumbView *view_thumb(Making *making, const PublicPicture *picture)
{
    PictureSize sizes[PICTURE_WIDTHS];
    ThumbView *view;

    if (!picture->mark.len) return NULL;
    (void)picture_sizes(picture->width, picture->height, sizes);
    view = ARENA_NEW(making->arena, ThumbView);
    *view = (ThumbView){
        .avif =
            picture_href(making->arena, picture, sizes[0].width, PICTURE_AVIF),
        .webp =
            picture_href(making->arena, picture, sizes[0].width, PICTURE_WEBP),
        .jpeg =
            picture_href(making->arena, picture, sizes[0].width, PICTURE_JPEG),
        .width = number(making, sizes[0].width),
        .height = number(making, sizes[0].height),
        .look = picture_look(making->arena, picture),
    };
    return view;
}

PictureSize picture_size_up_to(const PublicPicture *picture, int32_t max)
{
    PictureSize sizes[PICTURE_WIDTHS];
    size_t count = picture_sizes(picture->width, picture->height, sizes);

    while (count > 1 && sizes[count - 1].width > max)
        count--;
    return sizes[count - 1];
}

/* How wide a column is: site/style.css. */
static const Str widths[] = {
    [VIEW_IN_STORY] = S_INIT("(max-width: 44rem) 100vw, 42rem"),
    [VIEW_ON_FRONT] = S_INIT("(max-width: 64rem) 100vw, (max-width: 82rem) "
                             "calc(100vw - 26rem), 56.5rem"),
};

Err view_picture(Making *making, const PublicItem *item, ViewPlace place,
                 PictureView **out)
{
    const PublicPicture *picture = &item->picture;
    PictureSize widest;
    PublicLead lead;
    PictureView *view;
    Err err;

    *out = NULL;
    if (!picture->mark.len) return ERR_OK;
    err = public_lead(making->press->store, making->arena, item->id, &lead);
    if (err) return err == ERR_NOT_FOUND ? ERR_OK : err;
    widest = picture_size_up_to(picture, INT32_MAX);
    view = ARENA_NEW(making->arena, PictureView);
    *view = (PictureView){
        .avif = picture_srcset(making->arena, picture, PICTURE_AVIF),
        .webp = picture_srcset(making->arena, picture, PICTURE_WEBP),
        .jpeg = picture_srcset(making->arena, picture, PICTURE_JPEG),
        .sizes = widths[place],
        .src = picture_href(making->arena, picture,
                            picture_size_up_to(picture, SHARED_WIDTH).width,
                            PICTURE_JPEG),
        .width = number(making, widest.width),
        .height = number(making, widest.height),
        .look = picture_look(making->arena, picture),
        .alt = lead.said.alt.len ? lead.said.alt : item->headline,
        .has_words = lead.said.caption.len || lead.said.credit.len,
        .caption = lead.said.caption,
        .credit = lead.said.credit,
    };
    *out = view;
    return ERR_OK;
}

static SharePictureView *share_card(Making *making, const PublicItem *item)
{
    Arena *arena = making->arena;
    Card card = card_of(making->press->config.site, item);
    Str name = card_name(arena, item->id, card_mark(arena, &card));
    SharePictureView *view = ARENA_NEW(arena, SharePictureView);

    *view = (SharePictureView){
        .url = view_url(making,
                        str_format(arena, "/media/card/%.*s", STR_ARG(name))),
        .width = number(making, CARD_WIDTH),
        .height = number(making, CARD_HEIGHT),
        .alt = item->headline,
    };
    return view;
}

static Str shared_url(Making *making, const PublicItem *item, PictureSize size)
{
    return view_url(making, picture_href(making->arena, &item->picture,
                                         size.width, PICTURE_JPEG));
}

SharePictureView *view_share_picture(Making *making, const PublicItem *item,
                                     Str alt)
{
    const PublicPicture *picture = &item->picture;
    SharePictureView *view;
    PictureSize size;

    if (!picture->mark.len) return share_card(making, item);
    size = picture_size_up_to(picture, SHARED_WIDTH);
    view = ARENA_NEW(making->arena, SharePictureView);
    *view = (SharePictureView){
        .url = shared_url(making, item, size),
        .width = number(making, size.width),
        .height = number(making, size.height),
        .alt = alt,
    };
    return view;
}

/* What is said of the picture that leads it, and that of its sizes which others
 * are told; without a width when it shows none. */
static Err lead_of(Making *making, const PublicItem *item, PublicLead *lead,
                   PictureSize *size)
{
    const PublicPicture *picture = &item->picture;
    Err err;

    *size = (PictureSize){0};
    if (!picture->mark.len) return ERR_OK;
    err = public_lead(making->press->store, making->arena, item->id, lead);
    if (err) return err == ERR_NOT_FOUND ? ERR_OK : err;
    *size = picture_size_up_to(picture, SHARED_WIDTH);
    return ERR_OK;
}

Err view_feed_picture(Making *making, const PublicItem *item, FeedPicture *out)
{
    PublicLead lead;
    PictureSize size;
    Err err = lead_of(making, item, &lead, &size);

    if (err) return err;
    *out = (FeedPicture){0};
    if (size.width)
        *out = (FeedPicture){
            .url = shared_url(making, item, size),
            .width = size.width,
            .height = size.height,
            .alt = lead.said.alt,
            .caption = lead.said.caption,
            .credit = lead.said.credit,
        };
    return ERR_OK;
}

Err view_json_ld_picture(Making *making, const PublicItem *item,
                         JsonLdPicture *out)
{
    PublicLead lead;
    PictureSize size;
    Err err = lead_of(making, item, &lead, &size);

    if (err) return err;
    *out = (JsonLdPicture){0};
    if (size.width)
        *out = (JsonLdPicture){
            .url = shared_url(making, item, size),
            .width = size.width,
            .height = size.height,
            .caption = lead.said.caption,
            .credit = lead.said.credit,
            .rights = lead.said.rights,
        };
    return ERR_OK;
}
