/* test/unit/store/leaks_test.c -- not a byte of a story that is not public
 * comes through any door of store/public.h. */
#include "newsroom.h"

#include "desk/acts.h"

#define CANARY "canary"
#define NOW    (T0 + TIME_HOUR)

static const Actor actor = {ROLE_OPERATOR, S_INIT("operator")};

/* Every text of it holds the word. */
static Item canary_item(Newsroom *room, const char *name)
{
    Arena *a = &room->arena;
    Item item = item_none();

    item.uri = str_format(a, "urn:canary:%s", name);
    item.version = 1;
    item.language = S("en");
    item.group = S("group");
    item.headline = str_format(a, "Canary sings %s", name);
    item.deck = S("A canary deck");
    item.body = (Html){S("<p>Canary body</p>")};
    item.byline = S("Canary");
    item.place = S("Canary Wharf");
    item.section = S("canary-section");
    item.section_name = S("Canary section");
    item_tag(&item, a, S("canary-tag"), S("Canary tag"));
    item_tag(&item, a, S("common"), S("Canary common"));
    item.source = S("Canary wire");
    item.source_url = S("https://canary.example/");
    item.at = T0;
    item.timed = true;
    return item;
}

static Err in_one(Newsroom *room, const Item *item, PutMode mode, Outcome *out)
{
    PutContext context = {S("en"), S("news"), NOW};
    Fault fault = fault_none();
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = desk_put(room->desk, &room->arena, &actor, item, mode, &context, out,
                   &fault);
    if (err) print_message("%s\n", fault.text);
    return store_end(room->desk, err);
}

static StoryId put(Newsroom *room, const Item *item, PutMode mode)
{
    Outcome out = {0};

    assert_int_equal(in_one(room, item, mode, &out), ERR_OK);
    return out.story;
}

static void act(Newsroom *room, Act what, StoryId id, const char *note, Time at)
{
    ActRequest request = {what, id, str_from(note), at, TIME_NONE};
    Outcome out;
    Err err = store_begin(room->desk);

    assert_int_equal(err, ERR_OK);
    err = desk_act(room->desk, &room->arena, &actor, &request, NOW, &out, NULL);
    assert_int_equal(store_end(room->desk, err), ERR_OK);
}

/* A public story beside it, that shares a tag, the group and a follower. */
static StoryId plain_story(Newsroom *room)
{
    Item item = item_none();

    item.uri = S("urn:plain");
    item.version = 1;
    item.language = S("uk");
    item.group = S("group");
    item.follows = S("urn:canary:x");
    item.headline = S("Plain words sings");
    item.section = S("facts");
    item_tag(&item, &room->arena, S("common"), S("Common"));
    item.at = T0 + 1;
    item.timed = true;
    return put(room, &item, PUT_PUBLISH);
}

/* ---- what comes out of every door ---- */

typedef struct Haul {
    Newsroom *room;
    size_t items;
} Haul;

static void look(Str text)
{
    for (size_t i = 0; i + sizeof CANARY - 1 <= text.len; i++)
        if (str_eq_nocase(str_slice(text, i, i + sizeof CANARY - 1), S(CANARY)))
            fail_msg("it leaks: %.*s", STR_ARG(text));
}

static void look_item(const PublicItem *item)
{
    look(item->section);
    look(item->section_name);
    look(item->headline);
    look(item->deck);
    look(item->slug);
}

static void look_list(Haul *haul, const PublicList *list)
{
    for (size_t i = 0; i < list->count; i++)
        look_item(&list->items[i]);
    haul->items += list->count;
}

static void look_lists(Haul *haul)
{
    static const char *const sections[] = {"", "canary-section", "facts"};
    static const char *const tags[] = {"", "canary-tag", "common"};
    Store *store = haul->room->readers;
    Arena *arena = &haul->room->arena;

    for (size_t i = 0; i < 2 * 3 * 3; i++) {
        ListKey key = {.language = i % 2 ? S("en") : S("uk"),
                       .section = str_from(sections[i / 2 % 3]),
                       .tag = str_from(tags[i / 6])};
        PublicList list;

        if (key.section.len && key.tag.len) continue;
        assert_int_equal(
            public_list(store, arena, key, NULL, TIME_MIN, 100, &list), ERR_OK);
        look_list(haul, &list);
        assert_int_equal(public_list_newer(store, arena, key,
                                           (Cursor){TIME_MIN, 0}, 100, &list),
                         ERR_OK);
        look_list(haul, &list);
    }
}

