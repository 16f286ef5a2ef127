/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "record-book.h"

#include <string.h>

#include "kind-table.h"
#include "order-money.h"
#include "order-state.h"
#include "property.h"

#define ORDER "order/"
#define DAY   "day/"

/* What has an end, and is archived after it. An open request that nobody has answered for so long
 * asks for nothing any more. */
typedef struct {
  const char *prefix;
  gint64 idle_ms;    /* after its last operation */
  const char *place; /* (nullable): a register that must read so */
  const char *text;  /* (nullable): %NULL: true */
} Ending;

static const Ending endings[] = {
    {"message/", BH_PROPERTY_ARCHIVE_MESSAGE_MS, NULL, NULL},
    {ORDER, BH_PROPERTY_ARCHIVE_MS, "closed", NULL},
    {"request/", BH_PROPERTY_ARCHIVE_MS, NULL, NULL},
    {"seating/", BH_PROPERTY_ARCHIVE_MS, "state", "ended"},
};

/* Trees: names are chosen by others, who could find many of one hash; and readers want a type. */
struct _BhRecordBook {
  GTree *entries;      /* name (of the value) -> BhBookEntry, owned */
  GTree *moved;        /* order id (owned) -> GPtrArray of names, owned; may name one too many */
  GPtrArray *dirty;    /* names, owned */
  gint64 day_ms;       /* as find_day() has it */
  gint64 day_until_ms; /* as long as that holds; 0: to be looked for */
};

static int
compare_names(gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp(a, b);
}

static void
entry_free(gpointer data)
{
  BhBookEntry *entry = data;

  g_free(entry->name);
  bh_record_unref(entry->record);
  g_free(entry);
}

static void
free_names(gpointer data)
{
  g_ptr_array_unref(data);
}

BhRecordBook *
bh_record_book_new(void)
{
  BhRecordBook *book = g_new0(BhRecordBook, 1);

  book->entries = g_tree_new_full(compare_names, NULL, NULL, entry_free);
  book->moved = g_tree_new_full(compare_names, NULL, g_free, free_names);
  book->dirty = g_ptr_array_new_with_free_func(g_free);
  return book;
}

void
bh_record_book_free(BhRecordBook *book)
{
  g_tree_unref(book->entries);
  g_tree_unref(book->moved);
  g_ptr_array_unref(book->dirty);
  g_free(book);
}

BhBookEntry *
bh_record_book_find(BhRecordBook *book, const char *name)
{
  return g_tree_lookup(book->entries, name);
}

/* Calls @visit for entries whose name begins with @prefix, by name, until it returns TRUE. */
static void
visit_entries(BhRecordBook *book, const char *prefix, GTraverseFunc visit, gpointer data)
{
  GTreeNode *node =
      prefix != NULL ? g_tree_lower_bound(book->entries, prefix) : g_tree_node_first(book->entries);

  for (; node != NULL; node = g_tree_node_next(node)) {
    if ((prefix != NULL && !g_str_has_prefix(g_tree_node_key(node), prefix)) ||
        visit(g_tree_node_key(node), g_tree_node_value(node), data))
      return;
  }
}

/* Returns: (nullable): %NULL: it is never archived */
static const Ending *
find_ending(const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
    if (g_str_has_prefix(name, endings[i].prefix))
      return &endings[i];
  return NULL;
}

/* --- moved lines --- */

typedef struct {
  BhRecordBook *book;
  const char *name;
} Mover;

static void
add_move(const char *line_id, const char *order_id, gpointer data)
{
  const Mover *mover = data;
  GPtrArray *names = g_tree_lookup(mover->book->moved, order_id);

  if (names == NULL) {
    names = g_ptr_array_new_with_free_func(g_free);
    g_tree_insert(mover->book->moved, g_strdup(order_id), names);
  }
  if (!g_ptr_array_find_with_equal_func(names, mover->name, g_str_equal, NULL))
    g_ptr_array_add(names, g_strdup(mover->name));
}

/* What follows from a record that changed. */
static void
index_entry(BhRecordBook *book, const BhBookEntry *entry)
{
  Mover mover = {book, entry->name};

  if (g_str_has_prefix(entry->name, ORDER))
    bh_order_state_visit_moves(entry->record, add_move, &mover);
  else if (g_str_has_prefix(entry->name, DAY))
    book->day_until_ms = 0;
}

GPtrArray *
bh_record_book_get_moved(BhRecordBook *book, const char *order_id)
{
  return g_tree_lookup(book->moved, order_id);
}

/* --- entries --- */

