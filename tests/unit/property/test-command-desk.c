/* SPDX-License-Identifier: Apache-2.0 */
#include "command-desk.h"

#include <string.h>

#include "memory-backend.h"
#include "operation-fixture.h"

#define HUB "01936f00-0000-7000-8000-0000000000aa"

/* A hub's property in memory, and its desk. */
typedef struct {
  BhMemoryBackend *backend; /* what is committed outlives the property */
  BhProperty *property;
  BhCommandDesk *desk;
  gint64 now_ms;
  guint pending;
} Fixture;

static gint64
get_now_ms(gpointer data)
{
  return ((Fixture *)data)->now_ms;
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr(GError) error = NULL;

  g_assert_true(bh_property_load_finish(BH_PROPERTY(source), result, &error));
  g_assert_no_error(error);
  fixture->pending--;
}

static void
wait_for(Fixture *fixture)
{
  while (fixture->pending > 0)
    g_main_context_iteration(NULL, TRUE);
}

static void
open_property(Fixture *fixture)
{
  const BhPropertyConfig config = {.tenant_id = FIXTURE_TENANT,
                                   .device_id = HUB,
                                   .role = BH_ROLE_HUB,
                                   .level = BH_LEVEL_HUB,
                                   .signing = &fixture_signing,
                                   .now_ms = get_now_ms,
                                   .now_data = fixture,
                                   .synchronous = TRUE};

  fixture->property = bh_property_new(&config, BH_OPERATION_BACKEND(fixture->backend));
  fixture->pending = 1;
  bh_property_load_async(fixture->property, load_cb, fixture);
  wait_for(fixture);
  fixture->desk = bh_command_desk_new(fixture->property);
}

static void
close_property(Fixture *fixture)
{
  bh_property_close(fixture->property);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_object_unref(fixture->desk);
  g_object_unref(fixture->property);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
  fixture->backend = bh_memory_backend_new(TRUE);
  fixture->now_ms = FIXTURE_NOW_MS;
  open_property(fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
  close_property(fixture);
  g_object_unref(fixture->backend);
}

static void
restart(Fixture *fixture)
{
  BhMemoryBackend *old = fixture->backend;

  close_property(fixture);
  fixture->backend = bh_memory_backend_copy(old, TRUE);
  g_object_unref(old);
  open_property(fixture);
}

/* --- what others wrote --- */

static void
write_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) written = bh_property_write_finish(BH_PROPERTY(source), result, &error);

  g_assert_no_error(error);
  g_assert_nonnull(written);
  fixture->pending--;
}

static void
write_one(Fixture *fixture, const char *kind, const char *entity, const char *body_text)
{
  g_autoptr(json_t) body = fixture_json(body_text);
  const BhPropertyDraft draft = {.kind = kind, .entity = entity, .body = body};

  fixture->pending++;
  bh_property_write_async(fixture->property, &draft, 1, write_cb, fixture);
  wait_for(fixture);
}

/* What is over for long has left memory then. */
static void
restart_after(Fixture *fixture, guint hours)
{
  restart(fixture);
  fixture->now_ms += (gint64)hours * 60 * 60 * 1000;
  write_one(fixture, "item.availability", "item/late", "{'version':1,'set':{'available':true}}");
  restart(fixture);
}

/* --- commands --- */

typedef struct {
  Fixture *fixture;
  json_t *answer;
  BhCommandWritten written;
} Said;

static void
run_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Said *said = user_data;

  said->answer = bh_command_desk_run_finish(BH_COMMAND_DESK(source), result, &said->written);
  said->fixture->pending--;
}

static void
begin(Fixture *fixture, const BhCommandSender *sender, const char *text, Said *said)
{
  g_autoptr(json_t) message = fixture_json(text);

  *said = (Said){.fixture = fixture};
  fixture->pending++;
  bh_command_desk_run_async(fixture->desk, sender, message, run_cb, said);
  g_assert_null(said->answer);
}