static void look_names(Haul *haul)
{
    static const char *const languages[] = {"en", "uk"};
    Store *store = haul->room->readers;
    Arena *arena = &haul->room->arena;

    for (size_t i = 0; i < 2; i++) {
        Str language = str_from(languages[i]);
        SectionList sections;
        Str name = S("");

        assert_int_equal(public_sections(store, arena, language, &sections),
                         ERR_OK);
        for (size_t s = 0; s < sections.count; s++) {
            look(sections.items[s].slug);
            look(sections.items[s].name);
        }
        assert_int_equal(public_section_name(store, arena, S("canary-section"),
                                             language, &name),
                         ERR_NOT_FOUND);
        assert_int_equal(
            public_tag_name(store, arena, S("canary-tag"), language, &name),
            ERR_NOT_FOUND);
        if (!public_tag_name(store, arena, S("common"), language, &name))
            look(name);
    }
}

static void look_story(Haul *haul, StoryId id)
{
    Store *store = haul->room->readers;
    Arena *arena = &haul->room->arena;
    PublicStory story;
    PublicNotice notice;
    PublicList list;
    Placing placing;
    Err err = public_story(store, arena, id, &story, &notice);

    if (err == ERR_GONE) look(notice.note);
    err = public_placing(store, arena, id, &placing);
    assert_true(err == ERR_OK || err == ERR_NOT_FOUND || err == ERR_GONE);
    assert_int_equal(public_peers(store, arena, id, (StoryId){0}, &list),
                     ERR_OK);
    look_list(haul, &list);
    assert_int_equal(public_followers(store, arena, id, &list), ERR_OK);
    look_list(haul, &list);
    if (public_story(store, arena, id, &story, &notice)) return;
    look_item(&story.item);
    look(story.uri);
    look(story.body.markup);
    look(story.byline);
    look(story.place);
    look(story.source);
    look(story.source_url);
    for (size_t i = 0; i < story.tags.count; i++)
        look(story.tags.items[i].name);
    for (size_t i = 0; i < story.correction_count; i++)
        look(story.corrections[i].note);
}

/* The haul of all doors. hidden is not to be told from a story that does not
 * exist, unless gone: then it is told that it was there. */
static void look_everywhere(Newsroom *room, StoryId hidden, StoryId plain,
                            Err expected)
{
    Haul haul = {.room = room};
    PublicStory story;
    PublicNotice notice;
    PublicItem item;
    PublicList list;
    Placing placing;
    int64_t highest;

    assert_int_equal(
        public_story(room->readers, &room->arena, hidden, &story, &notice),
        expected);
    assert_int_equal(public_item(room->readers, &room->arena, hidden, &item),
                     ERR_NOT_FOUND);
    assert_int_equal(
        public_placing(room->readers, &room->arena, hidden, &placing),
        expected);
    look_lists(&haul);
    look_names(&haul);
    for (int64_t i = 0; i <= hidden.number + 2; i++)
        look_story(&haul, (StoryId){i});
    assert_int_equal(
        public_range(room->readers, &room->arena, 0, 1000, LIST_MAX, &list),
        ERR_OK);
    look_list(&haul, &list);
    assert_int_equal(list.count, 1);
    assert_int_equal(public_highest(room->readers, &highest), ERR_OK);
    assert_int_equal(highest, plain.number);
    assert_true(haul.items > 4); /* the plain one was met all along */
    assert_int_equal(
        public_story(room->readers, &room->arena, plain, &story, &notice),
        ERR_OK);
    assert_int_equal(story.follows.number, 0);
}

