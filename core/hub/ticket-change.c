/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "ticket-change.h"

#include <glib/gi18n.h>

#include "base64url.h"
#include "digest.h"
#include "ticket-content.h"
#include "transcript.h"

#define DIGEST_CHARS 22

static const char *
get_text(const json_t *object, const char *name)
{
  return json_string_value(json_object_get(object, name));
}

static json_int_t
get_quantity(const json_t *line)
{
  return json_integer_value(json_object_get(line, "quantity"));
}

/* --- what was told --- */

/* What a ticket says of @printed, and whose it is. */
static json_t *
tell_line(const json_t *printed)
{
  json_t *line = bh_ticket_content_make_line(printed);

  json_object_set(line, "lineId", json_object_get(printed, "lineId"));
  return line;
}

/* Returns: (nullable): %NULL: it says nothing */
static const char *
get_note(const char *note)
{
  return note != NULL && *note != '\0' ? note : NULL;
}

json_t *
bh_ticket_change_tell(BhProperty *property, const BhDueTicket *ticket, const char *note)
{
  g_autoptr(json_t) printed =
      bh_ticket_lines_read_printed(property, ticket->record_id, ticket->line_ids);
  json_t *lines = json_array();
  const json_t *line;
  gsize i;

  json_array_foreach(printed, i, line) json_array_append_new(lines, tell_line(line));
  return json_pack("{s:s, s:s, s:s*, s:s*, s:o}", "recordId", ticket->record_id, "orderId",
                   ticket->order_id, "stationId", ticket->station_id, "note", get_note(note),
                   "lines", lines);
}

/* --- what is otherwise now --- */

static gboolean
is_same(const json_t *before, const json_t *now, const char *name)
{
  const json_t *one = json_object_get(before, name);
  const json_t *other = json_object_get(now, name);

  return one == other || json_equal(one, other);
}

/* @change: as ticket.schema.json has it */
static json_t *
mark_line(const json_t *line, json_int_t quantity, const char *change)
{
  json_t *marked = json_copy((json_t *)line);

  json_object_del(marked, "lineId");
  json_object_set_new(marked, "quantity", json_integer(quantity));
  json_object_set_new(marked, "change", json_string(change));
  return marked;
}

/* How many come more, or less; and how many that are in all, where that is another number. */
static json_t *
mark_quantity(const json_t *before, const json_t *now)
{
  json_int_t was = get_quantity(before), is = get_quantity(now);
  json_t *line = mark_line(now, ABS(is - was), is < was ? "cancelled" : "new");
  json_t *notes = json_array();
  g_autofree char *all = NULL;

  if (is != 0 && was != 0) {
    /* Translators: on a kitchen ticket, below a dish of which more or fewer are to be made. */
    all = g_strdup_printf(_("Now in all: %d"), (int)is);
    json_array_append_new(notes, json_string(all));
    json_array_extend(notes, json_object_get(now, "notes"));
    json_object_set(line, "notes", notes);
  }
  json_decref(notes);
  return line;
}

static json_t *
mark_changed(const json_t *before, const json_t *now)
{
  json_t *line = mark_line(now, get_quantity(now), "changed");

  if (json_object_get(before, "notes") != NULL && json_object_get(now, "notes") == NULL)
    /* Translators: on a kitchen ticket, below a dish whose note was taken away. */
    json_object_set_new(line, "notes", json_pack("[s]", _("No note any more")));
  return line;
}

/* Returns: whether anything is to be said */
static gboolean
compare_line(json_t *lines, const json_t *before, const json_t *now, gboolean with_note)
{
  json_int_t was = get_quantity(before), is = get_quantity(now);
  /* What comes anew says all there is to say. */
  gboolean is_other =
      was > 0 && is > 0 &&
      (with_note || !is_same(before, now, "notes") || !is_same(before, now, "course"));

  if (is != was)
    json_array_append_new(lines, mark_quantity(before, now));
  if (is_other)
    json_array_append_new(lines, mark_changed(before, now));
  return is != was || is_other;
}

static const json_t *
find_line(const json_t *lines, const char *line_id)
{
  const json_t *line;
  gsize i;

  json_array_foreach((json_t *)lines, i, line)
  {
    if (g_strcmp0(get_text(line, "lineId"), line_id) == 0)
      return line;
  }
  return NULL;
}