/* Returns: (transfer full): the answer */
static json_t *
say(Fixture *fixture, const BhCommandSender *sender, const char *text, guint n_operations)
{
  Said said;

  begin(fixture, sender, text, &said);
  wait_for(fixture);
  g_assert_cmpuint(said.written.n_operations, ==, n_operations);
  return said.answer;
}

static const BhCommandSender staff = {.device_id = "anna", .role = BH_ROLE_STAFF};
static const BhCommandSender guest = {.device_id = "guest-1",
                                      .role = BH_ROLE_GUEST,
                                      .seating_id = "seating-1",
                                      .place_id = "place-1"};
static const BhCommandSender neighbour = {.device_id = "guest-2",
                                          .role = BH_ROLE_GUEST,
                                          .seating_id = "seating-2",
                                          .place_id = "place-2"};
static const BhCommandSender waiting = {.device_id = "guest-3", .role = BH_ROLE_GUEST};

static void
assert_refused(Fixture *fixture, const BhCommandSender *sender, const char *text, const char *code)
{
  g_autoptr(json_t) answer = say(fixture, sender, text, 0);

  g_assert_cmpstr(json_string_value(json_object_get(answer, "type")), ==, "error");
  g_assert_cmpstr(json_string_value(json_object_get(answer, "code")), ==, code);
}

static const char *
get_text(const json_t *answer, const char *object, const char *name)
{
  return json_string_value(json_object_get(json_object_get(answer, object), name));
}

static gsize
count_lines(Fixture *fixture, const char *order_id)
{
  g_autoptr(json_t) order = bh_property_read_order(fixture->property, order_id);

  return json_array_size(json_object_get(order, "lines"));
}

static void
write_menu(Fixture *fixture)
{
  write_one(fixture, "device.set", "device/" HUB, "{'version':1,'set':{'series':'C'}}");
}

/* --- cases --- */

static void
test_order_once(Fixture *fixture, gconstpointer data)
{
  const char *text = "{'type':'order','id':'1','order':{'currency':'EUR','lines':["
                     "{'name':'Soup','price':600},{'name':'Tea','price':300,'quantity':2}]}}";
  g_autoptr(json_t) first = NULL, again = NULL;

  write_menu(fixture);
  first = say(fixture, &staff, text, 2);
  again = say(fixture, &staff, text, 0);
  g_assert_true(json_equal(first, again));
  g_assert_cmpstr(json_string_value(json_object_get(first, "type")), ==, "ack");
  g_assert_cmpstr(json_string_value(json_object_get(first, "level")), ==, "hub");
  g_assert_cmpstr(get_text(first, "order", "number"), ==, "C-1");
  g_assert_cmpuint(strlen(get_text(first, "order", "orderId")), ==, 22);
  g_assert_cmpuint(count_lines(fixture, get_text(first, "order", "orderId")), ==, 2);
}

/* A till that was off over the weekend says again what nobody answered. */
static void
test_order_once_after_days(Fixture *fixture, gconstpointer data)
{
  const char *text = "{'type':'order','id':'1','order':{'lines':[{'name':'Soup','price':600}]}}";
  g_autoptr(json_t) first = NULL, again = NULL;
  g_autofree char *entity = NULL;

  write_menu(fixture);
  first = say(fixture, &staff, text, 2);
  entity = g_strconcat("order/", get_text(first, "order", "orderId"), NULL);
  write_one(fixture, "order.set", entity, "{'version':1,'set':{'closed':true}}");
  restart_after(fixture, 60);
  g_assert_null(bh_property_get_record(fixture->property, entity));
  again = say(fixture, &staff, text, 0);
  g_assert_true(json_equal(first, again));
}

/* The second finds what the first one wrote, though both came before it was stored. */
static void
test_order_twice_at_once(Fixture *fixture, gconstpointer data)
{
  const char *text = "{'type':'order','id':7,'order':{'lines':[{'name':'Soup','price':600}]}}";
  Said one, other;

  begin(fixture, &staff, text, &one);
  begin(fixture, &staff, text, &other);
  wait_for(fixture);
  g_assert_true(json_equal(one.answer, other.answer));
  g_assert_cmpuint(one.written.n_operations, ==, 2);
  g_assert_cmpuint(other.written.n_operations, ==, 0);
  json_decref(one.answer);
  json_decref(other.answer);
}

