#include "media/card.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "media/frames.h"
#include "media/jail.h"
#include "media/vips.h"
#include "media/worker.h"
#include "story/lang.h"

/* The site's own colours by day (site/style.css). */
#define PAPER 0xffffff
#define INK   0x15181c
#define SOFT  0x565d66
#define RED   0xb0160c

#define SERIF "Noto Serif,Noto Naskh Arabic,DejaVu Serif bold"
#define SANS  "Noto Sans,Noto Sans Arabic,DejaVu Sans"

/* px */
#define MARGIN        72
#define BAR           18 /* along its beginning */
#define TEXT_WIDTH    (CARD_WIDTH - 2 * MARGIN)
#define AGENCY_TOP    64
#define HEADLINE_TOP  144
#define HEADLINE_MOST 372
#define SECTION_FOOT  64

#define WORDS_MAX ((size_t)16 * 1024)
#define QUALITY   85

enum { HEADLINE, SECTION, AGENCY, LANGUAGE, DIRECTION, WORD_COUNT };

/* ---- in the process that draws ---- */

typedef struct Sheet {
    Str words[WORD_COUNT];
    bool rtl;
    uint8_t *pixels; /* sRGB */
} Sheet;

/* Words end with NUL each. */
static Err read_words(Str input, Sheet *sheet, Fault *fault)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (str_find_char(input, 0, 0) < 0)
            return fault_set(fault, ERR_INVALID, "its words are not whole");
        sheet->words[i] = str_cut(&input, 0);
    }
    sheet->rtl = sheet->words[DIRECTION].len > 0;
    return ERR_OK;
}

/* Words as Pango's markup, in their language. */
static char *markup_of(Arena *arena, const Sheet *sheet, Str words)
{
    Buf buf = buf_open(arena, WORDS_MAX * 6);

    buf_printf(&buf, "<span lang=\"%.*s\">", STR_ARG(sheet->words[LANGUAGE]));
    for (size_t i = 0; i < words.len; i++) {
        char c = words.ptr[i];

        switch (c) {
        case '&': buf_puts(&buf, S("&amp;")); break;
        case '<': buf_puts(&buf, S("&lt;")); break;
        case '>': buf_puts(&buf, S("&gt;")); break;
        default: buf_putc(&buf, c);
        }
    }
    buf_puts(&buf, S("</span>"));
    return buf.failed ? NULL : str_z(arena, buf_str(&buf));
}

/* Coverage of each pixel, 0 to 255; NULL: nothing of it can be drawn. */
static VipsImage *text_of(Arena *arena, const Sheet *sheet, Str words,
                          const char *font, int size)
{
    char *markup = markup_of(arena, sheet, words);
    char *sized = str_z(arena, str_format(arena, "%s %d", font, size));
    VipsImage *lazy, *image;

    if (!markup ||
        VIPS_CALL(vips_text)(&lazy, markup, "font", sized, "width", TEXT_WIDTH,
                             "dpi", 72, "wrap", VIPS_TEXT_WRAP_WORD_CHAR, NULL))
        return NULL;
    image = VIPS_CALL(vips_image_copy_memory)(lazy);
    VIPS_CALL(g_object_unref)(lazy);
    return image;
}

static int height_of(VipsImage *image)
{
    return VIPS_CALL(vips_image_get_height)(image);
}

static uint8_t blend(uint32_t under, uint32_t over, uint32_t coverage)
{
    return (uint8_t)((under * (255 - coverage) + over * coverage) / 255);
}

static void put_pixel(Sheet *sheet, int x, int y, uint32_t color,
                      uint32_t coverage)
{
    uint8_t *at = sheet->pixels + ((size_t)y * CARD_WIDTH + (size_t)x) * 3;

    for (int i = 0; i < 3; i++)
        at[i] = blend(at[i], color >> (16 - 8 * i) & 255, coverage);
}

/* At the beginning of the line; what would lie outside is left out. */
static void put_text(Sheet *sheet, VipsImage *image, int top, uint32_t color)
{
    const uint8_t *coverage = VIPS_CALL(vips_image_get_data)(image);
    int width = VIPS_CALL(vips_image_get_width)(image);
    int bands = VIPS_CALL(vips_image_get_bands)(image);
    int left = sheet->rtl ? CARD_WIDTH - MARGIN - width : MARGIN;

    for (int y = 0; y < height_of(image); y++)
        for (int x = 0; x < width; x++) {
            size_t at = ((size_t)y * (size_t)width + (size_t)x) * (size_t)bands;

            if (left + x >= 0 && left + x < CARD_WIDTH && top + y >= 0 &&
                top + y < CARD_HEIGHT)
                put_pixel(sheet, left + x, top + y, color, coverage[at]);
        }
}

/* A line of small words; that none of them can be drawn is no reason to have no
 * card. */
static void put_line(Arena *arena, Sheet *sheet, int word, const char *font,
                     int size, bool at_foot, uint32_t color)
{
    VipsImage *image;

    if (!str_trim(sheet->words[word]).len) return;
    image = text_of(arena, sheet, sheet->words[word], font, size);
    if (!image) return;
    put_text(sheet, image,
             at_foot ? CARD_HEIGHT - SECTION_FOOT - height_of(image)
                     : AGENCY_TOP,
             color);
    VIPS_CALL(g_object_unref)(image);
}

