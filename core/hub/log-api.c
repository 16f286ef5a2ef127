/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "log-api.h"

#include <string.h>

#include "api-change.h"
#include "command-desk.h"
#include "cut-off.h"
#include "ticket-watch.h"

#define ORDER_PREFIX "order/"
#define MAX_ID_BYTES BH_COMMAND_MAX_ID_BYTES

/* --- orders --- */

static void
collect(const char *name, BhRecord *record, gpointer names)
{
  if (bh_record_get_item(record, "header") != NULL)
    g_ptr_array_add(names, g_strdup(name));
}

static gboolean
has_going_line(const json_t *order)
{
  const json_t *line;
  gsize i;

  json_array_foreach(json_object_get(order, "lines"), i, line)
  {
    const char *state = json_string_value(json_object_get(line, "state"));

    if (g_strcmp0(state, "served") != 0 && g_strcmp0(state, "declined") != 0 &&
        g_strcmp0(state, "cancelled") != 0)
      return TRUE;
  }
  return FALSE;
}

/* Whether somebody has still to do with it, as isOpen() of the pages has it: lines that come after
 * it was closed are to be cooked and paid, and what was paid too much is to be given back, but what
 * was left so long ago is nobody's any more. */
static gboolean
is_open(BhProperty *property, const char *name, const json_t *order)
{
  gint64 forgotten_ms = bh_property_get_now_ms(property) - BH_TICKET_WATCH_FORGET_MS;

  if (!json_is_true(json_object_get(order, "closed")) ||
      json_integer_value(json_object_get(order, "due")) != 0)
    return TRUE;
  return bh_property_get_touched_ms(property, name) > forgotten_ms && has_going_line(order);
}

static int
compare_names(gconstpointer a, gconstpointer b, gpointer property)
{
  const char *one = *(const char *const *)a, *other = *(const char *const *)b;
  gint64 difference =
      bh_property_get_touched_ms(property, one) - bh_property_get_touched_ms(property, other);

  return difference != 0 ? (difference > 0 ? 1 : -1) : strcmp(one, other);
}

static json_t *
list_orders(BhProperty *property)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  json_t *orders = json_array();
  gboolean more = FALSE;

  bh_property_visit_records(property, ORDER_PREFIX, collect, names);
  g_ptr_array_sort_with_data(names, compare_names, property);
  for (guint i = names->len; i-- > 0 && !more;) {
    const char *name = names->pdata[i];
    json_t *order = bh_property_read_order(property, name + strlen(ORDER_PREFIX));

    if (order == NULL || !is_open(property, name, order))
      json_decref(order);
    else if (json_array_size(orders) == BH_LOG_API_MAX_LISTED) {
      json_decref(order);
      more = TRUE;
    } else
      json_array_insert_new(orders, 0, order);
  }
  return json_pack("{s:o, s:b}", "orders", orders, "more", more);
}

/* An order that is asked for by name. */
typedef struct {
  BhApiCall *call;
  char *order_id;
} OrderQuestion;

static void
load_order_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree OrderQuestion *question = user_data;
  g_autofree char *order_id = question->order_id;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhRecord) record G_GNUC_UNUSED =
      bh_property_load_record_finish(BH_PROPERTY(source), result, &error);
  json_t *order = NULL;

  if (error == NULL)
    order = bh_property_read_order(BH_PROPERTY(source), order_id);
  if (error != NULL)
    bh_api_call_fail(question->call, 503, "not-stored", error->message);
  else if (order == NULL)
    bh_api_call_fail(question->call, 404, "unknown-order", "There is no such order.");
  else
    bh_api_call_respond(question->call, 200, json_pack("{s:o}", "order", order));
}

static void
on_orders(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *order_id = bh_api_call_get_query(call, "orderId");
  g_autofree char *name = NULL;
  OrderQuestion *question;

  if (order_id == NULL) {
    bh_api_call_respond(call, 200, list_orders(state->property));
    return;
  }
  if (!bh_command_is_id(order_id)) {
    bh_api_call_fail(call, 404, "unknown-order", "There is no such order.");
    return;
  }
  question = g_new0(OrderQuestion, 1);
  *question = (OrderQuestion){.call = call, .order_id = g_strdup(order_id)};
  name = g_strconcat(ORDER_PREFIX, order_id, NULL);
  bh_property_load_record_async(state->property, name, load_order_cb, question);
}

static const struct {
  const char *code;
  guint status;
} refusals[] = {
    {"bad-message", 400},  {"forbidden", 403},    {"not-available", 409},
    {"order-closed", 409}, {"rate-limited", 429}, {"not-stored", 503},
};

