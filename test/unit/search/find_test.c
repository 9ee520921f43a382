/* test/unit/search/find_test.c -- a store that is followed, and what is found
 * in it: the same over every database. */
#include "indexing.h"

#include "base/buf.h"
#include "search/find.h"
#include "text/sanitize.h"

#define BEGIN (T0 - 100 * HOUR) /* 12:00 on 10 April 2021 in Kyiv */

static StoryId tell(Newsroom *room, const char *uri, Time at,
                    const char *headline, const char *body)
{
    Item item = sample_item(uri, 1);

    item.headline = str_from(headline);
    item.body = html_from_text(&room->arena, str_from(body));
    item.at = at;
    return put(room, &item, PUT_PUBLISH).story;
}

typedef struct Looking {
    const char *language, *section;
    bool by_relevance;
    int64_t before;
    size_t page, max;
} Looking;

static Found look_as(Newsroom *room, const char *text, Looking how)
{
    SearchQuery query;
    FindAsk ask = {
        .query = &query,
        .language = str_from(how.language ? how.language : "en"),
        .section = str_from(how.section),
        .by_relevance = how.by_relevance,
        .before = how.before ? how.before : FIND_NEWEST,
        .page = how.page,
        .max = how.max ? how.max : 20,
        .now = NOW,
    };
    Finder *finder;
    Found found;
    Zone *zone;
    Err err;

    assert_int_equal(zone_open("Europe/Kyiv", &zone), ERR_OK);
    finder = finder_open(zone);
    query_read(str_from(text), &query);
    assert_int_equal(store_begin(room->readers), ERR_OK);
    err = find(finder, room->readers, &room->arena, &ask, &found);
    if (!err)
        err = find_snippets(finder, room->readers, &room->arena, &ask, &found);
    if (store_end(room->readers, err))
        fail_msg("%s: %s", text, store_reason(room->readers));
    finder_close(finder);
    zone_close(zone);
    return found;
}

static Str numbers(Newsroom *room, const Found *found)
{
    Str all = {0};

    for (size_t i = 0; i < found->count; i++)
        all = str_format(&room->arena, "%.*s%s%lld", STR_ARG(all), i ? " " : "",
                         (long long)found->items[i].item.id.number);
    return all;
}

static void finds(Newsroom *room, const char *text, const char *expected)
{
    Found found = look_as(room, text, (Looking){0});

    assert_str(numbers(room, &found), str_from(expected));
}

static void fill(Newsroom *room)
{
    Item item = sample_item("urn:5", 1);

    tell(room, "urn:1", BEGIN, "Grain leaves the port of Odesa",
         "The first ship since May carries wheat across the Black Sea.");
    tell(room, "urn:2", BEGIN + HOUR, "Ships wait for inspection",
         "A sea so black was never seen. Wheat and barley wait in Odesa.");
    tell(room, "urn:3", BEGIN + 30 * HOUR, "Port opens again",
         "The ports of Odesa and Izmail work; grain prices fall.");
    tell(room, "urn:4", BEGIN + 60 * HOUR, "Parliament votes on the budget",
         "Deputies argued until midnight. Ships were not mentioned.");
    item.headline = S("Порт відкрито для зерна");
    item.language = S("uk");
    item.body = (Html){S("<p>Кораблі везуть українську пшеницю з Одеси.</p>")};
    item.at = BEGIN + 61 * HOUR;
    put(room, &item, PUT_PUBLISH);
    item = sample_item("urn:6", 1);
    item.headline = S("Analysis: what the harvest is worth");
    item.byline = S("Jane Doe, Maria O’Neil");
    item.section = S("economy");
    item.section_name = S("Economy");
    item_tag(&item, &room->arena, S("black-sea"), S("Black Sea"));
    item_tag(&item, &room->arena, S("grain"), S("Grain"));
    item.at = BEGIN + 62 * HOUR;
    put(room, &item, PUT_PUBLISH);
    follow(room);
}

