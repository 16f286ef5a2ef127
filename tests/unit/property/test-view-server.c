/* SPDX-License-Identifier: Apache-2.0 */
#include "replica-house.h"
#include "snapshot-sender.h"
#include "view-index.h"
#include "view-server.h"

#include <string.h>

/*
 * A hub with a menu, two tables and what guests and devices say; followers that keep what they are
 * shown, as the client library's do.
 */
typedef struct {
  House *house;
  Replica *hub;
  BhViewServer *server;
} Place;

typedef struct {
  Place *place;
  BhViewFollower *follower;
  GHashTable *records; /* name -> json_t, owned */
  GHashTable *next;    /* (nullable): those of a snapshot that is not complete yet */
  char *cursor;        /* (nullable) */
  guint n_parts, n_resets;
  gboolean is_silent; /* answers nothing */
  guint room;
} Follower;

static gint64
get_now_ms(gpointer data)
{
  return ((House *)data)->now_ms;
}

static void
place_open(Place *place)
{
  place->house = house_new(1);
  place->hub = house_add(place->house, "hub", BH_ROLE_HUB);
  place->server = bh_view_server_new(place->hub->property, "start-1", get_now_ms, place->house);
}

static void
place_close(Place *place)
{
  bh_view_server_free(place->server);
  house_free(place->house);
}

static void
run(Place *place, gint64 ms)
{
  for (gint64 until_ms = place->house->now_ms + ms; place->house->now_ms < until_ms;) {
    place->house->now_ms += 10;
    bh_view_server_tick(place->server);
    house_settle();
  }
}

static void
set(Place *place, const char *kind, const char *entity, const char *members)
{
  g_autofree char *body =
      g_strdup_printf("{'version': %d, 'set': %s}",
                      (int)bh_property_next_version(place->hub->property, entity), members);

  replica_write(place->hub, kind, entity, body);
}

static void
open_order(Place *place, const char *id, const char *seating, const char *line)
{
  g_autofree char *entity = g_strconcat("order/", id, NULL);
  g_autofree char *header = g_strdup_printf(
      "{'number': 'A-1', 'currency': 'EUR', 'source': 'guest', 'seatingId': '%s'}", seating);
  g_autofree char *lines = g_strdup_printf(
      "{'lines': [{'lineId': '%s', 'name': 'Soup', 'quantity': 2, 'price': 500}]}", line);

  replica_write(place->hub, "order.open", entity, header);
  replica_write(place->hub, "order.lines", entity, lines);
}

static void
fill(Place *place)
{
  set(place, "category.set", "category/c1", "{'name': 'Soups'}");
  set(place, "item.set", "item/i1", "{'name': 'Soup', 'price': 500}");
  set(place, "modifier.set", "modifier/m1", "{'name': 'Size'}");
  set(place, "tax.set", "tax/t1", "{'name': 'VAT', 'rateBp': 1900}");
  set(place, "station.set", "station/k1", "{'name': 'Kitchen', 'printer': 'tcp-secret'}");
  set(place, "property.set", "property/house",
      "{'name': 'Seaview', 'address': ['Quay 1'], 'phone': '+351', 'currency': 'EUR', "
      "'taxNumber': 'PT1', 'footer': ['Thank you'], 'unseenSeconds': 60}");
  set(place, "property.set", "property/other", "{'name': 'another'}");
  set(place, "place.set", "place/t1", "{'name': 'Table 1', 'kind': 'table'}");
  set(place, "place.set", "place/t2", "{'name': 'Table 2', 'kind': 'table'}");
  set(place, "room.set", "place/t1", "{'state': 'dirty', 'note': 'they were rude'}");
  set(place, "person.set", "person/p1", "{'name': 'Ana'}");
  set(place, "device.set", "device/d1", "{'name': 'Tablet'}");
  set(place, "seating.set", "seating/s1", "{'placeId': 't1', 'state': 'open'}");
  set(place, "seating.set", "seating/s2", "{'placeId': 't2', 'state': 'open'}");
  open_order(place, "o1", "s1", "o1-1");
  open_order(place, "o2", "s2", "o2-1");
  replica_write(place->hub, "request.open", "request/r1", "{'what': 'call', 'seatingId': 's1'}");
  replica_write(place->hub, "request.open", "request/r2", "{'what': 'call', 'seatingId': 's2'}");
  replica_write(place->hub, "message.send", "message/m1",
                "{'to': {'seatingId': 's1'}, 'text': 'Your table is ready'}");
  replica_write(place->hub, "message.send", "message/m2",
                "{'to': {'seatingId': 's2'}, 'text': 'not yours'}");
  replica_write(place->hub, "message.send", "message/m3",
                "{'to': {'role': 'staff'}, 'text': 'Water please', 'guestId': 'g1'}");
  run(place, 1000);
}