static void
test_order_added_to(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) first = say(fixture, &staff,
                                "{'type':'order','id':'1','order':{'orderId':'o1','lines':["
                                "{'name':'Soup','price':600}]}}",
                                2);
  g_autoptr(json_t) second = say(fixture, &staff,
                                 "{'type':'order','id':'2','order':{'orderId':'o1','lines':["
                                 "{'name':'Tea','price':300}]}}",
                                 1);

  g_assert_cmpstr(get_text(first, "order", "number"), ==, get_text(second, "order", "number"));
  g_assert_cmpuint(count_lines(fixture, "o1"), ==, 2);
}

static void
test_order_closed(Fixture *fixture, gconstpointer data)
{
#define SOUP(id, order)                                                                            \
  "{'type':'order','id':'" id "','order':{'orderId':'" order                                       \
  "','lines':[{'name':'Soup','price':600}]}}"
  g_autoptr(json_t) first = say(fixture, &staff, SOUP("1", "o1"), 2);
  g_autoptr(json_t) again = NULL;

  write_one(fixture, "order.set", "order/o1", "{'version':1,'set':{'closed':true}}");
  assert_refused(fixture, &staff, SOUP("2", "o1"), "order-closed");
  /* What was carried out before is only told once more. */
  again = say(fixture, &staff, SOUP("1", "o1"), 0);
  g_assert_true(json_equal(first, again));
#undef SOUP
}

static void
test_order_of_many_lines(Fixture *fixture, gconstpointer data)
{
  g_autoptr(GString) text =
      g_string_new("{'type':'order','id':'1','order':{'orderId':'big','lines':[");
  g_autofree char *note = g_strnfill(400, 'n');
  Said said;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf(text, "%s{'name':'Soup','price':600,'note':'%s'}", i > 0 ? "," : "",
                           note);
  g_string_append(text, "]}}");
  begin(fixture, &staff, text->str, &said);
  wait_for(fixture);
  g_assert_cmpuint(said.written.n_operations, >, 2);
  g_assert_cmpuint(count_lines(fixture, "big"), ==, 100);
  json_decref(said.answer);
}

