#include "store/pgadds.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

#define COLUMNS_MAX 32
#define TABLES_MAX  16
#define HEAD        20 /* bytes before the first element */

typedef struct Column {
    char *bytes;
    size_t used, room;
    bool nulls;
    uint32_t type; /* OID of the elements; 0: only NULLs yet */
} Column;

typedef struct Table {
    Query query;
    size_t rows, column_count;
    Column columns[COLUMNS_MAX];
} Table;

struct PgAdds {
    Table tables[TABLES_MAX]; /* in the order of their queries */
    size_t count;
    bool any;
};

PgAdds *pg_adds_open(void)
{
    return mem_zero(sizeof(PgAdds));
}

void pg_adds_close(PgAdds *adds)
{
    if (!adds) return;
    for (size_t t = 0; t < adds->count; t++)
        for (size_t c = 0; c < COLUMNS_MAX; c++)
            mem_free(adds->tables[t].columns[c].bytes);
    mem_free(adds);
}

static Table *table_of(PgAdds *adds, Query query)
{
    size_t at = 0;

    while (at < adds->count && adds->tables[at].query < query)
        at++;
    if (at < adds->count && adds->tables[at].query == query)
        return &adds->tables[at];
    assert(adds->count < TABLES_MAX);
    memmove(&adds->tables[at + 1], &adds->tables[at],
            (adds->count - at) * sizeof(Table));
    adds->count++;
    adds->tables[at] = (Table){.query = query};
    return &adds->tables[at];
}

static char *grow(Column *column, size_t more)
{
    char *at;

    if (column->room - column->used < more) {
        column->room = (column->used + more) * 2;
        column->bytes = mem_resize(column->bytes, column->room);
    }
    at = column->bytes + column->used;
    column->used += more;
    return at;
}

static void put_int32(char *at, uint32_t number)
{
    number = __builtin_bswap32(number);
    memcpy(at, &number, 4);
}

/* A length, then the bytes; NULL has length -1. */
static void put_value(Column *column, const Value *value)
{
    char *at;

    switch (value->kind) {
    case VALUE_INT: {
        uint64_t number = __builtin_bswap64((uint64_t)value->number);

        column->type = 20;
        at = grow(column, 12);
        put_int32(at, 8);
        memcpy(at + 4, &number, 8);
        return;
    }
    case VALUE_TEXT:
    case VALUE_BYTES:
        column->type = value->kind == VALUE_TEXT ? 25 : 17;
        at = grow(column, 4 + value->text.len);
        put_int32(at, (uint32_t)value->text.len);
        if (value->text.len) memcpy(at + 4, value->text.ptr, value->text.len);
        return;
    case VALUE_NULL: break;
    }
    column->nulls = true;
    put_int32(grow(column, 4), UINT32_MAX);
}

bool pg_adds_put(PgAdds *adds, Query query, Args args)
{
    Table *table = table_of(adds, query);
    bool full = ++table->rows >= PG_ADD_ROWS;

    assert(args.count <= COLUMNS_MAX);
    table->column_count = args.count;
    for (size_t i = 0; i < args.count; i++) {
        Column *column = &table->columns[i];

        if (!column->used) grow(column, HEAD);
        put_value(column, &args.items[i]);
        full = full || column->used >= PG_ADD_BYTES;
    }
    adds->any = true;
    return full;
}

/* One dimension from 1, as array_recv reads it. */
static Str finish(Column *column, size_t rows)
{
    put_int32(column->bytes, 1);
    put_int32(column->bytes + 4, column->nulls);
    put_int32(column->bytes + 8, column->type ? column->type : 20);
    put_int32(column->bytes + 12, (uint32_t)rows);
    put_int32(column->bytes + 16, 1);
    return (Str){column->bytes, column->used};
}

static void clear(Table *table)
{
    table->rows = 0;
    for (size_t i = 0; i < COLUMNS_MAX; i++) {
        table->columns[i].used = 0;
        table->columns[i].nulls = false;
        table->columns[i].type = 0;
    }
}

void pg_adds_send(PgAdds *adds, PgConn *pg)
{
    Str arrays[COLUMNS_MAX];

    if (!adds->any) return;
    for (size_t t = 0; t < adds->count; t++) {
        Table *table = &adds->tables[t];

        if (!table->rows) continue;
        for (size_t i = 0; i < table->column_count; i++)
            arrays[i] = finish(&table->columns[i], table->rows);
        pg_query_arrays(pg, table->query, arrays, table->column_count);
        clear(table);
    }
    adds->any = false;
    pg_flush(pg);
}

void pg_adds_clear(PgAdds *adds)
{
    for (size_t t = 0; t < adds->count; t++)
        clear(&adds->tables[t]);
    adds->any = false;
}