static guint
get_status(const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
    if (g_strcmp0(refusals[i].code, code) == 0)
      return refusals[i].status;
  return 409;
}

/* An order that came by the API. */
typedef struct {
  BhApiCall *call;
  BhHubState *state;
} NewOrder;

static void
run_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree NewOrder *fresh = user_data;
  BhCommandWritten written;
  g_autoptr(json_t) answer = bh_command_desk_run_finish(BH_COMMAND_DESK(source), result, &written);
  const char *code = json_string_value(json_object_get(answer, "code"));
  const BhCaller *caller = bh_api_call_get_caller(fresh->call);

  if (code != NULL) {
    bh_api_call_fail_later(fresh->call, get_status(code), code,
                           json_string_value(json_object_get(answer, "message")),
                           json_integer_value(json_object_get(answer, "retryMs")));
    return;
  }
  bh_log_counts_add(fresh->state->log_counts, bh_log_way_find(caller->path, caller->is_outside),
                    written.n_operations, written.n_bytes);
  bh_api_call_respond(fresh->call, 201,
                      json_pack("{s:O, s:O}", "level", json_object_get(answer, "level"), "order",
                                json_object_get(answer, "order")));
}

static void
on_new_order(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const BhCaller *caller = bh_api_call_get_caller(call);
  g_autoptr(json_t) message = json_copy(bh_api_call_get_body(call));
  NewOrder *fresh = g_new0(NewOrder, 1);
  /* The owner writes as the hub's computer itself. */
  const BhCommandSender sender = {
      .device_id = caller->device_id != NULL ? caller->device_id : state->hub_id,
      .role = caller->role,
      .person_id = bh_person_book_get_signed_in(state->people, caller->device_id),
  };

  *fresh = (NewOrder){.call = call, .state = state};
  json_object_set_new(message, "type", json_string("order"));
  bh_command_desk_run_async(state->commands, &sender, message, run_cb, fresh);
}

/* --- the menu --- */

static const struct {
  const char *prefix;
  const char *list;
  const char *id;
} menu_parts[] = {
    {"category/", "categories", "categoryId"}, {"item/", "items", "itemId"},
    {"modifier/", "modifiers", "modifierId"},  {"tax/", "taxes", "taxId"},
    {"station/", "stations", "stationId"},
};

static void
add_member(const char *path, json_t *value, const BhStamp *stamp, gpointer object)
{
  json_object_set(object, path, value);
}

typedef struct {
  gsize part;
  GPtrArray *entries;
} MenuPart;

static void
collect_entry(const char *name, BhRecord *record, gpointer user_data)
{
  MenuPart *part = user_data;
  json_t *entry;

  if (json_is_true(bh_record_get_register(record, "removed")) ||
      bh_record_get_register(record, "name") == NULL)
    return;
  entry =
      json_pack("{s:s}", menu_parts[part->part].id, name + strlen(menu_parts[part->part].prefix));
  bh_record_visit_registers(record, NULL, add_member, entry);
  json_object_del(entry, "removed");
  g_ptr_array_add(part->entries, entry);
}

static int
compare_entries(gconstpointer a, gconstpointer b)
{
  const json_t *one = *(json_t *const *)a, *other = *(json_t *const *)b;
  json_int_t difference = json_integer_value(json_object_get(one, "position")) -
                          json_integer_value(json_object_get(other, "position"));

  if (difference != 0)
    return difference > 0 ? 1 : -1;
  return g_strcmp0(json_string_value(json_object_get(one, "name")),
                   json_string_value(json_object_get(other, "name")));
}

static void
on_menu(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  json_t *menu = json_object();

  for (gsize i = 0; i < G_N_ELEMENTS(menu_parts); i++) {
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
    MenuPart part = {.part = i, .entries = entries};
    json_t *list = json_array();

    bh_property_visit_records(state->property, menu_parts[i].prefix, collect_entry, &part);
    g_ptr_array_sort(entries, compare_entries);
    for (guint k = 0; k < entries->len; k++)
      json_array_append(list, entries->pdata[k]);
    json_object_set_new(menu, menu_parts[i].list, list);
  }
  bh_api_call_respond(call, 200, menu);
}

/* --- what is aside --- */

static void
set_author(BhProperty *property, json_t *entry, const char *log_id)
{
  const char *author = log_id != NULL ? bh_property_get_author(property, log_id) : NULL;

  json_object_set_new(entry, "deviceId", author != NULL ? json_string(author) : json_null());
}