static void
test_orders_refused(Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = {
      "{'type':'order','id':'1'}",
      "{'type':'order','order':{'lines':[{'name':'Soup','price':600}]}}",
      "{'type':'order','id':[],'order':{}}",
      "{'type':'order','id':'1','order':[]}",
      "{'type':'order','id':'1','order':{'lines':{}}}",
      "{'type':'order','id':'1','order':{'orderId':'a b'}}",
      "{'type':'order','id':'1','order':{'lines':[null]}}",
      "{'type':'order','id':'1','order':{'lines':[{'name':'Soup'}]}}",
      "{'type':'order','id':'1','order':{'lines':[{'name':'Soup','price':-1}]}}",
      "{'type':'order','id':'1','order':{'lines':[{'name':'Soup','price':1,'lineId':'x y'}]}}",
      "{'type':'order','id':'1','order':{'lines':[{'name':'Soup','price':1,'itemId':5}]}}",
      ("{'type':'order','id':'1','order':{'lines':["
       "{'name':'S','price':1,'lineId':'x'},{'name':'T','price':1,'lineId':'x'}]}}"),
      "{'type':'order','id':'1','order':{'currency':'euro','lines':[{'name':'Soup','price':1}]}}",
      "{'type':'order','id':'1','order':{'guests':-1,'lines':[{'name':'Soup','price':1}]}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_refused(fixture, &staff, bad[i], "bad-message");
  assert_refused(fixture, &staff,
                 "{'type':'order','id':'1','order':{'lines':[{'itemId':'nothing'}]}}",
                 "not-available");
}

static BhOperation *
make_managers(const char *log_id, gint64 seq, const char *kind, const char *entity,
              const char *body_text)
{
  g_autoptr(json_t) body = fixture_json(body_text);
  const BhOperationDraft draft = {.log_id = log_id,
                                  .seq = seq,
                                  .device_id = FIXTURE_DEVICE,
                                  .role = BH_ROLE_MANAGER,
                                  .hlc_ms = FIXTURE_NOW_MS + seq,
                                  .tenant_id = FIXTURE_TENANT,
                                  .kind = kind,
                                  .entity = entity,
                                  .body = body};
  g_autoptr(GError) error = NULL;
  BhOperation *op = bh_operation_new(&draft, &fixture_signing, NULL, &error);

  g_assert_no_error(error);
  return op;
}

static void
write_cake(Fixture *fixture)
{
  static const struct {
    const char *kind, *entity, *body;
  } menu[] = {
      {"tax.set", "tax/food", "{'version':1,'set':{'name':'Food','rateBp':700,'included':true}}"},
      {"modifier.set", "modifier/milk",
       "{'version':1,'set':{'name':'Milk','min':1,'max':2,'choices':["
       "{'choiceId':'oat','name':'Oat','price':50}]}}"},
      {"item.set", "item/cake",
       "{'version':1,'set':{'name':'Cake','price':450,'currency':'EUR','taxId':'food',"
       "'stationId':'bar','allergens':['gluten'],'modifierIds':['milk']}}"},
      {"item.set", "item/pie", "{'version':1,'set':{'name':'Pie','price':1}}"},
      {"item.availability", "item/pie", "{'version':2,'set':{'remaining':0}}"},
  };
  g_autoptr(GPtrArray) operations =
      g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  g_autofree char *log_id = bh_operation_new_log_id(FIXTURE_DEVICE, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS(menu); i++)
    g_ptr_array_add(operations, make_managers(log_id, (gint64)i + 1, menu[i].kind, menu[i].entity,
                                              menu[i].body));
  bh_property_take_async(fixture->property, operations, NULL, TRUE, fixture, NULL, NULL);
  while (bh_property_get_record(fixture->property, "item/pie") == NULL)
    g_main_context_iteration(NULL, TRUE);
}

#define CAKE "{'itemId':'cake','modifiers':[{'modifierId':'milk','choiceId':'oat'}]}"

static void
test_menu(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) answer = NULL, order = NULL;
  const json_t *line;

  write_cake(fixture);
  answer = say(fixture, &staff, "{'type':'order','id':'1','order':{'lines':[" CAKE "]}}", 2);
  order = bh_property_read_order(fixture->property, get_text(answer, "order", "orderId"));
  g_assert_cmpstr(json_string_value(json_object_get(order, "currency")), ==, "EUR");
  g_assert_cmpint(json_integer_value(json_object_get(order, "total")), ==, 500);
  line = json_array_get(json_object_get(order, "lines"), 0);
  g_assert_cmpstr(json_string_value(json_object_get(line, "name")), ==, "Cake");
  g_assert_cmpstr(json_string_value(json_object_get(line, "stationId")), ==, "bar");
  g_assert_cmpint(json_integer_value(json_object_get(line, "rateBp")), ==, 700);
  assert_refused(fixture, &staff, "{'type':'order','id':'2','order':{'lines':[{'itemId':'pie'}]}}",
                 "not-available");
}

/* What bears no currency is in the house's. */
static void
test_currency(Fixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) operations =
      g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  g_autofree char *log_id = bh_operation_new_log_id(FIXTURE_DEVICE, FALSE);

