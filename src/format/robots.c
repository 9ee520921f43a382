#include "format/robots.h"

/* A value that stays on its line and is no comment. */
static void put_value(Buf *buf, Str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];

        if (c >= 0x20 && c != 0x7F && c != '#') buf_putc(buf, (char)c);
    }
}

static void put_line(Buf *buf, Str head, Str value)
{
    if (!value.len) return;
    buf_puts(buf, head);
    put_value(buf, value);
    buf_putc(buf, '\n');
}

/* Every group of RFC 9309 needs a rule; all that is not disallowed is allowed,
 * which "Allow: /" says to those who have no rule of their own for it. */
void robots_write(Buf *buf, const Robots *robots)
{
    buf_puts(buf, S("User-agent: *\n"));
    for (size_t i = 0; i < robots->disallow.count; i++)
        put_line(buf, S("Disallow: "), robots->disallow.items[i]);
    buf_puts(buf, S("Allow: /\n"));
    if (robots->sitemaps.count) buf_putc(buf, '\n');
    for (size_t i = 0; i < robots->sitemaps.count; i++)
        put_line(buf, S("Sitemap: "), robots->sitemaps.items[i]);
}

/* A comma would begin the record's next field. */
static void put_field(Buf *buf, Str field)
{
    while (field.len)
        put_value(buf, str_cut(&field, ','));
}

static void put_seller(Buf *buf, const AdSeller *seller)
{
    put_field(buf, seller->domain);
    buf_puts(buf, S(", "));
    put_field(buf, seller->account);
    buf_puts(buf, seller->reseller ? S(", RESELLER") : S(", DIRECT"));
    if (seller->certificate.len) {
        buf_puts(buf, S(", "));
        put_field(buf, seller->certificate);
    }
    buf_putc(buf, '\n');
}

void ads_write(Buf *buf, const Ads *ads)
{
    put_line(buf, S("OWNERDOMAIN="), ads->owner);
    put_line(buf, S("CONTACT="), ads->contact);
    if (!ads->count) {
        buf_puts(buf, S("placeholder.example.com, placeholder, DIRECT, "
                        "placeholder\n"));
        return;
    }
    for (size_t i = 0; i < ads->count; i++)
        put_seller(buf, &ads->sellers[i]);
}
