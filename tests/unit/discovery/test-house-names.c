/* SPDX-License-Identifier: Apache-2.0 */
#include "house-names.h"

#include <string.h>

#include "name-lock.h"

#define RETRY_MS 40

/* --- an advertiser that does what the test says, when it says so --- */

#define FAKE_TYPE_ADVERTISER (fake_advertiser_get_type())
G_DECLARE_FINAL_TYPE(FakeAdvertiser, fake_advertiser, FAKE, ADVERTISER, GObject)

typedef enum { KIND_HOST, KIND_SERVICE, KIND_WATCH } Kind;

typedef struct {
  Kind kind;
  char *name, *host;
  guint n_addresses;
  char **txt;
} Order;

struct _FakeAdvertiser {
  GObject parent_instance;

  gboolean available;
  GHashTable *orders; /* id -> Order */
  guint last_id, asked;
};

static void fake_advertiser_iface_init(BhAdvertiserInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FakeAdvertiser, fake_advertiser, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_ADVERTISER, fake_advertiser_iface_init))

static void
order_free(gpointer data)
{
  Order *order = data;

  g_free(order->name);
  g_free(order->host);
  g_strfreev(order->txt);
  g_free(order);
}

static Order *
add_order(BhAdvertiser *advertiser, Kind kind, const char *name, guint *id)
{
  FakeAdvertiser *self = FAKE_ADVERTISER(advertiser);
  Order *order = g_new0(Order, 1);

  g_assert_true(self->available);
  order->kind = kind;
  order->name = g_strdup(name);
  *id = ++self->last_id;
  self->asked++;
  g_hash_table_insert(self->orders, GUINT_TO_POINTER(*id), order);
  return order;
}

static gboolean
fake_is_available(BhAdvertiser *advertiser)
{
  return FAKE_ADVERTISER(advertiser)->available;
}

static guint
fake_publish_host(BhAdvertiser *advertiser, const char *name, GPtrArray *addresses)
{
  guint id;

  add_order(advertiser, KIND_HOST, name, &id)->n_addresses = addresses->len;
  return id;
}

static void
fake_update_host(BhAdvertiser *advertiser, guint id, GPtrArray *addresses)
{
  Order *order =
      g_hash_table_lookup(FAKE_ADVERTISER(advertiser)->orders, GUINT_TO_POINTER(id));

  g_assert_nonnull(order);
  order->n_addresses = addresses->len;
}

static guint
fake_publish_service(BhAdvertiser *advertiser, const BhServiceAdvert *service)
{
  guint id;
  Order *order = add_order(advertiser, KIND_SERVICE, service->name, &id);

  g_assert_cmpuint(strlen(service->name), <=, 63);
  g_assert_true(g_utf8_validate(service->name, -1, NULL));
  order->host = g_strdup(service->host);
  order->txt = g_strdupv((char **)service->txt);
  return id;
}

static guint
fake_watch_host(BhAdvertiser *advertiser, const char *name)
{
  guint id;

  add_order(advertiser, KIND_WATCH, name, &id);
  return id;
}

static void
fake_withdraw(BhAdvertiser *advertiser, guint id)
{
  g_hash_table_remove(FAKE_ADVERTISER(advertiser)->orders, GUINT_TO_POINTER(id));
}

static void
fake_advertiser_iface_init(BhAdvertiserInterface *iface)
{
  iface->is_available = fake_is_available;
  iface->publish_host = fake_publish_host;
  iface->update_host = fake_update_host;
  iface->publish_service = fake_publish_service;
  iface->watch_host = fake_watch_host;
  iface->withdraw = fake_withdraw;
}

static void
fake_advertiser_finalize(GObject *object)
{
  g_hash_table_unref(FAKE_ADVERTISER(object)->orders);
  G_OBJECT_CLASS(fake_advertiser_parent_class)->finalize(object);
}

static void
fake_advertiser_class_init(FakeAdvertiserClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = fake_advertiser_finalize;
}

static void
fake_advertiser_init(FakeAdvertiser *self)
{
  self->orders = g_hash_table_new_full(NULL, NULL, NULL, order_free);
}

static void
set_available(FakeAdvertiser *self, gboolean available)
{
  self->available = available;
  if (!available)
    g_hash_table_remove_all(self->orders);
  g_signal_emit_by_name(self, "availability");
}

/* Returns: (nullable): what was asked for and not withdrawn */
static Order *
find(FakeAdvertiser *self, Kind kind, const char *name, guint *id)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init(&iter, self->orders);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    Order *order = value;

    if (order->kind == kind && (name == NULL || g_str_equal(order->name, name))) {
      if (id != NULL)
        *id = GPOINTER_TO_UINT(key);
      return order;
    }
  }
  return NULL;
}

