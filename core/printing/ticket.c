/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "ticket.h"

#include "print-queue.h"

static gboolean
read_name(const json_t *object, const char *where, const char *name, gboolean required,
          const char **out, GError **error)
{
  return bh_document_read_text(object, where, name, BH_TICKET_MAX_NAME, required, out, error);
}

/* One of @words, the first of which stands for a member that is missing. */
static gboolean
read_word(const json_t *object, const char *where, const char *name, const char *const *words,
          guint n_words, guint *out, GError **error)
{
  const json_t *member = bh_document_get_member(object, name);
  const char *text = json_string_value(member);

  *out = 0;
  if (member == NULL)
    return TRUE;
  for (guint i = 1; i < n_words; i++)
    if (g_strcmp0(text, words[i]) == 0)
      *out = i;
  return *out != 0 || bh_document_refuse(error, where, name, "must be one of the words there are");
}

static gboolean
read_change(const json_t *item, const char *where, BhTicketLine *line, GError **error)
{
  static const char *const words[BH_TICKET_N_CHANGES] = {NULL, "new", "cancelled", "changed"};
  guint index;

  if (!read_word(item, where, "change", words, G_N_ELEMENTS(words), &index, error))
    return FALSE;
  line->change = (BhTicketChange)index;
  return TRUE;
}

static gboolean
read_line(const json_t *item, const char *where, gpointer out, GError **error)
{
  BhTicketLine *line = out;

  line->quantity = 1;
  line->modifiers = g_ptr_array_new();
  line->notes = g_ptr_array_new();
  line->allergens = g_ptr_array_new();
  return read_name(item, where, "name", TRUE, &line->name, error) &&
         bh_document_read_integer(item, where, "quantity", 1, BH_TICKET_MAX_QUANTITY,
                                  &line->quantity, error) &&
         bh_document_read_texts(item, where, "modifiers", BH_TICKET_MAX_MODIFIERS, line->modifiers,
                                error) &&
         bh_document_read_texts(item, where, "notes", BH_TICKET_MAX_NOTES, line->notes, error) &&
         bh_document_read_texts(item, where, "allergens", BH_TICKET_MAX_ALLERGENS, line->allergens,
                                error) &&
         bh_document_read_integer(item, where, "course", 0, BH_TICKET_MAX_COURSE, &line->course,
                                  error) &&
         read_change(item, where, line, error);
}

static void
clear_line(gpointer data)
{
  BhTicketLine *line = data;

  g_clear_pointer(&line->modifiers, g_ptr_array_unref);
  g_clear_pointer(&line->notes, g_ptr_array_unref);
  g_clear_pointer(&line->allergens, g_ptr_array_unref);
}

static gboolean
read_head(const json_t *json, BhTicket *ticket, GError **error)
{
  static const char *const reasons[] = {NULL, "unseen", "change"};
  guint reason;

  ticket->has_time = bh_document_get_member(json, "time") != NULL;
  if (!read_name(json, "", "number", TRUE, &ticket->number, error) ||
      !read_name(json, "", "title", FALSE, &ticket->title, error) ||
      !read_name(json, "", "station", FALSE, &ticket->station, error) ||
      !read_name(json, "", "server", FALSE, &ticket->server, error) ||
      !bh_document_read_text(json, "", "note", BH_TICKET_MAX_NOTE, FALSE, &ticket->note, error) ||
      !bh_receipt_read_language(json, &ticket->language, error) ||
      !bh_document_read_integer(json, "", "time", 0, BH_RECEIPT_MAX_TIME_MS, &ticket->time_ms,
                                error) ||
      !bh_document_read_integer(json, "", "timeZoneOffset", -BH_RECEIPT_MAX_ZONE_OFFSET,
                                BH_RECEIPT_MAX_ZONE_OFFSET, &ticket->time_zone_offset, error) ||
      !read_word(json, "", "reason", reasons, G_N_ELEMENTS(reasons), &reason, error))
    return FALSE;
  ticket->reason = (BhTicketReason)reason;
  return TRUE;
}

static gboolean
read_ticket(const json_t *json, BhTicket *ticket, GError **error)
{
  if (!read_head(json, ticket, error))
    return FALSE;
  if (!bh_document_read_items(json, "", "lines", BH_TICKET_MAX_LINES, read_line, ticket->lines,
                              error))
    return FALSE;
  return ticket->lines->len > 0 ||
         bh_document_refuse(error, "", "lines", "must be a list of at least one");
}

BhTicket *
bh_ticket_new_from_json(const json_t *json, GError **error)
{
  g_autoptr(BhTicket) ticket = NULL;

  if (!json_is_object(json)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB, "“ticket” must be an object");
    return NULL;
  }
  ticket = g_new0(BhTicket, 1);
  ticket->json = json_incref((json_t *)json);
  ticket->lines = g_array_new(FALSE, TRUE, sizeof(BhTicketLine));
  g_array_set_clear_func(ticket->lines, clear_line);
  if (!read_ticket(json, ticket, error)) {
    g_prefix_error(error, "ticket: ");
    return NULL;
  }
  return g_steal_pointer(&ticket);
}

void
bh_ticket_free(BhTicket *ticket)
{
  g_array_unref(ticket->lines);
  json_decref(ticket->json);
  g_free(ticket);
}
