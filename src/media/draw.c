#include "media/draw.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "media/frames.h"
#include "media/jail.h"
#include "media/sniff.h"
#include "media/vips.h"

/* Chosen so that the formats look alike (bench/picture_bytes); AVIF's effort 2
 * is within 2 % of the bytes of 4 in a sixth of its time. */
#define JPEG_QUALITY 78
#define WEBP_QUALITY 75
#define WEBP_EFFORT  4
#define AVIF_QUALITY 50
#define AVIF_EFFORT  2

typedef struct Drawing {
    Str bytes;
    PictureType type;
    PictureSize size; /* upright */
    PictureSize sizes[PICTURE_WIDTHS];
    size_t count;
    VipsImage *header; /* the original, not decoded */
    VipsImage *image;  /* the widest of what is made, in memory */
} Drawing;

/* ---- decoding ---- */

static const char *const loaders[PICTURE_TYPE_COUNT] = {
    [PICTURE_JPEG] = "jpegload_buffer", [PICTURE_PNG] = "pngload_buffer",
    [PICTURE_WEBP] = "webpload_buffer", [PICTURE_AVIF] = "heifload_buffer",
    [PICTURE_GIF] = "gifload_buffer",   [PICTURE_TIFF] = "tiffload_buffer",
};

static Err check_loader(const Drawing *drawing, Fault *fault)
{
    const char *loader;

    if (VIPS_CALL(vips_image_get_string)(drawing->header, VIPS_META_LOADER,
                                         &loader))
        return vips_fault(fault, ERR_INVALID, "it cannot be decoded");
    if (strcmp(loader, loaders[drawing->type]) != 0)
        return fault_set(fault, ERR_INVALID, "it is a %s that is not one",
                         picture_word(drawing->type));
    return ERR_OK;
}

/* What its header says, before anything is decoded. */
static Err read_header(Drawing *drawing, Fault *fault)
{
    int64_t width, height;
    bool swap;

    drawing->header = VIPS_CALL(vips_image_new_from_buffer)(
        drawing->bytes.ptr, drawing->bytes.len, "", NULL);
    if (!drawing->header)
        return vips_fault(fault, ERR_INVALID, "it cannot be decoded");
    width = VIPS_CALL(vips_image_get_width)(drawing->header);
    height = VIPS_CALL(vips_image_get_height)(drawing->header);
    if (width * height > PICTURE_PIXELS || width > 65535 || height > 65535)
        return fault_set(fault, ERR_TOO_BIG,
                         "it has %lld x %lld pixels; at most %lld million are "
                         "taken, and 65535 a side",
                         (long long)width, (long long)height,
                         (long long)(PICTURE_PIXELS / 1000000));
    swap = VIPS_CALL(vips_image_get_orientation_swap)(drawing->header);
    drawing->size = swap ? (PictureSize){(int32_t)height, (int32_t)width}
                         : (PictureSize){(int32_t)width, (int32_t)height};
    drawing->count = picture_sizes(drawing->size.width, drawing->size.height,
                                   drawing->sizes);
    return check_loader(drawing, fault);
}

/* Puts what was made of *image in its place. */
static void replace(VipsImage **image, VipsImage *made)
{
    VIPS_CALL(g_object_unref)(*image);
    *image = made;
}

static bool flatten(VipsImage **image)
{
    static const double white[] = {255};
    VipsArrayDouble *background;
    VipsImage *made;
    int failed;

    if (!VIPS_CALL(vips_image_hasalpha)(*image)) return true;
    background = VIPS_CALL(vips_array_double_new)(white, 1);
    failed =
        VIPS_CALL(vips_flatten)(*image, &made, "background", background, NULL);
    VIPS_CALL(vips_area_unref)((VipsArea *)background);
    if (!failed) replace(image, made);
    return !failed;
}

static bool convert(VipsImage **image)
{
    VipsImage *made;

    if (VIPS_CALL(vips_colourspace)(*image, &made, VIPS_INTERPRETATION_sRGB,
                                    NULL))
        return false;
    replace(image, made);
    made = VIPS_CALL(vips_image_copy_memory)(*image);
    if (made) replace(image, made);
    return made != NULL;
}

/* Nothing goes on but its pixels: what savers are told to leave out, libvips
 * 8.14 leaves in WebP all the same. Lives as long as image. */
