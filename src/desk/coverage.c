#include "desk/coverage.h"

#include "base/utf8.h"
#include "store/stories.h"

typedef struct Work {
    Store *store;
    Arena *arena;
    const EntryRequest *request;
    Story story;
    Str note;      /* of the request, without the blanks around it */
    bool covered;  /* it has coverage */
    Time ended_at; /* of that */
    Time now;
    Fault *fault;
} Work;

static Err check_role(const Work *work, const Actor *actor)
{
    Role least =
        work->request->act == ENTRY_WITHDRAW ? ROLE_EDITOR : ROLE_REPORTER;

    if (actor->role >= least) return ERR_OK;
    return fault_set(work->fault, ERR_FORBIDDEN, "a %s may not do this",
                     role_word(actor->role));
}

static Err check_length(const Work *work, const char *name, Str text,
                        size_t max)
{
    if (utf8_count(text) <= max) return ERR_OK;
    return fault_set(work->fault, ERR_INVALID,
                     "%s: expected at most %zu characters", name, max);
}

static Err check_fields(const Work *work)
{
    const EntryRequest *request = work->request;
    Err err = check_length(work, "headline", request->headline, HEADLINE_MAX);

    if (!err) err = check_length(work, "byline", request->byline, FIELD_MAX);
    if (!err) err = check_length(work, "note", work->note, NOTE_MAX);
    if (!err && request->act == ENTRY_PUT && !request->body.markup.len &&
        !request->headline.len)
        err = fault_set(work->fault, ERR_INVALID,
                        "an entry needs a text or a headline");
    return err;
}

static Err read_story(Work *work)
{
    StoryId id = work->request->story;
    Err err = stories_get(work->store, work->arena, id, &work->story);

    if (err == ERR_NOT_FOUND)
        return fault_set(work->fault, err, "there is no story %lld",
                         (long long)id.number);
    if (err) return err;
    if (work->story.state == STORY_KILLED || work->story.state == STORY_SPIKED)
        return fault_set(work->fault, ERR_CONFLICT,
                         "a story that is %s has no live coverage",
                         state_word(work->story.state));
    err = coverage_get(work->store, id, &work->ended_at);
    work->covered = !err;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The entry that the request names. */
static Err read_entry(const Work *work, Entry *out)
{
    const EntryRequest *request = work->request;
    Err err = entry_get(work->store, work->arena, request->story,
                        request->number, out);

    if (err == ERR_NOT_FOUND)
        return fault_set(work->fault, err, "story %lld has no entry %d",
                         (long long)request->story.number,
                         (int)request->number);
    if (!err && out->withdrawn)
        return fault_set(work->fault, ERR_CONFLICT, "entry %d was withdrawn",
                         (int)request->number);
    return err;
}

/* What readers saw changes with a word to them, also when the story was
 * withdrawn meanwhile: it may come back. */
static Err check_note(const Work *work)
{
    if (work->note.len || !work->story.public_version) return ERR_OK;
    return fault_set(work->fault, ERR_INVALID,
                     "note: readers are told what was corrected or why it was "
                     "withdrawn");
}

/* ---- acts ---- */

static Err change_story(const Work *work, int32_t entry, EntryOutcome *out)
{
    out->change = 0;
    if (!story_is_public(work->story.state)) return ERR_OK;
    return coverage_changed(work->store, work->story.id, entry, work->now,
                            &out->change);
}

static Err save(const Work *work, Entry *entry, EntryOutcome *out)
{
    Err err;

    entry->version++;
    err = entry_add(work->store, work->story.id, entry);
    if (!err) err = change_story(work, entry->number, out);
    out->entry = *entry;
    return err;
}

static Err add_new(const Work *work, Entry *entry)
{
    Err err;

    *entry = (Entry){.at = work->now};
    if (work->covered && work->ended_at != TIME_NONE)
        return fault_set(work->fault, ERR_CONFLICT,
                         "the coverage has ended; resume it first");
    err = entry_number(work->store, work->story.id, &entry->number);
    if (err == ERR_TOO_BIG)
        return fault_set(work->fault, err, "at most %d entries", ENTRIES_MAX);
    if (!err && !work->covered)
        err = coverage_put(work->store, work->story.id, TIME_NONE);
    return err;
}

static Err put(const Work *work, EntryOutcome *out)
{
    const EntryRequest *request = work->request;
    Entry entry;
    Err err =
        request->number ? read_entry(work, &entry) : add_new(work, &entry);

    if (!err && request->number) err = check_note(work);
    if (err) return err;
    entry.headline = request->headline;
    entry.byline = request->byline;
    entry.note = request->number ? work->note : (Str){0};
    entry.body = request->body;
    if (!request->number || !request->keeps_marks) {
        entry.pinned = request->pinned;
        entry.key = request->key;
    }
    entry.saved_at = work->now;
    return save(work, &entry, out);
}

/* The text, and what was said of a correction, stay as they are, with their
 * time. */
static Err mark(const Work *work, EntryOutcome *out)
{
    Entry entry;
    Err err = read_entry(work, &entry);

    if (err) return err;
    entry.pinned = work->request->pinned;
    entry.key = work->request->key;
    return save(work, &entry, out);
}

static Err take_back(const Work *work, EntryOutcome *out)
{
    Entry entry;
    Err err = read_entry(work, &entry);

    if (!err) err = check_note(work);
    if (err) return err;
    entry.withdrawn = true;
    entry.note = work->note;
    entry.saved_at = work->now;
    return save(work, &entry, out);
}

static Err set_end(Work *work, Time ended_at, EntryOutcome *out)
{
    Err err;

    if (!work->covered)
        return fault_set(work->fault, ERR_CONFLICT,
                         "the story has no live coverage");
    if ((work->ended_at != TIME_NONE) == (ended_at != TIME_NONE))
        return fault_set(work->fault, ERR_CONFLICT, "the coverage %s",
                         ended_at != TIME_NONE ? "has ended" : "goes on");
    work->ended_at = ended_at;
    err = coverage_put(work->store, work->story.id, ended_at);
    return err ? err : change_story(work, 0, out);
}

Err desk_entry(Store *store, Arena *arena, const Actor *actor,
               const EntryRequest *request, Time now, EntryOutcome *out,
               Fault *fault)
{
    Work work = {.store = store,
                 .arena = arena,
                 .request = request,
                 .note = str_trim(request->note),
                 .ended_at = TIME_NONE,
                 .now = now,
                 .fault = fault};
    EntryOutcome outcome = {0};
    Err err = check_role(&work, actor);

    if (!err) err = check_fields(&work);
    if (!err) err = read_story(&work);
    if (err) return err;
    switch (request->act) {
    case ENTRY_PUT: err = put(&work, &outcome); break;
    case ENTRY_MARK: err = mark(&work, &outcome); break;
    case ENTRY_WITHDRAW: err = take_back(&work, &outcome); break;
    case ENTRY_END: err = set_end(&work, now, &outcome); break;
    case ENTRY_RESUME: err = set_end(&work, TIME_NONE, &outcome); break;
    }
    outcome.ended_at = work.ended_at;
    if (!err) *out = outcome;
    return err;
}
