/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "ticket-book.h"

#include <string.h>

#include "base64url.h"
#include "digest.h"
#include "transcript.h"

#define DIGEST_CHARS 22

typedef struct {
  BhKitchenLine line; /* owned strings */
  gint64 due_ms;
  gboolean is_old;
  gboolean is_taken;
  gboolean was_there; /* at the start */
  gboolean is_again;  /* it was handed over in time */
  guint tries;        /* to hand it over */
  guint position;     /* among the record's lines */
} Waiting;

typedef struct {
  char *record_id;
  guint64 number;   /* in which they came */
  GPtrArray *lines; /* of Waiting */
} Entry;

struct _BhTicketBook {
  GHashTable *entries;  /* record_id -> Entry */
  GHashTable *left_out; /* record_id (owned) -> whether it was there at the start */
  gint64 unseen_ms;
  gint64 next_due_ms;    /* nothing is due before */
  gboolean is_due_known; /* next_due_ms is no earlier than it has to be */
  guint64 next_number;
};

/* --- tickets --- */

static gpointer
copy_text(gconstpointer text, gpointer user_data)
{
  return g_strdup(text);
}

BhDueTicket *
bh_due_ticket_copy(const BhDueTicket *ticket)
{
  BhDueTicket *copy = g_new0(BhDueTicket, 1);

  copy->record_id = g_strdup(ticket->record_id);
  copy->order_id = g_strdup(ticket->order_id);
  copy->station_id = g_strdup(ticket->station_id);
  copy->is_old = ticket->is_old;
  copy->was_there = ticket->was_there;
  copy->since_ms = ticket->since_ms;
  copy->tries = ticket->tries;
  copy->line_ids = g_ptr_array_copy(ticket->line_ids, copy_text, NULL);
  g_ptr_array_set_free_func(copy->line_ids, g_free);
  return copy;
}

void
bh_due_ticket_free(BhDueTicket *ticket)
{
  g_free(ticket->record_id);
  g_free(ticket->order_id);
  g_free(ticket->station_id);
  g_ptr_array_unref(ticket->line_ids);
  g_free(ticket);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *
bh_due_ticket_make_job_id(const BhDueTicket *ticket)
{
  g_autoptr(GPtrArray) sorted = g_ptr_array_copy(ticket->line_ids, NULL, NULL);
  g_auto(BhTranscript) transcript = {NULL};
  g_autofree char *digest = NULL;
  guint8 hash[BH_DIGEST_BYTES];

  g_ptr_array_set_free_func(sorted, NULL);
  g_ptr_array_sort(sorted, compare_texts);
  bh_transcript_init(&transcript, "bellhop ticket v1");
  bh_transcript_add_text(&transcript, ticket->order_id);
  bh_transcript_add_text(&transcript, ticket->station_id);
  for (guint i = 0; i < sorted->len; i++)
    bh_transcript_add_text(&transcript, sorted->pdata[i]);
  bh_digest_sha256(transcript.bytes->data, transcript.bytes->len, hash);
  digest = bh_base64url_encode(hash, sizeof hash);
  digest[DIGEST_CHARS] = '\0';
  return g_strconcat(BH_TICKET_JOB_PREFIX, digest, NULL);
}

/* --- lines --- */

static void
waiting_free(Waiting *waiting)
{
  g_free(waiting->line.line_id);
  g_free(waiting->line.order_id);
  g_free(waiting->line.station_id);
  g_free(waiting);
}

static Waiting *
waiting_new(const BhKitchenLine *line, guint position)
{
  Waiting *waiting = g_new0(Waiting, 1);

  waiting->line.line_id = g_strdup(line->line_id);
  waiting->line.order_id = g_strdup(line->order_id);
  waiting->line.station_id = g_strdup(line->station_id);
  waiting->line.since_ms = line->since_ms;
  waiting->position = position;
  return waiting;
}

static Waiting *
find_line(const Entry *entry, const char *line_id)
{
  for (guint i = 0; entry != NULL && i < entry->lines->len; i++) {
    Waiting *waiting = entry->lines->pdata[i];

    if (g_str_equal(waiting->line.line_id, line_id))
      return waiting;
  }
  return NULL;
}

static int
compare_waiting(gconstpointer a, gconstpointer b)
{
  const Waiting *one = *(const Waiting *const *)a;
  const Waiting *other = *(const Waiting *const *)b;

  if (one->line.since_ms != other->line.since_ms)
    return one->line.since_ms < other->line.since_ms ? -1 : 1;
  return one->position < other->position ? -1 : one->position > other->position;
}

static int
compare_positions(gconstpointer a, gconstpointer b)
{
  const Waiting *one = *(const Waiting *const *)a;
  const Waiting *other = *(const Waiting *const *)b;

  return one->position < other->position ? -1 : one->position > other->position;
}

static gboolean
is_with(const Waiting *first, const Waiting *other)
{
  return first->is_old == other->is_old && first->was_there == other->was_there &&
         g_str_equal(first->line.order_id, other->line.order_id) &&
         g_strcmp0(first->line.station_id, other->line.station_id) == 0 &&
         other->line.since_ms - first->line.since_ms <= BH_TICKET_BOOK_TOGETHER_MS;
}

/* Returns: (transfer full): groups of borrowed lines, the earliest first */
static GPtrArray *
group_lines(const Entry *entry)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
  g_autoptr(GPtrArray) sorted = g_ptr_array_new();

  for (guint i = 0; i < entry->lines->len; i++)
    if (!((Waiting *)entry->lines->pdata[i])->is_taken)
      g_ptr_array_add(sorted, entry->lines->pdata[i]);
  g_ptr_array_sort(sorted, compare_waiting);
  for (guint i = 0; i < sorted->len; i++) {
    GPtrArray *group = NULL;

    /* From the last: of one station only its latest group can be near enough. */
    for (guint j = groups->len; j-- > 0 && group == NULL;) {
      GPtrArray *other = groups->pdata[j];

      if (other->len < BH_TICKET_BOOK_MAX_TOGETHER && is_with(other->pdata[0], sorted->pdata[i]))
        group = other;
    }
    if (group == NULL) {
      group = g_ptr_array_new();
      g_ptr_array_add(groups, group);
    }
    g_ptr_array_add(group, sorted->pdata[i]);
  }
  return groups;
}