static VipsImage *pixels_of(VipsImage *image)
{
    int width = VIPS_CALL(vips_image_get_width)(image);
    int height = VIPS_CALL(vips_image_get_height)(image);

    return VIPS_CALL(vips_image_new_from_memory)(
        VIPS_CALL(vips_image_get_data)(image),
        (size_t)width * (size_t)height * 3, width, height, 3,
        VIPS_FORMAT_UCHAR);
}

static Err decode(Drawing *drawing, Fault *fault)
{
    PictureSize widest = drawing->sizes[drawing->count - 1];
    /* Only from a profile of its own: libvips 8.14 alters the colours of one
     * that has none (a mean of 120, 119, 1 became 110, 118, 16). */
    const char *profile =
        VIPS_CALL(vips_image_get_typeof)(drawing->header, VIPS_META_ICC_NAME)
            ? "srgb"
            : NULL;
    VipsImage *image;
    bool done;

    if (VIPS_CALL(vips_thumbnail_buffer)(
            (void *)(uintptr_t)drawing->bytes.ptr, drawing->bytes.len, &image,
            widest.width, "height", widest.height, "size", VIPS_SIZE_FORCE,
            "export_profile", profile, "option_string", "[fail_on=error]",
            NULL))
        return vips_fault(fault, ERR_INVALID, "it cannot be decoded");
    done = flatten(&image) && convert(&image);
    if (!done) return vips_fault(fault, ERR_INVALID, "it cannot be decoded");
    if (VIPS_CALL(vips_image_get_bands)(image) != 3 ||
        VIPS_CALL(vips_image_get_format)(image) != VIPS_FORMAT_UCHAR)
        return fault_set(fault, ERR_INVALID, "its colours are not known");
    drawing->image = pixels_of(image);
    if (!drawing->image)
        return vips_fault(fault, ERR_INVALID, "it cannot be decoded");
    return ERR_OK;
}

/* ---- telling ---- */

static const char *const told_fields[TOLD_COUNT] = {
    [TOLD_XMP] = VIPS_META_XMP_NAME,
    [TOLD_IPTC] = VIPS_META_IPTC_NAME,
    [TOLD_EXIF_DESCRIPTION] = "exif-ifd0-ImageDescription",
    [TOLD_EXIF_ARTIST] = "exif-ifd0-Artist",
    [TOLD_EXIF_COPYRIGHT] = "exif-ifd0-Copyright",
};

static const void *field_bytes(VipsImage *image, PictureTold told, size_t *len)
{
    const void *bytes = NULL;
    const char *text = NULL;

    *len = 0;
    if (!VIPS_CALL(vips_image_get_typeof)(image, told_fields[told]))
        return NULL;
    if (told == TOLD_XMP || told == TOLD_IPTC) {
        if (VIPS_CALL(vips_image_get_blob)(image, told_fields[told], &bytes,
                                           len))
            return NULL;
        return bytes;
    }
    if (VIPS_CALL(vips_image_get_string)(image, told_fields[told], &text))
        return NULL;
    *len = strlen(text);
    return text;
}

/* What is longer than a person writes says nothing. */
static Err tell_said(VipsImage *image)
{
    Err err = ERR_OK;

    for (PictureTold told = 0; !err && told < TOLD_COUNT; told++) {
        size_t len;
        const void *bytes = field_bytes(image, told, &len);

        if (bytes && len <= TOLD_MAX)
            err = frame_write(
                STDOUT_FILENO,
                (FrameHead){.kind = FRAME_SAID, .a = told, .bytes = len},
                bytes);
    }
    return err;
}

static uint32_t mean_color(VipsImage *image)
{
    const uint8_t *at = VIPS_CALL(vips_image_get_data)(image);
    size_t count = (size_t)VIPS_CALL(vips_image_get_width)(image) *
                   (size_t)VIPS_CALL(vips_image_get_height)(image);
    uint64_t sum[3] = {0};

    for (size_t i = 0; i < count * 3; i++)
        sum[i % 3] += at[i];
    return (uint32_t)(sum[0] / count << 16 | sum[1] / count << 8 |
                      sum[2] / count);
}