static json_t *
read_printed(BhProperty *property, const json_t *told)
{
  g_autoptr(GPtrArray) line_ids = g_ptr_array_new();
  const char *record_id = get_text(told, "recordId");
  const json_t *line;
  gsize i;

  json_array_foreach(json_object_get(told, "lines"), i, line)
  {
    if (get_text(line, "lineId") != NULL)
      g_ptr_array_add(line_ids, (gpointer)get_text(line, "lineId"));
  }
  return record_id != NULL ? bh_ticket_lines_read_printed(property, record_id, line_ids)
                           : json_array();
}

typedef struct {
  json_t *lines;    /* of the ticket that tells of it */
  json_t *told;     /* lines as they are told then */
  json_t *line_ids; /* of what it tells of */
} Difference;

static void
compare(Difference *difference, const json_t *told, const json_t *printed, gboolean with_note)
{
  const json_t *before;
  gsize i;

  json_array_foreach(json_object_get(told, "lines"), i, before)
  {
    const json_t *line = find_line(printed, get_text(before, "lineId"));
    g_autoptr(json_t) now =
        line != NULL && !json_is_true(json_object_get(line, "isSettled")) ? tell_line(line) : NULL;

    if (now != NULL && compare_line(difference->lines, before, now, with_note)) {
      json_array_append(difference->told, now);
      json_array_append(difference->line_ids, json_object_get(now, "lineId"));
    } else {
      json_array_append(difference->told, (json_t *)before);
    }
  }
}

/* As the cook has it on paper, to be found there; but for the order's note. */
static json_t *
make_ticket(BhProperty *property, const json_t *before, const char *note, json_t *lines)
{
  json_t *ticket = json_copy((json_t *)before);

  json_object_del(ticket, "note");
  if (note != NULL)
    json_object_set_new(ticket, "note", json_string(note));
  json_object_set_new(ticket, "reason", json_string("change"));
  json_object_set(ticket, "lines", lines);
  bh_ticket_content_set_time(ticket, bh_property_get_now_ms(property));
  return ticket;
}

json_t *
bh_ticket_change_make(BhProperty *property, const json_t *content, const char *of,
                      json_t **line_ids)
{
  const json_t *ticket = json_object_get(content, "ticket");
  const json_t *told = json_object_get(content, "told");
  g_autoptr(json_t) order = bh_property_read_order(property, get_text(told, "orderId"));
  g_autoptr(json_t) printed = read_printed(property, told);
  g_autoptr(json_t) lines = json_array();
  g_autoptr(json_t) now = json_array();
  g_autoptr(json_t) ids = json_array();
  Difference difference = {lines, now, ids};
  const char *note = get_note(get_text(order, "note"));
  json_t *told_now;

  compare(&difference, told, printed, g_strcmp0(note, get_text(told, "note")) != 0);
  if (json_array_size(lines) == 0)
    return NULL;
  told_now = json_copy((json_t *)told);
  json_object_set(told_now, "lines", now);
  json_object_set_new(told_now, "of", json_string(of));
  json_object_del(told_now, "note");
  if (note != NULL)
    json_object_set_new(told_now, "note", json_string(note));
  *line_ids = g_steal_pointer(&ids);
  return json_pack("{s:o, s:o}", "ticket", make_ticket(property, ticket, note, lines), "told",
                   told_now);
}

char *
bh_ticket_change_make_job_id(const char *last_id, const json_t *content)
{
  g_autofree char *text = json_dumps(json_object_get(content, "told"), JSON_SORT_KEYS);
  g_auto(BhTranscript) transcript = {NULL};
  g_autofree char *digest = NULL;
  guint8 hash[BH_DIGEST_BYTES];

  bh_transcript_init(&transcript, "bellhop ticket change v1");
  bh_transcript_add_text(&transcript, last_id);
  bh_transcript_add_text(&transcript, text);
  bh_digest_sha256(transcript.bytes->data, transcript.bytes->len, hash);
  digest = bh_base64url_encode(hash, sizeof hash);
  digest[DIGEST_CHARS] = '\0';
  return g_strconcat(BH_TICKET_CHANGE_JOB_PREFIX, digest, NULL);
}