/* --- followers --- */

static void
free_json(gpointer json)
{
  json_decref(json);
}

static GHashTable *
new_records(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_json);
}

static void
ack_part(Follower *follower, const json_t *message)
{
  g_autoptr(json_t) ack =
      json_pack("{s:s, s:O, s:O, s:{}, s:s}", "type", "ack", "ref", json_object_get(message, "id"),
                "part", json_object_get(message, "part"), "have", "level", "none");

  g_assert_true(bh_view_server_receive(follower->place->server, follower->follower, ack));
}

static void
end_snapshot(Follower *follower, const json_t *message)
{
  GHashTableIter iter;
  gpointer name, record;

  if (json_is_true(json_object_get(message, "reset"))) {
    g_hash_table_remove_all(follower->records);
    follower->n_resets++;
  }
  g_hash_table_iter_init(&iter, follower->next);
  while (g_hash_table_iter_next(&iter, &name, &record))
    g_hash_table_replace(follower->records, g_strdup(name), json_incref(record));
  g_clear_pointer(&follower->next, g_hash_table_unref);
  g_free(follower->cursor);
  follower->cursor = g_strdup(json_string_value(json_object_get(message, "cursor")));
  g_assert_nonnull(follower->cursor);
}

static gboolean
take_part(const json_t *message, gpointer data)
{
  Follower *follower = data;
  const json_t *entities = json_object_get(message, "entities");

  if (follower->room == 0)
    return FALSE;
  follower->room--;
  follower->n_parts++;
  g_assert_cmpstr(json_string_value(json_object_get(message, "type")), ==, "snapshot");
  if (json_integer_value(json_object_get(message, "part")) == 0)
    g_clear_pointer(&follower->next, g_hash_table_unref);
  if (follower->next == NULL)
    follower->next = new_records();
  for (size_t i = 0; i < json_array_size(entities); i++) {
    const json_t *entity = json_array_get(entities, i);

    g_hash_table_replace(follower->next, g_strdup(json_string_value(json_array_get(entity, 0))),
                         json_incref(json_array_get(entity, 1)));
  }
  if (!json_is_true(json_object_get(message, "more")))
    end_snapshot(follower, message);
  if (!follower->is_silent)
    ack_part(follower, message);
  return TRUE;
}

static Follower *
follow(Place *place, BhViewKind kind, const BhViewFacts *facts)
{
  Follower *follower = g_new0(Follower, 1);

  follower->place = place;
  follower->room = G_MAXUINT;
  follower->records = new_records();
  follower->follower = bh_view_server_add_follower(place->server, kind, facts, take_part, follower);
  return follower;
}

static void
leave(Follower *follower)
{
  if (follower->follower != NULL)
    bh_view_server_remove(follower->place->server, follower->follower);
  g_hash_table_unref(follower->records);
  g_clear_pointer(&follower->next, g_hash_table_unref);
  g_free(follower->cursor);
  g_free(follower);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Follower, leave)

static void
ask(Follower *follower, const char *of, const char *cursor)
{
  g_autoptr(json_t) message =
      json_pack("{s:s, s:s, s:s?}", "type", "view", "of", of, "cursor", cursor);

  g_assert_true(bh_view_server_receive(follower->place->server, follower->follower, message));
  run(follower->place, 10);
}

