#include "ingest/parse.h"

#include "format/article.h"
#include "format/capture.h"
#include "format/feed.h"
#include "format/markdown_item.h"
#include "format/ninjs.h"

static Err read_markdown(Batch *batch, Str bytes, const ReadContext *ctx,
                         Fault *fault)
{
    Item item;
    Err err = markdown_item_read(&batch->arena, bytes, ctx, &item, fault);

    if (!err) read_add(&batch->out, &batch->arena, &item, bytes);
    return err;
}

static Err read_article(Batch *batch, Str bytes, const ReadContext *ctx,
                        Fault *fault)
{
    Item item;
    Err err = article_read(&batch->arena, bytes, ctx, &item, fault);

    if (!err) read_add(&batch->out, &batch->arena, &item, bytes);
    return err;
}

static Err read_document(Batch *batch, Str bytes, const ReadContext *ctx,
                         Fault *fault)
{
    switch (batch->format) {
    case FORMAT_CAPTURE:
        return capture_read(&batch->arena, bytes, ctx, &batch->out, fault);
    case FORMAT_RSS:
    case FORMAT_ATOM:
        return feed_read(&batch->arena, bytes, ctx, &batch->out, fault);
    case FORMAT_HTML: return read_article(batch, bytes, ctx, fault);
    case FORMAT_MARKDOWN: return read_markdown(batch, bytes, ctx, fault);
    case FORMAT_NAMES:
        return names_read(&batch->arena, bytes, &batch->names, fault);
    case FORMAT_NINJS: /* read by records */
    case FORMAT_AUTO:
    case FORMAT_COUNT: break;
    }
    return fault_set(fault, ERR_UNSUPPORTED, "no reader for this format");
}

static void read_records(Batch *batch, const ReadContext *ctx)
{
    for (size_t i = 0; i < batch->record_count; i++)
        ninjs_read_record(&batch->arena, &batch->records[i], ctx, &batch->out);
}

void batch_parse(Batch *batch, const ReadContext *ctx)
{
    Str bytes = {batch->bytes, batch->size};
    Fault fault = fault_none();

    if (batch->format == FORMAT_NINJS)
        read_records(batch, ctx);
    else if (!batch->fault.err && read_document(batch, bytes, ctx, &fault))
        read_reject(&batch->out, &batch->arena, &fault, bytes);
    if (batch->fault.err)
        read_reject(&batch->out, &batch->arena, &batch->fault, (Str){0});
}
