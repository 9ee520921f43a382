#include "format/robots.h"

#include "base/utf8.h"

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

void ads_write(Buf *buf, const AdsTxt *ads)
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

/* ---- a file that is there ---- */

static bool is_variable(Str line)
{
    Str name = str_trim(str_cut(&line, '='));

    for (size_t i = 0; i < name.len; i++)
        if (!((name.ptr[i] >= 'A' && name.ptr[i] <= 'Z') ||
              (name.ptr[i] >= 'a' && name.ptr[i] <= 'z')))
            return false;
    return name.len && str_trim(line).len;
}

static bool is_seller(Str line)
{
    Str fields[4] = {0};
    size_t count = 0;

    line = str_cut(&line, ';'); /* extensions */
    while (line.len && count < COUNT(fields))
        fields[count++] = str_trim(str_cut(&line, ','));
    return count >= 3 && !line.len && fields[0].len &&
           str_find_char(fields[0], '.', 0) > 0 && fields[1].len &&
           (str_eq_nocase(fields[2], S("DIRECT")) ||
            str_eq_nocase(fields[2], S("RESELLER")));
}

Err ads_txt_check(Str text, Fault *fault)
{
    Str line;

    if (utf8_bad(text) >= 0)
        return fault_set(fault, ERR_INVALID, "it is not UTF-8");
    for (int at = 1; str_line(&text, &line); at++) {
        line = str_trim(str_cut(&line, '#'));
        if (!line.len || is_seller(line) || is_variable(line)) continue;
        fault_at(fault, at, 0);
        return fault_set(fault, ERR_INVALID,
                         "expected \"domain, account, DIRECT\" or "
                         "\"... RESELLER\", a variable or a comment");
    }
    return ERR_OK;
}