static void every_word_must_match_and_the_newest_comes_first(void **state)
{
    static const struct {
        const char *why, *text, *numbers;
    } cases[] = {
        {"one word in any form", "ship", "4 2 1"},
        {"case and form of the query too", "SHIPS", "4 2 1"},
        {"all of several", "odesa wheat", "2 1"},
        {"in headline and body together", "grain odesa", "3 1"},
        {"none has both", "budget wheat", ""},
        {"nobody says it", "zebra", ""},
        {"nothing typed", "", ""},
        {"words that are not in a row", "black sea", "6 2 1"},
        {"a phrase", "\"black sea\"", "6 1"},
        {"of other forms", "\"black seas\"", "6 1"},
        {"in its order", "\"sea black\"", ""},
        {"not over the end of a field", "\"odesa the\"", ""},
        {"a phrase of one word", "\"barley\"", "2"},
        {"without a word", "ships -budget", "2 1"},
        {"without several", "odesa -izmail -inspection", "1"},
        {"without a phrase", "sea -\"black sea\"", "2"},
        {"only without", "-ship", ""},
        {"a tag", "tag:grain", "6"},
        {"a tag by its name", "tag:\"Black Sea\"", "6"},
        {"a tag that nobody has", "tag:none", ""},
        {"a section", "section:economy", "6"},
        {"not a section", "port -section:economy", "3 1"},
        {"an author", "author:doe", "6"},
        {"an author whose name has an apostrophe", "author:\"maria o'neil\"",
         "6"},
        {"no author but a word", "author:ships", ""},
        {"words of a tag's name", "grain harvest", "6"},
        {"since a day of the agency's clock", "odesa from:2021-04-11", "3"},
        {"until a day, that day too", "odesa to:2021-04-10", "2 1"},
        {"a span alone", "from:2021-04-11 to:2021-04-11", "3"},
    };
    Newsroom *room = *state;

    fill(room);
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].why);
        finds(room, cases[i].text, cases[i].numbers);
    }
}

static void a_language_is_searched_by_itself(void **state)
{
    Newsroom *room = *state;
    Found found;

    fill(room);
    found = look_as(room, "кораблем", (Looking){.language = "uk"});
    assert_str(numbers(room, &found), S("5"));
    found = look_as(room, "пшениця одеса", (Looking){.language = "uk"});
    assert_str(numbers(room, &found), S("5"));
    found = look_as(room, "odesa", (Looking){.language = "uk"});
    assert_int_equal(found.count, 0);
    found = look_as(room, "port", (Looking){.section = "economy"});
    assert_int_equal(found.count, 0);
    found = look_as(room, "harvest", (Looking){.section = "economy"});
    assert_str(numbers(room, &found), S("6"));
}

static void pages_follow_without_gap_or_repeat(void **state)
{
    static const char *const texts[] = {"lighthouse", "\"old lighthouse\""};
    Newsroom *room = *state;

    for (int i = 0; i < 25; i++) {
        Str uri = str_format(&room->arena, "urn:%d", i);

        /* Several in one second. */
        tell(room, str_z(&room->arena, uri), T0 + i / 3 * TIME_SECOND,
             "An old lighthouse", "It shines.");
    }
    follow(room);
    for (size_t t = 0; t < COUNT(texts); t++) {
        int64_t before = 0;
        uint32_t seen = 0;
        Time last = TIME_MAX;
        bool more = true;
        size_t pages = 0;

        for (; more; pages++) {
            Found found =
                look_as(room, texts[t], (Looking){.max = 7, .before = before});

            assert_int_equal(found.count, pages < 3 ? 7 : 4);
            for (size_t i = 0; i < found.count; i++) {
                int64_t number = found.items[i].item.id.number;

                assert_false(seen >> number & 1);
                seen |= 1u << number;
                assert_true(found.items[i].item.at <= last);
                last = found.items[i].item.at;
            }
            /* Those of one second may have spread over a few before it. */
            last += 30 * TIME_SECOND;
            before = found.next;
            more = found.more;
        }
        assert_int_equal(pages, 4);
        assert_int_equal(seen, (1u << 26) - 2);
    }
}

