/* XML in each way of reading it: what is given has the shape that is promised,
 * what is refused has a fault with a sentence. */
#include "text/xml.h"
#include "base/utf8.h"
#include "must.h"

static void check_tree(const XmlNode *node, int depth)
{
    MUST(depth <= XML_DEPTH + 1);
    MUST(utf8_bad(node->text) < 0 && utf8_bad(node->name) < 0);
    for (size_t i = 0; i < node->attr_count; i++)
        MUST(utf8_bad(node->attrs[i].value) < 0);
    for (const XmlNode *child = node->first; child; child = child->next) {
        MUST(child->parent == node);
        MUST(child->name.len || child->text.len);
        check_tree(child, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str source = {(const char *)data, size};

    for (unsigned flags = 0; flags < 4; flags++) {
        Arena arena = arena_open();
        Fault fault = fault_none();
        XmlNode *root = NULL;

        if (xml_read(&arena, source, 1 << 20, flags, S(""), &root, &fault)) {
            MUST(!root && fault.text[0]);
        } else {
            check_tree(root, 1);
            xml_text(&arena, root);
            xml_inner(&arena, root);
        }
        arena_close(&arena);
    }
    return 0;
}