/* @names: in order, with a space between */
static void
assert_sees(Follower *follower, const char *names)
{
  g_autoptr(GPtrArray) sorted = g_ptr_array_new();
  GHashTableIter iter;
  gpointer name;
  g_autofree char *text = NULL;

  g_hash_table_iter_init(&iter, follower->records);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    g_ptr_array_add(sorted, name);
  bh_view_index_sort(sorted);
  g_ptr_array_add(sorted, NULL);
  text = g_strjoinv(" ", (char **)sorted->pdata);
  g_assert_cmpstr(text, ==, names);
}

static const json_t *
see(Follower *follower, const char *name, const char *parts, const char *path)
{
  const json_t *record = g_hash_table_lookup(follower->records, name);

  return json_object_get(json_object_get(record, parts), path);
}

#define MENU "category/c1 item/i1 "
#define GUEST_S1                                                                                   \
  MENU "message/m1 message/m3 modifier/m1 order/o1 place/t1 property/house request/r1 "            \
       "seating/s1 station/k1 tax/t1"

static const BhViewFacts at_table_1 = {
    .guest_device_id = "g1", .seating_id = "s1", .place_id = "t1"};

/* The first four are for guests. */
static const char *const of_house[] = {"name",      "address", "phone",        "currency",
                                       "taxNumber", "footer",  "unseenSeconds"};