static void by_relevance_the_best_comes_first(void **state)
{
    Newsroom *room = *state;
    Found found;

    fill(room);
    found = look_as(room, "port", (Looking){.by_relevance = true});
    assert_int_equal(found.items[0].item.id.number, 3);
    assert_false(found.relaxed);
    found = look_as(room, "port inspection barley budget",
                    (Looking){.by_relevance = true});
    assert_true(found.relaxed);
    assert_int_equal(found.items[0].item.id.number, 2);
    found = look_as(room, "ships -budget", (Looking){.by_relevance = true});
    for (size_t i = 0; i < found.count; i++)
        assert_int_not_equal(found.items[i].item.id.number, 4);
    found =
        look_as(room, "\"black sea\" ships", (Looking){.by_relevance = true});
    for (size_t i = 0; i < found.count; i++)
        assert_int_not_equal(found.items[i].item.id.number, 2);
    /* Of two that are the same the newer. */
    tell(room, "urn:old", T0 - 500 * 24 * HOUR, "Comet seen over Lviv",
         "It was bright.");
    tell(room, "urn:new", T0 - HOUR, "Comet seen over Lviv", "It was bright.");
    follow(room);
    found = look_as(room, "comet", (Looking){.by_relevance = true});
    assert_str(numbers(room, &found), S("8 7"));
    found = look_as(room, "comet",
                    (Looking){.by_relevance = true, .max = 1, .page = 1});
    assert_str(numbers(room, &found), S("7"));
    assert_false(found.more);
    /* One that is taken back, before the index knows, makes room. */
    act(room, ACT_KILL, (StoryId){8}, "It was a balloon.");
    found = look_as(room, "comet", (Looking){.by_relevance = true, .max = 1});
    assert_str(numbers(room, &found), S("7"));
    assert_false(found.more);
}

/* "WORD WORD ..." */
static Str many(Newsroom *room, const char *word, int count)
{
    Buf buf = buf_open(&room->arena, 2000);

    for (int i = 0; i < count; i++)
        buf_printf(&buf, "%s%s", i ? " " : "", word);
    return buf_str(&buf);
}

/* As many words as a query may have bytes for, of every kind: those that there
 * is no room for are left out, and nothing else of memory is touched. */
static void more_words_than_there_is_room_for(void **state)
{
    static const char *const forms[] = {
        "author:\"%.*s\" odesa ships",
        "-author:\"%.*s\" odesa ships",
        "%.*s author:\"%.*s\"",
        "\"%.*s\" odesa",
        "-\"%.*s\" odesa",
        "%.*s odesa",
        "tag:%.*s odesa",
    };
    Newsroom *room = *state;

    fill(room);
    for (size_t i = 0; i < COUNT(forms); i++)
        for (int count = 20; count <= 400; count += 20)
            for (int relevance = 0; relevance < 2; relevance++) {
                Str words = many(room, count % 40 ? "jane" : "a", count);
                Buf buf = buf_open(&room->arena, 10000);

                for (const char *at = forms[i]; *at; at++)
                    if (str_starts(str_from(at), S("%.*s"))) {
                        buf_puts(&buf, words);
                        at += 3;
                    } else {
                        buf_putc(&buf, *at);
                    }
                (void)look_as(room, str_z(&room->arena, buf_str(&buf)),
                              (Looking){.by_relevance = relevance});
            }
    finds(
        room,
        str_z(&room->arena, str_format(&room->arena, "author:\"%.*s\" harvest",
                                       STR_ARG(many(room, "jane", 70)))),
        "6");
}

static void what_was_found_is_shown_and_marked(void **state)
{
    Newsroom *room = *state;
    Found found;

    tell(room, "urn:1", T0, "Ships & <wheat>",
         "Nothing here. Much is said before it comes to the point, and all of "
         "it is of no use to who looks for one thing. Then the ship came. It "
         "carried wheat & barley, and everybody who had waited in the port "
         "for so many weeks went home at last with what was theirs and said "
         "no more of it, as people do.");
    follow(room);
    found = look_as(room, "ship barley", (Looking){0});
    assert_int_equal(found.count, 1);
    assert_str(html_marked(&room->arena, &found.items[0].headline).markup,
               S("<mark>Ships</mark> &amp; &lt;wheat&gt;"));
    assert_str(html_marked(&room->arena, &found.items[0].snippet).markup,
               S("… Then the <mark>ship</mark> came. It carried wheat &amp; "
                 "<mark>barley</mark>, and everybody who had waited in the "
                 "port for so many weeks went home at last with what was "
                 "theirs and said no more of it, …"));
}

/* The headlines and snippets of what is found, as they are shown. */
static Str shows(Newsroom *room, const char *text, const char *language)
{
    Found found = look_as(room, text, (Looking){.language = language});
    Buf buf = buf_open(&room->arena, 100000);

    for (size_t i = 0; i < found.count; i++) {
        FoundItem *item = &found.items[i];

        buf_printf(&buf, "%.*s | %.*s\n",
                   STR_ARG(html_marked(&room->arena, &item->headline).markup),
                   STR_ARG(html_marked(&room->arena, &item->snippet).markup));
    }
    return buf_str(&buf);
}

#define PLACES_OF(story, other)                                                \
    "UPDATE search_doc SET places = (SELECT o.places FROM search_doc o "       \
    "WHERE o.story = " #other ") WHERE story = " #story