static BhDueTicket *
make_ticket(const Entry *entry, GPtrArray *group)
{
  BhDueTicket *ticket = g_new0(BhDueTicket, 1);
  const Waiting *first = group->pdata[0];

  ticket->record_id = g_strdup(entry->record_id);
  ticket->order_id = g_strdup(first->line.order_id);
  ticket->station_id = g_strdup(first->line.station_id);
  ticket->is_old = first->is_old;
  ticket->was_there = first->was_there;
  ticket->line_ids = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_sort(group, compare_positions);
  for (guint i = 0; i < group->len; i++) {
    const Waiting *waiting = group->pdata[i];

    g_ptr_array_add(ticket->line_ids, g_strdup(waiting->line.line_id));
    ticket->since_ms = MAX(ticket->since_ms, waiting->line.since_ms);
    ticket->tries = MAX(ticket->tries, waiting->tries);
  }
  return ticket;
}

static gboolean
is_due(const GPtrArray *group, gint64 now_ms)
{
  for (guint i = 0; i < group->len; i++)
    if (((Waiting *)group->pdata[i])->due_ms <= now_ms)
      return TRUE;
  return FALSE;
}

/* --- the book --- */

static void
entry_free(gpointer data)
{
  Entry *entry = data;

  g_free(entry->record_id);
  g_ptr_array_unref(entry->lines);
  g_free(entry);
}

BhTicketBook *
bh_ticket_book_new(void)
{
  BhTicketBook *book = g_new0(BhTicketBook, 1);

  book->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
  book->left_out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  book->next_due_ms = G_MAXINT64;
  book->is_due_known = TRUE;
  return book;
}

void
bh_ticket_book_free(BhTicketBook *book)
{
  g_hash_table_unref(book->entries);
  g_hash_table_unref(book->left_out);
  g_free(book);
}

void
bh_ticket_book_set_unseen(BhTicketBook *book, gint64 unseen_ms)
{
  book->unseen_ms = unseen_ms;
}

gboolean
bh_ticket_book_has(const BhTicketBook *book, const char *record_id)
{
  return g_hash_table_contains(book->entries, record_id);
}

/* What nobody saw for so long is not printed any more. */
static gboolean
is_too_old(const BhTicketBook *book, const BhKitchenLine *line, gint64 utc_ms)
{
  return line->since_ms < utc_ms - book->unseen_ms - BH_TICKET_BOOK_OLD_MS;
}

static GPtrArray *
merge_lines(BhTicketBook *book, const Entry *entry, const GPtrArray *lines, gboolean was_there,
            gint64 now_ms, gint64 utc_ms)
{
  GPtrArray *merged = g_ptr_array_new_with_free_func((GDestroyNotify)waiting_free);

  for (guint i = 0; i < lines->len && i < BH_TICKET_BOOK_MAX_LINES; i++) {
    const BhKitchenLine *line = lines->pdata[i];
    const Waiting *before = find_line(entry, line->line_id);
    Waiting *waiting = waiting_new(line, i);

    if (before != NULL) {
      waiting->due_ms = before->due_ms;
      waiting->is_old = before->is_old;
      waiting->is_taken = before->is_taken;
      waiting->was_there = before->was_there;
      waiting->is_again = before->is_again;
      waiting->tries = before->tries;
    } else {
      waiting->due_ms = now_ms + book->unseen_ms;
      waiting->is_old = was_there || is_too_old(book, line, utc_ms);
      waiting->was_there = was_there;
    }
    g_ptr_array_add(merged, waiting);
  }
  return merged;
}

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
  const Entry *one = *(const Entry *const *)a;
  const Entry *other = *(const Entry *const *)b;

  return one->number < other->number ? -1 : one->number > other->number;
}

