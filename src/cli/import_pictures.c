#include "cli/import_pictures.h"

#include <pthread.h>
#include <stdio.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "cli/bring.h"
#include "cli/bucket_keys.h"
#include "desk/acts.h"
#include "net/fetch.h"
#include "store/pictures.h"

#define REMEMBERED 100000 /* addresses; those after may be fetched again */

/* What became of an address. */
typedef struct Known {
    Str address;
    bool done; /* until then others wait */
    Err err;
    char why[sizeof((Fault *)0)->text];
    Str mark;
    const Picture *drawn; /* NULL: the store had it */
} Known;

struct ImportPictures {
    const Conf *conf;
    BucketConfig bucket;
    PutContext context;
    FetchRules rules;
    Fetcher *fetcher; /* NULL: addresses are not asked */
    pthread_mutex_t lock;
    pthread_cond_t moved;

    /* under the lock */
    Store *reader; /* what is there */
    Arena arena;   /* of those remembered, and of the bucket's keys */
    Map known;
    PictureCounts counts;
};

static void count(ImportPictures *pictures, int64_t *one)
{
    pthread_mutex_lock(&pictures->lock);
    ++*one;
    pthread_mutex_unlock(&pictures->lock);
}

/* ---- what the store knows ---- */

static Err find(ImportPictures *pictures, Arena *arena, Str mark, Fault *fault)
{
    Picture picture;
    Err err;

    pthread_mutex_lock(&pictures->lock);
    err = pictures_find(pictures->reader, arena, mark, &picture);
    if (err && err != ERR_NOT_FOUND)
        (void)!fault_set(fault, err, "%s", store_reason(pictures->reader));
    pthread_mutex_unlock(&pictures->lock);
    return err;
}

static Err is_known(ImportPictures *pictures, Arena *arena, const Item *item,
                    bool *known)
{
    PutContext context = pictures->context;
    Err err;

    context.now = time_now();
    pthread_mutex_lock(&pictures->lock);
    err =
        desk_knows(pictures->reader, arena, item, PUT_PUBLISH, &context, known);
    pthread_mutex_unlock(&pictures->lock);
    return err;
}

/* ---- from bytes to a mark ---- */

/* What is kept of it: not its bytes, which may be many. */
static const Picture *kept(Arena *arena, const Picture *picture)
{
    Picture *copy = ARENA_NEW(arena, Picture);

    *copy = *picture;
    copy->mark = str_copy(arena, picture->mark);
    copy->said.alt = str_copy(arena, picture->said.alt);
    copy->said.caption = str_copy(arena, picture->said.caption);
    copy->said.credit = str_copy(arena, picture->said.credit);
    copy->said.rights = str_copy(arena, picture->said.rights);
    return copy;
}

/* Whatever is wrong with what a source names has these; all others end the
 * import, so that the story does not come without a picture that it can have.
 */
static bool is_of_the_source(Err err)
{
    return err == ERR_NOT_FOUND || err == ERR_INVALID ||
           err == ERR_UNSUPPORTED || err == ERR_TOO_BIG;
}

/* Where it is, besides what it is. */
static Err tell_ours(Fault *fault, Err err)
{
    char line[sizeof fault->where + sizeof fault->text];

    fault_line(fault, line, sizeof line);
    return fault_set(fault, err, "%s", line);
}

/* Both in arena; *drawn NULL: the store has it. */
static Err draw(ImportPictures *pictures, Arena *arena, Str bytes, Str *mark,
                const Picture **drawn, Fault *fault)
{
    Picture *picture = ARENA_NEW(arena, Picture);
    Err err;

    *drawn = NULL;
    *mark = picture_mark(arena, bytes);
    err = find(pictures, arena, *mark, fault);
    if (err != ERR_NOT_FOUND) return err;
    err = bring_take_in(pictures->conf, &pictures->bucket, arena, bytes,
                        picture, fault);
    if (err) return is_of_the_source(err) ? err : tell_ours(fault, err);
    *drawn = picture;
    return ERR_OK;
}

/* What its source says of it goes before what its file says, as what a person
 * does; the words of one story are that story's own. */