/* Words are marked by the places that the index has of them, and by themselves
 * where these are not the places of the text. */
static void what_is_shown_does_not_hang_on_places(void **state)
{
    static const char *const damages[] = {
        PLACES_OF(1, 2),
        "UPDATE search_doc SET places = substr(places, 1, 6)",
    };
    static const struct {
        const char *language, *text, *marked;
    } cases[] = {
        {"en", "U.S. France", "<mark>U.S</mark>."},
        {"en", "france", "Agence-<mark>France</mark>-Presse"},
        {"en", "seen", "Nobody has <mark>seen</mark>"},
        {"en", "twelfth", "the <mark>Twelfth</mark>"},
        {"uk", "стали", "Вони <mark>стали</mark>"},
        {"uk", "заводами", "<mark>заводів</mark>"},
        {"uk", "п'ять", "<mark>П’ять</mark>"},
        {"uk", "дорозі", "<mark>дорогою</mark>"},
    };
    Str before[COUNT(cases)];
    Newsroom *room = *state;
    Item item = sample_item("urn:1", 1);

    item.headline = S("U.S. and Agence-France-Presse, a_b;c example.com");
    item.deck = S("It is the Twelfth; 3.5 of 12,000.");
    /* A word that is nothing when folded (U+3164) stands among others. */
    item.body = html_from_text(
        &room->arena, S("Agence-France-Presse \u3164 told the U.S. that no. "
                        "Nobody has seen \u3164\u3164 it."));
    put(room, &item, PUT_PUBLISH);
    item = sample_item("urn:2", 1);
    item.language = S("uk");
    item.headline = S("П’ять заводів варять сталь");
    item.body = html_from_text(
        &room->arena, S("Вони стали дорогою до моря. П'ять разів сталося."));
    put(room, &item, PUT_PUBLISH);
    follow(room);
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_row(cases[i].text);
        before[i] = shows(room, cases[i].text, cases[i].language);
        if (str_find(before[i], str_from(cases[i].marked), 0) < 0)
            fail_msg("%.*s", STR_ARG(before[i]));
    }
    for (size_t d = 0; d < COUNT(damages); d++) {
        place_damage(room->path, damages[d]);
        for (size_t i = 0; i < COUNT(cases); i++) {
            check_row(cases[i].text);
            assert_str(shows(room, cases[i].text, cases[i].language),
                       before[i]);
        }
    }
}

/* Of two stories that differ in one word one has the places of the other: the
 * index is taken at its word where the text does not speak against it, and is
 * not asked about a version that it does not have. */
static void only_words_that_places_name_are_looked_at(void **state)
{
    Newsroom *room = *state;

    tell(room, "urn:1", T0, "Grain @ leaves Odesa", "On a ship.");
    tell(room, "urn:2", T0, "Grain @ leaves Izmail", "On a ship.");
    follow(room);
    assert_str(
        shows(room, "odesa ship", "en"),
        S("Grain @ leaves <mark>Odesa</mark> | On a <mark>ship</mark>.\n"));
    place_damage(room->path, PLACES_OF(1, 2));
    assert_str(shows(room, "odesa ship", "en"),
               S("Grain @ leaves Odesa | On a <mark>ship</mark>.\n"));
    place_damage(room->path, "UPDATE search_doc SET version = version + 1");
    assert_str(
        shows(room, "odesa ship", "en"),
        S("Grain @ leaves <mark>Odesa</mark> | On a <mark>ship</mark>.\n"));
}

static void who_stands_at_a_named_place_is_asked(void **state)
{
    Newsroom *room = *state;

    tell(room, "urn:1", T0, "Odesa leaves grain", "On a ship.");
    tell(room, "urn:2", T0, "Grain leaves Odesa", "On a ship.");
    follow(room);
    place_damage(room->path, PLACES_OF(1, 2));
    assert_str(
        shows(room, "odesa ship", "en"),
        S("Grain leaves <mark>Odesa</mark> | On a <mark>ship</mark>.\n"
          "<mark>Odesa</mark> leaves grain | On a <mark>ship</mark>.\n"));
}