static void
say(FakeAdvertiser *self, Kind kind, const char *name, BhAdvertState state)
{
  guint id = 0;

  g_assert_nonnull(find(self, kind, name, &id));
  g_signal_emit_by_name(self, "advert", id, (int)state);
}

static void
wait_for(FakeAdvertiser *self, Kind kind, const char *name)
{
  gint64 end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;

  while (find(self, kind, name, NULL) == NULL) {
    g_assert_cmpint(g_get_monotonic_time(), <, end);
    g_main_context_iteration(NULL, TRUE);
  }
}

/* --- a house --- */

#define OWN    "bellhop-test-1.local"
#define OTHER  "bellhop-test-2.local"
#define SHARED "signaling-test.local"

typedef struct {
  FakeAdvertiser *fake;
  BhHouseNames *names;
  guint changed;
} House;

static void
on_changed(BhHouseNames *names, House *house)
{
  house->changed++;
}

static GPtrArray *
make_addresses(guint count)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func((GDestroyNotify)bh_link_address_free);

  for (guint i = 0; i < count; i++) {
    g_autofree char *address = g_strdup_printf("192.168.1.%u", i + 1);

    g_ptr_array_add(addresses, bh_link_address_new(2, address));
  }
  return addresses;
}

static void
house_open(House *house, gboolean available, const char *title)
{
  static const char *const own[] = {OWN, OTHER, NULL};
  static const char *const more[] = {SHARED, NULL};
  static const char *const txt[] = {"tenant=lab", NULL};
  const BhHouseNamesConfig config = {.own_names = own,
                                     .more_names = more,
                                     .title = title,
                                     .txt = txt,
                                     .port = 8080,
                                     .retry_ms = RETRY_MS};

  house->fake = g_object_new(FAKE_TYPE_ADVERTISER, NULL);
  house->fake->available = available;
  house->names = bh_house_names_new(BH_ADVERTISER(house->fake), &config, make_addresses(1));
  house->changed = 0;
  g_signal_connect(house->names, "changed", G_CALLBACK(on_changed), house);
}

static void
house_close(House *house)
{
  bh_house_names_close(house->names);
  bh_house_names_close(house->names);
  g_assert_cmpuint(g_hash_table_size(house->fake->orders), ==, 0);
  g_object_unref(house->names);
  g_object_unref(house->fake);
}

static void
assert_state(House *house, guint index, const char *name, BhNameState expected)
{
  BhNameState state;

  g_assert_cmpstr(bh_house_names_get(house->names, index, &state), ==, name);
  g_assert_cmpint(state, ==, expected);
}

static void
test_ours(void)
{
  House house;
  const Order *service;

  house_open(&house, TRUE, "Sea View");
  g_assert_cmpuint(bh_house_names_get_size(house.names), ==, 2);
  assert_state(&house, 0, OWN, BH_NAME_PUBLISHING);
  g_assert_null(find(house.fake, KIND_SERVICE, NULL, NULL));
  say(house.fake, KIND_HOST, OWN, BH_ADVERT_OURS);
  say(house.fake, KIND_HOST, SHARED, BH_ADVERT_OURS);
  assert_state(&house, 0, OWN, BH_NAME_OURS);
  assert_state(&house, 1, SHARED, BH_NAME_OURS);
  g_assert_cmpuint(house.changed, ==, 2);
  service = find(house.fake, KIND_SERVICE, "Sea View", NULL);
  g_assert_nonnull(service);
  g_assert_cmpstr(service->host, ==, OWN);
  g_assert_cmpstr(service->txt[0], ==, "tenant=lab");

  bh_house_names_set_addresses(house.names, make_addresses(3));
  g_assert_cmpuint(find(house.fake, KIND_HOST, OWN, NULL)->n_addresses, ==, 3);
  g_assert_cmpuint(find(house.fake, KIND_HOST, SHARED, NULL)->n_addresses, ==, 3);
  house_close(&house);
}

static void
test_service_comes_and_goes(void)
{
  House house;

  house_open(&house, FALSE, "Sea View");
  bh_house_names_set_addresses(house.names, make_addresses(2));
  set_available(house.fake, TRUE);
  g_assert_cmpuint(find(house.fake, KIND_HOST, OWN, NULL)->n_addresses, ==, 2);
  say(house.fake, KIND_HOST, OWN, BH_ADVERT_OURS);
  set_available(house.fake, FALSE);
  assert_state(&house, 0, OWN, BH_NAME_PUBLISHING);
  set_available(house.fake, TRUE);
  say(house.fake, KIND_HOST, OWN, BH_ADVERT_OURS);
  g_assert_nonnull(find(house.fake, KIND_SERVICE, "Sea View", NULL));
  house_close(&house);
}