typedef enum Hiding {
    DRAFT,
    REVIEW,
    SCHEDULED,
    EMBARGOED,
    DRAFT_UNDER_EMBARGO,
    WITHHELD,
    SPIKED,
    KILLED_UNSEEN,
    WITHDRAWN,
    KILLED,
    HIDINGS
} Hiding;

static const char *const hiding_names[] = {
    [DRAFT] = "draft",
    [REVIEW] = "review",
    [SCHEDULED] = "scheduled",
    [EMBARGOED] = "embargoed",
    [DRAFT_UNDER_EMBARGO] = "draft under embargo",
    [WITHHELD] = "withheld",
    [SPIKED] = "spiked",
    [KILLED_UNSEEN] = "killed unseen",
    [WITHDRAWN] = "withdrawn",
    [KILLED] = "killed",
};

static StoryId hide(Newsroom *room, Hiding how)
{
    Item item = canary_item(room, "x");
    StoryId id;

    if (how == EMBARGOED || how == DRAFT_UNDER_EMBARGO || how == KILLED_UNSEEN)
        item.embargo = NOW + TIME_HOUR;
    if (how == WITHHELD) item.status = ITEM_WITHHELD;
    id = put(room, &item,
             how == DRAFT || how == REVIEW || how == SPIKED ||
                     how == SCHEDULED || how == DRAFT_UNDER_EMBARGO
                 ? PUT_DRAFT
                 : PUT_PUBLISH);
    switch (how) {
    case REVIEW: act(room, ACT_SUBMIT, id, "", TIME_NONE); break;
    case SCHEDULED: act(room, ACT_SCHEDULE, id, "", NOW + TIME_HOUR); break;
    case SPIKED: act(room, ACT_SPIKE, id, "", TIME_NONE); break;
    case KILLED_UNSEEN: act(room, ACT_KILL, id, "A note", TIME_NONE); break;
    case WITHDRAWN: act(room, ACT_WITHDRAW, id, "A note", TIME_NONE); break;
    case KILLED: act(room, ACT_KILL, id, "A note", TIME_NONE); break;
    default: break;
    }
    return id;
}

static void nothing_hidden_shows_at_any_door(void **unused)
{
    (void)unused;
    for (int how = 0; how < HIDINGS; how++) {
        Newsroom room;
        StoryId hidden, plain;

        check_row(hiding_names[how]);
        newsroom_open(&room);
        hidden = hide(&room, (Hiding)how);
        plain = plain_story(&room);
        look_everywhere(&room, hidden, plain,
                        how == WITHDRAWN || how == KILLED ? ERR_GONE
                                                          : ERR_NOT_FOUND);
        room_is_whole(&room);
        newsroom_close(&room);
    }
}

/* The same doors do show a public story: else the test above sees nothing. */
static void the_doors_show_what_is_public(void **state)
{
    Newsroom *room = *state;
    Item item = canary_item(room, "x");
    ListKey key = {.language = S("en"), .tag = S("canary-tag")};
    PublicList list;
    Str name;

    put(room, &item, PUT_PUBLISH);
    assert_int_equal(public_list(room->readers, &room->arena, key, NULL,
                                 TIME_MIN, 10, &list),
                     ERR_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(public_tag_name(room->readers, &room->arena,
                                     S("canary-tag"), S("en"), &name),
                     ERR_OK);
    assert_str(name, S("Canary tag"));
}

/* A newer version that is not public leaves no word either. */
static void a_draft_of_a_public_story_shows_nowhere(void **state)
{
    Newsroom *room = *state;
    StoryId plain = plain_story(room);
    Item item = canary_item(room, "x");
    Haul haul = {.room = room};

    item.uri = S("urn:plain");
    item.version = 2;
    item.language = S("uk");
    item.group = S("");
    put(room, &item, PUT_DRAFT);
    item.version = 3;
    item.embargo = NOW + TIME_HOUR;
    put(room, &item, PUT_PUBLISH);
    look_lists(&haul);
    look_names(&haul);
    look_story(&haul, plain);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_hidden_shows_at_any_door),
        newsroom_test(the_doors_show_what_is_public),
        newsroom_test(a_draft_of_a_public_story_shows_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
