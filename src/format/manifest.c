#include "format/manifest.h"

#include "text/json.h"

static void put_icon(JsonOut *json, const ManifestIcon *icon)
{
    json_put_object(json);
    json_pair_str(json, "src", icon->src);
    json_pair_some(json, "sizes", icon->sizes);
    json_pair_some(json, "type", icon->type);
    if (icon->maskable) json_pair_str(json, "purpose", S("maskable"));
    json_put_end(json);
}

void manifest_write(Buf *buf, const Manifest *manifest)
{
    JsonOut json = json_out(buf);

    json_put_object(&json);
    json_pair_str(&json, "name", manifest->name);
    json_pair_some(&json, "short_name", manifest->short_name);
    json_pair_some(&json, "description", manifest->description);
    json_pair_some(&json, "lang", manifest->language);
    json_pair_str(&json, "dir", manifest->rtl ? S("rtl") : S("ltr"));
    json_pair_str(&json, "id", manifest->start);
    json_pair_str(&json, "start_url", manifest->start);
    json_pair_str(&json, "scope", S("/"));
    json_pair_str(&json, "display", S("minimal-ui"));
    json_pair_some(&json, "background_color", manifest->background_color);
    json_pair_some(&json, "theme_color", manifest->theme_color);
    json_put_key(&json, "categories");
    json_put_array(&json);
    json_put_str(&json, S("news"));
    json_put_end(&json);
    json_put_key(&json, "icons");
    json_put_array(&json);
    for (size_t i = 0; i < manifest->icon_count; i++)
        put_icon(&json, &manifest->icons[i]);
    json_put_end(&json);
    json_put_end(&json);
}