#define ASSERT_CURRENCY(id, line, expected)                                                        \
  {                                                                                                \
    g_autoptr(json_t) answer =                                                                     \
        say(fixture, &staff, "{'type':'order','id':'" id "','order':{'lines':[" line "]}}", 2);    \
    g_autoptr(json_t) order =                                                                      \
        bh_property_read_order(fixture->property, get_text(answer, "order", "orderId"));           \
                                                                                                   \
    g_assert_cmpstr(json_string_value(json_object_get(order, "currency")), ==, expected);          \
  }
  ASSERT_CURRENCY("1", "{'name':'Soup','price':600}", "XXX");
  g_ptr_array_add(operations, make_managers(log_id, 1, "property.set", "property/house",
                                            "{'version':1,'set':{'currency':'CHF'}}"));
  g_ptr_array_add(operations, make_managers(log_id, 2, "item.set", "item/tea",
                                            "{'version':1,'set':{'name':'Tea','price':300}}"));
  bh_property_take_async(fixture->property, operations, NULL, TRUE, fixture, NULL, NULL);
  while (bh_property_get_record(fixture->property, "item/tea") == NULL)
    g_main_context_iteration(NULL, TRUE);
  ASSERT_CURRENCY("2", "{'name':'Soup','price':600}", "CHF");
  ASSERT_CURRENCY("3", "{'itemId':'tea'}", "CHF");
#undef ASSERT_CURRENCY
}

/* What staff took stands on the guest's phone, and is not the guest's to change. */
static void
test_guest_and_staffs_order(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) order = NULL;

  write_cake(fixture);
  order = say(fixture, &staff,
              "{'type':'order','id':'1','order':{'orderId':'s1','seatingId':'seating-1',"
              "'lines':[{'lineId':'a','name':'Soup','price':600}]}}",
              2);
  assert_refused(fixture, &guest,
                 "{'type':'order','id':'1','order':{'orderId':'s1','lines':[" CAKE "]}}",
                 "forbidden");
  assert_refused(fixture, &guest, "{'type':'line-cancel','id':'c','orderId':'s1','lineIds':['a']}",
                 "forbidden");
}

static void
test_guest_orders(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) answer = NULL, order = NULL, more = NULL;
  g_autofree char *path = NULL;
  const json_t *line, *header;
  const BhRecord *record;

  write_cake(fixture);
  assert_refused(fixture, &waiting, "{'type':'order','id':'1','order':{'lines':[" CAKE "]}}",
                 "seating-required");
  answer =
      say(fixture, &guest,
          "{'type':'order','id':'1','order':{'orderId':'g1','number':'X','seatingId':'other',"
          "'note':'A birthday','lines':[{'itemId':'cake','name':'Gold','price':1,'note':'no sugar',"
          "'modifiers':[{'modifierId':'milk','choiceId':'oat','name':'x','price':-400}]}]}}",
          4);
  order = bh_property_read_order(fixture->property, "g1");
  g_assert_cmpstr(json_string_value(json_object_get(order, "seatingId")), ==, "seating-1");
  g_assert_cmpstr(json_string_value(json_object_get(order, "placeId")), ==, "place-1");
  g_assert_cmpstr(json_string_value(json_object_get(order, "guestId")), ==, "guest-1");
  g_assert_cmpstr(json_string_value(json_object_get(order, "number")), !=, "X");
  g_assert_cmpint(json_integer_value(json_object_get(order, "total")), ==, 500);
  line = json_array_get(json_object_get(order, "lines"), 0);
  g_assert_cmpstr(json_string_value(json_object_get(line, "name")), ==, "Cake");
  g_assert_cmpstr(json_string_value(json_object_get(line, "note")), ==, "no sugar");
  g_assert_cmpstr(json_string_value(json_object_get(order, "note")), ==, "A birthday");
  /* Its words stand by themselves, to be erased alone. */
  record = bh_property_get_record(fixture->property, "order/g1");
  header = bh_record_get_item(record, "header");
  g_assert_null(json_object_get(header, "note"));
  g_assert_nonnull(bh_record_get_register(record, "note"));
  path = g_strconcat("line/", json_string_value(json_object_get(line, "lineId")), NULL);
  g_assert_nonnull(bh_record_get_item(record, path));
  g_assert_null(json_object_get(bh_record_get_item(record, path), "note"));
  more = say(fixture, &guest,
             "{'type':'order','id':'2','order':{'orderId':'g1','lines':[" CAKE "]}}", 1);
  assert_refused(fixture, &neighbour,
                 "{'type':'order','id':'1','order':{'orderId':'g1','lines':[" CAKE "]}}",
                 "forbidden");
  write_one(fixture, "order.set", "order/g1", "{'version':1,'set':{'closed':true}}");
  assert_refused(fixture, &guest,
                 "{'type':'order','id':'3','order':{'orderId':'g1','lines':[" CAKE "]}}",
                 "order-closed");
}