/* The own name has an alternate; what was told of the first is withdrawn. */
static void
test_own_name_taken(void)
{
  House house;

  house_open(&house, TRUE, "Sea View");
  say(house.fake, KIND_HOST, OWN, BH_ADVERT_OURS);
  say(house.fake, KIND_HOST, OWN, BH_ADVERT_TAKEN);
  g_assert_null(find(house.fake, KIND_HOST, OWN, NULL));
  g_assert_null(find(house.fake, KIND_SERVICE, NULL, NULL));
  assert_state(&house, 0, OTHER, BH_NAME_PUBLISHING);
  say(house.fake, KIND_HOST, OTHER, BH_ADVERT_OURS);
  g_assert_cmpstr(find(house.fake, KIND_SERVICE, NULL, NULL)->host, ==, OTHER);

  /* No other is left: it is waited for. */
  say(house.fake, KIND_HOST, OTHER, BH_ADVERT_TAKEN);
  assert_state(&house, 0, OTHER, BH_NAME_TAKEN);
  wait_for(house.fake, KIND_HOST, OTHER);
  house_close(&house);
}

static void
test_shared_name_taken_over(void)
{
  House house;
  guint watch, asked;

  house_open(&house, TRUE, "Sea View");
  say(house.fake, KIND_HOST, SHARED, BH_ADVERT_TAKEN);
  assert_state(&house, 1, SHARED, BH_NAME_TAKEN);
  g_assert_null(find(house.fake, KIND_HOST, SHARED, NULL));
  g_assert_nonnull(find(house.fake, KIND_WATCH, SHARED, &watch));

  /* By and by; while it is asked for again it is still somebody else's. */
  wait_for(house.fake, KIND_HOST, SHARED);
  assert_state(&house, 1, SHARED, BH_NAME_TAKEN);
  say(house.fake, KIND_HOST, SHARED, BH_ADVERT_TAKEN);

  /* And when its owner goes, however often that is said. */
  asked = house.fake->asked;
  for (guint i = 0; i < 5; i++)
    g_signal_emit_by_name(house.fake, "host-gone", watch);
  wait_for(house.fake, KIND_HOST, SHARED);
  g_assert_cmpuint(house.fake->asked, ==, asked + 1);
  say(house.fake, KIND_HOST, SHARED, BH_ADVERT_OURS);
  assert_state(&house, 1, SHARED, BH_NAME_OURS);
  g_assert_null(find(house.fake, KIND_WATCH, NULL, NULL));
  house_close(&house);
}

/* The system would let both have it. */
static void
test_another_program_of_this_computer(void)
{
  House house;
  BhNameLock *other = bh_name_lock_take(SHARED);

  house_open(&house, TRUE, "Sea View");
  assert_state(&house, 1, SHARED, BH_NAME_TAKEN);
  g_assert_null(find(house.fake, KIND_HOST, SHARED, NULL));
  bh_name_lock_release(other);
  wait_for(house.fake, KIND_HOST, SHARED);
  say(house.fake, KIND_HOST, SHARED, BH_ADVERT_OURS);
  g_assert_null(bh_name_lock_take(SHARED));
  house_close(&house);
  other = bh_name_lock_take(SHARED);
  g_assert_nonnull(other);
  bh_name_lock_release(other);
}

static void
test_failed_is_tried_again(void)
{
  House house;

  house_open(&house, TRUE, "Sea View");
  say(house.fake, KIND_HOST, OWN, BH_ADVERT_FAILED);
  g_assert_null(find(house.fake, KIND_HOST, OWN, NULL));
  assert_state(&house, 0, OWN, BH_NAME_PUBLISHING);
  wait_for(house.fake, KIND_HOST, OWN);
  house_close(&house);
}

/* Two hubs of one name; and a name that is longer than a label. */
static void
test_title(void)
{
  House house;
  const Order *service;

  house_open(&house, TRUE, "012345678901234567890123456789012345678901234567890123456789é\u20ac");
  say(house.fake, KIND_HOST, OWN, BH_ADVERT_OURS);
  service = find(house.fake, KIND_SERVICE, NULL, NULL);
  g_assert_cmpstr(service->name, ==,
                  "012345678901234567890123456789012345678901234567890123456789é");
  say(house.fake, KIND_SERVICE, NULL, BH_ADVERT_TAKEN);
  service = find(house.fake, KIND_SERVICE, NULL, NULL);
  g_assert_cmpstr(service->name, ==,
                  "012345678901234567890123456789012345678901234567890123456789 #2");
  house_close(&house);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/house-names/ours", test_ours);
  g_test_add_func("/house-names/service-comes-and-goes", test_service_comes_and_goes);
  g_test_add_func("/house-names/own-name-taken", test_own_name_taken);
  g_test_add_func("/house-names/shared-name-taken-over", test_shared_name_taken_over);
  g_test_add_func("/house-names/another-program", test_another_program_of_this_computer);
  g_test_add_func("/house-names/failed-is-tried-again", test_failed_is_tried_again);
  g_test_add_func("/house-names/title", test_title);
  return g_test_run();
}
