/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "ticket-content.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ticket-change.h"
#include "ticket.h"

static const char *
get_register_text(BhProperty *property, const char *type, const char *id, const char *name)
{
  g_autofree char *entity = id != NULL ? g_strconcat(type, "/", id, NULL) : NULL;
  const BhRecord *record = entity != NULL ? bh_property_get_record(property, entity) : NULL;

  return record != NULL ? json_string_value(bh_record_get_register(record, name)) : NULL;
}

static const char *
get_text(const json_t *object, const char *name)
{
  return json_string_value(json_object_get(object, name));
}

static void
set_text(json_t *object, const char *name, const char *text)
{
  if (text != NULL && *text != '\0')
    json_object_set_new(object, name, json_string(text));
}

/* As the pages name a place: what is only a number needs a word before it. */
static char *
make_title(BhProperty *property, const char *place_id)
{
  const char *name = get_register_text(property, "place", place_id, "name");
  const char *kind = get_register_text(property, "place", place_id, "kind");
  const char *second = name != NULL && *name != '\0' ? g_utf8_next_char(name) : "";

  if (name == NULL)
    return NULL;
  if (!g_ascii_isdigit(*name) &&
      !(g_unichar_isalpha(g_utf8_get_char(name)) && g_ascii_isdigit(*second)))
    return g_strdup(name);
  if (g_strcmp0(kind, "room") == 0)
    /* Translators: on a kitchen ticket; %s is the room's number. */
    return g_strdup_printf(_("Room %s"), name);
  /* Translators: on a kitchen ticket; %s is the table's number. */
  return g_strdup_printf(_("Table %s"), name);
}

/* The primary subtag of the hub's locale: "de" of "de_AT.UTF-8". */
static char *
get_language(void)
{
  const char *name = g_get_language_names()[0];
  gsize length = strcspn(name, "_.@-");

  return length == 2 || length == 3 ? g_strndup(name, length) : g_strdup("en");
}

static gint64
get_zone_offset(gint64 time_ms)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(time_ms / 1000);

  return time != NULL ? g_date_time_get_utc_offset(time) / G_TIME_SPAN_MINUTE : 0;
}

/* --- lines --- */

/* Texts of the objects in @choices, "2 x Lemon" where there are several of one. */
static json_t *
list_modifiers(const json_t *choices)
{
  json_t *list = json_array();
  const json_t *choice;
  gsize i;

  json_array_foreach((json_t *)choices, i, choice)
  {
    const char *name = get_text(choice, "name");
    json_int_t quantity = json_integer_value(json_object_get(choice, "quantity"));
    g_autofree char *text = quantity > 1
                                ? g_strdup_printf("%" JSON_INTEGER_FORMAT " x %s", quantity, name)
                                : g_strdup(name);

    if (name != NULL)
      json_array_append_new(list, json_string(text));
  }
  return list;
}

json_t *
bh_ticket_content_make_line(const json_t *line)
{
  json_t *made = json_pack("{s:O, s:O}", "quantity", json_object_get(line, "quantity"), "name",
                           json_object_get(line, "name"));
  const char *note = get_text(line, "note");
  const json_t *course = json_object_get(line, "course");

  if (json_array_size(json_object_get(line, "modifiers")) > 0)
    json_object_set_new(made, "modifiers", list_modifiers(json_object_get(line, "modifiers")));
  if (note != NULL && *note != '\0')
    json_object_set_new(made, "notes", json_pack("[s]", note));
  if (json_array_size(json_object_get(line, "allergens")) > 0)
    json_object_set(made, "allergens", json_object_get(line, "allergens"));
  if (json_is_integer(course))
    json_object_set(made, "course", (json_t *)course);
  return made;
}

/* Returns: (nullable): what @line_id is of this ticket */
static const BhKitchenLine *
find_on(const BhDueTicket *ticket, const GPtrArray *found, const char *line_id)
{
  for (guint i = 0; i < found->len; i++) {
    const BhKitchenLine *line = found->pdata[i];

    if (g_strcmp0(line->line_id, line_id) == 0)
      return g_str_equal(line->order_id, ticket->order_id) &&
                     g_strcmp0(line->station_id, ticket->station_id) == 0
                 ? line
                 : NULL;
  }
  return NULL;
}

static gboolean
is_same_but_quantity(const json_t *one, const json_t *other)
{
  static const char *const names[] = {"name", "modifiers", "notes", "allergens", "course"};

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    const json_t *value = json_object_get(one, names[i]);
    const json_t *other_value = json_object_get(other, names[i]);

    if (value != other_value && !json_equal(value, other_value))
      return FALSE;
  }
  return TRUE;
}

