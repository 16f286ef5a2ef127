/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "house-names.h"

#include <string.h>

#include "backoff.h"
#include "name-lock.h"

#define RETRY_MS 8000
/* When an owner has gone others notice it too; not all at the same moment, and not again and again
 * where somebody comes and goes. */
#define GONE_MIN_MS    50
#define GONE_SPREAD_MS 200
#define GONE_EVERY_MS  1000
/* What the service failed at. */
#define FAILED_FIRST_MS 1000
#define FAILED_MAX_MS   10000

/* RFC 6763 section 4.1.1: the instance is one label. */
#define MAX_TITLE_BYTES 63
/* " #99" */
#define MAX_NUMBER      99
#define NUMBER_BYTES    4

typedef struct {
  BhHouseNames *owner; /* weak */
  char *host;
  gboolean is_own;
  BhNameState state;
  guint advert, watch; /* 0: none */
  BhNameLock *lock;    /* (nullable) */
  guint retry_id;
  gint64 tried_us; /* when it was last asked for */
  BhBackoff failed;
} Name;

struct _BhHouseNames {
  GObject parent_instance;

  BhAdvertiser *advertiser; /* NULL once closed */
  GPtrArray *addresses;
  char **own_names;
  guint own_index;
  GPtrArray *names; /* of Name; the own one first */
  char *title;
  char **txt;
  guint16 port;
  guint retry_ms;
  guint service, service_number, service_retry_id;
};

