#include "press/fragment.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"

#define GZIP_LEVEL 6
#define ZSTD_LEVEL 6

struct Coder {
    z_stream deflate;
    ZSTD_CCtx *zstd;
};

Coder *coder_open(void)
{
    Coder *coder = mem_zero(sizeof *coder);

    /* negative window bits: raw deflate, we write header and trailer */
    if (deflateInit2(&coder->deflate, GZIP_LEVEL, Z_DEFLATED, -15, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        mem_exhausted();
    coder->zstd = ZSTD_createCCtx();
    if (!coder->zstd) mem_exhausted();
    return coder;
}

void coder_close(Coder *coder)
{
    if (!coder) return;
    deflateEnd(&coder->deflate);
    ZSTD_freeCCtx(coder->zstd);
    mem_free(coder);
}

static Str keep(const char *bytes, size_t len)
{
    char *copy = mem_alloc(len);

    if (len) memcpy(copy, bytes, len);
    return (Str){copy, len};
}

Fragment *fragment_new(Str bytes, Time modified, size_t *account)
{
    Fragment *fragment = mem_zero(sizeof *fragment);

    fragment->refs = 1;
    fragment->modified = modified;
    fragment->digest = hash_content(bytes);
    fragment->crc =
        (uint32_t)crc32(0, (const unsigned char *)bytes.ptr, (uInt)bytes.len);
    fragment->bytes[CODING_IDENTITY] = keep(bytes.ptr, bytes.len);
    fragment->account = account;
    *account += sizeof *fragment + bytes.len;
    return fragment;
}

Fragment *fragment_ref(Fragment *fragment)
{
    fragment->refs++;
    return fragment;
}

void fragment_unref(Fragment *fragment)
{
    if (!fragment || --fragment->refs > 0) return;
    *fragment->account -= sizeof *fragment;
    for (int i = 0; i < CODING_COUNT; i++) {
        *fragment->account -= fragment->bytes[i].len;
        mem_free((char *)(uintptr_t)fragment->bytes[i].ptr);
    }
    mem_free(fragment);
}

/* Some bytes over what deflateBound says are for the flush's own marker. */
static Str deflate_piece(Coder *coder, Str plain)
{
    z_stream *z = &coder->deflate;
    size_t room = deflateBound(z, plain.len) + 16;
    char *out = mem_alloc(room);
    Str piece;

    deflateReset(z);
    z->next_in = (unsigned char *)(uintptr_t)plain.ptr;
    z->avail_in = (uInt)plain.len;
    z->next_out = (unsigned char *)out;
    z->avail_out = (uInt)room;
    if (deflate(z, Z_FULL_FLUSH) != Z_OK || z->avail_in || !z->avail_out)
        mem_exhausted(); /* the bound was wrong: cannot be */
    piece = keep(out, room - z->avail_out);
    mem_free(out);
    return piece;
}

static Str zstd_piece(Coder *coder, Str plain)
{
    size_t room = ZSTD_compressBound(plain.len);
    char *out = mem_alloc(room);
    size_t len = ZSTD_compressCCtx(coder->zstd, out, room, plain.ptr, plain.len,
                                   ZSTD_LEVEL);
    Str piece;

    if (ZSTD_isError(len)) mem_exhausted();
    piece = keep(out, len);
    mem_free(out);
    return piece;
}

Str fragment_bytes(Fragment *fragment, Coder *coder, Coding coding)
{
    Str *bytes = &fragment->bytes[coding];
    Str plain = fragment->bytes[CODING_IDENTITY];

    if (!plain.len) return (Str){0};
    if (!bytes->ptr) {
        *bytes = coding == CODING_GZIP ? deflate_piece(coder, plain)
                                       : zstd_piece(coder, plain);
        *fragment->account += bytes->len;
    }
    return *bytes;
}

Str coding_header(Coding coding)
{
    /* deflate, no flags, no time, default effort, Unix (RFC 1952 2.3) */
    static const char gzip[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03";

    return coding == CODING_GZIP ? (Str){gzip, 10} : (Str){0};
}

static void put_le32(char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (char)(value >> (8 * i));
}

size_t coding_trailer(Coding coding, Fragment *const *fragments, size_t count,
                      char *out)
{
    uint32_t crc = (uint32_t)crc32(0, NULL, 0);
    uint32_t size = 0;

    if (coding != CODING_GZIP) return 0;
    for (size_t i = 0; i < count; i++) {
        size_t len = fragments[i]->bytes[CODING_IDENTITY].len;

        crc = (uint32_t)crc32_combine(crc, fragments[i]->crc, (z_off_t)len);
        size += (uint32_t)len;
    }
    out[0] = 3; /* an empty block with fixed codes, marked as the last */
    out[1] = 0;
    put_le32(out + 2, crc);
    put_le32(out + 6, size);
    return GZIP_TRAILER_SIZE;
}

Str coding_name(Coding coding)
{
    switch (coding) {
    case CODING_GZIP: return S("gzip");
    case CODING_ZSTD: return S("zstd");
    default: return (Str){0};
    }
}