static void say(Picture *picture, const ItemPicture *said)
{
    if (said->credit.len) picture->said.credit = said->credit;
    if (said->rights.len) picture->said.rights = said->rights;
    if (!picture->said.alt.len) picture->said.alt = said->alt;
    if (!picture->said.caption.len) picture->said.caption = said->caption;
}

static void take(Arena *arena, ItemPicture *said, Str mark,
                 const Picture *drawn)
{
    Picture picture;

    said->mark = str_copy(arena, mark);
    said->href = said->address = (Str){0};
    if (!drawn) return;
    picture = *drawn;
    say(&picture, said);
    said->drawn = kept(arena, &picture);
}

/* ---- a file beside the source ---- */

static Err bring_file(ImportPictures *pictures, Arena *arena, const char *file,
                      ItemPicture *said, Fault *fault)
{
    Arena scratch = arena_open();
    const Picture *drawn;
    Str bytes, mark;
    Err err = file_read_below(&scratch, bring_folder(&scratch, file),
                              str_z(&scratch, said->href), PICTURE_BYTES,
                              &bytes, fault);

    if (err && err != ERR_NOT_FOUND) err = ERR_INVALID;
    if (!err) err = draw(pictures, &scratch, bytes, &mark, &drawn, fault);
    if (!err) take(arena, said, mark, drawn);
    arena_close(&scratch);
    return err;
}

/* ---- an address ---- */

static Err fetch(ImportPictures *pictures, Arena *scratch, Known *known)
{
    Fault fault = fault_none();
    Str bytes;
    Err err =
        fetcher_get(pictures->fetcher, scratch, known->address, &bytes, &fault);

    if (err)
        err = ERR_INVALID;
    else
        err =
            draw(pictures, scratch, bytes, &known->mark, &known->drawn, &fault);
    known->err = err;
    snprintf(known->why, sizeof known->why, "%s",
             fault.text[0] ? fault.text : err_word(err));
    return err;
}

/* Under the lock: the one that is remembered, done or under way, or a new one;
 * NULL when there are too many. */
static Known *remember(ImportPictures *pictures, Str address, bool *new)
{
    uint64_t key = hash_table(address);
    Known *known = map_get(&pictures->known, key);

    *new = !known;
    if (known) return str_eq(known->address, address) ? known : NULL;
    if (pictures->known.count >= REMEMBERED) return NULL;
    known = ARENA_NEW(&pictures->arena, Known);
    known->address = str_copy(&pictures->arena, address);
    map_put(&pictures->known, key, known);
    return known;
}

static void keep(ImportPictures *pictures, Known *known, const Known *found)
{
    pthread_mutex_lock(&pictures->lock);
    if (!found->err) known->mark = str_copy(&pictures->arena, found->mark);
    if (!found->err && found->drawn)
        known->drawn = kept(&pictures->arena, found->drawn);
    snprintf(known->why, sizeof known->why, "%s", found->why);
    known->err = found->err;
    known->done = true;
    pthread_cond_broadcast(&pictures->moved);
    pthread_mutex_unlock(&pictures->lock);
}

static Known *wait_for(ImportPictures *pictures, Str address, bool *new)
{
    Known *known;

    pthread_mutex_lock(&pictures->lock);
    known = remember(pictures, address, new);
    while (known && !*new && !known->done)
        pthread_cond_wait(&pictures->moved, &pictures->lock);
    pthread_mutex_unlock(&pictures->lock);
    return known;
}

static Err bring_address(ImportPictures *pictures, Arena *arena,
                         ItemPicture *said, Fault *fault)
{
    Arena scratch = arena_open();
    Known one = {.address = said->address};
    bool new;
    Known *known = wait_for(pictures, said->address, &new);

    if (!known || new) (void)!fetch(pictures, &scratch, &one);
    if (known && new) keep(pictures, known, &one);
    if (known && !new) one = *known;
    if (one.err)
        (void)!fault_set(fault, one.err, "%s", one.why);
    else
        take(arena, said, one.mark, one.drawn);
    arena_close(&scratch);
    return one.err;
}

/* ---- one story's ---- */

/* The author of a file may name an address where a file's name is expected. */
static void sort_out(ItemPicture *said)
{
    if (said->offered || (!str_starts_nocase(said->href, S("http://")) &&
                          !str_starts_nocase(said->href, S("https://"))))
        return;
    said->address = said->href;
    said->href = (Str){0};
}

