/* press/pages.c -- the pages that are kept, in order of their use. */
#include "base/mem.h"
#include "press/room.h"

static void unlink_page(Press *press, Page *page)
{
    *(page->newer ? &page->newer->older : &press->newest) = page->older;
    *(page->older ? &page->older->newer : &press->oldest) = page->newer;
    page->newer = page->older = NULL;
}

void page_link(Press *press, Page *page)
{
    page->older = press->newest;
    if (press->newest) press->newest->newer = page;
    press->newest = page;
    if (!press->oldest) press->oldest = page;
}

void page_use(Press *press, Page *page)
{
    if (press->newest == page) return;
    unlink_page(press, page);
    page_link(press, page);
}

static void forget_answers(Press *press, Page *page)
{
    for (int i = 0; i < CODING_COUNT; i++) {
        if (!page->answers[i]) continue;
        press->bytes -= page->answers[i]->size;
        answer_unref(page->answers[i]);
        page->answers[i] = NULL;
    }
}

void page_drop(Press *press, Page *page)
{
    deps_end(&press->deps, &page->holder);
    unlink_page(press, page);
    map_take(&press->pages, page->hash);
    forget_answers(press, page);
    for (size_t i = 0; i < page->slot_count; i++)
        slot_release(press, page->slots[i]);
    press->bytes -= page->bytes;
    press->counters.pages--;
    mem_free(page);
}

bool page_is_filled(const Page *page)
{
    for (size_t i = 0; i < page->slot_count; i++)
        if (!page->slots[i]->now) return false;
    return true;
}

void pages_forget_old(Press *press)
{
    for (Page *page = press->newest; page; page = page->older)
        if (!page_is_filled(page)) forget_answers(press, page);
}

void pages_clear(Press *press)
{
    while (press->oldest)
        page_drop(press, press->oldest);
    press->counters.cleared++;
}

size_t pages_bytes(const Press *press)
{
    return press->bytes + press->fragment_bytes + press->deps.bytes;
}

/* The page in hand stays, whatever it weighs. */
void pages_bound(Press *press)
{
    while (pages_bytes(press) > press->config.cache_bytes && press->oldest &&
           press->oldest != press->newest)
        page_drop(press, press->oldest);
}