static int save(VipsImage *image, PictureType type, void **bytes, size_t *len)
{
    switch (type) {
    case PICTURE_AVIF:
        return VIPS_CALL(vips_heifsave_buffer)(
            image, bytes, len, "compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1,
            "Q", AVIF_QUALITY, "effort", AVIF_EFFORT, "strip", TRUE, NULL);
    case PICTURE_WEBP:
        return VIPS_CALL(vips_webpsave_buffer)(
            image, bytes, len, "Q", WEBP_QUALITY, "effort", WEBP_EFFORT,
            "strip", TRUE, NULL);
    default:
        return VIPS_CALL(vips_jpegsave_buffer)(
            image, bytes, len, "Q", JPEG_QUALITY, "optimize_coding", TRUE,
            "interlace", TRUE, "strip", TRUE, NULL);
    }
}

/* libvips 8.14 puts EXIF with a resolution into each WebP: only the picture
 * itself is left, in the simple form of the container. */
static void bare_webp(uint8_t *bytes, size_t *len)
{
    size_t at = 12;

    while (*len - at >= 8) {
        uint32_t size = (uint32_t)bytes[at + 4] | (uint32_t)bytes[at + 5] << 8 |
                        (uint32_t)bytes[at + 6] << 16 |
                        (uint32_t)bytes[at + 7] << 24;
        size_t whole = 8 + (size_t)size + (size & 1);
        uint32_t riff = (uint32_t)whole + 4;

        if (whole > *len - at) return;
        if (memcmp(bytes + at, "VP8 ", 4) == 0) {
            memmove(bytes + 12, bytes + at, whole);
            for (size_t i = 0; i < 4; i++)
                bytes[4 + i] = (uint8_t)(riff >> 8 * i);
            *len = 12 + whole;
            return;
        }
        at += whole;
    }
}

static Err tell_made(VipsImage *image, PictureSize size, Fault *fault)
{
    Err err = ERR_OK;

    for (size_t i = 0; !err && i < COUNT(picture_formats); i++) {
        void *bytes;
        size_t len;

        if (save(image, picture_formats[i], &bytes, &len))
            return vips_fault(fault, ERR_INVALID, "it cannot be drawn");
        if (picture_formats[i] == PICTURE_WEBP) bare_webp(bytes, &len);
        err = frame_write(STDOUT_FILENO,
                          (FrameHead){.kind = FRAME_MADE,
                                      .a = (uint32_t)size.width,
                                      .b = (uint32_t)size.height,
                                      .c = picture_formats[i],
                                      .bytes = len},
                          bytes);
        VIPS_CALL(g_free)(bytes);
    }
    return err;
}

static Err tell_smaller(const Drawing *drawing, PictureSize size, Fault *fault)
{
    PictureSize widest = drawing->sizes[drawing->count - 1];
    VipsImage *lazy, *image;
    Err err;

    if (VIPS_CALL(vips_resize)(drawing->image, &lazy,
                               (double)size.width / widest.width, "vscale",
                               (double)size.height / widest.height, NULL))
        return vips_fault(fault, ERR_INVALID, "it cannot be drawn");
    image = VIPS_CALL(vips_image_copy_memory)(lazy);
    VIPS_CALL(g_object_unref)(lazy);
    if (!image) return vips_fault(fault, ERR_INVALID, "it cannot be drawn");
    err = tell_made(image, size, fault);
    VIPS_CALL(g_object_unref)(image);
    return err;
}

static Err draw(Drawing *drawing, Fault *fault)
{
    Err err = sniff_picture(drawing->bytes, &drawing->type, fault);

    if (!err) err = read_header(drawing, fault);
    if (!err) err = decode(drawing, fault);
    if (err) return err;
    err = frame_write(STDOUT_FILENO,
                      (FrameHead){.kind = FRAME_SIZE,
                                  .a = (uint32_t)drawing->size.width,
                                  .b = (uint32_t)drawing->size.height,
                                  .c = mean_color(drawing->image)},
                      NULL);
    if (!err) err = tell_said(drawing->header);
    if (!err)
        err = tell_made(drawing->image, drawing->sizes[drawing->count - 1],
                        fault);
    for (size_t i = drawing->count - 1; !err && i-- > 0;)
        err = tell_smaller(drawing, drawing->sizes[i], fault);
    return err;
}

/* Who reads comes first: it runs when no other wants the processor. */
void draw_main(void)
{
    Fault fault = fault_none();
    Drawing drawing = {0};
    Err err = jail_bound(&fault);

    (void)sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0});
    if (!err) err = vips_load(&fault);
    if (!err) err = frames_input(&drawing.bytes, &fault);
    if (!err) err = jail_shut(&fault);
    if (!err) err = draw(&drawing, &fault);
    frames_end(err, &fault);
}