/* "picture: REFERENCE: why" */
static Err tell(Fault *fault, Err err, Str reference, const Fault *found)
{
    return fault_set(fault, err, "picture: %.*s: %s",
                     STR_ARG(str_slice(reference, 0, 100)),
                     found->text[0] ? found->text : err_word(err));
}

static Err bring(ImportPictures *pictures, Arena *arena, const char *file,
                 ItemPicture *said, Fault *fault)
{
    Str reference = said->href.len ? said->href : said->address;
    bool asked = said->address.len && pictures->fetcher;
    Fault found = fault_none();
    Err err = ERR_NOT_FOUND;

    if (said->href.len) err = bring_file(pictures, arena, file, said, &found);
    /* It was not saved with its page. */
    if (err == ERR_NOT_FOUND && asked) {
        reference = said->address;
        found = fault_none();
        err = bring_address(pictures, arena, said, &found);
    }
    if (!err) count(pictures, &pictures->counts.brought);
    if (err != ERR_NOT_FOUND || asked || !said->address.len)
        return err ? tell(fault, err, reference, &found) : ERR_OK;
    *said = (ItemPicture){0};
    count(pictures, &pictures->counts.left);
    return ERR_OK;
}

Err import_pictures_bring(ImportPictures *pictures, Arena *arena,
                          const char *file, Item *item, Fault *fault)
{
    ItemPicture *said = &item->picture;
    bool known = false;
    Err err;

    if (pictures->fetcher) sort_out(said);
    if (said->offered && !said->href.len && !pictures->fetcher) {
        *said = (ItemPicture){0};
        count(pictures, &pictures->counts.left);
        return ERR_OK;
    }
    if (said->offered && is_known(pictures, arena, item, &known))
        known = false; /* what fails there is told when the story is put */
    if (known) {
        *said = (ItemPicture){0};
        return ERR_OK;
    }
    err = bring(pictures, arena, file, said, fault);
    if (err && said->offered && is_of_the_source(err))
        count(pictures, &pictures->counts.lost);
    return err;
}

/* ---- open and close ---- */

Err import_pictures_open(const Conf *conf, bool fetch, ImportPictures **out,
                         Fault *fault)
{
    Arena arena = arena_open();
    ImportPictures *pictures;
    BucketConfig bucket;
    Store *reader;
    Err err = bucket_keys_read(&arena, conf, &bucket, fault);

    if (!err) err = store_open(conf->store_path, STORE_READ, &reader, fault);
    if (err) {
        arena_close(&arena);
        return err;
    }
    pictures = mem_zero(sizeof *pictures);
    pictures->conf = conf;
    pictures->bucket = bucket;
    pictures->context =
        (PutContext){.default_language = conf->site.languages[0].tag,
                     .default_section = conf->section};
    pictures->rules = (FetchRules){
        .allowed = conf->picture_networks,
        .allowed_count = conf->picture_network_count,
        .accept = "image/avif,image/webp,image/jpeg,image/png,image/gif,"
                  "image/tiff",
        .max = PICTURE_BYTES,
    };
    if (fetch) pictures->fetcher = fetcher_open(&pictures->rules);
    pictures->reader = reader;
    pictures->arena = arena;
    map_init(&pictures->known);
    pthread_mutex_init(&pictures->lock, NULL);
    pthread_cond_init(&pictures->moved, NULL);
    *out = pictures;
    return ERR_OK;
}

void import_pictures_close(ImportPictures *pictures)
{
    if (!pictures) return;
    fetcher_close(pictures->fetcher);
    store_close(pictures->reader);
    arena_close(&pictures->arena);
    map_close(&pictures->known);
    pthread_cond_destroy(&pictures->moved);
    pthread_mutex_destroy(&pictures->lock);
    mem_free(pictures);
}

PictureCounts import_pictures_counts(ImportPictures *pictures)
{
    PictureCounts counts;

    pthread_mutex_lock(&pictures->lock);
    counts = pictures->counts;
    pthread_mutex_unlock(&pictures->lock);
    return counts;
}
