#include "desk/said.h"

#include "base/hash.h"

int64_t said_digest(const Version *version, const Item *item)
{
    const Str texts[] = {
        version->headline,   version->deck,   version->body.markup,
        version->byline,     version->place,  version->section,
        version->correction, version->source, version->source_url,
        version->group,      version->follows};
    uint64_t sum = hash_mix((uint64_t)item->status, (uint64_t)item->embargo);

    sum = hash_mix(sum, (uint64_t)version->urgency);
    for (size_t i = 0; i < COUNT(texts); i++)
        sum = hash_mix(sum, hash_content(texts[i]).low);
    for (size_t i = 0; i < version->tags.count; i++)
        sum = hash_mix(sum, hash_content(version->tags.items[i].slug).low);
    /* One without says what it always said, and so does one whose picture could
     * be had this time and not the last. */
    if (item->picture.mark.len && !item->picture.offered) {
        sum = hash_mix(sum, hash_content(item->picture.mark).low);
        sum = hash_mix(sum, hash_content(item->picture.alt).low);
        sum = hash_mix(sum, hash_content(item->picture.caption).low);
    }
    return sum ? (int64_t)sum : 1;
}