/* As large as it fits. */
static Err put_headline(Arena *arena, Sheet *sheet, Fault *fault)
{
    static const int sizes[] = {72, 64, 56, 48, 42, 36, 30, 26};

    for (size_t i = 0; i < COUNT(sizes); i++) {
        VipsImage *image =
            text_of(arena, sheet, sheet->words[HEADLINE], SERIF, sizes[i]);
        bool fits;

        if (!image)
            return vips_fault(fault, ERR_INVALID,
                              "the headline cannot be drawn");
        fits = height_of(image) <= HEADLINE_MOST;
        if (fits || i == COUNT(sizes) - 1)
            put_text(sheet, image, HEADLINE_TOP, INK);
        VIPS_CALL(g_object_unref)(image);
        if (fits) break;
    }
    return ERR_OK;
}

static void put_ground(Sheet *sheet)
{
    int bar = sheet->rtl ? CARD_WIDTH - BAR : 0;

    for (int y = 0; y < CARD_HEIGHT; y++)
        for (int x = 0; x < CARD_WIDTH; x++)
            put_pixel(sheet, x, y, x >= bar && x < bar + BAR ? RED : PAPER,
                      255);
}

static Err tell(const Sheet *sheet, Fault *fault)
{
    VipsImage *image = VIPS_CALL(vips_image_new_from_memory)(
        sheet->pixels, (size_t)CARD_WIDTH * CARD_HEIGHT * 3, CARD_WIDTH,
        CARD_HEIGHT, 3, VIPS_FORMAT_UCHAR);
    void *bytes;
    size_t len;
    Err err;

    if (!image || VIPS_CALL(vips_jpegsave_buffer)(image, &bytes, &len, "Q",
                                                  QUALITY, "optimize_coding",
                                                  TRUE, "strip", TRUE, NULL))
        return vips_fault(fault, ERR_INVALID, "it cannot be drawn");
    err = frame_write(STDOUT_FILENO,
                      (FrameHead){.kind = FRAME_MADE,
                                  .a = CARD_WIDTH,
                                  .b = CARD_HEIGHT,
                                  .c = PICTURE_JPEG,
                                  .bytes = len},
                      bytes);
    VIPS_CALL(g_free)(bytes);
    return err;
}

static Err draw(Str input, Fault *fault)
{
    Arena arena = arena_open();
    Sheet sheet = {0};
    Err err = read_words(input, &sheet, fault);

    if (!err) {
        sheet.pixels =
            ARENA_ARRAY(&arena, uint8_t, (size_t)CARD_WIDTH * CARD_HEIGHT * 3);
        put_ground(&sheet);
        put_line(&arena, &sheet, AGENCY, SANS " bold", 32, false, RED);
        put_line(&arena, &sheet, SECTION, SANS, 28, true, SOFT);
        err = put_headline(&arena, &sheet, fault);
    }
    if (!err) err = tell(&sheet, fault);
    arena_close(&arena);
    return err;
}

void card_main(void)
{
    Fault fault = fault_none();
    Str input;
    Err err = jail_bound(&fault);

    (void)sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0});
    if (!err) err = vips_load(&fault);
    if (!err) err = frames_input(&input, &fault);
    if (!err) err = jail_shut_with_fonts(&fault);
    if (!err) err = draw(input, &fault);
    frames_end(err, &fault);
}

/* ---- in who asks for it ---- */

static Err read_card(Str frames, Str *jpeg, Fault *fault)
{
    FrameHead head;
    Str bytes;

    if (!frame_next(&frames, &head, &bytes) ||
        (head.kind != FRAME_FAULT && head.kind != FRAME_MADE))
        return fault_set(fault, ERR_INVALID,
                         "the process that draws said what it may not");
    if (head.kind == FRAME_FAULT) return frame_fault(&head, bytes, fault);
    if (!str_starts(bytes, S("\xff\xd8\xff")) ||
        !frame_next(&frames, &head, &(Str){0}) || head.kind != FRAME_DONE ||
        frames.len)
        return fault_set(fault, ERR_INVALID,
                         "the process that draws said what it may not");
    *jpeg = bytes;
    return ERR_OK;
}

Err card_draw(Arena *arena, const Card *card, Str *jpeg, Fault *fault)
{
    const Str words[WORD_COUNT] = {
        [HEADLINE] = card->headline,
        [SECTION] = card->section,
        [AGENCY] = card->agency,
        [LANGUAGE] = card->language,
        [DIRECTION] = lang_is_rtl(card->language) ? S("rtl") : (Str){0},
    };
    Buf buf = buf_open(arena, WORDS_MAX);
    Str frames = {0};
    Err err;

    for (size_t i = 0; i < WORD_COUNT; i++) {
        buf_puts(&buf, words[i]);
        buf_putc(&buf, 0);
    }
    if (buf.failed)
        return fault_set(fault, ERR_TOO_BIG, "its words are too many");
    err = worker_run(arena, CARD_COMMAND, buf_str(&buf), &frames, fault);
    return err ? err : read_card(frames, jpeg, fault);
}