/* The answer was lost, and meanwhile staff moved the order to another table. */
static void
test_guest_tells_moved_order_again(Fixture *fixture, gconstpointer data)
{
  const char *command = "{'type':'order','id':'1','order':{'orderId':'g1','lines':[" CAKE "]}}";
  g_autoptr(json_t) answer = NULL, again = NULL;

  write_cake(fixture);
  answer = say(fixture, &guest, command, 2);
  write_one(fixture, "order.set", "order/g1", "{'version':1,'set':{'seatingId':'seating-9'}}");
  again = say(fixture, &guest, command, 0);
  g_assert_cmpstr(get_text(again, "order", "number"), ==, get_text(answer, "order", "number"));
  assert_refused(fixture, &neighbour, command, "forbidden");
  assert_refused(fixture, &guest,
                 "{'type':'order','id':'2','order':{'orderId':'g1','lines':[" CAKE "]}}",
                 "forbidden");
}

static void
test_guest_choices(Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = {
      "{'name':'Gold','price':1}",
      "{'itemId':'cake'}",
      "{'itemId':'cake','modifiers':[{'name':'x','price':-400}]}",
      "{'itemId':'cake','modifiers':[{'modifierId':'milk','choiceId':'cow'}]}",
      "{'itemId':'cake','modifiers':[{'modifierId':'milk','choiceId':'oat','quantity':3}]}",
      "{'itemId':'pie'}",
  };

  write_cake(fixture);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autofree char *text =
        g_strdup_printf("{'type':'order','id':'1','order':{'lines':[%s]}}", bad[i]);

    assert_refused(fixture, &guest, text, "not-available");
  }
}

static gint64
get_left(Fixture *fixture)
{
  const BhRecord *item = bh_property_get_record(fixture->property, "item/cake");

  return json_integer_value(bh_record_get_register(item, "remaining"));
}

#define TWO_CAKES(id)                                                                              \
  "{'type':'order','id':'" id "','order':{'lines':[{'itemId':'cake','quantity':2,'modifiers':["    \
  "{'modifierId':'milk','choiceId':'oat'}]}]}}"

/* The second counts on from the first, though that is on its way to the disk. */
static void
test_counted_down(Fixture *fixture, gconstpointer data)
{
  Said one, other;
  g_autoptr(json_t) last = NULL;

  write_cake(fixture);
  write_one(fixture, "item.availability", "item/cake", "{'version':2,'set':{'remaining':6}}");
  begin(fixture, &guest, TWO_CAKES("1"), &one);
  begin(fixture, &neighbour, TWO_CAKES("1"), &other);
  wait_for(fixture);
  g_assert_cmpuint(one.written.n_operations, ==, 3);
  g_assert_cmpuint(other.written.n_operations, ==, 3);
  json_decref(one.answer);
  json_decref(other.answer);
  g_assert_cmpint(get_left(fixture), ==, 2);
  /* Somebody has baked. */
  write_one(fixture, "item.availability", "item/cake", "{'version':9,'set':{'remaining':3}}");
  last = say(fixture, &guest, TWO_CAKES("2"), 3);
  g_assert_cmpint(get_left(fixture), ==, 1);
  assert_refused(fixture, &guest, TWO_CAKES("3"), "not-available");
  g_assert_cmpint(get_left(fixture), ==, 1);
}