static void
mark_entry(BhRecordBook *book, BhBookEntry *entry)
{
  if (entry->is_dirty)
    return;
  entry->is_dirty = TRUE;
  g_ptr_array_add(book->dirty, g_strdup(entry->name));
}

static BhBookEntry *
insert_entry(BhRecordBook *book, const char *name, BhRecord *record)
{
  BhBookEntry *entry = g_new0(BhBookEntry, 1);

  entry->name = g_strdup(name);
  entry->record = record;
  g_tree_insert(book->entries, entry->name, entry);
  return entry;
}

static BhBookEntry *
ensure_entry(BhRecordBook *book, const char *name)
{
  BhBookEntry *entry = bh_record_book_find(book, name);

  if (entry == NULL) {
    entry = insert_entry(book, name, bh_record_new());
    entry->is_partial = find_ending(name) != NULL;
  }
  return entry;
}

void
bh_record_book_put(BhRecordBook *book, const char *name, BhRecord *record, gint64 touched_ms)
{
  BhBookEntry *entry = insert_entry(book, name, bh_record_ref(record));

  entry->touched_ms = touched_ms;
  index_entry(book, entry);
}

gboolean
bh_record_book_apply(BhRecordBook *book, const BhOperation *op, gint64 now_ms)
{
  BhBookEntry *entry = ensure_entry(book, op->entity);
  gboolean is_changed = bh_kind_table_lift(op, entry->record);

  entry->touched_ms = MAX(entry->touched_ms, now_ms);
  mark_entry(book, entry);
  if (is_changed && (g_str_equal(op->kind, "line.move") || g_str_has_prefix(op->entity, DAY)))
    index_entry(book, entry);
  return is_changed;
}

void
bh_record_book_complete(BhRecordBook *book, const char *name, const BhRecord *record,
                        gint64 touched_ms)
{
  BhBookEntry *entry = bh_record_book_find(book, name);

  if (entry == NULL && record == NULL)
    return;
  entry = ensure_entry(book, name);
  entry->is_partial = FALSE;
  entry->touched_ms = MAX(entry->touched_ms, touched_ms);
  if (record != NULL && bh_record_merge(entry->record, record))
    index_entry(book, entry);
}

gboolean
bh_record_book_replace(BhRecordBook *book, const char *name, BhRecord *record, gint64 touched_ms)
{
  BhBookEntry *entry = ensure_entry(book, name);
  g_autoptr(json_t) before = bh_record_to_json(entry->record);
  g_autoptr(json_t) after = bh_record_to_json(record);

  bh_record_unref(entry->record);
  entry->record = record;
  entry->is_partial = FALSE;
  entry->touched_ms = MAX(entry->touched_ms, touched_ms);
  mark_entry(book, entry);
  index_entry(book, entry);
  return !json_equal(before, after);
}

void
bh_record_book_remove(BhRecordBook *book, const char *name)
{
  g_tree_remove(book->entries, name);
}

/* --- for a checkpoint --- */

typedef struct {
  BhRecordBook *book;
  gint64 now_ms;
  gboolean is_wanted;
} Target;

typedef struct {
  gint64 now_ms;
  gint64 from_ms, to_ms; /* of the last day that has ended */
  gint64 next_ms;        /* the end of the first that has not */
} Days;

static gboolean
look_at_day(gpointer name, gpointer entry, gpointer data)
{
  const json_t *header = bh_record_get_item(((BhBookEntry *)entry)->record, "header");
  gint64 from_ms = bh_order_part_get_integer(header, "fromMs", 0);
  gint64 to_ms = bh_order_part_get_integer(header, "toMs", 0);
  Days *days = data;

  if (to_ms > days->now_ms) {
    days->next_ms = MIN(days->next_ms, to_ms);
  } else if (to_ms > days->to_ms || (to_ms == days->to_ms && from_ms < days->from_ms)) {
    days->from_ms = from_ms;
    days->to_ms = to_ms;
  }
  return FALSE;
}

/*
 * From when on money may be on no day yet. The till that closed the last one may have been away,
 * and have missed what was taken then: that is on the next, so the beginning of the last one
 * counts. A day that ends in the future was closed by a clock that is wrong.
 */
static gint64
find_day(BhRecordBook *book, gint64 now_ms)
{
  Days days = {.now_ms = now_ms, .next_ms = G_MAXINT64};

  if (now_ms >= book->day_until_ms) {
    visit_entries(book, DAY, look_at_day, &days);
    book->day_ms = days.from_ms;
    book->day_until_ms = days.next_ms;
  }
  return book->day_ms;
}