static void
on_aside(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  g_autoptr(json_t) all = bh_property_get_aside(state->property);
  gsize count = json_array_size(all);
  gsize listed = MIN(count, BH_LOG_API_MAX_LISTED);
  json_t *list = json_array();

  for (gsize i = 0; i < listed; i++) {
    json_t *entry = json_copy(json_array_get(all, count - 1 - i));

    set_author(state->property, entry, json_string_value(json_object_get(entry, "logId")));
    json_array_append_new(list, entry);
  }
  bh_api_call_respond(call, 200, json_pack("{s:o, s:b}", "aside", list, "more", count > listed));
}

static void
on_conflicts(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  g_autoptr(json_t) forks = bh_property_get_forks(state->property, TRUE);
  json_t *list = json_array();
  const json_t *fork;
  gsize i;

  json_array_foreach(forks, i, fork)
  {
    json_t *entry = json_pack("{s:O, s:O, s:O}", "logId", json_array_get(fork, 0), "seq",
                              json_array_get(fork, 1), "count", json_array_get(fork, 2));

    if (json_array_size(list) >= BH_LOG_API_MAX_LISTED) {
      json_decref(entry);
      break;
    }
    set_author(state->property, entry, json_string_value(json_array_get(fork, 0)));
    json_array_append_new(list, entry);
  }
  bh_api_call_respond(call, 200,
                      json_pack("{s:o, s:b}", "conflicts", list, "more",
                                json_array_size(forks) > BH_LOG_API_MAX_LISTED));
}

static void
admit_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) written = bh_property_write_finish(BH_PROPERTY(source), result, &error);

  if (written != NULL)
    bh_api_change_done(change, 200, json_pack("{s:i}", "raised", (int)written->len));
  else
    bh_api_call_fail(change->call, 503, "not-stored", error->message);
}

/* What raises the cut-offs of a device. */
typedef struct {
  char *entity;
  json_t *bodies; /* array */
  BhPropertyDraft drafts[BH_N_ROLES * BH_CUT_OFF_MAX_PARTS];
  guint count;
} Raising;

static void
add_raise(const char *kind, json_t *body, gpointer user_data)
{
  Raising *raising = user_data;

  json_array_append_new(raising->bodies, body);
  raising->drafts[raising->count++] =
      (BhPropertyDraft){.kind = kind, .entity = raising->entity, .body = body};
}

static void
raise_cut_offs(BhProperty *property, const char *device_id, Raising *raising)
{
  for (guint role = BH_ROLE_NONE; role < BH_N_ROLES; role++) {
    g_autoptr(json_t) old = (role == BH_ROLE_NONE || bh_role_is_pairable((BhRole)role))
                                ? bh_cut_off_get(property, device_id, (BhRole)role)
                                : NULL;

    if (old != NULL)
      bh_cut_off_write(property, device_id, (BhRole)role,
                       bh_cut_off_make(property, device_id, old, FALSE), add_raise, raising);
  }
}

static void
on_admit(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *device_id = bh_api_call_get_text(call, "deviceId", MAX_ID_BYTES);
  const BhDevice *device =
      device_id != NULL ? bh_device_book_find(state->devices, device_id) : NULL;
  g_autofree char *entity = g_strconcat("device/", device_id, NULL);
  g_autoptr(json_t) bodies = json_array();
  g_autofree Raising *raising = g_new0(Raising, 1);

  if (device_id == NULL)
    return;
  *raising = (Raising){.entity = entity, .bodies = bodies};
  if (device != NULL)
    raise_cut_offs(state->property, device_id, raising);
  if (raising->count == 0) {
    bh_api_call_fail(call, 404, "unknown-device", "Nothing of such a device was cut off.");
    return;
  }
  bh_property_write_async(
      state->property, raising->drafts, raising->count, admit_cb,
      bh_api_change_new(call, state, "operations-admitted", device->name, NULL));
}

void
bh_log_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add(api, "GET", "/api/v1/orders", BH_ACTION_REPLICATE, on_orders, state);
  bh_api_add(api, "POST", "/api/v1/orders", BH_ACTION_TAKE_ORDERS, on_new_order, state);
  bh_api_add(api, "GET", "/api/v1/menu", BH_ACTION_REPLICATE, on_menu, state);
  bh_api_add(api, "GET", "/api/v1/operations/aside", BH_ACTION_MANAGE_DEVICES, on_aside, state);
  bh_api_add(api, "POST", "/api/v1/operations/admit", BH_ACTION_MANAGE_DEVICES, on_admit, state);
  bh_api_add(api, "GET", "/api/v1/operations/conflicts", BH_ACTION_MANAGE_DEVICES, on_conflicts,
             state);
}