static void
test_line_cancel(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) order = NULL, cancelled = NULL, again = NULL;

  write_cake(fixture);
  order = say(fixture, &guest,
              "{'type':'order','id':'1','order':{'orderId':'g1','lines':["
              "{'lineId':'a','itemId':'cake','modifiers':[{'modifierId':'milk','choiceId':'oat'}]},"
              "{'lineId':'b','itemId':'cake','modifiers':[{'modifierId':'milk','choiceId':'oat'}]}"
              "]}}",
              2);
  write_one(fixture, "line.state", "order/g1", "{'lineIds':['b'],'state':'preparing'}");
#define CANCEL(order, lines)                                                                       \
  "{'type':'line-cancel','id':'c','orderId':'" order "','lineIds':" lines "}"
  assert_refused(fixture, &guest, CANCEL("g1", "['a','b']"), "too-late");
  assert_refused(fixture, &guest, CANCEL("g1", "['x']"), "unknown-line");
  assert_refused(fixture, &guest, CANCEL("g1", "[]"), "bad-message");
  assert_refused(fixture, &guest, CANCEL("none", "['a']"), "unknown-order");
  assert_refused(fixture, &neighbour, CANCEL("g1", "['a']"), "unknown-order");
  assert_refused(fixture, &waiting, CANCEL("g1", "['a']"), "seating-required");
  cancelled = say(fixture, &guest, CANCEL("g1", "['a']"), 1);
  g_assert_cmpstr(json_string_value(json_object_get(cancelled, "type")), ==, "ack");
  again = say(fixture, &guest, CANCEL("g1", "['a']"), 0);
  g_assert_true(json_equal(cancelled, again));
#undef CANCEL
}

static void
test_words(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) said = NULL, again = NULL, asked = NULL;
  const char *note = "{'type':'notification','id':'n','notification':{'to':{'role':'kitchen'},"
                     "'text':'Hurry'}}";

  said = say(fixture, &staff, note, 1);
  again = say(fixture, &staff, note, 0);
  g_assert_true(json_equal(said, again));
  asked = say(fixture, &guest, "{'type':'service','id':'s','request':{'what':'bill'}}", 1);
  g_assert_cmpstr(json_string_value(json_object_get(asked, "type")), ==, "ack");
  assert_refused(fixture, &waiting, "{'type':'service','id':'s','request':{'what':'bill'}}",
                 "seating-required");
  assert_refused(fixture, &guest, "{'type':'service','id':'t','request':{'what':'gold'}}",
                 "bad-message");
  assert_refused(fixture, &staff, "{'type':'notification','id':'m','notification':{'to':{}}}",
                 "bad-message");
}

static void
test_private_words(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) said = say(fixture, &staff,
                               "{'type':'notification','id':'n','notification':{"
                               "'to':{'personId':'eva'},'text':'See me'}}",
                               1);

  g_assert_cmpstr(json_string_value(json_object_get(said, "type")), ==, "ack");
  g_assert_null(bh_property_get_own_log(fixture->property, FALSE));
  g_assert_nonnull(bh_property_get_own_log(fixture->property, TRUE));
}

static void
test_receipts(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) order G_GNUC_UNUSED =
      say(fixture, &staff,
          "{'type':'order','id':'1','order':{'orderId':'o1','currency':'EUR',"
          "'lines':[{'name':'Soup','price':600}]}}",
          2);
  Said said[3];
  g_autoptr(json_t) again = NULL;
  const char *first = "{'type':'receipt','id':'r0','receipt':{'orderId':'o1'}}";

  begin(fixture, &staff, first, &said[0]);
  begin(fixture, &staff, "{'type':'receipt','id':'r1','receipt':{'orderId':'o1','receiptId':'x'}}",
        &said[1]);
  begin(fixture, &staff, "{'type':'receipt','id':'r2','receipt':{'orderId':'o1'}}", &said[2]);
  wait_for(fixture);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint(
        json_integer_value(json_object_get(json_object_get(said[i].answer, "receipt"), "number")),
        ==, i + 1);
  g_assert_cmpstr(get_text(said[1].answer, "receipt", "receiptId"), ==, "x");
  again = say(fixture, &staff, first, 0);
  g_assert_true(json_equal(again, said[0].answer));
  assert_refused(fixture, &staff, "{'type':'receipt','id':'r','receipt':{'orderId':'none'}}",
                 "unknown-order");
  assert_refused(fixture, &staff, "{'type':'receipt','id':'r','receipt':{}}", "bad-message");
  for (guint i = 0; i < 3; i++)
    json_decref(said[i].answer);
}