static void
test_guest(void)
{
  Place place;
  g_autoptr(Follower) guest = NULL;

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  run(&place, 1000);
  g_assert_cmpuint(guest->n_parts, ==, 0);
  ask(guest, "private", NULL);
  g_assert_cmpuint(guest->n_parts, ==, 0);
  ask(guest, "guest", NULL);
  assert_sees(guest, GUEST_S1);
  g_assert_nonnull(see(guest, "station/k1", "registers", "name"));
  g_assert_null(see(guest, "station/k1", "registers", "printer"));
  g_assert_nonnull(see(guest, "place/t1", "registers", "name"));
  g_assert_null(see(guest, "place/t1", "registers", "state"));
  g_assert_null(see(guest, "place/t1", "registers", "note"));
  g_assert_nonnull(see(guest, "order/o1", "items", "line/o1-1"));
  for (guint i = 0; i < G_N_ELEMENTS(of_house); i++)
    g_assert_true((see(guest, "property/house", "registers", of_house[i]) != NULL) == (i < 4));

  /* What changes comes, gathered; what is not theirs does not. */
  guest->n_parts = 0;
  set(&place, "item.set", "item/i1", "{'price': 600}");
  set(&place, "item.set", "item/i1", "{'price': 700}");
  set(&place, "property.set", "property/house", "{'name': 'Seaview Inn'}");
  open_order(&place, "o3", "s1", "o3-1");
  open_order(&place, "o4", "s2", "o4-1");
  set(&place, "person.set", "person/p1", "{'name': 'Eva'}");
  run(&place, 200);
  g_assert_cmpuint(guest->n_parts, ==, 1);
  g_assert_cmpint(
      json_integer_value(json_array_get(see(guest, "item/i1", "registers", "price"), 0)), ==, 700);
  g_assert_cmpstr(
      json_string_value(json_array_get(see(guest, "property/house", "registers", "name"), 0)), ==,
      "Seaview Inn");
  g_assert_true(g_hash_table_contains(guest->records, "order/o3"));
  g_assert_false(g_hash_table_contains(guest->records, "order/o4"));
  g_assert_cmpuint(guest->n_resets, ==, 1);
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

/* Who is not seated sees the menu and what the table is called. */
static void
test_unseated(void)
{
  const BhViewFacts facts = {.guest_device_id = "g9", .place_id = "t1"};
  Place place;
  g_autoptr(Follower) guest = NULL;

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &facts);
  ask(guest, "guest", NULL);
  assert_sees(guest, MENU "modifier/m1 place/t1 property/house station/k1 tax/t1");
  bh_view_server_set_facts(place.server, guest->follower, &at_table_1);
  assert_sees(guest, GUEST_S1);
  bh_view_server_set_facts(place.server, guest->follower, &at_table_1);
  g_assert_cmpuint(guest->n_resets, ==, 2);
  bh_view_server_set_facts(place.server, guest->follower, &facts);
  assert_sees(guest, MENU "modifier/m1 place/t1 property/house station/k1 tax/t1");
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

static const json_t *
see_in_o2(Follower *guest, const char *part, const char *path)
{
  return see(guest, "order/o2", part, path);
}

/* Whether there is an item of order/o2 whose path begins so. */
static gboolean
sees_any(Follower *guest, const char *prefix)
{
  json_t *record = g_hash_table_lookup(guest->records, "order/o2");
  const char *path;
  json_t *item;

  json_object_foreach(json_object_get(record, "items"), path, item)
  {
    if (g_str_has_prefix(path, prefix))
      return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer full): what takes the item at @path of order/o2 back */
static char *
make_undo(const Place *place, const char *path)
{
  const BhRecord *record = bh_property_get_record(place->hub->property, "order/o2");
  const BhStamp *stamp = NULL;
  char name[BH_STAMP_NAME_BYTES];

  bh_record_get_item_stamped(record, path, &stamp);
  return g_strdup_printf("{'op': '%s'}", bh_stamp_get_name(stamp, name));
}

/* What is split off a line on our table stands there too, until it is moved on. */
static void
test_moved_and_split(void)
{
  Place place;
  g_autoptr(Follower) guest = NULL;

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  ask(guest, "guest", NULL);
  replica_write(place.hub, "order.lines", "order/o2",
                "{'lines': [{'lineId': 'w', 'name': 'Wine', 'quantity': 3, 'price': 900}]}");
  replica_write(place.hub, "line.move", "order/o2",
                "{'lineIds': ['w'], 'version': 1, 'orderId': 'o1'}");
  replica_write(place.hub, "line.split", "order/o2",
                "{'lineId': 'w', 'newLineId': 'w2', 'quantity': 2}");
  replica_write(place.hub, "line.split", "order/o2",
                "{'lineId': 'w2', 'newLineId': 'w3', 'quantity': 1}");
  replica_write(place.hub, "line.state", "order/o2", "{'lineIds': ['w2', 'w3'], 'state': 'ready'}");
  run(&place, 2000);
  g_assert_nonnull(see_in_o2(guest, "items", "split/w/w2"));
  g_assert_nonnull(see_in_o2(guest, "items", "split/w2/w3"));
  g_assert_true(sees_any(guest, "state/w2/"));
  g_assert_true(sees_any(guest, "state/w3/"));
  replica_write(place.hub, "line.move", "order/o2",
                "{'lineIds': ['w2'], 'version': 2, 'orderId': 'o2'}");
  run(&place, 2000);
  g_assert_nonnull(see_in_o2(guest, "items", "split/w/w2"));
  g_assert_nonnull(see_in_o2(guest, "registers", "line/w2/orderId"));
  g_assert_null(see_in_o2(guest, "items", "split/w2/w3"));
  g_assert_false(sees_any(guest, "state/w2/"));
  g_assert_false(sees_any(guest, "state/w3/"));
  replica_write(place.hub, "line.set", "order/o2",
                "{'version': 3, 'lineId': 'w2', 'set': {'note': 'with ice'}}");
  run(&place, 2000);
  g_assert_null(see_in_o2(guest, "registers", "line/w2/note"));
  /* One that was split off it comes back. */
  replica_write(place.hub, "line.move", "order/o2",
                "{'lineIds': ['w3'], 'version': 4, 'orderId': 'o1'}");
  run(&place, 2000);
  g_assert_true(sees_any(guest, "state/w3/"));
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

/* A till writes what is off a line to the record that the line stands in, wherever it was moved. */
static void
test_moved_and_discounted(void)
{
  Place place;
  g_autoptr(Follower) guest = NULL;
  g_autofree char *undo = NULL;

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  ask(guest, "guest", NULL);
  replica_write(place.hub, "line.move", "order/o2",
                "{'lineIds': ['o2-1'], 'version': 1, 'orderId': 'o1'}");
  replica_write(place.hub, "order.discount", "order/o2",
                "{'discountId': 'd1', 'reason': 'late', 'lineId': 'o2-1', 'percentBp': 10000}");
  undo = make_undo(&place, "discount/d1");
  replica_write(place.hub, "order.discount", "order/o2",
                "{'discountId': 'd2', 'reason': 'regular', 'percentBp': 500}");
  replica_write(place.hub, "order.discount", "order/o2",
                "{'discountId': 'd3', 'reason': 'late', 'lineId': 'other', 'percentBp': 500}");
  run(&place, 2000);
  g_assert_nonnull(see_in_o2(guest, "items", "discount/d1"));
  g_assert_null(see_in_o2(guest, "items", "discount/d2"));
  g_assert_null(see_in_o2(guest, "items", "discount/d3"));
  replica_write(place.hub, "undo", "order/o2", undo);
  run(&place, 2000);
  g_assert_true(sees_any(guest, "undo/"));
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

/* An order goes to another table, a line goes to ours and back. */
static void
test_moved(void)
{
  Place place;
  g_autoptr(Follower) guest = NULL;

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  ask(guest, "guest", NULL);

  replica_write(place.hub, "order.lines", "order/o2",
                "{'lines': [{'lineId': 'o2-2', 'name': 'Wine', 'quantity': 3, 'price': 900}]}");
  replica_write(place.hub, "line.split", "order/o2",
                "{'lineId': 'o2-2', 'newLineId': 'o2-3', 'quantity': 1}");
  replica_write(place.hub, "line.state", "order/o2", "{'lineIds': ['o2-1'], 'state': 'ready'}");
  replica_write(place.hub, "line.state", "order/o2", "{'lineIds': ['o2-2'], 'state': 'ready'}");
  /* A second origin of that line, and one that goes in a circle: the reader chooses. */
  replica_write(place.hub, "line.split", "order/o2",
                "{'lineId': 'o2-3', 'newLineId': 'o2-3', 'quantity': 1}");
  replica_write(place.hub, "line.split", "order/o2",
                "{'lineId': 'o2-3', 'newLineId': 'o2-2', 'quantity': 1}");
  run(&place, 2000);
  g_assert_false(g_hash_table_contains(guest->records, "order/o2"));
  replica_write(place.hub, "line.move", "order/o2",
                "{'lineIds': ['o2-2', 'o2-3'], 'version': 1, 'orderId': 'o1'}");
  run(&place, 2000);
  /* The line, what it was split from, its states; nothing else of that table. */
  g_assert_nonnull(see(guest, "order/o2", "items", "split/o2-2/o2-3"));
  g_assert_nonnull(see(guest, "order/o2", "items", "line/o2-2"));
  g_assert_null(see(guest, "order/o2", "items", "line/o2-1"));
  g_assert_null(see(guest, "order/o2", "items", "header"));
  g_assert_nonnull(see(guest, "order/o2", "registers", "line/o2-3/orderId"));
  replica_write(place.hub, "line.move", "order/o2",
                "{'lineIds': ['o2-2', 'o2-3'], 'version': 2, 'orderId': 'o2'}");
  run(&place, 2000);
  g_assert_false(g_hash_table_contains(guest->records, "order/o2"));

  set(&place, "order.set", "order/o1", "{'seatingId': 's2'}");
  run(&place, 2000);
  g_assert_false(g_hash_table_contains(guest->records, "order/o1"));
  set(&place, "order.set", "order/o2", "{'seatingId': 's1'}");
  run(&place, 2000);
  g_assert_nonnull(see(guest, "order/o2", "items", "header"));

  /* The order that a line was moved to comes to our table: its lines come along. */
  replica_write(place.hub, "line.move", "order/o2",
                "{'lineIds': ['o2-1'], 'version': 3, 'orderId': 'o1'}");
  set(&place, "order.set", "order/o2", "{'seatingId': 's2'}");
  run(&place, 2000);
  g_assert_false(g_hash_table_contains(guest->records, "order/o2"));
  set(&place, "order.set", "order/o1", "{'seatingId': 's1'}");
  run(&place, 2000);
  g_assert_nonnull(see(guest, "order/o2", "items", "line/o2-1"));
  g_assert_null(see(guest, "order/o2", "items", "line/o2-2"));
  set(&place, "order.set", "order/o1", "{'seatingId': 's2'}");
  run(&place, 2000);
  g_assert_false(g_hash_table_contains(guest->records, "order/o2"));
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

static void
test_cursor(void)
{
  Place place;
  g_autoptr(Follower) guest = NULL;
  g_autofree char *cursor = NULL;

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  ask(guest, "guest", NULL);
  cursor = g_strdup(guest->cursor);
  bh_view_server_remove(place.server, guest->follower);
  set(&place, "item.set", "item/i2", "{'name': 'Salad', 'price': 400}");
  open_order(&place, "o5", "s2", "o5-1");
  run(&place, 1000);

  /* Back: what changed, and no more. */
  guest->follower =
      bh_view_server_add_follower(place.server, BH_VIEW_GUEST, &at_table_1, take_part, guest);
  guest->n_parts = 0;
  ask(guest, "guest", cursor);
  g_assert_cmpuint(guest->n_resets, ==, 1);
  g_assert_cmpuint(guest->n_parts, ==, 1);
  g_assert_true(g_hash_table_contains(guest->records, "item/i2"));
  /* Nothing changed: the cursor is answered all the same. */
  g_free(cursor);
  cursor = g_strdup(guest->cursor);
  ask(guest, "guest", cursor);
  g_assert_cmpuint(guest->n_parts, ==, 2);
  g_assert_cmpuint(guest->n_resets, ==, 1);

  /* While it was away an order went to another table: everything comes anew. */
  bh_view_server_remove(place.server, guest->follower);
  set(&place, "order.set", "order/o1", "{'seatingId': 's2'}");
  run(&place, 1000);
  guest->follower =
      bh_view_server_add_follower(place.server, BH_VIEW_GUEST, &at_table_1, take_part, guest);
  ask(guest, "guest", cursor);
  g_assert_cmpuint(guest->n_resets, ==, 2);
  g_assert_false(g_hash_table_contains(guest->records, "order/o1"));
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

/* Cursors of another start, of other rights, of the future, and no cursors at all. */
static void
test_foreign_cursor(void)
{
  const BhViewFacts other = {.guest_device_id = "g1", .seating_id = "s2", .place_id = "t2"};
  Place place;
  g_autoptr(Follower) guest = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *prefix = NULL;
  g_autofree char *cursors[6] = {NULL};

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  ask(guest, "guest", NULL);
  ours = g_strdup(guest->cursor);
  prefix = g_strndup(ours, (gsize)(strrchr(ours, ':') + 1 - ours));
  cursors[0] = g_strdup("start-0:5");
  cursors[1] = g_strdup("");
  cursors[2] = g_strconcat(prefix, "999999999", NULL);
  cursors[3] = g_strconcat(prefix, "-1", NULL);
  cursors[4] = g_strconcat(prefix, "1x", NULL);
  cursors[5] = g_strnfill(5000, '9');
  for (guint i = 0; i < G_N_ELEMENTS(cursors); i++) {
    run(&place, BH_VIEW_PAUSE_MS);
    guest->n_resets = 0;
    ask(guest, "guest", cursors[i]);
    g_assert_cmpuint(guest->n_resets, ==, 1);
  }
  for (guint i = 1; i < G_N_ELEMENTS(cursors); i++)
    g_free(cursors[i]);
  bh_view_server_set_facts(place.server, guest->follower, &other);
  guest->n_resets = 0;
  run(&place, BH_VIEW_PAUSE_MS);
  ask(guest, "guest", ours);
  g_assert_cmpuint(guest->n_resets, ==, 1);
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

/* Whole views are begun only so often, however often one asks. */
static void
test_greedy(void)
{
  Place place;
  g_autoptr(Follower) guest = NULL;

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  for (guint i = 0; i < 500; i++)
    ask(guest, "guest", NULL);
  g_assert_cmpuint(guest->n_parts, <=, 7);
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

/* One that does not answer is given up after a while, until it asks again; a full channel waits. */
static void
test_silent(void)
{
  Place place;
  g_autoptr(Follower) guest = NULL;

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  guest->is_silent = TRUE;
  ask(guest, "guest", NULL);
  for (guint i = 0; i < 300; i++) {
    set(&place, "item.set", "item/i1", "{'price': 600}");
    run(&place, 1000);
  }
  g_assert_cmpuint(guest->n_parts, ==, BH_SNAPSHOT_TRIES);
  guest->is_silent = FALSE;
  guest->room = 0;
  ask(guest, "guest", guest->cursor);
  g_assert_cmpuint(guest->n_parts, ==, BH_SNAPSHOT_TRIES);
  guest->room = G_MAXUINT;
  bh_view_server_ready(place.server, guest->follower);
  g_assert_cmpuint(guest->n_parts, ==, BH_SNAPSHOT_TRIES + 1);
  assert_sees(guest, GUEST_S1);
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

/* A menu of many parts, while it changes. */
static void
test_long_menu(void)
{
  Place place;
  g_autoptr(Follower) guest = NULL;
  g_autofree char *description = g_strnfill(900, 'x');

  place_open(&place);
  for (guint i = 0; i < 300; i++) {
    g_autofree char *entity = g_strdup_printf("item/i%u", i);
    g_autofree char *members =
        g_strdup_printf("{'name': 'Dish', 'price': 1, 'description': '%s'}", description);

    set(&place, "item.set", entity, members);
  }
  run(&place, 1000);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  guest->room = 3;
  ask(guest, "guest", NULL);
  g_assert_cmpuint(guest->n_parts, ==, 3);
  set(&place, "item.set", "item/i0", "{'price': 2}");
  run(&place, 1000);
  guest->room = G_MAXUINT;
  bh_view_server_ready(place.server, guest->follower);
  run(&place, 1000);
  g_assert_cmpuint(g_hash_table_size(guest->records), ==, 300);
  g_assert_cmpint(
      json_integer_value(json_array_get(see(guest, "item/i0", "registers", "price"), 0)), ==, 2);
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

static void
take_private(Place *place, const char *author, const char *log_id, const char *message,
             const char *to)
{
  g_autoptr(Peer) peer = peer_new(place->hub, author, BH_ROLE_STAFF, FALSE);
  g_autofree char *body = g_strdup_printf("{'to': %s, 'text': 'psst'}", to);

  peer_send(peer,
            make_ops("1", house_document(place->house, author, BH_ROLE_STAFF),
                     make_wire(author, BH_ROLE_STAFF, log_id, 1, "message.send", message, body),
                     NULL));
  g_assert_cmpint(bh_property_get_seq(place->hub->property, log_id), ==, 1);
}

static void
test_private(void)
{
  const BhViewFacts sender = {.device_id = "dev-a", .role = BH_ROLE_STAFF};
  const BhViewFacts reader = {.device_id = "dev-b", .person_id = "p1", .role = BH_ROLE_KITCHEN};
  const BhViewFacts nobody = {.device_id = "dev-b", .role = BH_ROLE_STAFF};
  Place place;
  g_autoptr(Follower) a = NULL;
  g_autoptr(Follower) b = NULL;

  place_open(&place);
  fill(&place);
  a = follow(&place, BH_VIEW_PRIVATE, &sender);
  b = follow(&place, BH_VIEW_PRIVATE, &reader);
  ask(a, "private", NULL);
  ask(b, "private", NULL);
  assert_sees(a, "");
  take_private(&place, "dev-a", "p.YJ_YHraxaaaaaaaaaaaaa1", "message/x1", "{'deviceId': 'dev-b'}");
  take_private(&place, "dev-a", "p.YJ_YHraxaaaaaaaaaaaaa2", "message/x2", "{'personId': 'p1'}");
  take_private(&place, "dev-a", "p.YJ_YHraxaaaaaaaaaaaaa3", "message/x3", "{'deviceId': 'dev-c'}");
  take_private(&place, "dev-c", "p.kGXBEG0Naaaaaaaaaaaaa4", "message/x4", "{'role': 'kitchen'}");
  run(&place, 1000);
  assert_sees(a, "message/x1 message/x2 message/x3");
  assert_sees(b, "message/x1 message/x2 message/x4");
  /* Somebody else takes the device. */
  bh_view_server_set_facts(place.server, b->follower, &nobody);
  assert_sees(b, "message/x1");
  g_clear_pointer(&a, leave);
  g_clear_pointer(&b, leave);
  place_close(&place);
}

/* Only what came by public logs of anything else, whoever asks. */
static void
test_private_parts(void)
{
  Place place;
  g_autoptr(Follower) guest = NULL;
  g_autoptr(Peer) peer = NULL;

  place_open(&place);
  fill(&place);
  peer = peer_new(place.hub, "dev-a", BH_ROLE_STAFF, FALSE);
  peer_send(peer, make_ops("1", house_document(place.house, "dev-a", BH_ROLE_STAFF),
                           make_wire("dev-a", BH_ROLE_STAFF, "p.YJ_YHraxaaaaaaaaaaaaa1", 1,
                                     "order.discount", "order/o1",
                                     "{'discountId': 'd', 'reason': 'psst', 'amount': 5}"),
                           NULL));
  run(&place, 1000);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  ask(guest, "guest", NULL);
  g_assert_nonnull(see(guest, "order/o1", "items", "header"));
  g_assert_null(see(guest, "order/o1", "items", "discount/d"));
  g_clear_pointer(&guest, leave);
  g_clear_pointer(&peer, peer_free);
  place_close(&place);
}

static void
test_hostile(void)
{
  static const char *const messages[] = {"[]",
                                         "{}",
                                         "{\"type\": \"view\"}",
                                         "{\"type\": \"view\", \"of\": 3}",
                                         "{\"type\": \"view\", \"of\": \"guest\", \"cursor\": 7}",
                                         "{\"type\": \"view\", \"of\": \"guest\", \"cursor\": {}}",
                                         "{\"type\": \"ack\", \"ref\": \"v1\"}",
                                         "{\"type\": \"ack\", \"ref\": \"v1\", \"part\": -1}",
                                         "{\"type\": \"ack\", \"ref\": 3}",
                                         "{\"type\": \"ops\"}"};
  Place place;
  g_autoptr(Follower) guest = NULL;

  place_open(&place);
  fill(&place);
  guest = follow(&place, BH_VIEW_GUEST, &at_table_1);
  for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
    g_autoptr(json_t) message = json_loads(messages[i], 0, NULL);

    bh_view_server_receive(place.server, guest->follower, message);
    run(&place, 2000);
  }
  bh_view_server_receive(place.server, guest->follower, NULL);
  assert_sees(guest, GUEST_S1);
  g_clear_pointer(&guest, leave);
  place_close(&place);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/view-server/guest", test_guest);
  g_test_add_func("/view-server/unseated", test_unseated);
  g_test_add_func("/view-server/moved", test_moved);
  g_test_add_func("/view-server/moved-and-split", test_moved_and_split);
  g_test_add_func("/view-server/moved-and-discounted", test_moved_and_discounted);
  g_test_add_func("/view-server/cursor", test_cursor);
  g_test_add_func("/view-server/foreign-cursor", test_foreign_cursor);
  g_test_add_func("/view-server/greedy", test_greedy);
  g_test_add_func("/view-server/silent", test_silent);
  g_test_add_func("/view-server/long-menu", test_long_menu);
  g_test_add_func("/view-server/private", test_private);
  g_test_add_func("/view-server/private-parts", test_private_parts);
  g_test_add_func("/view-server/hostile", test_hostile);
  return g_test_run();
}
