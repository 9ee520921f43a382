/* test/unit/ingest/import_files_test.c -- which files are read, and as what:
 * packed ones, folders, names, those that are named. */
#include "site.h"

#include <zlib.h>
#include <zstd.h>

static Str gzip(Arena *arena, Str text)
{
    z_stream z = {0};
    char *out = arena_alloc(arena, text.len + 200);

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
    z.next_in = (unsigned char *)text.ptr;
    z.avail_in = (uInt)text.len;
    z.next_out = (unsigned char *)out;
    z.avail_out = (uInt)(text.len + 200);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return (Str){out, text.len + 200 - z.avail_out};
}

static Str zstd(Arena *arena, Str text)
{
    size_t room = ZSTD_compressBound(text.len);
    char *out = arena_alloc(arena, room);

    return (Str){out, ZSTD_compress(out, room, text.ptr, text.len, 3)};
}

static Str two(Arena *arena, Str a, Str b)
{
    char *both = arena_alloc(arena, a.len + b.len);

    memcpy(both, a.ptr, a.len);
    memcpy(both + a.len, b.ptr, b.len);
    return (Str){both, a.len + b.len};
}

static void packed_files_are_read_as_they_are(void **state)
{
    Site *site = *state;
    Arena *arena = &site->arena;
    Str one = S("{\"uri\":\"a:1\",\"title\":\"One\"}\n");
    Str other = S("{\"uri\":\"a:2\",\"title\":\"Two\"}\n");
    Str packed = gzip(arena, one);

    write_file(site, "a.json.gz", two(arena, packed, gzip(arena, other)));
    assert_int_equal(import_path(site, in_site(site, "a.json.gz")), ERR_OK);
    counts_are(site, 2, 0, 0, 0, 0);
    /* Told by the bytes, whatever the name. */
    write_file(site, "b", two(arena, zstd(arena, one), zstd(arena, other)));
    assert_int_equal(import_path(site, in_site(site, "b")), ERR_OK);
    counts_are(site, 0, 0, 2, 0, 0);
    packed.len -= 6;
    write_file(site, "c.gz", packed);
    assert_int_equal(import_path(site, in_site(site, "c.gz")), ERR_OK);
    assert_int_equal(site->counts.rejected, 1);
    assert_non_null(strstr(site->notes[0].text, "stops before its end"));
}

static void a_folder_is_read_in_the_order_of_names(void **state)
{
    Site *site = *state;

    assert_int_equal(file_mkdir(in_site(site, "in"), NULL), ERR_OK);
    assert_int_equal(file_mkdir(in_site(site, "in/en"), NULL), ERR_OK);
    write_file(site, "in/en/a.v2.md",
               S("---\nuri: a:1\nversion: 2\ntitle: Two\nsection: facts\n"
                 "correction: It was one\n---\nText\n"));
    write_file(site, "in/en/a.md",
               S("---\nuri: a:1\nversion: 1\ntitle: One\n---\nText\n"));
    write_file(site, "in/README.md", S("# Not a story\n"));
    write_file(site, "in/.hidden.md", S("---\ntitle: Hidden\n---\n"));
    write_file(site, "in/picture.png", S("\x89PNG\r\n"));
    write_file(site, "in/sections.yaml", S("facts: {en: The facts}\n"));
    assert_int_equal(import_path(site, in_site(site, "in")), ERR_OK);
    counts_are(site, 1, 1, 0, 0, 0);
    assert_int_equal(site->counts.skipped, 2);
    assert_int_equal(site->counts.names, 1);
    assert_str(headline_of(site, "a:1"), S("Two"));
    assert_int_equal(story_of(site, "a:1").state, STORY_CORRECTED);
}

/* Whatever the folder is called. */
static void names_are_told_by_the_file(void **state)
{
    Site *site = *state;
    Str name;

    assert_int_equal(file_mkdir(in_site(site, "sections"), NULL), ERR_OK);
    write_file(site, "sections/tags.yaml", S("nato: {en: The alliance}\n"));
    assert_int_equal(import_path(site, in_site(site, "sections/tags.yaml")),
                     ERR_OK);
    assert_int_equal(
        import_text(site, "a.md",
                    "---\ntitle: T\ntags: [nato]\nsection: nato\n---\nText\n"),
        ERR_OK);
    assert_int_equal(
        public_tag_name(site->store, &site->arena, S("nato"), S("en"), &name),
        ERR_OK);
    assert_str(name, S("The alliance"));
    assert_int_equal(public_section_name(site->store, &site->arena, S("nato"),
                                         S("en"), &name),
                     ERR_OK);
    assert_str(name, S("nato"));
}

static void a_file_that_is_named_must_be_there_and_known(void **state)
{
    Site *site = *state;

    assert_int_equal(import_path(site, in_site(site, "missing.json")),
                     ERR_NOT_FOUND);
    assert_int_equal(import_text(site, "words.txt", "Only words.\n"), ERR_OK);
    counts_are(site, 0, 0, 0, 0, 1);
    assert_non_null(strstr(site->notes[0].text, "no format"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(packed_files_are_read_as_they_are),
        TEST(a_folder_is_read_in_the_order_of_names),
        TEST(names_are_told_by_the_file),
        TEST(a_file_that_is_named_must_be_there_and_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