static GPtrArray *
list_entries(const BhTicketBook *book)
{
  GPtrArray *entries = g_ptr_array_new();
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init(&iter, book->entries);
  while (g_hash_table_iter_next(&iter, NULL, &entry))
    g_ptr_array_add(entries, entry);
  g_ptr_array_sort(entries, compare_numbers);
  return entries;
}

static gboolean
is_all_old(const Entry *entry, gboolean and_taken)
{
  for (guint i = 0; i < entry->lines->len; i++) {
    const Waiting *waiting = entry->lines->pdata[i];

    if (!waiting->is_old || (and_taken && !waiting->is_taken))
      return FALSE;
  }
  return TRUE;
}

static void
leave_out(BhTicketBook *book, const Entry *entry)
{
  const Waiting *first = entry->lines->pdata[0];

  if (g_hash_table_size(book->left_out) < BH_TICKET_BOOK_MAX_LEFT_OUT)
    g_hash_table_replace(book->left_out, g_strdup(entry->record_id),
                         GINT_TO_POINTER(first->was_there));
}

/* What is old gives way: what was told of first, then, to what is fresh, any. */
static gboolean
make_room(BhTicketBook *book, gboolean for_fresh)
{
  g_autoptr(GPtrArray) entries = NULL;

  if (g_hash_table_size(book->entries) < BH_TICKET_BOOK_MAX_ORDERS)
    return TRUE;
  entries = list_entries(book);
  for (guint pass = 0; pass < (for_fresh ? 2 : 1); pass++)
    for (guint i = 0; i < entries->len; i++) {
      const Entry *entry = entries->pdata[i];

      if (!is_all_old(entry, pass == 0))
        continue;
      if (pass > 0)
        leave_out(book, entry);
      return g_hash_table_remove(book->entries, entry->record_id);
    }
  return FALSE;
}

gboolean
bh_ticket_book_update(BhTicketBook *book, const char *record_id, const GPtrArray *lines,
                      gboolean was_there, gint64 now_ms, gint64 utc_ms)
{
  Entry *entry = g_hash_table_lookup(book->entries, record_id);
  GPtrArray *before;

  was_there = was_there || g_hash_table_lookup(book->left_out, record_id) != NULL;
  g_hash_table_remove(book->left_out, record_id);
  book->is_due_known = FALSE;
  if (lines->len == 0) {
    g_hash_table_remove(book->entries, record_id);
    return TRUE;
  }
  if (entry != NULL) {
    before = entry->lines;
    entry->lines = merge_lines(book, entry, lines, was_there, now_ms, utc_ms);
    g_ptr_array_unref(before);
    return TRUE;
  }
  entry = g_new0(Entry, 1);
  entry->record_id = g_strdup(record_id);
  entry->number = book->next_number++;
  entry->lines = merge_lines(book, NULL, lines, was_there, now_ms, utc_ms);
  if (!make_room(book, !is_all_old(entry, FALSE))) {
    leave_out(book, entry);
    entry_free(entry);
    return FALSE;
  }
  g_hash_table_insert(book->entries, entry->record_id, entry);
  return TRUE;
}

void
bh_ticket_book_wake(BhTicketBook *book, gint64 now_ms, gint64 away_ms, gint64 counted_ms)
{
  gboolean is_outage = away_ms >= book->unseen_ms;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, book->entries);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const Entry *entry = value;

    for (guint i = 0; i < entry->lines->len; i++) {
      Waiting *waiting = entry->lines->pdata[i];

      waiting->due_ms = is_outage ? now_ms + book->unseen_ms : waiting->due_ms + counted_ms;
      waiting->is_old = waiting->is_old || is_outage;
    }
  }
  book->is_due_known = FALSE;
}

char *
bh_ticket_book_find_left_out(const BhTicketBook *book)
{
  GHashTableIter iter;
  gpointer record_id;

  if (g_hash_table_size(book->entries) >= BH_TICKET_BOOK_MAX_ORDERS)
    return NULL;
  g_hash_table_iter_init(&iter, book->left_out);
  return g_hash_table_iter_next(&iter, &record_id, NULL) ? g_strdup(record_id) : NULL;
}