/* A coverage that just began; a picture alone. */
static void a_body_may_have_no_words(void **state)
{
    Newsroom *room = *state;

    tell(room, "urn:1", T0, "Odesa", "");
    tell(room, "urn:2", T0 - HOUR, "Odesa", "\u2026 !");
    follow(room);
    assert_str(shows(room, "odesa", "en"),
               S("<mark>Odesa</mark> | \n<mark>Odesa</mark> | \n"));
    place_damage(room->path, "UPDATE search_doc SET version = version + 1");
    assert_str(shows(room, "odesa", "en"),
               S("<mark>Odesa</mark> | \n<mark>Odesa</mark> | \n"));
}

static void a_deck_is_looked_up_in_its_own_places(void **state)
{
    static const char *const decks[] = {"Seen from the shore",
                                        "Seen from the pier"};
    Newsroom *room = *state;

    for (size_t i = 0; i < COUNT(decks); i++) {
        Item item = numbered_item(room, i);

        item.deck = str_from(decks[i]);
        put(room, &item, PUT_PUBLISH);
    }
    follow(room);
    assert_str(shows(room, "shore", "en"),
               S("Harbour bridge opens after repairs | Seen from the "
                 "<mark>shore</mark>\n"));
    place_damage(room->path, PLACES_OF(1, 2));
    assert_str(shows(room, "shore", "en"),
               S("Harbour bridge opens after repairs | Seen from the shore\n"));
}

/* The index says what is public, and only that. */
static void the_index_follows_what_becomes_of_a_story(void **state)
{
    Newsroom *room = *state;
    StoryId id = tell(room, "urn:1", T0, "Falcon lands", "On the deck.");
    Item item = sample_item("urn:1", 2);

    finds(room, "falcon", "");
    follow(room);
    finds(room, "falcon", "1");
    item.headline = S("Eagle lands");
    item.body = (Html){S("<p>On the ground.</p>")};
    put(room, &item, PUT_PUBLISH);
    follow(room);
    finds(room, "falcon", "");
    finds(room, "eagle", "1");
    save_version(room, "urn:1", 3, S("Osprey lands"));
    follow(room);
    finds(room, "osprey", "");
    act(room, ACT_WITHDRAW, id, "We look into it.");
    /* At once, before the index knows. */
    finds(room, "eagle", "");
    follow(room);
    finds(room, "lands", "");
    act(room, ACT_RESTORE, id, "");
    follow(room);
    finds(room, "eagle", "1");
    act(room, ACT_KILL, id, "It never landed.");
    follow(room);
    finds(room, "eagle", "");
    finds(room, "lands", "");
    room_is_whole(room);
}

/* As a newer program or an administrator (VACUUM) does under one that serves.
 */
static void another_changes_the_schema(void **state)
{
    Newsroom *room = *state;

    tell(room, "urn:1", T0, "Falcon lands", "On the deck.");
    follow(room);
    finds(room, "falcon", "1");
    place_damage(room->path, "CREATE TABLE another (n INTEGER)");
    finds(room, "falcon", "1");
}

static void what_is_not_public_is_not_found(void **state)
{
    Newsroom *room = *state;
    Item item = sample_item("urn:2", 1);

    draft(room, "urn:1");
    item.embargo = NOW + HOUR;
    item.headline = S("Embargoed harbour bridge");
    put(room, &item, PUT_PUBLISH);
    follow(room);
    finds(room, "harbour", "");
    assert_int_equal(release(room, NOW + 2 * HOUR, &(Time){0}), 1);
    follow(room);
    finds(room, "harbour", "2");
}

/* Doing a change twice, or from the beginning, equals once. */
static void the_index_made_anew_is_the_same(void **state)
{
    static const char *const texts[] = {"ship", "odesa", "port", "grain"};
    Newsroom *room = *state;
    Found before[COUNT(texts)];
    int64_t counted;
    int64_t again;

    fill(room);
    for (size_t i = 0; i < COUNT(texts); i++)
        before[i] = look_as(room, texts[i], (Looking){.by_relevance = true});
    assert_int_equal(index_count(room->desk, S("en:odesa"), &counted), ERR_OK);
    assert_int_equal(counted, 3);
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(
        store_end(room->desk, index_clear(room->desk, &room->arena,
                                          S("of another analysis"))),
        ERR_OK);
    finds(room, "ship", "");
    follow(room);
    follow(room);
    assert_int_equal(index_count(room->desk, S("en:odesa"), &again), ERR_OK);
    assert_int_equal(again, counted);
    for (size_t i = 0; i < COUNT(texts); i++) {
        Found found = look_as(room, texts[i], (Looking){.by_relevance = true});

        assert_str(numbers(room, &found), numbers(room, &before[i]));
    }
}