G_DEFINE_FINAL_TYPE(BhHouseNames, bh_house_names, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void ask_for(Name *name);
static void on_taken(Name *name);

static void
set_state(Name *name, BhNameState state)
{
  if (name->state == state)
    return;
  name->state = state;
  g_signal_emit(name->owner, signals[SIGNAL_CHANGED], 0);
}

/* --- the service, told under the own name --- */

static char *
make_title(BhHouseNames *self)
{
  g_autofree char *number =
      self->service_number > 1 ? g_strdup_printf(" #%u", self->service_number) : g_strdup("");
  gsize room = MAX_TITLE_BYTES - strlen(number);
  const char *end = self->title;

  while (*end != '\0' && (gsize)(g_utf8_next_char(end) - self->title) <= room)
    end = g_utf8_next_char(end);
  return g_strdup_printf("%.*s%s", (int)(end - self->title), self->title, number);
}

static void
withdraw_service(BhHouseNames *self)
{
  g_clear_handle_id(&self->service_retry_id, g_source_remove);
  if (self->service != 0)
    bh_advertiser_withdraw(self->advertiser, self->service);
  self->service = 0;
}

static void
publish_service(BhHouseNames *self)
{
  const Name *own = self->names->pdata[0];
  g_autofree char *title = make_title(self);
  BhServiceAdvert service = {.name = title,
                             .type = BH_HOUSE_NAMES_SERVICE_TYPE,
                             .host = own->host,
                             .port = self->port,
                             .txt = (const char *const *)self->txt};

  withdraw_service(self);
  if (own->state == BH_NAME_OURS)
    self->service = bh_advertiser_publish_service(self->advertiser, &service);
}

static gboolean
on_service_retry(gpointer user_data)
{
  BhHouseNames *self = user_data;

  self->service_retry_id = 0;
  publish_service(self);
  return G_SOURCE_REMOVE;
}

/* Two hubs may be called the same by their people; the list tells them apart. */
static void
on_service_state(BhHouseNames *self, BhAdvertState state)
{
  if (state == BH_ADVERT_TAKEN && self->service_number < MAX_NUMBER) {
    self->service_number++;
    publish_service(self);
  } else if (state == BH_ADVERT_TAKEN || state == BH_ADVERT_FAILED) {
    withdraw_service(self);
    self->service_retry_id = g_timeout_add(FAILED_MAX_MS, on_service_retry, self);
  }
}

/* --- one name --- */

static void
withdraw_advert(Name *name)
{
  if (name->advert != 0)
    bh_advertiser_withdraw(name->owner->advertiser, name->advert);
  name->advert = 0;
}

static void
stop_watching(Name *name)
{
  if (name->watch != 0)
    bh_advertiser_withdraw(name->owner->advertiser, name->watch);
  name->watch = 0;
}

static gboolean
on_retry(gpointer user_data)
{
  Name *name = user_data;

  name->retry_id = 0;
  ask_for(name);
  return G_SOURCE_REMOVE;
}

static void
retry_after(Name *name, guint ms)
{
  g_clear_handle_id(&name->retry_id, g_source_remove);
  name->retry_id = g_timeout_add(ms, on_retry, name);
}

static void
ask_for(Name *name)
{
  BhHouseNames *self = name->owner;

  if (self->advertiser == NULL || name->advert != 0 ||
      !bh_advertiser_is_available(self->advertiser))
    return;
  name->tried_us = g_get_monotonic_time();
  if (name->lock == NULL)
    name->lock = bh_name_lock_take(name->host);
  if (name->lock == NULL)
    on_taken(name);
  else
    name->advert = bh_advertiser_publish_host(self->advertiser, name->host, self->addresses);
}

/* Returns: %FALSE: there is none left */
static gboolean
take_alternate(Name *name)
{
  BhHouseNames *self = name->owner;

  if (self->own_names[self->own_index + 1] == NULL)
    return FALSE;
  self->own_index++;
  g_free(name->host);
  name->host = g_strdup(self->own_names[self->own_index]);
  name->state = BH_NAME_PUBLISHING;
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

static void
on_taken(Name *name)
{
  BhHouseNames *self = name->owner;

  withdraw_advert(name);
  g_clear_pointer(&name->lock, bh_name_lock_release);
  if (name->is_own)
    withdraw_service(self);
  if (name->is_own && take_alternate(name)) {
    ask_for(name);
    return;
  }
  if (name->watch == 0)
    name->watch = bh_advertiser_watch_host(self->advertiser, name->host);
  retry_after(name, self->retry_ms);
  set_state(name, BH_NAME_TAKEN);
}

static void
on_ours(Name *name)
{
  stop_watching(name);
  bh_backoff_reset(&name->failed);
  set_state(name, BH_NAME_OURS);
  /* Whoever heard of it may have closed us. */
  if (name->is_own && name->owner->advertiser != NULL && name->owner->service == 0)
    publish_service(name->owner);
}

static void
on_failed(Name *name)
{
  withdraw_advert(name);
  retry_after(name, bh_backoff_next(&name->failed, g_random_double()));
  set_state(name, BH_NAME_PUBLISHING);
}

static Name *
name_new(BhHouseNames *self, const char *host)
{
  Name *name = g_new0(Name, 1);

  name->owner = self;
  name->host = g_strdup(host);
  name->failed = BH_BACKOFF_INIT(FAILED_FIRST_MS, FAILED_MAX_MS);
  g_ptr_array_add(self->names, name);
  return name;
}

static void
name_free(gpointer data)
{
  Name *name = data;

  g_clear_handle_id(&name->retry_id, g_source_remove);
  g_clear_pointer(&name->lock, bh_name_lock_release);
  g_free(name->host);
  g_free(name);
}

/* --- what the advertiser tells --- */

static void
on_advert(BhAdvertiser *advertiser, guint id, int state, BhHouseNames *self)
{
  if (self->advertiser == NULL)
    return;
  if (id == self->service) {
    on_service_state(self, (BhAdvertState)state);
    return;
  }
  for (guint i = 0; i < self->names->len; i++) {
    Name *name = self->names->pdata[i];

    if (name->advert != id)
      continue;
    if (state == BH_ADVERT_TAKEN)
      on_taken(name);
    else if (state == BH_ADVERT_OURS)
      on_ours(name);
    else if (state == BH_ADVERT_FAILED)
      on_failed(name);
    else if (name->watch == 0)
      set_state(name, BH_NAME_PUBLISHING);
    return;
  }
}

static void
on_host_gone(BhAdvertiser *advertiser, guint id, BhHouseNames *self)
{
  for (guint i = 0; self->advertiser != NULL && i < self->names->len; i++) {
    Name *name = self->names->pdata[i];
    gint64 since_ms = (g_get_monotonic_time() - name->tried_us) / 1000;

    if (name->watch == id && name->advert == 0)
      retry_after(name, since_ms < GONE_EVERY_MS
                            ? GONE_EVERY_MS
                            : GONE_MIN_MS + (guint)g_random_int_range(0, GONE_SPREAD_MS));
  }
}

/* What we asked a service for that has gone is forgotten; the names' locks are kept, for we want
 * them still. */
static void
forget_all(BhHouseNames *self)
{
  for (guint i = 0; i < self->names->len; i++) {
    Name *name = self->names->pdata[i];

    name->advert = name->watch = 0;
    name->state = BH_NAME_PUBLISHING;
    g_clear_handle_id(&name->retry_id, g_source_remove);
  }
  g_clear_handle_id(&self->service_retry_id, g_source_remove);
  self->service = 0;
}

static void
ask_for_all(BhHouseNames *self)
{
  for (guint i = 0; i < self->names->len; i++)
    ask_for(self->names->pdata[i]);
}

static void
on_availability(BhAdvertiser *advertiser, BhHouseNames *self)
{
  if (self->advertiser == NULL)
    return;
  if (bh_advertiser_is_available(advertiser))
    ask_for_all(self);
  else
    forget_all(self);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

/* --- life --- */

static void
bh_house_names_dispose(GObject *object)
{
  bh_house_names_close(BH_HOUSE_NAMES(object));
  G_OBJECT_CLASS(bh_house_names_parent_class)->dispose(object);
}

static void
bh_house_names_finalize(GObject *object)
{
  BhHouseNames *self = BH_HOUSE_NAMES(object);

  g_ptr_array_unref(self->names);
  g_ptr_array_unref(self->addresses);
  g_strfreev(self->own_names);
  g_strfreev(self->txt);
  g_free(self->title);
  G_OBJECT_CLASS(bh_house_names_parent_class)->finalize(object);
}

static void
bh_house_names_class_init(BhHouseNamesClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_house_names_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_house_names_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new("changed", BH_TYPE_HOUSE_NAMES, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_house_names_init(BhHouseNames *self)
{
  self->names = g_ptr_array_new_with_free_func(name_free);
  self->service_number = 1;
}

BhHouseNames *
bh_house_names_new(BhAdvertiser *advertiser, const BhHouseNamesConfig *config, GPtrArray *addresses)
{
  BhHouseNames *self = g_object_new(BH_TYPE_HOUSE_NAMES, NULL);

  self->advertiser = g_object_ref(advertiser);
  self->addresses = addresses;
  self->own_names = g_strdupv((char **)config->own_names);
  self->title = g_strdup(config->title);
  self->txt = g_strdupv((char **)config->txt);
  self->port = config->port;
  self->retry_ms = config->retry_ms != 0 ? config->retry_ms : RETRY_MS;
  name_new(self, self->own_names[0])->is_own = TRUE;
  for (guint i = 0; config->more_names[i] != NULL; i++)
    name_new(self, config->more_names[i]);
  g_signal_connect_object(advertiser, "availability", G_CALLBACK(on_availability), self, 0);
  g_signal_connect_object(advertiser, "advert", G_CALLBACK(on_advert), self, 0);
  g_signal_connect_object(advertiser, "host-gone", G_CALLBACK(on_host_gone), self, 0);
  ask_for_all(self);
  return self;
}

void
bh_house_names_set_addresses(BhHouseNames *names, GPtrArray *addresses)
{
  g_ptr_array_unref(names->addresses);
  names->addresses = addresses;
  for (guint i = 0; names->advertiser != NULL && i < names->names->len; i++) {
    const Name *name = names->names->pdata[i];

    if (name->advert != 0)
      bh_advertiser_update_host(names->advertiser, name->advert, addresses);
  }
}

guint
bh_house_names_get_size(BhHouseNames *names)
{
  return names->names->len;
}

const char *
bh_house_names_get(BhHouseNames *names, guint index, BhNameState *state)
{
  const Name *name = names->names->pdata[index];

  *state = name->state;
  return name->host;
}

void
bh_house_names_close(BhHouseNames *names)
{
  if (names->advertiser == NULL)
    return;
  withdraw_service(names);
  for (guint i = 0; i < names->names->len; i++) {
    Name *name = names->names->pdata[i];

    withdraw_advert(name);
    stop_watching(name);
    g_clear_handle_id(&name->retry_id, g_source_remove);
    g_clear_pointer(&name->lock, bh_name_lock_release);
  }
  g_clear_object(&names->advertiser);
}