static void
find_next_due(BhTicketBook *book)
{
  GHashTableIter iter;
  gpointer value;

  book->next_due_ms = G_MAXINT64;
  book->is_due_known = TRUE;
  g_hash_table_iter_init(&iter, book->entries);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const Entry *entry = value;

    for (guint i = 0; i < entry->lines->len; i++) {
      const Waiting *waiting = entry->lines->pdata[i];

      if (!waiting->is_taken)
        book->next_due_ms = MIN(book->next_due_ms, waiting->due_ms);
    }
  }
}

gint64
bh_ticket_book_get_due(BhTicketBook *book)
{
  if (!book->is_due_known)
    find_next_due(book);
  return book->next_due_ms;
}

GPtrArray *
bh_ticket_book_list_due(const BhTicketBook *book, gint64 now_ms)
{
  GPtrArray *due = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) entries = list_entries(book);

  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = entries->pdata[i];
    gboolean found = FALSE;

    for (guint j = 0; j < entry->lines->len && !found; j++) {
      const Waiting *waiting = entry->lines->pdata[j];

      found = !waiting->is_taken && waiting->due_ms <= now_ms;
    }
    if (found)
      g_ptr_array_add(due, g_strdup(entry->record_id));
  }
  return due;
}

void
bh_ticket_book_take(BhTicketBook *book, const BhDueTicket *ticket)
{
  const Entry *entry = g_hash_table_lookup(book->entries, ticket->record_id);

  for (guint i = 0; i < ticket->line_ids->len; i++) {
    Waiting *waiting = find_line(entry, ticket->line_ids->pdata[i]);

    if (waiting != NULL)
      waiting->is_taken = TRUE;
  }
  book->is_due_known = FALSE;
}

/* The clock that measures the wait stands still while the computer sleeps. */
static void
judge_age(const BhTicketBook *book, const Entry *entry, gint64 utc_ms)
{
  for (guint i = 0; i < entry->lines->len; i++) {
    Waiting *waiting = entry->lines->pdata[i];

    waiting->is_old |=
        !waiting->is_taken && !waiting->is_again && is_too_old(book, &waiting->line, utc_ms);
  }
}

BhDueTicket *
bh_ticket_book_take_due(BhTicketBook *book, const char *record_id, gint64 now_ms, gint64 utc_ms)
{
  const Entry *entry = g_hash_table_lookup(book->entries, record_id);
  g_autoptr(GPtrArray) groups = NULL;

  if (entry == NULL)
    return NULL;
  judge_age(book, entry, utc_ms);
  groups = group_lines(entry);
  for (guint i = 0; i < groups->len; i++) {
    if (is_due(groups->pdata[i], now_ms)) {
      BhDueTicket *ticket = make_ticket(entry, groups->pdata[i]);

      bh_ticket_book_take(book, ticket);
      return ticket;
    }
  }
  return NULL;
}

GPtrArray *
bh_ticket_book_list(const BhTicketBook *book)
{
  GPtrArray *tickets = g_ptr_array_new_with_free_func((GDestroyNotify)bh_due_ticket_free);
  g_autoptr(GPtrArray) entries = list_entries(book);

  for (guint i = 0; i < entries->len; i++) {
    g_autoptr(GPtrArray) groups = group_lines(entries->pdata[i]);

    for (guint j = 0; j < groups->len; j++)
      g_ptr_array_add(tickets, make_ticket(entries->pdata[i], groups->pdata[j]));
  }
  return tickets;
}

void
bh_ticket_book_renew(BhTicketBook *book, const BhDueTicket *ticket, gint64 now_ms)
{
  const Entry *entry = g_hash_table_lookup(book->entries, ticket->record_id);

  for (guint i = 0; i < ticket->line_ids->len; i++) {
    Waiting *waiting = find_line(entry, ticket->line_ids->pdata[i]);

    if (waiting == NULL)
      continue;
    waiting->is_taken = FALSE;
    waiting->is_again = TRUE;
    waiting->is_old = ticket->is_old;
    waiting->was_there = ticket->was_there;
    waiting->due_ms = now_ms;
  }
  book->is_due_known = FALSE;
}

void
bh_ticket_book_put_back(BhTicketBook *book, const BhDueTicket *ticket, gint64 due_ms)
{
  const Entry *entry = g_hash_table_lookup(book->entries, ticket->record_id);

  for (guint i = 0; i < ticket->line_ids->len; i++) {
    Waiting *waiting = find_line(entry, ticket->line_ids->pdata[i]);

    if (waiting != NULL && waiting->is_taken) {
      waiting->is_taken = FALSE;
      waiting->due_ms = due_ms;
      waiting->tries = ticket->tries + 1;
    }
  }
  book->is_due_known = FALSE;
}
