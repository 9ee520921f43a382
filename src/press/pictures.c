/* press/pictures.c -- which pictures and cards may be shown: what was asked of
 * pictures is known until something changes. */
#include "store/pictures.h"
#include <string.h>

#include "base/hash.h"
#include "press/room.h"
#include "press/touch.h"

#define KNOWN_MAX 10000 /* pictures; then all are forgotten */
#define KEYS_MAX  40    /* stories that are named to a cache in front */

typedef struct Known {
    char mark[PICTURE_MARK];
    PressPicture picture;
} Known;

void pictures_open(Press *press)
{
    press->picture_arena = arena_open();
    map_init(&press->pictures);
}

void pictures_close(Press *press)
{
    map_close(&press->pictures);
    arena_close(&press->picture_arena);
}

void pictures_forget(Press *press)
{
    map_close(&press->pictures);
    map_init(&press->pictures);
    arena_reset(&press->picture_arena);
    press->picture_count = 0;
}

static Known *find(const Press *press, Str mark)
{
    Known *known = map_get(&press->pictures, hash_table(mark));

    return known && str_eq((Str){known->mark, PICTURE_MARK}, mark) ? known
                                                                   : NULL;
}

static Str keys_of(Arena *arena, const ShownBy *shown)
{
    Buf buf = buf_open(arena, KEYS_MAX * (DEP_WORD + 1) + 8);
    char word[DEP_WORD];

    buf_puts(&buf, S(KEY_OF_ALL));
    for (size_t i = 0; i < shown->count; i++) {
        dep_word(dep_story(shown->items[i].number), word);
        buf_putc(&buf, ' ');
        buf_puts(&buf, str_from(word));
    }
    return buf_str(&buf);
}

static Known *keep(Press *press, Str mark, const PressPicture *picture)
{
    Known *known = ARENA_NEW(&press->picture_arena, Known);

    memcpy(known->mark, mark.ptr, PICTURE_MARK);
    known->picture = *picture;
    known->picture.keys = str_copy(&press->picture_arena, picture->keys);
    map_put(&press->pictures, hash_table(mark), known);
    press->picture_count++;
    return known;
}

/* Nothing is kept of one that may not be shown: anybody may ask for any. */
static Err ask(Press *press, Str mark, Known **out)
{
    Arena scratch = arena_open();
    PressPicture picture = {0};
    ShownBy shown = {0};
    Err err = store_begin(press->store);

    if (err) return err;
    err = public_picture(press->store, mark, &picture.size, &picture.until);
    if (!err)
        err = public_shown(press->store, &scratch, mark, KEYS_MAX, &shown);
    err = store_end(press->store, err);
    if (!err) {
        picture.keys = keys_of(&scratch, &shown);
        *out = keep(press, mark, &picture);
    }
    arena_close(&scratch);
    return err;
}

Err press_picture(Press *press, Str mark, Time now, PressPicture *out)
{
    Known *known;
    Err err = press_follow(press, now);

    if (err) return err;
    known = find(press, mark);
    if (!known) {
        if (press->picture_count >= KNOWN_MAX) pictures_forget(press);
        err = ask(press, mark, &known);
        if (err) return err;
    }
    if (known->picture.until != TIME_NONE && known->picture.until <= time_now())
        return ERR_NOT_FOUND;
    *out = known->picture;
    return ERR_OK;
}

Card card_of(const Site *site, const PublicItem *item)
{
    int language = site_language(site, item->language);

    return (Card){
        .headline = item->headline,
        .section = item->section_name,
        .agency = site->languages[language < 0 ? 0 : language].name,
        .language = item->language,
    };
}

Err press_card(Press *press, Arena *arena, StoryId story, Time now,
               PressCard *out)
{
    PublicItem item;
    char word[DEP_WORD];
    Err err = press_follow(press, now);

    if (!err) err = store_begin(press->store);
    if (err) return err;
    err = public_item(press->store, arena, story, &item);
    err = store_end(press->store, err);
    if (!err && item.picture.mark.len) err = ERR_NOT_FOUND;
    if (err) return err;
    dep_word(dep_story(story.number), word);
    *out = (PressCard){
        .card = card_of(press->config.site, &item),
        .keys = str_format(arena, KEY_OF_ALL " %s", word),
    };
    out->mark = card_mark(arena, &out->card);
    return ERR_OK;
}
