#include "cli/errand.h"

#include <curl/curl.h>

#include "base/buf.h"
#include "cli/cli.h"

/* ---- by the running server ---- */

static size_t take_answer(char *bytes, size_t size, size_t count, void *ctx)
{
    Buf *buf = ctx;

    buf_puts(buf, (Str){bytes, size * count});
    return buf->failed ? 0 : size * count;
}

/* ERR_NOT_FOUND: no server is there. */
static Err ask_server(const Errand *errand, Str *answer, long *status,
                      Fault *fault)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers =
        curl_slist_append(NULL, "Content-Type: application/octet-stream");
    Buf buf = buf_open(errand->arena, ERRAND_ANSWER_MAX);
    Str picture = errand->request.picture; /* a mark: nothing to encode */
    Str url = str_format(errand->arena, "http://localhost%s%s%.*s",
                         control_address(errand->request.kind),
                         picture.len ? "?picture=" : "", STR_ARG(picture));
    CURLcode code;

    if (!curl || !headers) {
        curl_slist_free_all(headers);
        curl_easy_cleanup(curl);
        return ERR_IO;
    }
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH,
                     errand->conf->control_path);
    curl_easy_setopt(curl, CURLOPT_URL, str_z(errand->arena, url));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t)errand->request.body.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, errand->request.body.ptr);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &buf);
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (code == CURLE_COULDNT_CONNECT) return ERR_NOT_FOUND;
    if (code != CURLE_OK)
        return fault_set(fault, ERR_IO,
                         "the running server did not answer: %s; it may or may "
                         "not have done it",
                         curl_easy_strerror(code));
    return buf_end(&buf, answer);
}

/* ---- by this process ---- */

static Err do_it(const Errand *errand, Str *answer, long *status, Fault *fault)
{
    ControlSettings settings = {&errand->conf->site, errand->conf->section};
    Store *store;
    int code = 200; /* until the act itself is refused */
    Err err = store_open(errand->conf->store_path, STORE_WRITE, &store, fault);

    if (err) return err;
    err = store_begin(store);
    if (!err) {
        err = control_run(store, errand->arena, &settings, &errand->request,
                          time_now(), answer, &code);
        err = store_end(store, err);
    }
    if (err && code == 200)
        control_uncommitted(err, store_is_broken(store), store_reason(store),
                            fault);
    store_close(store);
    *status = code;
    return err && code == 200 ? err : ERR_OK;
}

Err errand_do(const Errand *errand, Str *answer, long *status, Fault *fault)
{
    Err err = ask_server(errand, answer, status, fault);

    return err == ERR_NOT_FOUND ? do_it(errand, answer, status, fault) : err;
}

/* ---- telling ---- */

int errand_refused(const Errand *errand, const JsonNode *answer)
{
    Fault fault = fault_none();
    int64_t line = 0, column = 0;

    (void)json_int(json_get(answer, "line"), &line);
    (void)json_int(json_get(answer, "column"), &column);
    fault_where(&fault, "%.*s", STR_ARG(json_str(answer, "where")));
    if (errand->file) fault_where(&fault, "%s", errand->file);
    fault_at(&fault, line, column);
    fault_set(&fault, ERR_INVALID, "%.*s", STR_ARG(json_str(answer, "text")));
    return cli_fail(errand->command, ERR_INVALID, &fault);
}