/* Numbers go on from what was committed, not from what a desk remembers. */
static void
test_numbers_go_on(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) first = NULL, second = NULL;

  write_menu(fixture);
  first = say(fixture, &staff,
              "{'type':'order','id':'1','order':{'lines':[{'name':'Soup','price':600}]}}", 2);
  g_object_unref(fixture->desk);
  fixture->desk = bh_command_desk_new(fixture->property);
  second = say(fixture, &staff,
               "{'type':'order','id':'2','order':{'lines':[{'name':'Soup','price':600}]}}", 2);
  g_assert_cmpstr(get_text(first, "order", "number"), ==, "C-1");
  g_assert_cmpstr(get_text(second, "order", "number"), ==, "C-2");
}

/* The hub was restored, and took an order before its devices had handed back what came after the
 * backup. */
static void
test_numbers_handed_back(Fixture *fixture, gconstpointer data)
{
  static const guint back[] = {128, 127, 60};
  g_autoptr(GPtrArray) operations =
      g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  g_autofree char *log_id = bh_operation_new_log_id(FIXTURE_DEVICE, FALSE);
  g_autoptr(json_t) first = NULL, second = NULL;

  write_menu(fixture);
  write_one(fixture, "order.open", "order/old",
            "{'number':'C-88','currency':'EUR','source':'staff'}");
  first = say(fixture, &staff,
              "{'type':'order','id':'1','order':{'lines':[{'name':'Soup','price':600}]}}", 2);
  g_assert_cmpstr(get_text(first, "order", "number"), ==, "C-89");
  for (guint i = 0; i < G_N_ELEMENTS(back); i++) {
    g_autofree char *entity = g_strdup_printf("order/back-%u", back[i]);
    g_autofree char *body =
        g_strdup_printf("{'number':'C-%u','currency':'EUR','source':'staff'}", back[i]);

    g_ptr_array_add(operations, make_managers(log_id, i + 1, "order.open", entity, body));
  }
  bh_property_take_async(fixture->property, operations, NULL, TRUE, fixture, NULL, NULL);
  while (bh_property_get_record(fixture->property, "order/back-60") == NULL)
    g_main_context_iteration(NULL, TRUE);
  second = say(fixture, &staff,
               "{'type':'order','id':'2','order':{'lines':[{'name':'Soup','price':600}]}}", 2);
  g_assert_cmpstr(get_text(second, "order", "number"), ==, "C-129");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add("/command-desk/" name, Fixture, NULL, set_up, function, tear_down)
  ADD("order-once", test_order_once);
  ADD("order-once-after-days", test_order_once_after_days);
  ADD("order-twice-at-once", test_order_twice_at_once);
  ADD("order-added-to", test_order_added_to);
  ADD("order-closed", test_order_closed);
  ADD("order-of-many-lines", test_order_of_many_lines);
  ADD("orders-refused", test_orders_refused);
  ADD("menu", test_menu);
  ADD("currency", test_currency);
  ADD("guest-and-staffs-order", test_guest_and_staffs_order);
  ADD("guest-orders", test_guest_orders);
  ADD("guest-tells-moved-order-again", test_guest_tells_moved_order_again);
  ADD("guest-choices", test_guest_choices);
  ADD("counted-down", test_counted_down);
  ADD("line-cancel", test_line_cancel);
  ADD("words", test_words);
  ADD("private-words", test_private_words);
  ADD("receipts", test_receipts);
  ADD("numbers-go-on", test_numbers_go_on);
  ADD("numbers-handed-back", test_numbers_handed_back);
#undef ADD
  return g_test_run();
}