/* Two at once: the later one sees that it was not alone, and begins again. */
static void of_two_followers_one_writes(void **state)
{
    Newsroom *room = *state;
    Indexer *first = indexer_open(languages, COUNT(languages));
    Indexer *second = indexer_open(languages, COUNT(languages));
    IndexStep *step;
    Err err;

    follow_by(room, first);
    tell(room, "urn:1", T0, "Falcon lands", "On the deck.");
    assert_int_equal(indexer_read(second, room->desk, true, &step), ERR_OK);
    assert_non_null(step);
    follow_by(room, first);
    assert_int_equal(store_begin(room->desk), ERR_OK);
    err = store_end(room->desk, indexer_write(room->desk, &room->arena, step));
    assert_int_equal(err, ERR_CONFLICT);
    indexer_wrote(second, step, err);
    follow_by(room, second);
    finds(room, "falcon", "1");
    indexer_close(first);
    indexer_close(second);
}

/* A step that failed, or was cut off, is done again; terms are counted once. */
static void a_step_that_failed_is_done_again(void **state)
{
    Newsroom *room = *state;
    Indexer *indexer = indexer_open(languages, COUNT(languages));
    IndexStep *step;
    int64_t count;
    Err err;

    follow_by(room, indexer);
    tell(room, "urn:1", T0, "Falcon lands", "On the deck.");
    assert_int_equal(indexer_read(indexer, room->desk, false, &step), ERR_OK);
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(indexer_write(room->desk, &room->arena, step), ERR_OK);
    err = store_end(room->desk, ERR_FULL);
    indexer_wrote(indexer, step, err);
    finds(room, "falcon", "");
    /* This time it stands, and its counts wait. */
    assert_int_equal(indexer_read(indexer, room->desk, false, &step), ERR_OK);
    assert_int_equal(store_begin(room->desk), ERR_OK);
    assert_int_equal(
        store_end(room->desk, indexer_write(room->desk, &room->arena, step)),
        ERR_OK);
    indexer_wrote(indexer, step, ERR_OK);
    assert_true(indexer_waits(indexer));
    finds(room, "falcon", "1");
    /* Cut off there: another one counts what is not counted. */
    indexer_close(indexer);
    assert_int_equal(index_count(room->desk, S("en:falcon"), &count), ERR_OK);
    assert_int_equal(count, 0);
    follow(room);
    assert_int_equal(index_count(room->desk, S("en:falcon"), &count), ERR_OK);
    assert_int_equal(count, 1);
    follow(room);
    assert_int_equal(index_count(room->desk, S("en:falcon"), &count), ERR_OK);
    assert_int_equal(count, 1);
}

static void hear(void *ctx, const char *what)
{
    if (strstr(what, "is in the full-text index and not public")) ++*(int *)ctx;
}

static void a_check_sees_what_should_not_be_in_the_index(void **state)
{
    Newsroom *room = *state;
    int heard = 0;

    tell(room, "urn:1", BEGIN, "Harbour", "It opened.");
    follow(room);
    assert_int_equal(room_check(room, hear, &heard), ERR_OK);
    assert_int_equal(heard, 0);
    place_damage(room->path, "DELETE FROM listed_tag");
    place_damage(room->path, "DELETE FROM listed");
    assert_int_equal(room_check(room, hear, &heard), ERR_STORE);
    assert_int_equal(heard, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        newsroom_test(every_word_must_match_and_the_newest_comes_first),
        newsroom_test(a_language_is_searched_by_itself),
        newsroom_test(pages_follow_without_gap_or_repeat),
        newsroom_test(by_relevance_the_best_comes_first),
        newsroom_test(more_words_than_there_is_room_for),
        newsroom_test(what_was_found_is_shown_and_marked),
        newsroom_test(what_is_shown_does_not_hang_on_places),
        newsroom_test(only_words_that_places_name_are_looked_at),
        newsroom_test(who_stands_at_a_named_place_is_asked),
        newsroom_test(a_body_may_have_no_words),
        newsroom_test(a_deck_is_looked_up_in_its_own_places),
        newsroom_test(the_index_follows_what_becomes_of_a_story),
        newsroom_test(another_changes_the_schema),
        newsroom_test(what_is_not_public_is_not_found),
        newsroom_test(the_index_made_anew_is_the_same),
        newsroom_test(of_two_followers_one_writes),
        newsroom_test(a_step_that_failed_is_done_again),
        newsroom_test(a_check_sees_what_should_not_be_in_the_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