/* Whether @made went to one of @lines, which is of the same line of the ticket. */
static gboolean
count_with(json_t *lines, const GPtrArray *origins, const char *of, const json_t *made)
{
  for (guint i = 0; i < origins->len; i++) {
    json_t *line = json_array_get(lines, i);
    json_int_t quantity = json_integer_value(json_object_get(line, "quantity"));

    if (!g_str_equal(origins->pdata[i], of) || !is_same_but_quantity(line, made))
      continue;
    quantity += json_integer_value(json_object_get(made, "quantity"));
    json_object_set_new(line, "quantity", json_integer(quantity));
    return TRUE;
  }
  return FALSE;
}

static json_t *
make_lines(BhProperty *property, const BhDueTicket *ticket, const json_t *order)
{
  g_autoptr(GPtrArray) found = bh_ticket_lines_find(property, ticket->record_id, ticket->line_ids);
  g_autoptr(GPtrArray) origins = g_ptr_array_new(); /* of const char *, of each of `lines` */
  json_t *lines = json_array();
  const json_t *line;
  gsize i;

  json_array_foreach(json_object_get(order, "lines"), i, line)
  {
    const BhKitchenLine *on = find_on(ticket, found, get_text(line, "lineId"));
    g_autoptr(json_t) made = on != NULL ? bh_ticket_content_make_line(line) : NULL;

    if (on == NULL || count_with(lines, origins, on->of, made))
      continue;
    json_array_append(lines, made);
    g_ptr_array_add(origins, on->of);
  }
  return lines;
}

/* --- the ticket --- */

const char *
bh_ticket_content_find_printer(BhProperty *property, const char *station_id)
{
  return get_register_text(property, "station", station_id, "printer");
}

void
bh_ticket_content_set_time(json_t *ticket, gint64 time_ms)
{
  json_object_set_new(ticket, "time", json_integer(time_ms));
  json_object_set_new(ticket, "timeZoneOffset", json_integer(get_zone_offset(time_ms)));
}

/* When the order was opened, and by whom. */
static void
set_origin(json_t *made, BhProperty *property, const char *order_id)
{
  g_autofree char *entity = g_strconcat("order/", order_id, NULL);
  const BhRecord *record = bh_property_get_record(property, entity);
  const BhStamp *stamp = NULL;
  const json_t *header =
      record != NULL ? bh_record_get_item_stamped(record, "header", &stamp) : NULL;

  set_text(made, "server",
           get_register_text(property, "person", get_text(header, "personId"), "name"));
  if (stamp != NULL && stamp->ms > 0)
    bh_ticket_content_set_time(made, stamp->ms);
}

json_t *
bh_ticket_content_make(BhProperty *property, const BhDueTicket *ticket)
{
  g_autoptr(json_t) order = bh_property_read_order(property, ticket->order_id);
  g_autoptr(json_t) made = NULL;
  g_autofree char *language = get_language();
  g_autofree char *title = NULL;
  const char *number = get_text(order, "number");
  json_t *lines = make_lines(property, ticket, order);

  made =
      json_pack("{s:s, s:s, s:s, s:o}", "number", number != NULL && *number != '\0' ? number : "?",
                "language", language, "reason", "unseen", "lines", lines);
  if (json_array_size(lines) == 0)
    return NULL;
  title = make_title(property, get_text(order, "placeId"));
  set_text(made, "title", title);
  set_text(made, "station", get_register_text(property, "station", ticket->station_id, "name"));
  set_text(made, "note", get_text(order, "note"));
  set_origin(made, property, ticket->order_id);
  return json_pack("{s:O, s:o}", "ticket", made, "told",
                   bh_ticket_change_tell(property, ticket, get_text(order, "note")));
}

/* --- what always fits --- */

static void
keep_text(json_t *to, const json_t *from, const char *name)
{
  const char *text = get_text(from, name);
  g_autofree char *start =
      text != NULL ? g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), BH_TICKET_MAX_NAME))
                   : NULL;

  set_text(to, name, start);
}

void
bh_ticket_content_reduce(json_t *content)
{
  static const char *const kept[] = {"number", "title", "station", "language", "reason"};
  const json_t *ticket = json_object_get(content, "ticket");
  json_t *reduced = json_object();
  json_t *lines = json_array();
  const json_t *line;
  gsize i;

  for (gsize k = 0; k < G_N_ELEMENTS(kept); k++)
    keep_text(reduced, ticket, kept[k]);
  json_array_foreach(json_object_get(ticket, "lines"), i, line)
  {
    json_int_t quantity = json_integer_value(json_object_get(line, "quantity"));
    json_t *made = json_pack("{s:I, s:s}", "quantity", CLAMP(quantity, 1, BH_TICKET_MAX_QUANTITY),
                             "name", "?");

    keep_text(made, line, "name");
    json_array_append_new(lines, made);
  }
  json_object_set_new(reduced, "lines", lines);
  json_object_set_new(content, "ticket", reduced);
}