/* What a room owes stays until it is settled, however long; what is settled, or was paid otherwise,
 * until a day has counted it: whoever closes the next may have it by a snapshot only. */
static gboolean
is_kept_for_charges(BhRecordBook *book, const BhBookEntry *entry, gint64 now_ms)
{
  if (!g_str_has_prefix(entry->name, ORDER))
    return FALSE;
  switch (bh_order_money_get_charges(entry->record)) {
  case BH_CHARGES_OPEN:
    return TRUE;
  case BH_CHARGES_SETTLED:
    return entry->touched_ms >= now_ms - BH_PROPERTY_ARCHIVE_SETTLED_MS;
  case BH_CHARGES_PAID:
    return entry->touched_ms >= now_ms - BH_PROPERTY_ARCHIVE_SETTLED_MS &&
           entry->touched_ms > find_day(book, now_ms);
  case BH_CHARGES_NONE:
  default:
    return FALSE;
  }
}

static gboolean
is_over(BhRecordBook *book, const BhBookEntry *entry, gint64 now_ms)
{
  const Ending *ending = find_ending(entry->name);
  const json_t *value;

  if (ending == NULL || entry->touched_ms >= now_ms - ending->idle_ms ||
      is_kept_for_charges(book, entry, now_ms))
    return FALSE;
  if (ending->place == NULL)
    return TRUE;
  value = bh_record_get_register(entry->record, ending->place);
  return ending->text != NULL ? g_strcmp0(json_string_value(value), ending->text) == 0
                              : json_is_true(value);
}

static void
check_target(const char *line_id, const char *order_id, gpointer data)
{
  Target *target = data;
  g_autofree char *name = g_strconcat(ORDER, order_id, NULL);
  const BhBookEntry *entry = bh_record_book_find(target->book, name);

  if (entry != NULL && !is_over(target->book, entry, target->now_ms))
    target->is_wanted = TRUE;
}

static gboolean
is_archivable(BhRecordBook *book, const BhBookEntry *entry, gint64 now_ms)
{
  Target target = {book, now_ms, FALSE};

  if (!is_over(book, entry, now_ms))
    return FALSE;
  if (g_str_has_prefix(entry->name, ORDER))
    bh_order_state_visit_moves(entry->record, check_target, &target);
  return !target.is_wanted;
}

gboolean
bh_record_book_is_archivable(BhRecordBook *book, const char *name, gint64 now_ms)
{
  const BhBookEntry *entry = bh_record_book_find(book, name);

  return entry != NULL && is_archivable(book, entry, now_ms);
}

GPtrArray *
bh_record_book_take_dirty(BhRecordBook *book)
{
  GPtrArray *names = g_steal_pointer(&book->dirty);

  book->dirty = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < names->len; i++) {
    BhBookEntry *entry = bh_record_book_find(book, names->pdata[i]);

    if (entry != NULL)
      entry->is_dirty = FALSE;
  }
  return names;
}

void
bh_record_book_mark(BhRecordBook *book, const char *name)
{
  BhBookEntry *entry = bh_record_book_find(book, name);

  if (entry != NULL)
    mark_entry(book, entry);
}

typedef struct {
  BhRecordBook *book;
  GPtrArray *names;
  gint64 now_ms;
} Listing;

static gboolean
list_archivable(gpointer name, gpointer entry, gpointer data)
{
  const Listing *listing = data;

  if (is_archivable(listing->book, entry, listing->now_ms))
    g_ptr_array_add(listing->names, g_strdup(name));
  return FALSE;
}

GPtrArray *
bh_record_book_list_archivable(BhRecordBook *book, gint64 now_ms)
{
  Listing listing = {book, g_ptr_array_new_with_free_func(g_free), now_ms};

  for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
    visit_entries(book, endings[i].prefix, list_archivable, &listing);
  return listing.names;
}

typedef struct {
  BhBookVisitor visitor;
  gpointer data;
} Visit;

static gboolean
visit_entry(gpointer name, gpointer entry, gpointer data)
{
  const Visit *visit = data;

  visit->visitor(name, ((BhBookEntry *)entry)->record, visit->data);
  return FALSE;
}

void
bh_record_book_visit(BhRecordBook *book, const char *prefix, BhBookVisitor visitor, gpointer data)
{
  Visit visit = {visitor, data};

  visit_entries(book, prefix, visit_entry, &visit);
}

guint
bh_record_book_get_count(BhRecordBook *book)
{
  return (guint)g_tree_nnodes(book->entries);
}
